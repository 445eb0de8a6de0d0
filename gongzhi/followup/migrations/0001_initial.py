import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import gongzhi.core.fields


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("cases", "0001_initial"),
        ("orgs", "0001_initial"),
        ("orgs", "__first__"),
    ]

    operations = [
        migrations.CreateModel(
            name="Draw",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("day", models.DateField()),
                ("batch", models.PositiveBigIntegerField()),
                ("digest", models.CharField(max_length=128)),
                ("rule", models.CharField(max_length=60)),
                ("heaps", models.JSONField(default=dict)),
                ("stood", models.PositiveIntegerField()),
                ("without_number", models.PositiveIntegerField(default=0)),
                ("drawn", models.PositiveIntegerField()),
                ("at", models.DateTimeField()),
                (
                    "unit",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="orgs.unit",
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(models.F("day"), models.F("unit"), name="followup_draw_day")],
                "constraints": [
                    models.UniqueConstraint(fields=("unit", "day"), name="followup_draw_once"),
                    models.CheckConstraint(
                        condition=models.Q(("drawn__lte", models.F("stood"))), name="followup_draw_within"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="FollowUp",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("round", models.PositiveSmallIntegerField()),
                ("reason", models.CharField(max_length=12)),
                ("stratum", models.CharField(blank=True, max_length=8)),
                ("rule", models.CharField(max_length=60)),
                ("recorded_solved", models.BooleanField(blank=True, null=True)),
                ("recorded_score", models.PositiveSmallIntegerField(blank=True, null=True)),
                ("listed_at", models.DateTimeField()),
                ("due_at", models.DateTimeField()),
                ("next_at", models.DateTimeField()),
                ("state", models.CharField(default="open", max_length=12)),
                ("attempts", models.PositiveSmallIntegerField(default=0)),
                ("ended_at", models.DateTimeField(blank=True, null=True)),
                ("answers", models.JSONField(default=dict)),
                ("told_solved", models.BooleanField(blank=True, null=True)),
                ("told_came", models.BooleanField(blank=True, null=True)),
                ("told_score", models.PositiveSmallIntegerField(blank=True, null=True)),
                ("note", gongzhi.core.fields.EncryptedTextField(blank=True)),
                ("agrees", models.BooleanField(blank=True, null=True)),
                ("otherwise", models.BooleanField(default=False)),
                ("sent_back", models.BooleanField(default=False)),
                ("by_name", models.CharField(blank=True, max_length=60)),
                (
                    "by",
                    models.ForeignKey(
                        blank=True,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "caller",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="orgs.unit",
                    ),
                ),
                (
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="followups", to="cases.case"
                    ),
                ),
                (
                    "draw",
                    models.ForeignKey(
                        blank=True,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="followup.draw",
                    ),
                ),
                (
                    "main",
                    models.ForeignKey(
                        blank=True,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="cases.case",
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="orgs.unit",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        models.F("caller"),
                        models.F("due_at"),
                        condition=models.Q(("ended_at__isnull", True)),
                        name="followup_open",
                    ),
                    models.Index(
                        models.F("due_at"),
                        condition=models.Q(("ended_at__isnull", True)),
                        name="followup_due",
                    ),
                    models.Index(
                        models.F("draw"), condition=models.Q(("draw__isnull", False)), name="followup_of_draw"
                    ),
                    models.Index(models.F("unit"), models.F("listed_at"), name="followup_unit"),
                    models.Index(models.F("caller"), models.F("listed_at"), name="followup_caller"),
                    models.Index(models.F("listed_at"), name="followup_listed"),
                    models.Index(
                        models.F("ended_at"),
                        models.F("unit"),
                        condition=models.Q(("otherwise", True)),
                        name="followup_otherwise",
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("main__isnull", True)),
                        fields=("case", "round"),
                        name="followup_once_a_round",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("main__isnull", False)),
                        fields=("case", "main", "round"),
                        name="followup_once_a_main_round",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "state__in",
                                ["open", "reached", "refused", "wrong_number", "not_reached", "no_number"],
                            )
                        ),
                        name="followup_state_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("reason__in", ["drawn", "bad_rating"])),
                        name="followup_reason_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("stratum__in", ["unrated", "solved", "spot", "waiting", ""])),
                        name="followup_stratum_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("ended_at__isnull", True), ("state", "open")),
                            models.Q(models.Q(("state", "open"), _negated=True), ("ended_at__isnull", False)),
                            _connector="OR",
                        ),
                        name="followup_ended_dated",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("told_score__isnull", True), ("told_score__range", (1, 5)), _connector="OR"
                        ),
                        name="followup_score_range",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Attempt",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("position", models.PositiveSmallIntegerField()),
                ("outcome", models.CharField(max_length=12)),
                ("at", models.DateTimeField()),
                ("again_at", models.DateTimeField(blank=True, null=True)),
                ("by_name", models.CharField(blank=True, max_length=60)),
                (
                    "by",
                    models.ForeignKey(
                        blank=True,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "followup",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="tries",
                        to="followup.followup",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("followup", "position"), name="followup_attempt_once"),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("outcome__in", ["reached", "no_answer", "later", "wrong_number", "refused"])
                        ),
                        name="followup_outcome_known",
                    ),
                ],
            },
        ),
    ]
