"""Rules of trying: how often residents' pages let something be tried, by whom it is known."""

from datetime import date

from django.utils.translation import gettext_lazy as _
from pydantic import Field

from gongzhi.rulebook import documents
from gongzhi.rulebook.kinds import Confidence, Level, Params, RuleKind, RuleType, Shown, register


class TriesParams(Params):
    shown = {
        "raised_per_network_an_hour": Shown(_("matters raised from one connection in an hour"), "times"),
        "raised_per_phone_an_hour": Shown(_("matters raised with one telephone in an hour"), "times"),
        "added_per_network_an_hour": Shown(_("additions from one connection in an hour"), "times"),
        "added_per_matter_an_hour": Shown(_("additions to one matter in an hour"), "times"),
        "compared_per_network_an_hour": Shown(
            _("looks for what is likely the same, from one connection in an hour"), "times"
        ),
        "broken_files_per_network_an_hour": Shown(
            _("files that are no pictures, from one connection in an hour"), "times"
        ),
        "wrong_per_network_an_hour": Shown(_("wrong look-ups from one connection in an hour"), "times"),
        "wrong_per_matter_and_network_an_hour": Shown(
            _("wrong look-ups of one matter from one connection in an hour"), "times"
        ),
        "wrong_per_matter_an_hour": Shown(
            _("wrong look-ups of one matter from everywhere in an hour"), "times"
        ),
        "wrong_phones_per_matter_and_network_a_day": Shown(
            _("wrong telephones for one matter from one connection in a day"), "times"
        ),
        "wrong_phones_per_matter_a_day": Shown(
            _("wrong telephones for one matter from everywhere in a day"), "times"
        ),
    }

    raised_per_network_an_hour: int = Field(gt=0, le=10_000)
    """Generous: a village, a school or the phones of a whole county may share one address."""
    raised_per_phone_an_hour: int = Field(gt=0, le=10_000)
    added_per_network_an_hour: int = Field(gt=0, le=10_000)
    added_per_matter_an_hour: int = Field(gt=0, le=10_000)
    compared_per_network_an_hour: int = Field(gt=0, le=100_000)
    """Some for each matter raised: a look at each rest while somebody types."""
    broken_files_per_network_an_hour: int = Field(gt=0, le=10_000)
    wrong_per_network_an_hour: int = Field(gt=0, le=10_000)
    wrong_per_matter_and_network_an_hour: int = Field(gt=0, le=10_000)
    """So that one neighbour is stopped long before the matter is closed to its own holder."""
    wrong_per_matter_an_hour: int = Field(gt=0, le=10_000)
    """Keeps a guess of the receipt code hopeless, see docs/security.md."""
    wrong_phones_per_matter_and_network_a_day: int = Field(gt=0, le=100)
    wrong_phones_per_matter_a_day: int = Field(gt=0, le=100)
    """Tight: whoever knows the telephones of a village could otherwise find out who raised a matter."""


TRIES = register(
    RuleKind(
        code="cases.tries",
        level=Level.OPERATIONAL,
        type=RuleType.BOUNDARY,
        title=_("How often residents may try"),
        sentence=_(
            "How often something may be tried from one connection, with one telephone and about one matter. "
            "Generous for a connection that many share, tight where a guess would open something."
        ),
        params=TriesParams,
        first=TriesParams(
            raised_per_network_an_hour=300,
            raised_per_phone_an_hour=10,
            added_per_network_an_hour=600,
            added_per_matter_an_hour=20,
            compared_per_network_an_hour=3_000,
            broken_files_per_network_an_hour=100,
            wrong_per_network_an_hour=300,
            wrong_per_matter_and_network_an_hour=10,
            wrong_per_matter_an_hour=200,
            wrong_phones_per_matter_and_network_a_day=3,
            wrong_phones_per_matter_a_day=5,
        ),
        source=documents.own_proposal(f"{documents.SECURITY}安全计算环境之身份鉴别（限制非法登录次数）"),
        valid_from=date(2000, 1, 1),
        confidence=Confidence.OWN,
    )
)
