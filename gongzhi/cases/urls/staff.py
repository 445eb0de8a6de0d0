"""Addresses of single matters for staff. Fixed words stand before the numbers."""

from django.urls import URLPattern, path

from gongzhi.cases.views import case_files, documents
from gongzhi.cases.views.staff import case, likely, moving, offered, posters, registering

urlpatterns: list[URLPattern] = [
    path("posters/<str:code>/", posters.poster, name="poster"),
    path("posters/<str:code>/<int:key>/", posters.take_back, name="poster_take_back"),
    path("cases/new/", registering.register, name="register"),
    path("cases/new/proposed/", offered.part, name="register_proposed"),
    path("cases/settled/", registering.settle, name="settle_new"),
    path("cases/<str:number>/", case.detail, name="case"),
    path("cases/<str:number>/receipt/", registering.handed, name="handed"),
    path("cases/<str:number>/reporter/", case.reporter, name="reporter"),
    path("cases/<str:number>/pictures/<int:position>/", case.picture, name="staff_picture"),
    path("cases/<str:number>/file/", case_files.for_staff, name="case_file"),
    path("cases/<str:number>/file/<int:key>/", case_files.fetch_for_staff, name="case_file_made"),
    path("cases/<str:number>/documents/<slug:name>/", documents.for_staff, name="staff_document"),
    path("cases/<str:number>/likely/", likely.likely, name="likely"),
    path("cases/<str:number>/likely/merge/", likely.merge, name="likely_merge"),
    path("cases/<str:number>/likely/apart/", likely.apart, name="likely_apart"),
    path("cases/<str:number>/<slug:name>/", moving.move, name="move"),
]
