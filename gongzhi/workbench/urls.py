"""Addresses of the workbench: presses for many matters, saved views, what changed."""

from django.urls import URLPattern, path

from gongzhi.workbench.views import bulk, pulse, saved

app_name = "workbench"
urlpatterns: list[URLPattern] = [
    path("batches/", bulk.mine, name="batches"),
    path("batches/new/", bulk.new, name="new"),
    path("batches/<int:key>/", bulk.batch, name="batch"),
    path("batches/<int:key>/undo/", bulk.undo, name="undo"),
    path("pulse/list/", pulse.list_rows, name="pulse_list"),
    path("pulse/case/<str:number>/", pulse.case_steps, name="pulse_case"),
    path("views/", saved.mine, name="views"),
    path("views/new/", saved.save, name="save_view"),
    path("views/<int:key>/", saved.change, name="change_view"),
    path("views/<int:key>/move/", saved.move, name="move_view"),
    path("views/<int:key>/delete/", saved.delete, name="delete_view"),
]
