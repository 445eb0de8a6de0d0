"""Addresses of mediation: staff below /mediation/, parties below /m/; fixed words before the numbers."""

from django.urls import URLPattern, path

from gongzhi.mediation.views import disputes, parties

app_name = "mediation"
urlpatterns: list[URLPattern] = [
    path("mediation/", disputes.dispute_list, name="list"),
    path("mediation/new/", disputes.open_dispute, name="open"),
    path("mediation/figures/", disputes.figures, name="figures"),
    path("mediation/<str:number>/", disputes.detail, name="dispute"),
    path("mediation/<str:number>/agreement.pdf", disputes.agreement, name="agreement"),
    path("mediation/<str:number>/parties/", disputes.contacts, name="contacts"),
    path("mediation/<str:number>/answer/", disputes.resolve_case, name="answer"),
    path("mediation/<str:number>/signatures/<int:position>/", disputes.signature, name="signature"),
    path("mediation/<str:number>/<slug:name>/", disputes.move, name="move"),
    path("m/<str:number>/<str:code>/", parties.dispute, name="party"),
    path("m/<str:number>/<str:code>/agreement.pdf", parties.agreement, name="party_agreement"),
    path("m/<str:number>/<str:code>/<slug:name>/", parties.press, name="party_press"),
]
