"""Pages of those who read, write and review articles."""

from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from gongzhi.core import clock, paging
from gongzhi.core.actions.idempotency import Answer, KeyReused, fingerprint_of, once
from gongzhi.core.errors import DomainError, NotFound, Unavailable
from gongzhi.core.forms import TokenForm
from gongzhi.knowledge import markup, numbers, rules, words
from gongzhi.knowledge.actions import writing
from gongzhi.knowledge.forms import ArticleForm, StepForm
from gongzhi.knowledge.lifecycle import Move, State, is_possible
from gongzhi.knowledge.queries import access, keeping, reading, search
from gongzhi.orgs.pages import staff_page
from gongzhi.orgs.permissions import Permission, posts_granting
from gongzhi.orgs.queries import day_of
from gongzhi.orgs.requests import StaffRequest
from gongzhi.rulebook.queries import in_force

_TYPED_SIGNS = 60
"""Longest search; more than that is no search."""
_MOST_FOUND = 20
"""Rows of a page of results."""
_NEEDS_WORDS = frozenset({Move.RETURN, Move.WITHDRAW})
_MAKES: Mapping[Move, Callable[..., Any]] = {
    Move.SUBMIT: writing.submit,
    Move.RETURN: writing.return_article,
    Move.PUBLISH: writing.publish,
    Move.CONFIRM: writing.confirm,
    Move.WITHDRAW: writing.withdraw,
}


def _language() -> str:
    return get_language() or "zh-hans"


def _crumbs(*rest: tuple[str, str]) -> list[tuple[str, str]]:
    return [(_("Knowledge"), reverse("knowledge:list")), *rest]


@require_safe
@staff_page(Permission.KNOWLEDGE_VIEW)
def article_list(request: StaffRequest) -> HttpResponse:
    """Articles in sight; the address holds the whole view."""
    at, viewer = clock.now(), request.actor
    text = request.GET.get("q", "").strip()[:_TYPED_SIGNS]
    chosen = {name: request.GET.get(name, "")[:32] for name in ("show", "subject")}
    if chosen["show"] not in keeping.SHOWS:
        chosen["show"] = ""
    context: dict[str, Any] = {
        "text": text,
        "at": at,
        "may_write": bool(posts_granting(viewer, Permission.KNOWLEDGE_WRITE)),
        "look_back": in_force(rules.USES, at=at).params.look_back_days,
    }
    if text:
        context["found"] = search.find(viewer, text, at, most=_MOST_FOUND)
    else:
        found = keeping.list_articles(viewer=viewer, at=at, **chosen)
        page = paging.page_for_people(found, request.GET.get("page"))
        context["page"] = page
        context["lines"] = keeping.lines(viewer=viewer, articles=list(page), at=at, language=_language())
    context["shows"] = _shows(chosen)
    context["subjects"] = _subjects(chosen, at=at)
    return render(request, "knowledge/list.html", context)


def _shows(chosen: Mapping[str, str]) -> list[dict[str, Any]]:
    labels = {
        "": _("All"),
        "mine": _("Those I look after"),
        "due": _("Due for a look"),
        "drafts": _("Being written"),
        "review": _("Waiting for review"),
        "unhelpful": _("Most often no help"),
    }
    return [_link(chosen, "show", value, label) for value, label in labels.items()]


def _subjects(chosen: Mapping[str, str], *, at: Any) -> list[dict[str, Any]]:
    zh = _language().startswith("zh")
    rows = in_force(rules.SUBJECTS, at=at).params.rows
    named = [("", _("All subjects")), *((row.code, row.zh if zh else row.en) for row in rows)]
    return [_link(chosen, "subject", value, label) for value, label in named]


def _link(chosen: Mapping[str, str], name: str, value: str, label: str) -> dict[str, Any]:
    query = urlencode({key: each for key, each in {**chosen, name: value}.items() if each})
    address = reverse("knowledge:list")
    return {
        "label": label,
        "href": f"{address}?{query}" if query else address,
        "count": None,
        "current": chosen[name] == value,
    }


@require_safe
@staff_page(Permission.KNOWLEDGE_VIEW)
def missed(request: StaffRequest) -> HttpResponse:
    """Words that many looked for in vain."""
    at = clock.now()
    context = {
        "rows": keeping.missed_words(viewer=request.actor, at=at),
        "limits": in_force(rules.MISSES, at=at),
        "crumbs": _crumbs((_("Looked for in vain"), "")),
    }
    return render(request, "knowledge/missed_words.html", context)


@require_safe
@staff_page(Permission.KNOWLEDGE_VIEW)
def page(request: StaffRequest, number: str) -> HttpResponse:
    """An article as staff see it: the words, and for its units how it came about."""
    at, viewer = clock.now(), request.actor
    article = access.get_article(viewer=viewer, number=number)
    version, in_reach = keeping.shown_version(viewer, article), access.in_reach(viewer, article)
    moves = access.possible_moves(viewer, article)
    last, helped = article.live.last_day if article.live else None, keeping.helped(article, at=at)
    context = {
        "article": article,
        "number": numbers.article_number(article.pk),
        "version": version,
        "body": markup.to_html(version.body),
        "subject": in_force(rules.SUBJECTS, at=at).params.label(version.subject, language=_language()),
        "audience": words.AUDIENCES[version.audience],  # type: ignore[index]  # one of the enum, by constraint
        "state": words.STATES[State(article.state)],
        "tone": words.TONES[State(article.state)],
        "in_reach": in_reach,
        "is_over": last is not None and last < day_of(at),
        "is_public": reading.is_public(article, at=at),
        "moves": [(move, words.BUTTONS[move]) for move in moves if move is not Move.SAVE],
        "may_write": Move.SAVE in moves,
        "waits_for_other": article.state == State.REVIEW and access.wrote(viewer, article),
        "may_own": _may_own(request, article),
        "story": keeping.story(article) if in_reach else [],
        "helped": helped[True],
        "failed": helped[False],
        "look_back": in_force(rules.USES, at=at).params.look_back_days,
        "at": at,
        "crumbs": _crumbs((numbers.article_number(article.pk), "")),
    }
    return render(request, "knowledge/page.html", context)


def _may_own(request: StaffRequest, article: Any) -> bool:
    is_own = article.post is not None and article.post.user_id == request.actor.user_id
    return not is_own and access.may(request.actor, article, Move.SAVE)


@require_http_methods(["GET", "HEAD", "POST"])
@staff_page(Permission.KNOWLEDGE_WRITE)
def new(request: StaffRequest) -> HttpResponse:
    """Write a new article."""
    units = keeping.writing_units(request.actor)

    def save(form: ArticleForm) -> str:
        unit = keeping.writing_unit(request.actor, form.cleaned_data["unit"])
        at = clock.now()
        article = writing.start_article(unit=unit, words=form.contents(), by=request.actor, at=at)
        return numbers.article_number(article.pk)

    crumbs = _crumbs((_("New article"), ""))
    return _edit(request, save, units=units, title=_("New article"), crumbs=crumbs, initial={})


@require_http_methods(["GET", "HEAD", "POST"])
@staff_page(Permission.KNOWLEDGE_WRITE)
def edit(request: StaffRequest, number: str) -> HttpResponse:
    """Write a further version. What readers see stays until it is published."""
    article = access.get_article(viewer=request.actor, number=number)
    number = numbers.article_number(article.pk)
    if not access.may(request.actor, article, Move.SAVE):
        raise writing.NotYourArticle
    if not is_possible(Move.SAVE, State(article.state)):
        raise writing.ArticleMovedOn
    newest = keeping.shown_version(request.actor, article)

    def save(form: ArticleForm) -> str:
        said = form.cleaned_data
        writing.save_version(
            article=article,
            words=form.contents(),
            expected=said["expected"],
            note=said["note"],
            by=request.actor,
            at=clock.now(),
        )
        return number

    initial = {name: getattr(newest, name) for name in words.FIELDS} | {"expected": newest.position}
    crumbs = _crumbs((number, reverse("knowledge:page", args=[number])), (_("New version"), ""))
    return _edit(request, save, units=[], title=newest.title, crumbs=crumbs, initial=initial)


def _edit(
    request: StaffRequest,
    save: Callable[[ArticleForm], str],
    *,
    units: list[tuple[str, str]],
    title: str,
    crumbs: list[tuple[str, str]],
    initial: Mapping[str, Any],
) -> HttpResponse:
    at, status, preview = clock.now(), 200, None
    settings: dict[str, Any] = {
        "limits": in_force(rules.WRITING, at=at).params,
        "subjects": in_force(rules.SUBJECTS, at=at).params,
        "units": units,
    }
    if request.method != "POST":
        form = ArticleForm(initial={"valid_from": day_of(at), **initial}, **settings)
    else:
        form = ArticleForm(request.POST, **settings)
        if "preview" in request.POST:
            preview = markup.to_html(str(form["body"].value() or "")[: settings["limits"].body_signs])
        elif form.is_valid():
            try:
                number = _once(request, form, lambda: save(form))
                messages.success(request, _("Saved. Readers see it once somebody else has published it."))
                return redirect("knowledge:page", number)
            except DomainError as refusal:
                status = _refuse(form, refusal)
        else:
            status = 422
    context = {"form": form, "title": title, "crumbs": crumbs, "preview": preview}
    return render(request, "knowledge/edit.html", context, status=status)


def _once(request: StaffRequest, form: TokenForm, run: Callable[[], str]) -> str:
    posted = {name: request.POST.getlist(name) for name in request.POST if name != "csrfmiddlewaretoken"}
    answer, _is_old = once(
        key=form.cleaned_data["token"],
        by=request.actor,
        at=clock.now(),
        fingerprint=fingerprint_of(request.path, posted),
        run=lambda: Answer(200, run()),
    )
    return str(answer.body)


def _refuse(form: TokenForm, refusal: DomainError) -> int:
    """Show a refusal in its form; what is wrong with the machine goes on."""
    if isinstance(refusal, Unavailable):
        raise refusal
    if isinstance(refusal, KeyReused):
        form.renew_token()
    form.refuse(refusal)
    return refusal.status


@require_safe
@staff_page(Permission.KNOWLEDGE_VIEW)
def versions(request: StaffRequest, number: str) -> HttpResponse:
    """All versions, and what one changed of the one before."""
    at, viewer = clock.now(), request.actor
    article = access.get_article(viewer=viewer, number=number)
    if not access.in_reach(viewer, article):
        raise writing.NotYourArticle
    rows = keeping.versions(article)
    asked = request.GET.get("version", "")
    shown = next((row for row in rows if str(row.position) == asked), rows[0])
    before = next((row for row in rows if row.position == shown.position - 1), None)
    number = numbers.article_number(article.pk)
    context = {
        "article": article,
        "rows": rows,
        "shown": shown,
        "before": before,
        "changes": keeping.changes(before, shown, at=at, language=_language()) if before else [],
        "body": markup.to_html(shown.body),
        "at": at,
        "number": number,
        "crumbs": _crumbs((number, reverse("knowledge:page", args=[number])), (_("Versions"), "")),
    }
    return render(request, "knowledge/versions.html", context)


@require_POST
@staff_page(Permission.KNOWLEDGE_WRITE)
def own(request: StaffRequest, number: str) -> HttpResponse:
    """Look after the article from now on."""
    article = access.get_article(viewer=request.actor, number=number)
    writing.take_over(article=article, by=request.actor, at=clock.now())
    messages.success(request, _("You look after this article now."))
    return redirect("knowledge:page", numbers.article_number(article.pk))


@require_http_methods(["GET", "HEAD", "POST"])
@staff_page(Permission.KNOWLEDGE_VIEW)
def step(request: StaffRequest, number: str, name: str) -> HttpResponse:
    """Ask for a step (GET), or make it (POST), once however often it is pressed."""
    article = access.get_article(viewer=request.actor, number=number)
    if name not in list(Move) or Move(name) not in _MAKES:
        raise NotFound
    move = Move(name)
    if not access.may(request.actor, article, move):
        own_words = move is Move.PUBLISH and access.in_reach(request.actor, article)
        raise (
            writing.OwnWords if own_words and access.wrote(request.actor, article) else writing.NotYourArticle
        )
    number, limits = numbers.article_number(article.pk), in_force(rules.WRITING, at=clock.now()).params
    settings: dict[str, Any] = {"limits": limits, "needs_words": move in _NEEDS_WORDS}
    form, status = StepForm(request.POST or None, **settings), 200
    if request.method == "POST":
        if form.is_valid():
            try:
                _once(request, form, lambda: _make(request, article, move, form.cleaned_data["note"]))
                messages.success(request, _("Done: %(move)s.") % {"move": words.BUTTONS[move]})
                return redirect("knowledge:page", number)
            except DomainError as refusal:
                status = _refuse(form, refusal)
        else:
            status = 422
    elif not is_possible(move, State(article.state)):
        raise writing.ArticleMovedOn
    context = {
        "form": form,
        "move": move,
        "title": words.BUTTONS[move],
        "consequence": words.CONSEQUENCES[move],
        "article": article,
        "number": number,
        "version": keeping.shown_version(request.actor, article),
        "crumbs": _crumbs((number, reverse("knowledge:page", args=[number])), (str(words.BUTTONS[move]), "")),
    }
    return render(request, "knowledge/step.html", context, status=status)


def _make(request: StaffRequest, article: Any, move: Move, note: str) -> str:
    _MAKES[move](article=article, note=note, by=request.actor, at=clock.now())
    return numbers.article_number(article.pk)
