"""Addresses of notices; all need an account."""

from django.urls import path

from gongzhi.notices import views

app_name = "notices"
urlpatterns = [
    path("notices/", views.mine, name="mine"),
    path("notices/read/", views.mark_all_read, name="mark_all_read"),
    path("notices/<int:pk>/open/", views.open_notice, name="open"),
    path("notices/<int:pk>/read/", views.mark_read, name="mark_read"),
    path("notices/ways/", views.ways, name="ways"),
    path("notices/ways/messenger/", views.messenger, name="messenger"),
    path("notices/deliveries/", views.deliveries, name="deliveries"),
]
