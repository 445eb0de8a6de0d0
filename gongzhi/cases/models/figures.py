"""Counted measures, and what must be counted again."""

from typing import ClassVar

from django.db import models

from gongzhi.core.models import BaseModel, FieldClass
from gongzhi.orgs.models import Unit


class UnitFigure(BaseModel):
    """One measure of one unit in one month, counted by the worker from the case rows; never typed in.

    A page reads figures and not cases, so it costs the same at ten thousand cases and at a million. The rows
    behind a figure are found with the definition it was counted by.
    """

    field_classes: ClassVar[dict[str, FieldClass]] = {}

    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    month = models.DateField()
    """First day of the month, local time."""
    measure = models.CharField(max_length=32)
    part = models.CharField(max_length=32, blank=True)
    """One value of a distribution (a level, a channel); empty for the whole."""
    base = models.PositiveIntegerField()
    hits = models.PositiveIntegerField(null=True, blank=True)
    value = models.FloatField(null=True, blank=True)
    """For medians and percentiles: working minutes. For shares: empty, being hits / base."""
    rule = models.CharField(max_length=60)
    as_of = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["unit", "month", "measure", "part"], name="figure_once")
        ]


class FigureCursor(BaseModel):
    """How far the figures have read the transitions: one row."""

    field_classes: ClassVar[dict[str, FieldClass]] = {}

    name = models.CharField(max_length=32, unique=True)
    transition_id = models.BigIntegerField(default=0)
    gaps = models.JSONField(default=list)
    """Keys below it that were absent when it passed, as [first, last, noticed]: on PostgreSQL a transaction
    that began earlier may commit later."""
    moved_at = models.DateTimeField()


class StaleFigure(BaseModel):
    """A unit and month whose figures must be counted again. Marked as often as one likes, counted once."""

    field_classes: ClassVar[dict[str, FieldClass]] = {}

    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    month = models.DateField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["unit", "month"], name="stale_figure_once")]
