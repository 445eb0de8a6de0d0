"""The yardstick without the project around it."""

from django.urls import path

from bench.bare.views import bare, well

urlpatterns = [path("bare/", bare), path("healthz", well)]
