"""Addresses of lists of matters for staff. They stand before the addresses of single matters."""

from django.urls import URLPattern, path

from gongzhi.cases.views import lists, roster, waiting
from gongzhi.cases.views.staff import flags

urlpatterns: list[URLPattern] = [
    path("cases/", lists.case_list, name="list"),
    path("cases/dispatch/", lists.dispatch_queue, name="dispatch_queue"),
    path("cases/waiting/<slug:name>/", waiting.waiting_list, name="waiting"),
    path("flags/", flags.flag_list, name="flags"),
    path("flags/<int:key>/", flags.flag_page, name="flag"),
    path("experts/", roster.experts, name="experts"),
    path("experts/<int:key>/end/", roster.end, name="end_expert"),
]
