"""Keeping, changing, ordering and deleting views of lists. A view stays its owner's when a unit shares it."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from gongzhi.audit.actions import record
from gongzhi.cases.actions.moves import words_digest
from gongzhi.core.actor import Actor
from gongzhi.core.errors import Conflict, Invalid, NotAllowed, NotFound
from gongzhi.orgs.models import User
from gongzhi.rulebook.queries import in_force
from gongzhi.workbench import audit_events, rules
from gongzhi.workbench.models import SavedView
from gongzhi.workbench.queries import saved


class NameTaken(Conflict):
    code = "view_name_taken"
    message = _("You have a view of this name already.")
    hint = _("Choose another name, or delete the old view.")


class TooManyViews(Conflict):
    code = "too_many_views"
    hint = _("Delete one you do not need any more.")


@transaction.atomic
def save_view(*, name: str, base: str, query: str, by: Actor, at: datetime) -> SavedView:
    """Keep a list under a name, as the last of one's own. Raises NameTaken, TooManyViews, Invalid."""
    if base not in saved.BASES or not query:
        raise Invalid(field="name")
    owner, own = _locked(by)
    most = in_force(rules.VIEWS, at=at).params.most
    if len(own) >= most:
        raise TooManyViews(gettext("At most %(most)d views can be kept.") % {"most": most}, field="name")
    _check_name(name, own)
    view = SavedView.objects.create(owner=owner, name=name, base=base, query=query, position=len(own))
    _record(audit_events.VIEW_SAVED, view, by=by, at=at)
    return view


def _locked(by: Actor) -> tuple[User, list[SavedView]]:
    """Return the actor's account and own views. The account is the lock: two presses at once do not both find
    room."""
    if by.user_id is None:
        raise NotAllowed
    return User.objects.select_for_update(no_key=True).get(pk=by.user_id), saved.own_views(by)


def _check_name(name: str, others: list[SavedView]) -> None:
    if not name.strip():
        raise Invalid(gettext("Please give the view a name."), field="name")
    if any(view.name == name for view in others):
        raise NameTaken(field="name")


def _own(view: SavedView, own: list[SavedView]) -> SavedView:
    found = next((each for each in own if each.pk == view.pk), None)
    if found is None:
        raise NotFound
    return found


@transaction.atomic
def change_view(
    *, view: SavedView, name: str, is_first: bool, unit_code: str, by: Actor, at: datetime
) -> SavedView:
    """Rename a view of one's own, share it in a unit of one's own ("" for none), open the list with it.

    Raises NotFound, NameTaken, TooManyViews, Invalid for a unit one holds no post at.
    """
    _owner, own = _locked(by)
    found = _own(view, own)
    _check_name(name, [each for each in own if each.pk != found.pk])
    unit = next((post.unit_id for post in by.posts if post.unit_code == unit_code), None)
    if unit_code and unit is None:
        raise Invalid(gettext("Only a unit of your own posts can share your view."), field="unit")
    if unit is not None and unit != found.unit_id:
        most = in_force(rules.VIEWS, at=at).params.most_shared
        if SavedView.objects.filter(unit=unit).count() >= most:
            said = gettext("This unit shares %(most)d views already.") % {"most": most}
            raise TooManyViews(said, field="unit")
    if is_first:
        SavedView.objects.filter(owner=by.user_id, base=found.base, is_first=True).update(is_first=False)
    found.name, found.is_first, found.unit_id = name, is_first, unit
    found.save(update_fields=["name", "is_first", "unit"])
    _record(audit_events.VIEW_CHANGED, found, by=by, at=at)
    return found


@transaction.atomic
def move_view(*, view: SavedView, up: bool, by: Actor, at: datetime) -> None:
    """Move a view of one's own one place up or down; at the end nothing happens. Raises NotFound."""
    _owner, own = _locked(by)
    here = own.index(_own(view, own))
    there = here - 1 if up else here + 1
    if 0 <= there < len(own):
        own[here], own[there] = own[there], own[here]
    _number(own)
    _record(audit_events.VIEW_CHANGED, view, by=by, at=at)


@transaction.atomic
def delete_view(*, view: SavedView, by: Actor, at: datetime) -> None:
    """Delete a view of one's own, from the unit too. Raises NotFound."""
    _owner, own = _locked(by)
    found = _own(view, own)
    _record(audit_events.VIEW_DELETED, found, by=by, at=at)
    found.delete()
    _number([each for each in own if each.pk is not None])


def _number(own: list[SavedView]) -> None:
    for position, view in enumerate(own):
        view.position = position
    SavedView.objects.bulk_update(own, ["position"])


def _record(code: str, view: SavedView, *, by: Actor, at: datetime) -> None:
    """Leave an audit row: which view, shared where; its name and what was searched for as a digest."""
    data = {
        "name": words_digest(view.name),
        "base": view.base,
        "query": words_digest(view.query),
        "shared": view.unit_id is not None,
        "first": view.is_first,
    }
    unit_code = next((post.unit_code for post in by.posts), "")
    record(code, by=by, at=at, subject=f"view:{view.pk}", unit_code=unit_code, data=data)
