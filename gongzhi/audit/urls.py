from django.urls import path

from gongzhi.audit import views

app_name = "audit"
urlpatterns = [
    path("", views.log, name="log"),
    path("roots", views.roots, name="roots"),
    path("roots.json", views.roots_json, name="roots_json"),
    path("proofs/<int:row>.json", views.proof_json, name="proof_json"),
]
