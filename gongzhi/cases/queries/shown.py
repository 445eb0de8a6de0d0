"""What pages show of a rule behind a step and of a picture: as a link, as a file, as the resident sees it."""

from collections.abc import Sequence, Set
from dataclasses import dataclass

from gongzhi.cases import evidence_words, files
from gongzhi.cases.models import Attachment
from gongzhi.cases.pictures import thumbnail
from gongzhi.cases.queries import access
from gongzhi.rulebook.kinds import KINDS


@dataclass(frozen=True, slots=True)
class RuleRef:
    """A rule that set a limit, in words and with its page."""

    code: str
    title: str
    version: str


@dataclass(frozen=True, slots=True)
class PictureFile:
    """A picture to send to a browser."""

    content: bytes
    mime: str
    name: str

    @classmethod
    def of(cls, row: Attachment, *, name: str = "picture", small: bool = False) -> "PictureFile":
        """Return the file behind a row that the caller has checked, a picture made small on request.

        Raises CaseNotFound when it is gone.
        """
        try:
            content = files.read(row.key)
            if row.is_document:
                return cls(content, row.mime, f"{name}.pdf")
            return cls(thumbnail(content) if small else content, row.mime, f"{name}.jpg")
        except FileNotFoundError as gone:
            raise access.CaseNotFound from gone


def rule_ref(label: str) -> RuleRef | None:
    """Return the rule behind a label such as `cases.accept_limit@1`; None for an empty one."""
    code, _sign, version = label.partition("@")
    return RuleRef(code, str(KINDS[code].title), version) if code in KINDS else None


@dataclass(frozen=True, slots=True)
class Shot:
    """A picture the resident may see; `position` counts the pictures of the case from 1."""

    position: int
    width: int
    height: int
    purpose: str = ""
    purpose_words: str = ""
    pages: int = 0
    size: int = 0


def shots_of(attachments: Sequence[Attachment], transitions: Set[int]) -> tuple[Shot, ...]:
    """Return the pictures of these steps that the resident may see."""
    return tuple(
        Shot(
            position,
            row.width,
            row.height,
            row.purpose,
            str(evidence_words.PURPOSES[row.purpose]),
            row.pages,
            row.size,
        )
        for position, row in enumerate(attachments, 1)
        if row.transition_id in transitions and row.public and row.purpose != Attachment.Purpose.SIGNATURE
    )


def shots_of_side(attachments: Sequence[Attachment], purpose: str) -> tuple[Shot, ...]:
    """Return those that show one side, before or after the work, whatever step they came with."""
    everything = shots_of(attachments, {row.transition_id for row in attachments})
    return tuple(shot for shot in everything if shot.purpose == purpose and not shot.pages)
