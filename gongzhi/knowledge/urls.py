"""Addresses of knowledge: everybody below /help/, staff below /knowledge/; fixed words before the numbers."""

from django.urls import URLPattern, path

from gongzhi.knowledge.views import public, staff

app_name = "knowledge"
urlpatterns: list[URLPattern] = [
    path("help/", public.index, name="index"),
    path("help/missed/", public.missed, name="missed"),
    path("help/proposals/", public.proposals, name="proposals"),
    path("help/<str:number>/", public.article, name="help"),
    path("help/<str:number>/used/", public.used, name="used"),
    path("help/<str:number>/thanks/", public.thanks, name="thanks"),
    path("knowledge/", staff.article_list, name="list"),
    path("knowledge/new/", staff.new, name="new"),
    path("knowledge/missed/", staff.missed, name="missed_words"),
    path("knowledge/<str:number>/", staff.page, name="page"),
    path("knowledge/<str:number>/edit/", staff.edit, name="edit"),
    path("knowledge/<str:number>/versions/", staff.versions, name="versions"),
    path("knowledge/<str:number>/own/", staff.own, name="own"),
    path("knowledge/<str:number>/<slug:name>/", staff.step, name="step"),
]
