"""Addresses of lists of matters for staff. They stand before the addresses of single matters."""

from django.urls import URLPattern, path

from gongzhi.cases.views import lists

urlpatterns: list[URLPattern] = [
    path("cases/", lists.case_list, name="list"),
    path("cases/dispatch/", lists.dispatch_queue, name="dispatch_queue"),
]
