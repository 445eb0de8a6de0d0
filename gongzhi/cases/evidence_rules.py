"""Rules of evidence: documents with a matter, photos of how it is after the work, printed case files."""

from django.utils.translation import gettext_lazy as _
from pydantic import Field

from gongzhi.cases.lifecycle import Outcome
from gongzhi.cases.rules import _FROM
from gongzhi.cases.words import OUTCOMES
from gongzhi.rulebook import documents
from gongzhi.rulebook.kinds import Confidence, Level, Params, RuleKind, RuleType, Shown, register


class DocumentParams(Params):
    shown = {
        "bytes_each": Shown(_("largest file"), "bytes"),
        "pages": Shown(_("pages of one document"), "times"),
        "unpacked": Shown(_("largest content once unpacked"), "bytes"),
        "seconds": Shown(_("time for checking one document"), "seconds"),
    }

    bytes_each: int = Field(gt=0, le=50_000_000)
    pages: int = Field(gt=0, le=2_000)
    unpacked: int = Field(gt=0, le=500_000_000)
    """Against documents that are small as a file and huge when somebody opens them."""
    seconds: int = Field(gt=0, le=60)


DOCUMENTS = register(
    RuleKind(
        code="cases.documents",
        level=Level.OPERATIONAL,
        type=RuleType.BOUNDARY,
        title=_("Documents with a matter"),
        sentence=_(
            "How large a PDF document may be. It is written anew before it is kept: without scripts, "
            "embedded files, links, forms and particulars of who wrote it."
        ),
        params=DocumentParams,
        first=DocumentParams(bytes_each=15_000_000, pages=100, unpacked=100_000_000, seconds=20),
        source=documents.own_proposal(f"{documents.PERSONAL_INFORMATION}第五十一条（安全措施）"),
        valid_from=_FROM,
        confidence=Confidence.OWN,
    )
)


class AfterParams(Params):
    shown = {
        "outcomes": Shown(_("for what came of it"), choices={str(o): word for o, word in OUTCOMES.items()}),
        "advised": Shown(_("subjects for which it is advised")),
        "demanded": Shown(_("subjects for which it is demanded")),
    }

    outcomes: tuple[Outcome, ...]
    advised: tuple[str, ...]
    demanded: tuple[str, ...]
    """Codes of subjects; one of the first level stands for all below it."""

    def advises(self, category: str) -> bool:
        return bool(category) and category.startswith(self.advised + self.demanded)

    def demands(self, category: str, outcome: str) -> bool:
        return bool(category) and outcome in self.outcomes and category.startswith(self.demanded)


AFTER = register(
    RuleKind(
        code="cases.after_photos",
        level=Level.COLLECTIVE,
        type=RuleType.SCOPE,
        title=_("Photos of how it is after the work"),
        sentence=_(
            "For which subjects a photo is asked for before a matter is answered. Where it is demanded, the "
            "answer has one, or says why there is none."
        ),
        params=AfterParams,
        first=AfterParams(
            outcomes=(Outcome.SOLVED, Outcome.PARTLY),
            advised=("01", "02", "03", "04", "10"),
            demanded=(),
        ),
        source=documents.own_proposal(),
        valid_from=_FROM,
        confidence=Confidence.OWN,
    )
)


class CaseFileParams(Params):
    shown = {
        "steps_at_once": Shown(_("steps up to which it is made at once"), "times"),
        "pictures_at_once": Shown(_("pictures up to which it is made at once"), "pictures"),
        "pictures": Shown(_("pictures shown in it; more are listed"), "pictures"),
        "keep_hours": Shown(_("one made in the background can be fetched for"), "hours"),
        "per_person_an_hour": Shown(_("case files of one person in an hour"), "times"),
        "per_matter_an_hour": Shown(_("case files for the receipt of one matter in an hour"), "times"),
    }

    steps_at_once: int = Field(ge=0, le=500)
    pictures_at_once: int = Field(ge=0, le=60)
    pictures: int = Field(ge=0, le=200)
    keep_hours: int = Field(ge=1, le=168)
    per_person_an_hour: int = Field(ge=1, le=1_000)
    per_matter_an_hour: int = Field(ge=1, le=100)


CASE_FILES = register(
    RuleKind(
        code="cases.case_files",
        level=Level.OPERATIONAL,
        type=RuleType.BOUNDARY,
        title=_("Printed case files"),
        sentence=_(
            "From which size on a case file is made in the background, how long it lies ready, and how many "
            "one may make. Each one is recorded."
        ),
        params=CaseFileParams,
        first=CaseFileParams(
            steps_at_once=60,
            pictures_at_once=10,
            pictures=60,
            keep_hours=24,
            per_person_an_hour=60,
            per_matter_an_hour=6,
        ),
        source=documents.own_proposal(
            f"{documents.ARCHIVES}第十三条（归档范围）；{documents.PERSONAL_INFORMATION}第五十一条"
        ),
        valid_from=_FROM,
        confidence=Confidence.OWN,
    )
)
