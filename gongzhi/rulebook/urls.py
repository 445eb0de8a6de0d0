"""Addresses of the rulebook. `/rules/` is for everybody; `/desk/rules/` is the same for staff, with
changes."""

from django.urls import path

from gongzhi.rulebook import views

app_name = "rulebook"
urlpatterns = [
    path("rules/", views.public_list, name="public_list"),
    path("rules.json", views.list_json, name="list_json"),
    path("rules/<str:code>.json", views.rule_json, name="rule_json"),
    path("rules/<str:code>/", views.public_rule, name="public_rule"),
    path("desk/rules/", views.staff_list, name="list"),
    path("desk/rules/<str:code>/", views.staff_rule, name="rule"),
    path("desk/rules/<str:code>/change/", views.change, name="change"),
    path("desk/rules/<str:code>/versions/<int:number>/withdraw/", views.withdraw, name="withdraw"),
]
