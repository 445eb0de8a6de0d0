from django.urls import path

from gongzhi.core.gallery import views

app_name = "gallery"
urlpatterns = [
    path("components", views.gallery, name="staff"),
    path("components/resident", views.gallery_resident, name="resident"),
    path("components/errors/<int:status>", views.error_page, name="error"),
]
