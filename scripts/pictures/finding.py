"""What in the demonstration county a page is shown of: the arguments of its address."""

from collections.abc import Callable
from typing import Any

from django.db.models import F
from playwright.sync_api import Page

from gongzhi.cases.lifecycle import Channel
from gongzhi.demo.county import SHOWN_VILLAGE
from scripts.pictures.matters import BUREAU, dispute_in_talks, matter, receipt, user

Found = dict[str, Any] | None


def case(story: str, move: str = "") -> Callable[[], Found]:
    """The matter of which this became; with `move`, the page of that move."""
    return lambda: {"number": matter(story)} | ({"name": move} if move else {})


def held(story: str, press: str = "") -> Callable[[], Found]:
    """The same by its receipt; with `press`, the page of that press."""
    return lambda: receipt(story) | ({"name": press} if press else {})


def longest_story() -> Found:
    from django.db.models import Count

    from gongzhi.cases.models import Case

    found = Case.objects.annotate(steps=Count("transitions")).order_by("-steps", "pk").first()
    return {"number": found.number} if found else None


def sealed_receipt() -> Found:
    """A receipt whose steps have been sealed a minute after they were made."""
    from django.core.management import call_command

    held_by = receipt("rated")
    call_command("audit", "seal", verbosity=0, skip_checks=True)
    return held_by


def figure(measure: str) -> Callable[[], Found]:
    return lambda: {"code": SHOWN_VILLAGE[:6], "measure": measure}


def village() -> Found:
    return {"code": SHOWN_VILLAGE}


def town() -> Found:
    return {"code": SHOWN_VILLAGE[:9]}


def bureau() -> Found:
    return {"code": BUREAU}


def county() -> Found:
    return {"code": SHOWN_VILLAGE[:6]}


def post() -> Found:
    """The post of the three-line person with an account for visitors."""
    held_post = user("line").posts.order_by("pk").first()
    return {"code": SHOWN_VILLAGE, "post_id": held_post.pk} if held_post else None


def day() -> Found:
    from gongzhi.core import clock

    return {"day": clock.now().date()}


def published() -> Found:
    from gongzhi.cases.models import Case

    found = Case.objects.filter(published_at__isnull=False).order_by("pk").first()
    return {"number": found.number} if found else None


def alike() -> Found:
    """A matter just raised, beside others about the same road that the worker has read."""
    number = matter("registered")
    matter("handling")
    _index()
    return {"number": number}


def _index() -> None:
    """Do what the worker would have done meanwhile."""
    from gongzhi.cases.actions import indexing
    from gongzhi.core import clock

    indexing.index_new(at=clock.now())


def _newest_published() -> Any:
    from gongzhi.cases.models import Case

    rows = Case.objects.filter(published_at__isnull=False, place__kind="village")
    return rows.select_related("place").order_by("-registered_at").first()


def place_of_published() -> str:
    """The form of a village in which something was made public lately."""
    _index()
    found = _newest_published()
    return f"?place={found.place.code}" if found else ""


def send_what_is_public(page: Page) -> None:
    """Send what was made public there, faster than it can be shown while typing: it is asked about."""
    page.locator("textarea[name=text]").fill(_newest_published().public_text)
    page.locator("form[data-draft] button.button-primary").click()


def rule(code: str) -> Callable[[], Found]:
    return lambda: {"code": code}


def error(status: int) -> Callable[[], Found]:
    return lambda: {"status": status}


def quiet_clerk() -> str:
    """The account of a clerk in whose village nothing waits, and who was told nothing if there is one."""
    from gongzhi.cases.lifecycle import OPEN_STATES
    from gongzhi.cases.models import Case
    from gongzhi.notices.models import Notice
    from gongzhi.orgs.models import Post

    busy = Case.objects.filter(status__in=OPEN_STATES)
    clerks = Post.objects.filter(role="village_clerk").exclude(unit__in=busy.values("place"))
    clerks = clerks.exclude(unit__in=busy.values("unit")).order_by("unit__code").select_related("user")
    told = Notice.objects.values("user_id")
    quiet = clerks.exclude(user_id__in=told).first() or clerks.first()
    return str(quiet.user.username) if quiet else "analyst"


def dispute(state: str, move: str = "") -> Callable[[], Found]:
    """A dispute of the shown village in this state; with `move`, the page of that move."""

    def find() -> Found:
        from gongzhi.mediation.models import Dispute

        rows = Dispute.objects.filter(state=state, committee__code=SHOWN_VILLAGE).order_by("-pk")
        row = rows.first()
        number = row.number if row else dispute_in_talks() if state == "mediating" else ""
        return {"number": number} | ({"name": move} if move else {}) if number else None

    return find


def party(state: str, press: str = "") -> Callable[[], Found]:
    """The page of the first party of such a dispute; with `press`, the page of that press."""

    def find() -> Found:
        from gongzhi.mediation.numbers import party_code

        row = dispute(state)()
        if row is None:
            return None
        return row | {"code": party_code(row["number"], 1)} | ({"name": press} if press else {})

    return find


def known_caller() -> str:
    """The address that a telephone system opens for somebody who has a matter in hand and called before."""
    from gongzhi.hotline.models import Call

    rows = Call.objects.filter(case__isnull=False).exclude(caller="").order_by("-started_at")
    row = rows.filter(case__status="handling").first() or rows.first()
    return f"?from={row.caller}" if row else ""


def call() -> Found:
    """A call that was answered in the call itself, told of by the telephone system."""
    from gongzhi.hotline.models import Call

    rows = Call.objects.filter(outcome="consult", system_ref__isnull=False).exclude(caller="")
    row = rows.order_by("-started_at").first()
    return {"number": row.number} if row else None


def corrected_call() -> Found:
    """A call whose record was corrected: the first that can be, corrected here."""
    from gongzhi.core import clock
    from gongzhi.hotline.actions import correcting
    from gongzhi.hotline.lifecycle import Outcome
    from gongzhi.hotline.models import Call
    from gongzhi.orgs import queries as orgs

    rows = Call.objects.order_by("-started_at").select_related("typed_by")
    row = rows.filter(corrected_at__isnull=False).first()
    if row is None and (row := rows.filter(outcome="wrong").first()) is not None and row.typed_by:
        at = clock.now()
        said = correcting.Said(Outcome.CONSULT, question="村医周末在不在？", answer="周六上午在，周日不在。")
        row = correcting.write_correction(
            call=row,
            said=said,
            reason="当时按错了键。",
            seen=0,
            by=orgs.actor_for(row.typed_by, at=at),
            at=at,
        )
    return {"number": row.number} if row else None


def followup() -> Found:
    """A call that the town of the shown village is to make."""
    from gongzhi.followup.models import FollowUp

    rows = FollowUp.objects.filter(state="open", caller__code=SHOWN_VILLAGE[:9], attempts=0)
    row = rows.order_by("-reason", "pk").first()
    return {"key": row.pk} if row else None


def followups() -> Found:
    return {} if followup() else None


def followup_told() -> Found:
    from gongzhi.followup.models import FollowUp

    row = FollowUp.objects.filter(state="reached").order_by("-otherwise", "pk").first()
    return {"key": row.pk} if row else None


def followup_draw() -> Found:
    from gongzhi.followup.models import Draw

    row = Draw.objects.order_by("-drawn", "-stood", "pk").first()
    return {"key": row.pk} if row else None


def flag() -> Found:
    """A flag with several matters behind it; where the county gives no cause, one as a detector writes it."""
    from django.db.models import Count

    from gongzhi.cases import jobs
    from gongzhi.cases.actions import flagging
    from gongzhi.cases.models import Case, Flag
    from gongzhi.cases.queries.measures import month_of
    from gongzhi.cases.queries.suspicion import Found as Suspicious
    from gongzhi.core import clock

    at = clock.now()
    jobs.find_flags(at=at)
    if not Flag.objects.exists():
        answered = Case.objects.filter(resolved_at__isnull=False)
        unit = (
            answered.values("unit").annotate(n=Count("pk")).order_by("-n").values_list("unit", flat=True)[0]
        )
        rows = tuple(answered.filter(unit=unit).order_by("-pk").values_list("pk", "resolved_at")[:4])
        found = Suspicious("quick", unit, month_of(at), rows, facts={"minutes": 10})
        flagging.keep(found, rule="cases.flags@1", at=at)
    shown = Flag.objects.order_by("-rows", "pk").first()
    return {"key": shown.pk} if shown else None


def flags() -> Found:
    return {} if flag() else None


def exports() -> Found:
    """The county supervisor's files: one ready, one half written, one that waits."""
    from gongzhi.cases.actions import taking_out
    from gongzhi.cases.queries import exports as queries
    from gongzhi.cases.queries import lists
    from gongzhi.core import clock
    from gongzhi.orgs.queries import actor_for

    at = clock.now()
    by = actor_for(user("supervisor"), at=at)
    if queries.list_exports(viewer=by):
        return {}
    query = queries.pack_list(lists.Queue.ALL, lists.Filters(open_only=False))
    for parts in (None, 0, None):
        asked = taking_out.ask(
            source="list",
            query=query,
            format="xlsx" if parts is None else "csv",
            with_words=parts is None,
            language="zh-hans",
            by=by,
            at=at,
        )
        taking_out.run(asked.pk, parts=parts)
    return {}


def poster_unit() -> Found:
    return {"code": SHOWN_VILLAGE}


def poster_printed(*, is_back: bool) -> Callable[[], Found]:
    """A poster of the village that holds, or one that was taken back."""

    def find() -> Found:
        from gongzhi.cases.actions import posting_up
        from gongzhi.cases.models import PosterLink
        from gongzhi.core import clock
        from gongzhi.orgs import queries as orgs

        by = orgs.actor_for(user("clerk"), at=clock.now())
        unit = orgs.find_unit(SHOWN_VILLAGE)
        assert unit is not None
        spot = "村口小卖部" if is_back else "三组老槐树下"
        if not PosterLink.objects.filter(spot=spot).exists():
            posting_up.print_poster(unit=unit, spot=spot, by=by, at=clock.now())
        link = PosterLink.objects.get(spot=spot)
        if is_back and link.taken_back_at is None:
            posting_up.take_back(link=link, unit=unit, reason="被人贴了小广告", by=by, at=clock.now())
        return {"code": SHOWN_VILLAGE, "key": link.pk}

    return find


def poster_link() -> Found:
    """The village's own poster."""
    return {"place": SHOWN_VILLAGE}


def poster_spot() -> Found:
    """A poster that says where it hangs."""
    from gongzhi.cases import posters

    packed, signature = posters.parts(SHOWN_VILLAGE, "三组老槐树下")
    return {"place": SHOWN_VILLAGE, "packed": packed, "signature": signature}


def many(do: str, *stories: str) -> Callable[[], str]:
    """The preview of a press for these matters of the clerk's village."""

    def query() -> str:
        numbers = "&".join(f"n={matter(story)}" for story in stories)
        return f"?do={do}&{numbers}"

    return query


def _accepted(text: str) -> str:
    """The number of a matter of its own, accepted a moment ago: presses for many move it on."""
    from gongzhi.cases.actions import dispatching, intake
    from gongzhi.cases.queries import categories, places
    from gongzhi.core import clock
    from gongzhi.core.actor import resident
    from gongzhi.orgs.queries import actor_for

    at = clock.now()
    matter_said = intake.Matter(text=text, place=places.get_place(SHOWN_VILLAGE, at=at, field="place"))
    raised = intake.register_case(
        matter=matter_said, reporter=intake.Reporter(), channel=Channel.WEB, by=resident(), at=at
    )
    road = dispatching.Assessment(categories.get_category("0101"), "request", "small", "ordinary")
    dispatching.accept_case(case=raised, assessment=road, by=actor_for(user("clerk"), at=at), at=at)
    return raised.number


def _pressed(account: str, *stories: str) -> int:
    from gongzhi.cases.queries import places
    from gongzhi.core import clock
    from gongzhi.orgs.queries import actor_for
    from gongzhi.workbench.actions import batching, foreseeing
    from gongzhi.workbench.lifecycle import Kind

    at = clock.now()
    by = actor_for(user(account), at=at)
    asked = foreseeing.Asked(Kind.DISPATCH, unit=places.get_place(SHOWN_VILLAGE, at=at, field="unit"))
    fresh = [_accepted(text) for text in ("三组机耕路塌了一段。", "二组路口的反光镜坏了。")]
    numbers = [*fresh, *(matter(story) for story in stories)]
    will = foreseeing.foresee(viewer=by, asked=asked, numbers=numbers, at=at).will
    marks = dict.fromkeys(numbers, "") | {each.case.number: each.mark for each in will}
    return batching.ask(asked=asked, marks=marks, language="zh-hans", by=by, at=at).pk


_BATCHES: dict[str, int] = {}


def held_batch() -> Found:
    """A press of the clerk's that is on hold; one of its matters was left out."""
    _BATCHES.setdefault("held", _pressed("clerk", "handling"))
    return {"key": _BATCHES["held"]}


def done_batch() -> Found:
    """A press of the town's that was carried out, with one matter refused."""
    from gongzhi.workbench.actions import batching
    from gongzhi.workbench.models import Batch

    if "done" not in _BATCHES:
        _BATCHES["done"] = _pressed("town", "resolved")
        Batch.objects.filter(pk=_BATCHES["done"]).update(begins_at=F("asked_at"))
        batching.run(_BATCHES["done"])
    return {"key": _BATCHES["done"]}


def listed_batches() -> Found:
    done_batch()
    return {}


def views() -> Found:
    """The clerk keeps three views; one opens first, one is shared with the village."""
    from gongzhi.core import clock
    from gongzhi.orgs.queries import actor_for
    from gongzhi.workbench.actions import saving
    from gongzhi.workbench.queries import saved

    at = clock.now()
    by = actor_for(user("clerk"), at=at)
    kept = {
        "急件": "queue=unit&urgency=urgent",
        "待签收": "queue=unit&state=dispatched",
        "道路": "category=01",
    }
    for name, query in kept.items() if not saved.own_views(by) else ():
        view = saving.save_view(name=name, base="cases:list", query=query, by=by, at=at)
        if name == "待签收":
            saving.change_view(view=view, name=name, is_first=False, unit_code=SHOWN_VILLAGE, by=by, at=at)
    return {}


def view() -> Found:
    from gongzhi.workbench.models import SavedView

    views()
    return {"key": SavedView.objects.filter(owner=user("clerk")).order_by("position")[0].pk}


def list_with_views() -> str:
    views()
    return "?queue=unit"


def article(which: str, step: str = "") -> Callable[[], Found]:
    """An article of the demonstration: `public`, `published`, `own` of the officer, `review` or `revised`."""

    def find() -> Found:
        from gongzhi.knowledge.models import Article
        from gongzhi.knowledge.numbers import article_number

        ways: dict[str, dict[str, Any]] = {
            "public": {"live__audience": "public"},
            "published": {"state": "published"},
            "own": {"post__user__username": "officer", "state": "published"},
            "review": {"state": "review"},
            "revised": {"newest__position__gt": 1},
        }
        row = Article.objects.filter(**ways[which]).order_by("pk").first()
        return {"number": article_number(row.pk)} | ({"name": step} if step else {}) if row else None

    return find
