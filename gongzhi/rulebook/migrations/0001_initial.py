import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="Rule",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("code", models.CharField(max_length=64, unique=True)),
                (
                    "level",
                    models.CharField(
                        choices=[
                            ("operational", "operational rule"),
                            ("collective", "collective-choice rule"),
                            ("constitutional", "constitutional rule"),
                        ],
                        max_length=16,
                    ),
                ),
                ("type", models.CharField(max_length=16)),
            ],
            options={
                "ordering": ["code"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("code", ""), _negated=True), name="rule_code_given"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="RuleVersion",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("number", models.PositiveIntegerField()),
                ("params", models.JSONField()),
                ("source", models.CharField(max_length=300)),
                ("confidence", models.CharField(max_length=8)),
                ("note", models.CharField(blank=True, max_length=500)),
                ("decided_by", models.CharField(blank=True, max_length=300)),
                ("valid_from", models.DateTimeField()),
                ("adopted_at", models.DateTimeField()),
                ("adopted_by", models.CharField(max_length=80)),
                ("withdrawn_at", models.DateTimeField(blank=True, null=True)),
                ("withdrawn_by", models.CharField(blank=True, max_length=80)),
                ("withdrawn_note", models.CharField(blank=True, max_length=500)),
                (
                    "rule",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="versions",
                        to="rulebook.rule",
                    ),
                ),
            ],
            options={
                "ordering": ["rule", "number"],
                "constraints": [
                    models.UniqueConstraint(fields=("rule", "number"), name="rule_version_number_once"),
                    models.UniqueConstraint(
                        condition=models.Q(("withdrawn_at__isnull", True)),
                        fields=("rule", "valid_from"),
                        name="rule_version_no_overlap",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("number__gte", 1)), name="rule_version_number_positive"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("source", ""), _negated=True), name="rule_version_source_given"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("number", 1), ("valid_from__gt", models.F("adopted_at")), _connector="OR"
                        ),
                        name="rule_version_forward",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("withdrawn_at__isnull", True), ("withdrawn_by", "")),
                            models.Q(
                                ("withdrawn_at__isnull", False),
                                models.Q(("withdrawn_by", ""), _negated=True),
                                ("withdrawn_at__lt", models.F("valid_from")),
                            ),
                            _connector="OR",
                        ),
                        name="rule_version_withdrawn_in_time",
                    ),
                ],
            },
        ),
    ]
