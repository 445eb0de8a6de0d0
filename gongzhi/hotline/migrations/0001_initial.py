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
            name="Call",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("system_ref", models.CharField(blank=True, max_length=80, null=True)),
                ("direction", models.CharField(default="in", max_length=3)),
                ("caller", gongzhi.core.fields.EncryptedTextField(blank=True)),
                ("caller_index", models.CharField(blank=True, max_length=64)),
                ("line", models.CharField(blank=True, max_length=32)),
                ("agent_ref", models.CharField(blank=True, max_length=40)),
                ("started_at", models.DateTimeField()),
                ("offered_at", models.DateTimeField(blank=True, null=True)),
                ("queued_at", models.DateTimeField(blank=True, null=True)),
                ("answered_at", models.DateTimeField(blank=True, null=True)),
                ("ended_at", models.DateTimeField(blank=True, null=True)),
                ("wait_seconds", models.PositiveIntegerField(blank=True, null=True)),
                ("talk_seconds", models.PositiveIntegerField(blank=True, null=True)),
                ("outcome", models.CharField(blank=True, max_length=12)),
                ("written_at", models.DateTimeField(blank=True, null=True)),
                ("spoke", models.CharField(blank=True, max_length=12)),
                ("question", models.TextField(blank=True)),
                ("answer", models.TextField(blank=True)),
                ("article", models.CharField(blank=True, max_length=40)),
                ("service", models.CharField(blank=True, max_length=8)),
                ("corrected_at", models.DateTimeField(blank=True, null=True)),
                (
                    "agent",
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
                    "case",
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
                    "category",
                    models.ForeignKey(
                        blank=True,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="cases.category",
                    ),
                ),
                (
                    "place",
                    models.ForeignKey(
                        blank=True,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="orgs.unit",
                    ),
                ),
                (
                    "typed_by",
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
                    models.Index(models.OrderBy(models.F("started_at"), descending=True), name="call_newest"),
                    models.Index(
                        models.F("unit"),
                        models.OrderBy(models.F("started_at"), descending=True),
                        name="call_unit",
                    ),
                    models.Index(
                        models.F("agent"),
                        models.OrderBy(models.F("started_at"), descending=True),
                        name="call_agent",
                    ),
                    models.Index(
                        models.F("caller_index"),
                        models.OrderBy(models.F("started_at"), descending=True),
                        condition=models.Q(("caller_index", ""), _negated=True),
                        name="call_caller",
                    ),
                    models.Index(
                        models.F("case"), condition=models.Q(("case__isnull", False)), name="call_case"
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("system_ref",), name="call_once"),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "outcome__in",
                                [
                                    "matter",
                                    "consult",
                                    "added",
                                    "emergency",
                                    "wrong",
                                    "nuisance",
                                    "abandoned",
                                    "",
                                ],
                            )
                        ),
                        name="call_outcome_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("spoke__in", ["self", "family", "neighbour", "other", ""])),
                        name="call_speaker_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("direction__in", ["in", "out"])), name="call_direction_known"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("case__isnull", False), ("outcome__in", ["added", "matter"])),
                            models.Q(
                                models.Q(("outcome__in", ["added", "matter"]), _negated=True),
                                ("case__isnull", True),
                            ),
                            _connector="OR",
                        ),
                        name="call_case_with_outcome",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                (
                                    "outcome__in",
                                    ["matter", "consult", "added", "emergency", "wrong", "nuisance"],
                                ),
                                ("typed_by__isnull", False),
                                ("written_at__isnull", False),
                            ),
                            models.Q(
                                models.Q(
                                    (
                                        "outcome__in",
                                        ["matter", "consult", "added", "emergency", "wrong", "nuisance"],
                                    ),
                                    _negated=True,
                                ),
                                ("typed_by__isnull", True),
                                ("written_at__isnull", True),
                            ),
                            _connector="OR",
                        ),
                        name="call_written_by_somebody",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="CallEvent",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("key", models.CharField(max_length=64, unique=True)),
                ("fingerprint", models.CharField(max_length=64)),
                ("proof", models.CharField(db_index=True, max_length=64)),
                ("kind", models.CharField(max_length=12)),
                ("moment", models.DateTimeField()),
                ("at", models.DateTimeField(db_index=True)),
                (
                    "call",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="events", to="hotline.call"
                    ),
                ),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="FormerEnding",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("outcome", models.CharField(max_length=12)),
                ("spoke", models.CharField(blank=True, max_length=12)),
                ("question", models.TextField(blank=True)),
                ("answer", models.TextField(blank=True)),
                ("article", models.CharField(blank=True, max_length=40)),
                ("service", models.CharField(blank=True, max_length=8)),
                ("written_at", models.DateTimeField()),
                ("reason", models.TextField()),
                ("corrected_at", models.DateTimeField()),
                (
                    "call",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="former", to="hotline.call"
                    ),
                ),
                (
                    "case",
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
                    "category",
                    models.ForeignKey(
                        blank=True,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="cases.category",
                    ),
                ),
                (
                    "corrected_by",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "place",
                    models.ForeignKey(
                        blank=True,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="orgs.unit",
                    ),
                ),
                (
                    "typed_by",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("outcome__in", ["matter", "consult", "added", "emergency", "wrong", "nuisance"])
                        ),
                        name="former_ending_was_written",
                    )
                ],
            },
        ),
    ]
