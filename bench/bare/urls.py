"""The project's own addresses and the yardstick."""

from django.urls import include, path

from bench.bare.views import bare

urlpatterns = [path("bare/", bare), path("", include("config.urls"))]
