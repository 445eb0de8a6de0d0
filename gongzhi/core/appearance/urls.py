from django.urls import path

from gongzhi.core.appearance import views

app_name = "appearance"
urlpatterns = [path("appearance/letters/<str:size>", views.type_size, name="type_size")]
