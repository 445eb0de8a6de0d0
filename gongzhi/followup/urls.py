"""Addresses of follow-up calls; fixed words before the numbers."""

from django.urls import URLPattern, path

from gongzhi.followup import views

app_name = "followup"
urlpatterns: list[URLPattern] = [
    path("followup/", views.call_list, name="list"),
    path("followup/figures/", views.figures, name="figures"),
    path("followup/draws/<int:key>/", views.draw, name="draw"),
    path("followup/<int:key>/", views.call, name="call"),
    path("followup/<int:key>/number/", views.number, name="number"),
]
