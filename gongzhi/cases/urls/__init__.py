"""Addresses of the cases app, split by who comes: residents, staff, and readers of figures."""

from gongzhi.cases.urls import figures, resident, staff

app_name = "cases"
urlpatterns = [*resident.urlpatterns, *staff.urlpatterns, *figures.urlpatterns]
