"""Addresses of the hotline: the screen that a telephone system opens, calls, figures, and its webhook."""

from django.urls import path

from gongzhi.hotline.views import calls, correcting, desk, events, figures

app_name = "hotline"
urlpatterns = [
    path("desk/call", desk.screen, name="screen"),
    path("desk/call/answers/", desk.answers, name="answers"),
    path("hotline/events/", events.take, name="events"),
    path("hotline/", calls.call_list, name="list"),
    path("hotline/figures/", figures.figures, name="figures"),
    path("hotline/<str:number>/", calls.detail, name="call"),
    path("hotline/<str:number>/correct/", correcting.correct, name="correct"),
    path("hotline/<str:number>/number/", calls.number, name="number"),
]
