"""The address table: every app hangs its own table here."""

from django.urls import URLPattern, URLResolver, include, path

urlpatterns: list[URLPattern | URLResolver] = [
    path("audit/", include("gongzhi.audit.urls")),
    path("", include("gongzhi.cases.urls")),
    path("i18n/", include("django.conf.urls.i18n")),
    path("", include("gongzhi.core.appearance.urls")),
    path("", include("gongzhi.core.gallery.urls")),
    path("", include("gongzhi.rulebook.urls")),
]

handler500 = "gongzhi.core.middleware.server_error"
