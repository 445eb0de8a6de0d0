"""Addresses that belong to no subject: the desk, health and metrics."""

from django.urls import path

from gongzhi.site import views

app_name = "site"
urlpatterns = [
    path("desk/", views.desk, name="desk"),
    path("pulse/desk/", views.pulse_desk, name="pulse_desk"),
    path("healthz", views.healthz, name="healthz"),
    path("metrics", views.prometheus, name="metrics"),
]
