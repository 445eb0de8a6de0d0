"""From draft to reader, and back."""

from datetime import date, datetime, timedelta

import pytest
from django.db import DatabaseError, transaction

from gongzhi.audit.models import AuditEvent
from gongzhi.core.actor import resident
from gongzhi.core.errors import Invalid, NotAllowed, NotFound
from gongzhi.knowledge import jobs
from gongzhi.knowledge.actions import writing
from gongzhi.knowledge.lifecycle import STEPS, Move, State, after, is_possible
from gongzhi.knowledge.models import Article, ArticleStep, ArticleVersion
from gongzhi.knowledge.queries import access, keeping
from gongzhi.knowledge.queries.differences import Piece, compare
from gongzhi.knowledge.tests.conftest import Publish
from gongzhi.knowledge.tests.stage import number_of, words
from gongzhi.notices.models import Notice
from gongzhi.orgs.models import Post
from tests.cast import Cast

pytestmark = pytest.mark.django_db


def drafted(cast: Cast, at: datetime) -> Article:
    return writing.start_article(unit=cast.units.village, words=words(), by=cast.clerk.actor, at=at)


def handed_in(cast: Cast, at: datetime) -> Article:
    return writing.submit(article=drafted(cast, at), by=cast.clerk.actor, at=at)


@pytest.mark.once
def test_every_state_has_a_way_on_and_only_the_ways_of_the_table() -> None:
    for state in State:
        assert any(is_possible(move, state) for move in STEPS)
    with pytest.raises(ValueError, match="publish"):
        after(Move.PUBLISH, State.DRAFT)
    assert after(Move.CONFIRM, State.PUBLISHED) is State.PUBLISHED


def test_whoever_wrote_a_version_does_not_publish_it(cast: Cast, at: datetime) -> None:
    head = cast.village_head.actor
    article = writing.start_article(unit=cast.units.village, words=words(), by=head, at=at)
    writing.submit(article=article, by=head, at=at)
    with pytest.raises(writing.OwnWords):
        writing.publish(article=article, by=head, at=at)
    assert Move.PUBLISH not in access.possible_moves(
        head, access.get_article(viewer=head, number=number_of(article))
    )
    assert writing.publish(article=article, by=cast.town_head.actor, at=at).state == State.PUBLISHED


def test_writing_and_publishing_are_for_posts_at_the_unit_and_above(cast: Cast, at: datetime) -> None:
    for stranger in (cast.peer_clerk, cast.officer, cast.analyst, cast.manager, cast.line_person):
        with pytest.raises(NotAllowed):
            writing.start_article(unit=cast.units.village, words=words(), by=stranger.actor, at=at)
    article = handed_in(cast, at)
    for stranger in (cast.clerk, cast.peer_clerk, cast.officer, cast.line_person, cast.town_dispatcher):
        with pytest.raises(NotAllowed):
            writing.publish(article=article, by=stranger.actor, at=at)


def test_a_draft_is_seen_at_its_unit_and_above_only(cast: Cast, at: datetime) -> None:
    number = number_of(drafted(cast, at))
    for person in (cast.clerk, cast.village_head, cast.town_dispatcher, cast.supervisor):
        assert access.get_article(viewer=person.actor, number=number)
    for stranger in (cast.peer_clerk.actor, cast.officer.actor, cast.line_person.actor, resident()):
        with pytest.raises(NotFound):
            access.get_article(viewer=stranger, number=number)


def test_readers_see_the_published_version_until_the_new_one_is_published(
    publish: Publish, cast: Cast, at: datetime
) -> None:
    article = publish()
    writing.save_version(
        article=article, words=words(summary="现在网上也能办。"), expected=1, by=cast.clerk.actor, at=at
    )
    stranger = cast.peer_clerk.actor
    seen = access.get_article(viewer=stranger, number=number_of(article))
    assert keeping.shown_version(stranger, seen).position == 1
    assert keeping.shown_version(cast.clerk.actor, seen).position == 2
    writing.submit(article=article, by=cast.clerk.actor, at=at)
    writing.publish(article=article, by=cast.village_head.actor, at=at)
    seen = access.get_public(number=number_of(article), at=at)
    assert seen.live is not None
    assert seen.live.summary == "现在网上也能办。"


def test_nobody_writes_over_what_another_wrote_meanwhile(publish: Publish, cast: Cast, at: datetime) -> None:
    article = publish()
    writing.save_version(article=article, words=words(), expected=1, by=cast.clerk.actor, at=at)
    with pytest.raises(writing.ArticleMovedOn):
        writing.save_version(article=article, words=words(), expected=1, by=cast.village_head.actor, at=at)


@pytest.mark.parametrize(("model", "field"), [(ArticleVersion, "title"), (ArticleStep, "note")])
def test_versions_and_steps_are_never_changed(
    publish: Publish, model: type[ArticleVersion | ArticleStep], field: str
) -> None:
    publish()
    with pytest.raises(DatabaseError), transaction.atomic():
        model._default_manager.update(**{field: "别的"})


def test_giving_back_and_taking_down_need_words(cast: Cast, at: datetime, publish: Publish) -> None:
    with pytest.raises(Invalid):
        writing.return_article(article=handed_in(cast, at), note=" ", by=cast.village_head.actor, at=at)
    with pytest.raises(Invalid):
        writing.withdraw(article=publish(), note="", by=cast.village_head.actor, at=at)


def test_who_is_to_review_is_told_and_the_author_when_it_comes_back(cast: Cast, at: datetime) -> None:
    article = handed_in(cast, at)
    told = Notice.objects.filter(kind="knowledge.to_review")
    assert list(told.values_list("user", flat=True)) == [cast.village_head.user.pk]
    writing.return_article(article=article, note="没写要带什么", by=cast.village_head.actor, at=at)
    back = Notice.objects.get(kind="knowledge.returned")
    assert (back.user_id, "没写要带什么" in back.body) == (cast.clerk.user.pk, True)


def test_a_version_whose_last_day_is_over_is_not_published_and_not_confirmed(
    cast: Cast, at: datetime, publish: Publish
) -> None:
    article = publish(last_day=date(2026, 3, 4))
    with pytest.raises(writing.HoldsNoMore):
        writing.confirm(article=article, by=cast.clerk.actor, at=at + timedelta(days=1))
    old = writing.start_article(
        unit=cast.units.village, words=words(last_day=date(2026, 3, 3)), by=cast.clerk.actor, at=at
    )
    writing.submit(article=old, by=cast.clerk.actor, at=at)
    with pytest.raises(writing.HoldsNoMore):
        writing.publish(article=old, by=cast.village_head.actor, at=at)


def test_every_step_is_in_the_audit_log_without_words(publish: Publish) -> None:
    article = publish()
    rows = AuditEvent.objects.filter(subject=f"article:{number_of(article)}").order_by("id")
    assert [row.code for row in rows] == [
        "knowledge.version.written",
        "knowledge.article.submitted",
        "knowledge.article.published",
    ]
    assert not any("低保" in row.data for row in rows)


@pytest.mark.parametrize(
    "wrong",
    [
        {"title": ""},
        {"title": "字" * 41},
        {"body": "字" * 6001},
        {"subject": "99"},
        {"audience": "all"},
        {"last_day": date(2025, 12, 31)},
    ],
)
def test_contents_beyond_the_rules_are_refused_at_every_door(
    cast: Cast, at: datetime, wrong: dict[str, object]
) -> None:
    with pytest.raises(Invalid):
        writing.start_article(unit=cast.units.village, words=words(**wrong), by=cast.clerk.actor, at=at)
    assert not Article.objects.exists()


# Staying true


def test_the_owner_is_reminded_once_before_the_day_of_review_and_once_when_it_is_over(
    publish: Publish, cast: Cast, at: datetime
) -> None:
    publish(last_day=date(2026, 5, 1))
    assert jobs.remind(at=at) == 0
    soon = at + timedelta(days=30)
    assert [jobs.remind(at=soon), jobs.remind(at=soon)] == [1, 0]
    over = at + timedelta(days=60)
    assert [jobs.remind(at=over), jobs.remind(at=over)] == [1, 0]
    told = Notice.objects.filter(kind__in=("knowledge.review_due", "knowledge.over")).order_by("pk")
    assert [(row.kind, row.user_id) for row in told] == [
        ("knowledge.review_due", cast.clerk.user.pk),
        ("knowledge.over", cast.clerk.user.pk),
    ]


def test_when_the_owner_has_left_all_who_write_at_the_unit_are_reminded(
    publish: Publish, cast: Cast, at: datetime
) -> None:
    publish(last_day=date(2026, 3, 20))
    Post.objects.filter(user=cast.clerk.user).update(valid_until=date(2026, 3, 4))
    jobs.remind(at=at)
    told = Notice.objects.filter(kind="knowledge.review_due").values_list("user", flat=True)
    assert list(told) == [cast.village_head.user.pk]


def test_saying_that_it_still_holds_moves_the_day_of_review_on(
    publish: Publish, cast: Cast, at: datetime
) -> None:
    article = publish()
    assert article.review_on == date(2027, 3, 4)
    later = at + timedelta(days=350)
    writing.confirm(article=article, by=cast.clerk.actor, at=later)
    article.refresh_from_db()
    assert article.review_on == date(2028, 2, 17)


def test_another_may_look_after_an_article_at_the_same_unit(
    publish: Publish, cast: Cast, at: datetime
) -> None:
    article = publish()
    taken = writing.take_over(article=article, by=cast.village_head.actor, at=at)
    assert taken.post is not None
    assert taken.post.user == cast.village_head.user
    with pytest.raises(NotAllowed):
        writing.take_over(article=article, by=cast.peer_clerk.actor, at=at)


# Differences


@pytest.mark.once
def test_what_changed_is_shown_sign_by_sign_and_both_texts_can_be_put_together_again() -> None:
    before, after_ = "带身份证。三十天办好。\n到村委会。", "带身份证。二十天办好。\n到村委会。也可网上办。"
    pieces = compare(before, after_)
    assert Piece("三", "gone") in pieces
    assert Piece("二", "new") in pieces
    assert "".join(piece.text for piece in pieces if piece.kind != "new") == before
    assert "".join(piece.text for piece in pieces if piece.kind != "gone") == after_
