"""The address table: every app hangs its own table here."""

from django.urls import URLPattern, URLResolver, include, path

from gongzhi.site.api import api

urlpatterns: list[URLPattern | URLResolver] = [
    path("audit/", include("gongzhi.audit.urls")),
    path("", include("gongzhi.orgs.urls")),
    path("", include("gongzhi.cases.urls")),
    path("", include("gongzhi.workbench.urls")),
    path("", include("gongzhi.mediation.urls")),
    path("", include("gongzhi.hotline.urls")),
    path("", include("gongzhi.knowledge.urls")),
    path("", include("gongzhi.followup.urls")),
    path("", include("gongzhi.site.urls")),
    path("api/v1/", api.urls),
    path("open311/", include("gongzhi.channels.urls.open311")),
    path("channels/", include("gongzhi.channels.urls.signed")),
    path("i18n/", include("django.conf.urls.i18n")),
    path("", include("gongzhi.core.appearance.urls")),
    path("", include("gongzhi.core.gallery.urls")),
    path("", include("gongzhi.rulebook.urls")),
    path("", include("gongzhi.notices.urls")),
]

handler400 = "gongzhi.core.middleware.bad_request"
handler500 = "gongzhi.core.middleware.server_error"
