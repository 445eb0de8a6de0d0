"""The address table: every app hangs its own table here."""

from django.urls import URLPattern, URLResolver, path

urlpatterns: list[URLPattern | URLResolver] = []
_ = path
