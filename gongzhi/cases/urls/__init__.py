"""Addresses of the cases app, split by who comes: residents, staff with lists and single matters, and readers
of figures."""

from gongzhi.cases.urls import figures, lists, resident, staff

app_name = "cases"
urlpatterns = [
    *resident.urlpatterns,
    *lists.urlpatterns,
    *staff.urlpatterns,
    *figures.urlpatterns,
]
