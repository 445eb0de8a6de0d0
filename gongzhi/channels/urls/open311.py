"""Addresses below /open311/."""

from django.urls import path

from gongzhi.channels.views import open311 as views

app_name = "open311"
urlpatterns = [
    path("discovery.<slug:ext>", views.discovery, name="discovery"),
    path("v2/discovery.<slug:ext>", views.discovery, name="v2_discovery"),
    path("v2/services.<slug:ext>", views.services, name="services"),
    path("v2/services/<slug:code>.<slug:ext>", views.service, name="service"),
    path("v2/requests.<slug:ext>", views.requests, name="requests"),
    path("v2/requests/<str:number>.<slug:ext>", views.one_request, name="request"),
    path("v2/tokens/<str:token>.<slug:ext>", views.token, name="token"),
    path("v2/servicerequestupdates.<slug:ext>", views.updates, name="updates"),
    path("<path:rest>", views.elsewhere, name="elsewhere"),
]
