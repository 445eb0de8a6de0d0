"""Addresses that belong to no subject: health and metrics."""

from django.urls import path

from gongzhi.site import views

app_name = "site"
urlpatterns = [
    path("healthz", views.healthz, name="healthz"),
    path("metrics", views.prometheus, name="metrics"),
]
