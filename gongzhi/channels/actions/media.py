"""Photos that followers sent: noted while WeChat waits, fetched by the worker, tried again by rule."""

from datetime import datetime, timedelta

from django.db import transaction

from gongzhi.cases.actions import story
from gongzhi.cases.actions.moves import MoveNotPossible
from gongzhi.cases.models import Case
from gongzhi.cases.pictures import PictureRefused
from gongzhi.channels import rules
from gongzhi.channels.models import Follower, Media
from gongzhi.core.actor import resident
from gongzhi.rulebook.queries import in_force

WAITING, DUE, DONE, GAVE_UP = "waiting", "due", "done", "gave_up"
_NAME_SIGNS = 200
"""No name that WeChat gives a photo is longer."""


def note(follower: Follower, media_id: str, *, case: Case | None, at: datetime) -> None:
    """Remember a photo: for a matter, or until the words come."""
    if media_id and len(media_id) <= _NAME_SIGNS:
        Media.objects.create(
            follower=follower,
            case=case,
            media_id=media_id,
            sent_at=at,
            state=DUE if case else WAITING,
            next_try_at=at if case else None,
        )


def give_waiting(follower: Follower, case: Case, *, since: datetime, at: datetime) -> None:
    """Give a new matter the photos that came shortly before its words."""
    Media.objects.filter(follower=follower, state=WAITING, sent_at__gte=since).update(
        case=case, state=DUE, next_try_at=at
    )
    drop_waiting(follower)


def drop_waiting(follower: Follower) -> None:
    """Forget photos no words came for."""
    Media.objects.filter(follower=follower, state=WAITING).delete()


@transaction.atomic
def keep(*, row: Media, content: bytes, at: datetime) -> str:
    """Add a fetched photo to its matter; return what became of it. Twice is once."""
    locked = Media.objects.select_for_update(of=("self",)).select_related("case").get(pk=row.pk)
    if locked.state != DUE or locked.case is None:
        return locked.state
    try:
        cleaned = story.clean_pictures([content], at=at)
        story.attach_cleaned(
            case=locked.case, cleaned=cleaned, public=True, by=resident(door="wechat"), at=at
        )
        locked.state = DONE
    except (PictureRefused, story.TooManyPictures, MoveNotPossible):
        locked.state = GAVE_UP
    locked.next_try_at = None
    locked.save(update_fields=["state", "next_try_at"])
    return locked.state


@transaction.atomic
def put_off(*, row: Media, for_ever: bool, at: datetime) -> None:
    """Note a try that failed: again after the wait of the rule, or never."""
    limits = in_force(rules.WECHAT, at=at).params
    tries = row.tries + 1
    over = for_ever or tries >= limits.media_tries
    later = None if over else at + timedelta(minutes=limits.media_wait_minutes * tries)
    Media.objects.filter(pk=row.pk, state=DUE, tries=row.tries).update(
        tries=tries, state=GAVE_UP if over else DUE, next_try_at=later
    )
