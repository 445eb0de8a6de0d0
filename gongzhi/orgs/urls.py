"""Addresses of units, posts, the calendar and accounts, and of signing in.

Of allauth only the pages that are wanted are reachable. The names of the others exist, because allauth writes
links with them, but answer 404: nobody signs up, mail addresses are not proofs of identity here.
"""

from datetime import date
from typing import NoReturn

from allauth.account import views as account_views
from django.http import Http404, HttpRequest
from django.urls import URLPattern, URLResolver, include, path, register_converter

from gongzhi.orgs.views import account, accounts, calendar, unit_days, units


class DayConverter:
    """A day in an address: 2026-03-04."""

    regex = r"\d{4}-\d{2}-\d{2}"

    def to_python(self, value: str) -> date:
        return date.fromisoformat(value)

    def to_url(self, value: date) -> str:
        return value.isoformat()


register_converter(DayConverter, "day")


def closed(request: HttpRequest, **_: object) -> NoReturn:
    """Answer 404: this page of the sign-in library is not offered here."""
    raise Http404


_own: list[URLPattern | URLResolver] = [
    path("units/", units.units, name="units"),
    path("units/<str:code>/", units.unit, name="unit"),
    path("units/<str:code>/new/", units.create_unit, name="create_unit"),
    path("units/<str:code>/name/", units.rename_unit, name="rename_unit"),
    path("units/<str:code>/move/", units.move_unit, name="move_unit"),
    path("units/<str:code>/end/", units.end_unit, name="end_unit"),
    path("units/<str:code>/days/", unit_days.days, name="unit_days"),
    path("units/<str:code>/days/<day:day>/clear/", unit_days.clear_day, name="clear_unit_day"),
    path("units/<str:code>/appoint/", units.appoint, name="appoint"),
    path("units/<str:code>/posts/<int:post_id>/end/", units.end_post, name="end_post"),
    path("calendar/", calendar.year, name="calendar"),
    path("calendar/<day:day>/", calendar.day, name="calendar_day"),
    path("calendar/<day:day>/clear/", calendar.clear, name="calendar_clear"),
    path("account/", account.account, name="account"),
    path("account/tokens/<int:token_id>/revoke/", account.revoke_token, name="revoke_token"),
    path("accounts/", accounts.accounts, name="accounts"),
    path("accounts/new/", accounts.create_account, name="create_account"),
    path("accounts/of/<str:username>/", accounts.account, name="person"),
    path("accounts/of/<str:username>/password/", accounts.reset_password, name="reset_password"),
    path("accounts/of/<str:username>/close/", accounts.close_account, name="close_account"),
    path("accounts/of/<str:username>/reopen/", accounts.reopen_account, name="reopen_account"),
]

_sign_in: list[URLPattern | URLResolver] = [
    path("login/", account_views.login, name="account_login"),
    path("logout/", account_views.logout, name="account_logout"),
    path("closed/", account_views.account_inactive, name="account_inactive"),
    path("again/", account_views.reauthenticate, name="account_reauthenticate"),
    path("password/", account_views.password_change, name="account_change_password"),
    path("second-factor/", include("allauth.mfa.urls")),
]

_closed: list[URLPattern | URLResolver] = [
    path(f"none/{name}/", closed, name=name)
    for name in (
        "account_signup",
        "account_email",
        "account_email_verification_sent",
        "account_set_password",
        "account_reset_password",
        "account_reset_password_done",
        "account_reset_password_from_key_done",
        "account_confirm_login_code",
    )
]

urlpatterns: list[URLPattern | URLResolver] = [
    path("", include((_own, "orgs"))),
    path("account/", include(_sign_in)),
    path("account/", include(_closed)),
]
