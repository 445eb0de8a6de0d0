"""The public notice board: answered matters that a person released, without names; as pages and as a feed."""

from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.feedgenerator import Atom1Feed
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from gongzhi.cases.queries import board as queries
from gongzhi.cases.queries.board import BoardFilter, Facet
from gongzhi.cases.views.pictures import picture_response

_TEXT_SIGNS = 60
"""Longest search; more than that is no search."""


@require_safe
def board(request: HttpRequest) -> HttpResponse:
    """The address holds the whole view: town, subject, outcome, words, page."""
    chosen = {name: request.GET.get(name, "")[:32] for name in ("town", "subject", "outcome")}
    chosen["q"] = request.GET.get("q", "").strip()[:_TEXT_SIGNS]
    shown = BoardFilter(chosen["town"], chosen["subject"], chosen["outcome"], chosen["q"])
    found = queries.board(shown, page=request.GET.get("page"))
    values = {
        "board": found,
        "chosen": chosen,
        "is_filtered": any(chosen.values()),
        "towns": _links(chosen, "town", _("All towns"), found.towns),
        "subjects": _links(chosen, "subject", _("All subjects"), found.subjects),
        "outcomes": _links(chosen, "outcome", _("All outcomes"), found.outcomes),
    }
    return render(request, "cases/resident/board.html", values)


def _links(chosen: dict[str, str], name: str, everything: str, facets: list[Facet]) -> list[dict[str, Any]]:
    """Return a row of filters as links that keep the other filters."""
    rows = [Facet("", everything, 0), *facets]
    return [
        {
            "label": row.label,
            "href": _address(chosen | {name: row.value}),
            "count": row.count if row.value else None,
            "current": chosen[name] == row.value,
        }
        for row in rows
    ]


def _address(chosen: dict[str, str]) -> str:
    query = urlencode({name: value for name, value in chosen.items() if value})
    return reverse("cases:board") + (f"?{query}" if query else "")


@require_safe
def published(request: HttpRequest, number: str) -> HttpResponse:
    """One matter of the board."""
    matter = queries.get_published(number)
    before, after = queries.shown_pictures(number)
    values = {"matter": matter, "before": before, "after": after}
    return render(request, "cases/resident/published.html", values)


@require_safe
def picture(request: HttpRequest, number: str, position: int) -> HttpResponse:
    """A picture that somebody released with the matter; gone with it."""
    return picture_response(queries.picture(number, position, small="small" in request.GET))


@require_safe
def feed(request: HttpRequest) -> HttpResponse:
    """The newest of the board as an Atom feed, for readers and other sites."""
    site = settings.PUBLIC_ADDRESS.rstrip("/")
    atom = Atom1Feed(
        title=_("Matters made public"),
        link=site + reverse("cases:board"),
        description=_("What was raised and what came of it, without names."),
        language=get_language(),
        feed_url=site + reverse("cases:board_feed"),
    )
    for row in queries.newest(most=queries.FEED_SIZE):
        address = site + reverse("cases:published", args=[row.number])
        atom.add_item(
            title=row.title,
            link=address,
            description=f"{row.text}\n\n{row.answer}",
            unique_id=address,
            pubdate=row.published_at,
            updateddate=row.published_at,
            author_name=row.unit,
        )
    return HttpResponse(atom.writeString("utf-8"), content_type=Atom1Feed.content_type)
