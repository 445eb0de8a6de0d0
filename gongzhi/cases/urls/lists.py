"""Addresses of lists of matters for staff. They stand before the addresses of single matters."""

from django.urls import URLPattern, path

from gongzhi.cases.views import lists, roster, waiting
from gongzhi.cases.views.staff import exports, flags

urlpatterns: list[URLPattern] = [
    path("cases/", lists.case_list, name="list"),
    path("cases/dispatch/", lists.dispatch_queue, name="dispatch_queue"),
    path("cases/waiting/<slug:name>/", waiting.waiting_list, name="waiting"),
    path("exports/", exports.mine, name="exports"),
    path("exports/new/", exports.ask, name="ask_export"),
    path("exports/<int:key>/file/", exports.fetch, name="export_file"),
    path("exports/<int:key>/cancel/", exports.cancel, name="cancel_export"),
    path("flags/", flags.flag_list, name="flags"),
    path("flags/<int:key>/", flags.flag_page, name="flag"),
    path("experts/", roster.experts, name="experts"),
    path("experts/<int:key>/end/", roster.end, name="end_expert"),
]
