"""Addresses of figures: a unit, a measure of it, the list behind."""

from django.urls import URLPattern, path

from gongzhi.cases.views import figures, figures_together, proposals

urlpatterns: list[URLPattern] = [
    path("proposals/", proposals.accuracy, name="proposals"),
    path("proposals/list/", proposals.behind, name="proposal_list"),
    path("models/", proposals.models, name="models"),
    path("models/learn/", proposals.learn, name="model_learn"),
    path("models/<int:key>/use/", proposals.use, name="model_use"),
    path("figures/", figures.dashboard, name="dashboard"),
    path("figures/<str:code>/", figures.dashboard, name="unit_figures"),
    path("figures/<str:code>/together/", figures_together.helpers, name="help_figures"),
    path("figures/<str:code>/together/list/", figures_together.behind, name="help_list"),
    path("figures/<str:code>/count/", figures.count, name="count_figures"),
    path("figures/<str:code>/<slug:measure>/", figures.behind, name="figure_list"),
    path("figures/<str:code>/<slug:measure>/list.csv", figures.as_file, name="figure_file"),
]
