import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import gongzhi.core.fields
import gongzhi.language.fields


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("orgs", "0001_initial"),
        ("orgs", "__first__"),
    ]

    operations = [
        migrations.CreateModel(
            name="FigureCursor",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("name", models.CharField(max_length=32, unique=True)),
                ("transition_id", models.BigIntegerField(default=0)),
                ("gaps", models.JSONField(default=list)),
                ("moved_at", models.DateTimeField()),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="Category",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("code", models.CharField(max_length=8, unique=True)),
                ("depth", models.PositiveSmallIntegerField()),
                ("name_zh", models.CharField(max_length=40)),
                ("name_en", models.CharField(max_length=80)),
                ("sentence_zh", models.CharField(blank=True, max_length=200)),
                ("sentence_en", models.CharField(blank=True, max_length=200)),
                ("words", models.CharField(blank=True, max_length=200)),
                ("kind", models.CharField(max_length=16)),
                ("urgency", models.CharField(max_length=16)),
                ("department_code", models.CharField(blank=True, max_length=32)),
                ("valid_until", models.DateField(blank=True, null=True)),
                (
                    "parent",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="children",
                        to="cases.category",
                    ),
                ),
            ],
            options={
                "ordering": ["code"],
            },
        ),
        migrations.CreateModel(
            name="Case",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("title", models.CharField(max_length=80)),
                ("text", models.TextField()),
                ("place_detail", models.CharField(blank=True, max_length=120)),
                ("channel", models.CharField(max_length=16)),
                ("language", models.CharField(default="zh-hans", max_length=8)),
                ("reporter_name", gongzhi.core.fields.EncryptedTextField(blank=True)),
                ("reporter_phone", gongzhi.core.fields.EncryptedTextField(blank=True)),
                ("reporter_phone_index", models.CharField(blank=True, max_length=64)),
                ("reporter_mail", gongzhi.core.fields.EncryptedTextField(blank=True)),
                ("anonymous", models.BooleanField(default=False)),
                ("status", models.CharField(max_length=16)),
                ("level", models.CharField(max_length=8)),
                ("kind", models.CharField(blank=True, max_length=16)),
                ("tier", models.CharField(blank=True, max_length=8)),
                ("route", models.CharField(blank=True, max_length=16)),
                ("urgency", models.CharField(default="ordinary", max_length=16)),
                ("registered_at", models.DateTimeField()),
                ("accepted_at", models.DateTimeField(blank=True, null=True)),
                ("dispatched_at", models.DateTimeField(blank=True, null=True)),
                ("contacted_at", models.DateTimeField(blank=True, null=True)),
                ("resolved_at", models.DateTimeField(blank=True, null=True)),
                ("closed_at", models.DateTimeField(blank=True, null=True)),
                ("rated_at", models.DateTimeField(blank=True, null=True)),
                ("moved_at", models.DateTimeField()),
                ("moves", models.PositiveIntegerField(default=0)),
                ("due_at", models.DateTimeField(blank=True, null=True)),
                ("rate_by", models.DateTimeField(blank=True, null=True)),
                ("returns", models.PositiveSmallIntegerField(default=0)),
                ("reworks", models.PositiveSmallIntegerField(default=0)),
                ("objections", models.PositiveSmallIntegerField(default=0)),
                ("receipt_serial", models.PositiveSmallIntegerField(default=0)),
                ("arbitrated", models.BooleanField(default=False)),
                ("highest_escalated_from", models.CharField(blank=True, max_length=8)),
                ("outcome", models.CharField(blank=True, max_length=16)),
                ("answer", models.TextField(blank=True)),
                ("settled_at_level", models.CharField(blank=True, max_length=8)),
                ("solved", models.BooleanField(blank=True, null=True)),
                ("score", models.PositiveSmallIntegerField(blank=True, null=True)),
                ("finish_minutes", models.IntegerField(blank=True, null=True)),
                ("answer_seconds", models.BigIntegerField(blank=True, null=True)),
                ("finish_on_time", models.BooleanField(blank=True, null=True)),
                ("contact_on_time", models.BooleanField(blank=True, null=True)),
                ("published_at", models.DateTimeField(blank=True, null=True)),
                ("public_title", models.CharField(blank=True, max_length=80)),
                ("public_text", models.TextField(blank=True)),
                ("public_answer", models.TextField(blank=True)),
                ("source_ref", models.CharField(blank=True, max_length=80, null=True)),
                (
                    "desk",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="orgs.unit",
                    ),
                ),
                (
                    "owner",
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
                    "place",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="orgs.unit",
                    ),
                ),
                (
                    "registered_by",
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
                ("spoke", models.CharField(default="self", max_length=12)),
                ("typed", models.CharField(default="person", max_length=8)),
            ],
            options={
                "indexes": [
                    models.Index(
                        models.F("unit"),
                        models.F("status"),
                        models.F("due_at"),
                        condition=models.Q(
                            ("status__in", ["accepted", "dispatched", "handling", "registered", "resolved"])
                        ),
                        name="case_queue",
                    ),
                    models.Index(
                        models.F("desk"),
                        models.F("status"),
                        models.F("due_at"),
                        condition=models.Q(
                            ("status__in", ["accepted", "dispatched", "handling", "registered", "resolved"])
                        ),
                        name="case_desk",
                    ),
                    models.Index(
                        models.F("owner"),
                        models.F("status"),
                        models.F("due_at"),
                        condition=models.Q(
                            ("status__in", ["accepted", "dispatched", "handling", "registered", "resolved"])
                        ),
                        name="case_owner",
                    ),
                    models.Index(
                        models.F("due_at"),
                        condition=models.Q(
                            ("status__in", ["accepted", "dispatched", "handling", "registered", "resolved"])
                        ),
                        name="case_due",
                    ),
                    models.Index(models.F("registered_at"), name="case_registered"),
                    models.Index(
                        models.F("dispatched_at"),
                        condition=models.Q(("dispatched_at__isnull", False)),
                        name="case_dispatched",
                    ),
                    models.Index(
                        models.F("resolved_at"),
                        condition=models.Q(("resolved_at__isnull", False)),
                        name="case_resolved",
                    ),
                    models.Index(
                        models.F("rated_at"),
                        condition=models.Q(("rated_at__isnull", False)),
                        name="case_rated",
                    ),
                    models.Index(
                        models.F("closed_at"),
                        condition=models.Q(("closed_at__isnull", False)),
                        name="case_closed",
                    ),
                    models.Index(
                        models.F("rate_by"), condition=models.Q(("status", "resolved")), name="case_rate_by"
                    ),
                    models.Index(
                        models.F("reporter_phone_index"),
                        condition=models.Q(("reporter_phone_index", ""), _negated=True),
                        name="case_phone",
                    ),
                    models.Index(
                        models.OrderBy(models.F("published_at"), descending=True),
                        condition=models.Q(("published_at__isnull", False)),
                        name="case_published",
                    ),
                    models.Index(
                        models.OrderBy(models.F("registered_at"), descending=True),
                        condition=models.Q(("published_at__isnull", False)),
                        name="case_published_raised",
                    ),
                    models.Index(
                        models.F("place"),
                        models.OrderBy(models.F("published_at"), descending=True),
                        condition=models.Q(("published_at__isnull", False)),
                        name="case_published_place",
                    ),
                    models.Index(
                        models.F("category"),
                        models.OrderBy(models.F("published_at"), descending=True),
                        condition=models.Q(("published_at__isnull", False)),
                        name="case_published_category",
                    ),
                    models.Index(
                        models.F("outcome"),
                        models.OrderBy(models.F("published_at"), descending=True),
                        condition=models.Q(("published_at__isnull", False)),
                        name="case_published_outcome",
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("source_ref",), name="case_source_once"),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "status__in",
                                [
                                    "registered",
                                    "accepted",
                                    "dispatched",
                                    "handling",
                                    "resolved",
                                    "closed",
                                    "declined",
                                    "withdrawn",
                                    "merged",
                                ],
                            )
                        ),
                        name="case_status_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("level__in", ["village", "town", "county"])),
                        name="case_level_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("tier__in", ["small", "complex", "major", ""])),
                        name="case_tier_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("kind__in", ["request", "suggestion", "dispute", "hazard", "consultation", ""])
                        ),
                        name="case_kind_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("urgency__in", ["ordinary", "urgent", "emergency"])),
                        name="case_urgency_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("status", "resolved"), _negated=True),
                            ("resolved_at__isnull", False),
                            _connector="OR",
                        ),
                        name="case_resolved_dated",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("status", "closed"), _negated=True),
                            ("closed_at__isnull", False),
                            _connector="OR",
                        ),
                        name="case_closed_dated",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("score__isnull", True), ("score__range", (1, 5)), _connector="OR"
                        ),
                        name="case_score_range",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("spoke__in", ["self", "family", "neighbour", "other", "staff", "unsaid"])
                        ),
                        name="case_speaker_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("typed__in", ["person", "account", "system"]),
                            models.Q(("registered_by__isnull", True), ("typed", "account"), _connector="OR"),
                        ),
                        name="case_typist_known",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Clock",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("kind", models.CharField(max_length=8)),
                ("started_at", models.DateTimeField()),
                ("limit_minutes", models.PositiveIntegerField()),
                ("plain", models.BooleanField(default=False)),
                ("rule", models.CharField(max_length=60)),
                ("due_at", models.DateTimeField()),
                ("paused_at", models.DateTimeField(blank=True, null=True)),
                ("stopped_at", models.DateTimeField(blank=True, null=True)),
                ("margin_minutes", models.IntegerField(blank=True, null=True)),
                ("step", models.PositiveSmallIntegerField(default=0)),
                ("next_step_at", models.DateTimeField(blank=True, null=True)),
                ("quiet", models.BooleanField(default=False)),
                (
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="clocks", to="cases.case"
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        models.F("next_step_at"),
                        condition=models.Q(("next_step_at__isnull", False)),
                        name="clock_next_step",
                    )
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("stopped_at__isnull", True)),
                        fields=("case", "kind"),
                        name="clock_one_running",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("stopped_at__isnull", True), ("next_step_at__isnull", True), _connector="OR"
                        ),
                        name="clock_stopped_quiet",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ClockPause",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("reason", models.CharField(max_length=32)),
                ("waiting_for", models.CharField(max_length=80)),
                ("started_at", models.DateTimeField()),
                ("until", models.DateTimeField()),
                ("ended_at", models.DateTimeField(blank=True, null=True)),
                (
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="pauses", to="cases.case"
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        models.F("until"),
                        condition=models.Q(("ended_at__isnull", True)),
                        name="pause_open_until",
                    )
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("ended_at__isnull", True)),
                        fields=("case",),
                        name="pause_one_open",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("ended_at__isnull", True),
                            ("ended_at__gte", models.F("started_at")),
                            _connector="OR",
                        ),
                        name="pause_forward",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Expert",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("name", models.CharField(max_length=40)),
                ("office", models.CharField(max_length=80)),
                ("reach", models.CharField(max_length=80)),
                ("skills", models.CharField(max_length=200)),
                ("subjects", models.JSONField(default=list)),
                ("valid_from", models.DateField()),
                ("valid_until", models.DateField(blank=True, null=True)),
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
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("name", ""), _negated=True), models.Q(("office", ""), _negated=True)
                        ),
                        name="expert_named",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("valid_until__isnull", True)),
                        fields=("unit", "name", "office"),
                        name="expert_once_a_roster",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ExpertQuestion",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("question", models.TextField()),
                ("asked_at", models.DateTimeField()),
                ("due_at", models.DateTimeField()),
                ("reminded_at", models.DateTimeField(blank=True, null=True)),
                ("answer", models.TextField(blank=True)),
                ("answered_at", models.DateTimeField(blank=True, null=True)),
                ("score", models.PositiveSmallIntegerField(blank=True, null=True)),
                (
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="questions", to="cases.case"
                    ),
                ),
                (
                    "expert",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="questions",
                        to="cases.expert",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        models.F("due_at"),
                        condition=models.Q(("answered_at__isnull", True), ("reminded_at__isnull", True)),
                        name="question_due",
                    ),
                    models.Index(models.F("expert"), name="question_expert"),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("answer", ""), ("answered_at__isnull", True)),
                            models.Q(("answered_at__isnull", False), models.Q(("answer", ""), _negated=True)),
                            _connector="OR",
                        ),
                        name="question_answer_paired",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("score__isnull", True),
                            models.Q(("answered_at__isnull", False), ("score__range", (1, 5))),
                            _connector="OR",
                        ),
                        name="question_score_range",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Export",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("source", models.CharField(choices=[("list", "List"), ("figure", "Figure")], max_length=8)),
                ("query", models.JSONField()),
                (
                    "format",
                    models.CharField(
                        choices=[("csv", "Csv"), ("xlsx", "Xlsx"), ("parquet", "Parquet")], max_length=8
                    ),
                ),
                ("with_words", models.BooleanField(default=False)),
                ("language", models.CharField(max_length=8)),
                ("scope", models.JSONField(default=list)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("waiting", "Waiting"),
                            ("running", "Running"),
                            ("done", "Done"),
                            ("cancelled", "Cancelled"),
                            ("failed", "Failed"),
                            ("expired", "Expired"),
                        ],
                        default="waiting",
                        max_length=10,
                    ),
                ),
                ("asked_at", models.DateTimeField()),
                ("top", models.BigIntegerField()),
                ("last_key", models.BigIntegerField(default=0)),
                ("parts", models.PositiveIntegerField(default=0)),
                ("rows", models.PositiveIntegerField(default=0)),
                ("about", models.PositiveIntegerField(blank=True, null=True)),
                ("folder", models.CharField(max_length=40, unique=True)),
                ("size", models.BigIntegerField(default=0)),
                ("problem", models.CharField(blank=True, max_length=16)),
                ("finished_at", models.DateTimeField(blank=True, null=True)),
                ("expires_at", models.DateTimeField(blank=True, null=True)),
                (
                    "owner",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["owner", "-id"], name="export_of_owner"),
                    models.Index(
                        condition=models.Q(("state", "done")), fields=["expires_at"], name="export_expiry"
                    ),
                    models.Index(
                        condition=models.Q(("state__in", ["waiting", "running"])),
                        fields=["asked_at"],
                        name="export_open",
                    ),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "done"), _negated=True),
                            models.Q(("expires_at__isnull", False), ("finished_at__isnull", False)),
                            _connector="OR",
                        ),
                        name="export_done_dated",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Extension",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("reason", models.TextField()),
                ("asked_at", models.DateTimeField()),
                ("due_at", models.DateTimeField(blank=True, null=True)),
                ("until", models.DateTimeField()),
                ("minutes", models.PositiveIntegerField()),
                ("decide_by", models.DateTimeField()),
                ("decided_at", models.DateTimeField(blank=True, null=True)),
                ("granted", models.BooleanField(blank=True, null=True)),
                ("words", models.TextField(blank=True)),
                (
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="extensions",
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
                        models.F("decide_by"),
                        condition=models.Q(("decided_at__isnull", True)),
                        name="extension_open",
                    ),
                    models.Index(models.F("asked_at"), name="extension_asked"),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("decided_at__isnull", True)),
                        fields=("case",),
                        name="extension_one_open",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("decided_at__isnull", True), ("granted__isnull", True)),
                            models.Q(("decided_at__isnull", False), ("granted__isnull", False)),
                            _connector="OR",
                        ),
                        name="extension_decided_paired",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Flag",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("same_reply", "Same Reply"),
                            ("quick", "Quick"),
                            ("own_network", "Own Network"),
                            ("longer_limit", "Longer Limit"),
                            ("late_asking", "Late Asking"),
                            ("unrated", "Unrated"),
                            ("told_otherwise", "Told Otherwise"),
                        ],
                        max_length=16,
                    ),
                ),
                ("mark", models.CharField(max_length=40)),
                ("month", models.DateField()),
                ("facts", models.JSONField(default=dict)),
                ("rule", models.CharField(max_length=60)),
                ("rows", models.PositiveIntegerField(default=0)),
                ("first_seen", models.DateTimeField()),
                ("last_seen", models.DateTimeField()),
                (
                    "ruling",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("founded", "Founded"),
                            ("unfounded", "Unfounded"),
                            ("explained", "Explained"),
                        ],
                        max_length=12,
                    ),
                ),
                ("waits", models.BooleanField(default=True)),
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
                    models.Index(fields=["unit", "-last_seen"], name="flag_of_unit"),
                    models.Index(fields=["-last_seen", "-id"], name="flag_newest"),
                    models.Index(
                        condition=models.Q(("waits", True)), fields=["-last_seen", "-id"], name="flag_waiting"
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("unit", "kind", "mark"), name="flag_once"),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("waits", True), models.Q(("ruling", ""), _negated=True), _connector="OR"
                        ),
                        name="flag_ruled_or_waits",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="FlagRow",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("at", models.DateTimeField()),
                (
                    "case",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="cases.case",
                    ),
                ),
                (
                    "flag",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="matters",
                        to="cases.flag",
                    ),
                ),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("flag", "case"), name="flag_row_once")],
            },
        ),
        migrations.CreateModel(
            name="FlagRuling",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                (
                    "ruling",
                    models.CharField(
                        choices=[
                            ("founded", "Founded"),
                            ("unfounded", "Unfounded"),
                            ("explained", "Explained"),
                        ],
                        max_length=12,
                    ),
                ),
                ("words", models.TextField()),
                ("by_name", models.CharField(max_length=60)),
                ("rows", models.PositiveIntegerField()),
                ("at", models.DateTimeField()),
                (
                    "by",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "flag",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="rulings", to="cases.flag"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("words", ""), _negated=True), name="flag_ruling_worded"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="HelpCall",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("words", models.TextField()),
                ("called_at", models.DateTimeField()),
                ("limit_minutes", models.PositiveIntegerField()),
                ("plain", models.BooleanField(default=False)),
                ("rule", models.CharField(max_length=60)),
                ("due_at", models.DateTimeField()),
                ("signed_at", models.DateTimeField(blank=True, null=True)),
                ("answer", models.TextField(blank=True)),
                ("answered_at", models.DateTimeField(blank=True, null=True)),
                ("margin_minutes", models.IntegerField(blank=True, null=True)),
                ("ended_at", models.DateTimeField(blank=True, null=True)),
                ("ended_by", models.CharField(blank=True, max_length=24)),
                ("ended_words", models.TextField(blank=True)),
                ("score", models.PositiveSmallIntegerField(blank=True, null=True)),
                ("rating_words", models.TextField(blank=True)),
                ("rated_at", models.DateTimeField(blank=True, null=True)),
                ("step", models.PositiveSmallIntegerField(default=0)),
                ("next_step_at", models.DateTimeField(blank=True, null=True)),
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
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="help_calls",
                        to="cases.case",
                    ),
                ),
                (
                    "signed_by",
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
                    models.Index(models.F("case"), name="help_case"),
                    models.Index(
                        models.F("unit"),
                        models.F("due_at"),
                        condition=models.Q(("answered_at__isnull", True), ("ended_at__isnull", True)),
                        name="help_open",
                    ),
                    models.Index(models.F("unit"), models.F("called_at"), name="help_unit_called"),
                    models.Index(
                        models.F("next_step_at"),
                        condition=models.Q(("next_step_at__isnull", False)),
                        name="help_next_step",
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("answered_at__isnull", True), ("ended_at__isnull", True)),
                        fields=("case", "unit"),
                        name="help_one_open",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("answer", ""),
                                ("answered_at__isnull", True),
                                ("margin_minutes__isnull", True),
                            ),
                            models.Q(
                                ("answered_at__isnull", False),
                                ("margin_minutes__isnull", False),
                                models.Q(("answer", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="help_answer_paired",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("ended_at__isnull", True), ("ended_by", "")),
                            models.Q(
                                ("answered_at__isnull", True),
                                ("ended_at__isnull", False),
                                models.Q(("ended_by", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="help_ended_or_answered",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("rated_at__isnull", True), ("score__isnull", True)),
                            models.Q(
                                ("answered_at__isnull", False),
                                ("rated_at__isnull", False),
                                ("score__range", (1, 5)),
                            ),
                            _connector="OR",
                        ),
                        name="help_rated_answer",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("answered_at__isnull", True), ("ended_at__isnull", True)),
                            ("next_step_at__isnull", True),
                            _connector="OR",
                        ),
                        name="help_done_quiet",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Petition",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("since", models.DateTimeField()),
                ("decide_by", models.DateTimeField()),
                ("rule", models.CharField(max_length=60)),
                ("ended_at", models.DateTimeField(blank=True, null=True)),
                (
                    "case",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, related_name="petition", to="cases.case"
                    ),
                ),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="PetitionReview",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("kind", models.CharField(choices=[("review", "First"), ("second", "Second")], max_length=8)),
                ("words", models.TextField()),
                ("asked_at", models.DateTimeField()),
                ("due_at", models.DateTimeField()),
                ("result", models.CharField(blank=True, max_length=8)),
                ("decision", models.TextField(blank=True)),
                ("decided_at", models.DateTimeField(blank=True, null=True)),
                (
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="reviews", to="cases.case"
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
                ("next_step_at", models.DateTimeField(blank=True, null=True)),
                ("step", models.PositiveSmallIntegerField(default=0)),
            ],
            options={
                "indexes": [
                    models.Index(
                        models.F("unit"),
                        models.F("due_at"),
                        condition=models.Q(("decided_at__isnull", True)),
                        name="review_open",
                    ),
                    models.Index(
                        models.F("next_step_at"),
                        condition=models.Q(("next_step_at__isnull", False)),
                        name="review_next_step",
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("decided_at__isnull", True)),
                        fields=("case",),
                        name="review_one_open",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("decided_at__isnull", True), ("decision", ""), ("result", "")),
                            models.Q(
                                ("decided_at__isnull", False),
                                models.Q(("result", ""), _negated=True),
                                models.Q(("decision", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="review_decided_paired",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("decided_at__isnull", True), ("next_step_at__isnull", True), _connector="OR"
                        ),
                        name="review_decided_quiet",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="PublicTerms",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("terms", gongzhi.language.fields.TermsField()),
                (
                    "case",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="cases.case"
                    ),
                ),
            ],
            options={
                "indexes": [
                    gongzhi.language.fields.TermsIndex(
                        fields=["terms"], key="case_id", name="public_terms_words"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Rating",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("round", models.PositiveSmallIntegerField()),
                ("reached", models.BooleanField(blank=True, null=True)),
                ("solved", models.BooleanField()),
                ("score", models.PositiveSmallIntegerField(blank=True, null=True)),
                ("words", models.TextField(blank=True)),
                ("at", models.DateTimeField()),
                ("network", models.CharField(blank=True, max_length=64)),
                (
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="ratings", to="cases.case"
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
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("main__isnull", True)),
                        fields=("case", "round"),
                        name="rating_once_a_round",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("main__isnull", False)),
                        fields=("case", "main", "round"),
                        name="rating_once_a_main_round",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="SpotCheck",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("drawn_at", models.DateTimeField()),
                ("checked_at", models.DateTimeField(blank=True, null=True)),
                ("as_written", models.BooleanField(blank=True, null=True)),
                ("words", models.TextField(blank=True)),
                (
                    "case",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="spot_check",
                        to="cases.case",
                    ),
                ),
                (
                    "desk",
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
                        models.F("desk"),
                        models.F("drawn_at"),
                        condition=models.Q(("checked_at__isnull", True)),
                        name="spot_check_open",
                    )
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("as_written__isnull", True), ("checked_at__isnull", True)),
                            models.Q(("as_written__isnull", False), ("checked_at__isnull", False)),
                            _connector="OR",
                        ),
                        name="spot_check_paired",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="StaleFigure",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("month", models.DateField()),
                (
                    "unit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="orgs.unit"
                    ),
                ),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("unit", "month"), name="stale_figure_once")],
            },
        ),
        migrations.CreateModel(
            name="Supervision",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("cause", models.CharField(max_length=16)),
                ("words", models.TextField()),
                ("opened_at", models.DateTimeField()),
                ("due_at", models.DateTimeField()),
                ("limit_minutes", models.PositiveIntegerField(default=0)),
                ("plain", models.BooleanField(default=False)),
                ("step", models.PositiveSmallIntegerField(default=0)),
                ("next_step_at", models.DateTimeField(blank=True, null=True)),
                ("answer", models.TextField(blank=True)),
                ("answered_at", models.DateTimeField(blank=True, null=True)),
                ("judge_by", models.DateTimeField(blank=True, null=True)),
                ("judged_at", models.DateTimeField(blank=True, null=True)),
                ("sent_back", models.PositiveSmallIntegerField(default=0)),
                (
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="supervisions",
                        to="cases.case",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        models.F("due_at"),
                        condition=models.Q(("answered_at__isnull", True)),
                        name="supervision_open",
                    ),
                    models.Index(
                        models.F("next_step_at"),
                        condition=models.Q(("next_step_at__isnull", False)),
                        name="supervision_step",
                    ),
                    models.Index(
                        models.F("judge_by"),
                        condition=models.Q(("judge_by__isnull", False)),
                        name="supervision_judge",
                    ),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("answered_at__isnull", True), ("next_step_at__isnull", True), _connector="OR"
                        ),
                        name="supervision_answered_quiet",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("answer", ""), ("answered_at__isnull", True)),
                            models.Q(("answered_at__isnull", False), models.Q(("answer", ""), _negated=True)),
                            _connector="OR",
                        ),
                        name="supervision_answer_paired",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Transition",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("seq", models.PositiveIntegerField()),
                ("move", models.CharField(max_length=24)),
                ("from_state", models.CharField(blank=True, max_length=16)),
                ("to_state", models.CharField(max_length=16)),
                ("at", models.DateTimeField()),
                ("by_key", models.CharField(max_length=32)),
                ("by_name", models.CharField(blank=True, max_length=60)),
                ("by_role", models.CharField(blank=True, max_length=32)),
                ("level", models.CharField(max_length=8)),
                ("words", models.TextField(blank=True)),
                ("public", models.BooleanField(default=True)),
                ("rule", models.CharField(blank=True, max_length=60)),
                ("data", models.JSONField(default=dict)),
                (
                    "by_unit",
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
                    "case",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="transitions",
                        to="cases.case",
                    ),
                ),
                (
                    "to_unit",
                    models.ForeignKey(
                        blank=True,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="orgs.unit",
                    ),
                ),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("case", "seq"), name="transition_seq_once")],
            },
        ),
        migrations.CreateModel(
            name="PanelMember",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("role", models.CharField(max_length=32)),
                ("name", models.CharField(max_length=40)),
                ("level", models.CharField(max_length=8)),
                (
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="panel", to="cases.case"
                    ),
                ),
                (
                    "transition",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="cases.transition",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("case", "level", "name"), name="panel_person_once"),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("name", ""), _negated=True), models.Q(("role", ""), _negated=True)
                        ),
                        name="panel_person_named",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="MeetingDecision",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("meeting", models.CharField(max_length=80)),
                ("held_on", models.DateField()),
                ("number", models.CharField(max_length=40)),
                ("words", models.TextField()),
                ("at", models.DateTimeField()),
                (
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="decisions", to="cases.case"
                    ),
                ),
                (
                    "transition",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="cases.transition",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("meeting", ""), _negated=True), models.Q(("number", ""), _negated=True)
                        ),
                        name="decision_named",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Attachment",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("key", models.CharField(max_length=40, unique=True)),
                ("mime", models.CharField(max_length=40)),
                ("size", models.PositiveIntegerField()),
                ("width", models.PositiveIntegerField()),
                ("height", models.PositiveIntegerField()),
                ("sha256", models.CharField(max_length=64)),
                ("public", models.BooleanField(default=True)),
                ("at", models.DateTimeField()),
                (
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="attachments",
                        to="cases.case",
                    ),
                ),
                (
                    "transition",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="attachments",
                        to="cases.transition",
                    ),
                ),
                ("on_board", models.BooleanField(default=False)),
                ("pages", models.PositiveSmallIntegerField(default=0)),
                (
                    "purpose",
                    models.CharField(
                        choices=[
                            ("before", "Before"),
                            ("after", "After"),
                            ("document", "Document"),
                            ("signature", "Signature"),
                            ("other", "Other"),
                        ],
                        default="other",
                        max_length=10,
                    ),
                ),
            ],
            options={
                "abstract": False,
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("on_board", False), ("purpose__in", ["before", "after"]), _connector="OR"
                        ),
                        name="attachment_board_shows_before_after",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="UnitFigure",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("month", models.DateField()),
                ("measure", models.CharField(max_length=32)),
                ("part", models.CharField(blank=True, max_length=32)),
                ("base", models.PositiveIntegerField()),
                ("hits", models.PositiveIntegerField(blank=True, null=True)),
                ("value", models.FloatField(blank=True, null=True)),
                ("rule", models.CharField(max_length=60)),
                ("as_of", models.DateTimeField()),
                (
                    "unit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="orgs.unit"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("unit", "month", "measure", "part"), name="figure_once")
                ],
            },
        ),
        migrations.CreateModel(
            name="AnswerNetwork",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("network", models.CharField(max_length=64)),
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
                "indexes": [
                    models.Index(
                        models.F("unit"), models.F("network"), models.F("at"), name="answer_network"
                    ),
                    models.Index(models.F("at"), name="answer_network_age"),
                ],
            },
        ),
        migrations.CreateModel(
            name="CaseMerge",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("words", models.TextField(blank=True)),
                ("merged_at", models.DateTimeField()),
                ("status_before", models.CharField(max_length=16)),
                ("clocks", models.JSONField(default=list)),
                ("solved_before", models.BooleanField(blank=True, null=True)),
                ("score_before", models.PositiveSmallIntegerField(blank=True, null=True)),
                ("rated_at_before", models.DateTimeField(blank=True, null=True)),
                ("rule", models.CharField(max_length=60)),
                ("undone_at", models.DateTimeField(blank=True, null=True)),
                (
                    "case",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="merges",
                        to="cases.case",
                    ),
                ),
                (
                    "main",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="merged_in",
                        to="cases.case",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        models.F("main"), condition=models.Q(("undone_at__isnull", True)), name="merge_main"
                    )
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("undone_at__isnull", True)),
                        fields=("case",),
                        name="merge_one_open",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("case", models.F("main")), _negated=True),
                        name="merge_not_into_itself",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="CaseSight",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                (
                    "reason",
                    models.CharField(
                        choices=[
                            ("place", "Place"),
                            ("handling", "Handling"),
                            ("desk", "Desk"),
                            ("helping", "Helping"),
                            ("merged", "Merged"),
                        ],
                        max_length=12,
                    ),
                ),
                ("since", models.DateTimeField()),
                ("is_open", models.BooleanField(default=True)),
                (
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="sights", to="cases.case"
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
                        models.F("unit"),
                        models.F("case"),
                        condition=models.Q(("is_open", True)),
                        name="sight_open",
                    )
                ],
                "constraints": [models.UniqueConstraint(fields=("unit", "case"), name="sight_once")],
            },
        ),
        migrations.CreateModel(
            name="CaseTerms",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("terms", gongzhi.language.fields.TermsField()),
                (
                    "case",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="cases.case"
                    ),
                ),
            ],
            options={
                "indexes": [
                    gongzhi.language.fields.TermsIndex(
                        fields=["terms"], key="case_id", name="case_terms_words"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="CaseFile",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("with_contact", models.BooleanField(default=False)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("waiting", "Waiting"),
                            ("done", "Done"),
                            ("failed", "Failed"),
                            ("expired", "Expired"),
                        ],
                        default="waiting",
                        max_length=8,
                    ),
                ),
                ("key", models.CharField(blank=True, max_length=40)),
                ("size", models.PositiveIntegerField(default=0)),
                ("asked_at", models.DateTimeField()),
                ("finished_at", models.DateTimeField(blank=True, null=True)),
                ("expires_at", models.DateTimeField(blank=True, null=True)),
                (
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="files", to="cases.case"
                    ),
                ),
                (
                    "owner",
                    models.ForeignKey(
                        blank=True,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("state", "done")), fields=["expires_at"], name="case_file_expiry"
                    ),
                    models.Index(
                        condition=models.Q(("state", "waiting")), fields=["asked_at"], name="case_file_open"
                    ),
                    models.Index(
                        condition=models.Q(("key", ""), _negated=True), fields=["key"], name="case_file_key"
                    ),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "done"), _negated=True),
                            models.Q(models.Q(("key", ""), _negated=True), ("expires_at__isnull", False)),
                            _connector="OR",
                        ),
                        name="case_file_done_dated",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="SignedStatement",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                (
                    "about",
                    models.CharField(
                        choices=[("done", "Done"), ("received", "Received"), ("visit", "Visit")], max_length=8
                    ),
                ),
                (
                    "signer",
                    models.CharField(
                        choices=[
                            ("reporter", "Reporter"),
                            ("representative", "Representative"),
                            ("witness", "Witness"),
                        ],
                        max_length=14,
                    ),
                ),
                ("name", gongzhi.core.fields.EncryptedTextField()),
                ("way", models.CharField(choices=[("drawn", "Drawn"), ("paper", "Paper")], max_length=8)),
                ("at", models.DateTimeField()),
                (
                    "attachment",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="statement",
                        to="cases.attachment",
                    ),
                ),
                (
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="statements",
                        to="cases.case",
                    ),
                ),
                (
                    "held_by",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="CasePair",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("same_at", models.DateTimeField(blank=True, null=True)),
                ("apart_at", models.DateTimeField(blank=True, null=True)),
                (
                    "apart_by",
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
                    "first",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="cases.case",
                    ),
                ),
                (
                    "second",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="cases.case",
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(models.F("second"), name="pair_second")],
                "constraints": [
                    models.UniqueConstraint(fields=("first", "second"), name="pair_once"),
                    models.CheckConstraint(
                        condition=models.Q(("first__lt", models.F("second"))), name="pair_older_first"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("apart_at__isnull", True), ("apart_by__isnull", True)),
                            models.Q(("apart_at__isnull", False), ("apart_by__isnull", False)),
                            _connector="OR",
                        ),
                        name="pair_apart_by_somebody",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="LearntModel",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("training", "Training"),
                            ("in_use", "In Use"),
                            ("former", "Former"),
                            ("worse", "Worse"),
                            ("failed", "Failed"),
                        ],
                        default="training",
                        max_length=10,
                    ),
                ),
                ("file", models.CharField(max_length=40, unique=True)),
                ("asked_at", models.DateTimeField()),
                ("asked_by", models.CharField(max_length=60)),
                ("finished_at", models.DateTimeField(blank=True, null=True)),
                ("in_use_since", models.DateTimeField(blank=True, null=True)),
                ("learnt_to", models.DateTimeField(blank=True, null=True)),
                ("texts", models.PositiveIntegerField(default=0)),
                ("size", models.PositiveBigIntegerField(default=0)),
                ("figures", models.JSONField(default=dict)),
                ("rule", models.CharField(max_length=60)),
                ("problem", models.CharField(blank=True, max_length=200)),
                (
                    "compared_with",
                    models.ForeignKey(
                        blank=True,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="cases.learntmodel",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("state", "in_use")),
                        fields=("state",),
                        name="learnt_model_one_in_use",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("state", "training")),
                        fields=("state",),
                        name="learnt_model_one_training",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Proposal",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                (
                    "field",
                    models.CharField(
                        choices=[
                            ("category", "Category"),
                            ("kind", "Kind"),
                            ("tier", "Tier"),
                            ("urgency", "Urgency"),
                        ],
                        max_length=10,
                    ),
                ),
                ("value", models.CharField(max_length=16)),
                ("confidence", models.FloatField()),
                ("chosen_already", models.BooleanField()),
                ("by_subject", models.BooleanField(default=False)),
                ("words", gongzhi.core.fields.EncryptedTextField(blank=True)),
                ("at", models.DateTimeField()),
                ("chosen", models.CharField(blank=True, max_length=16)),
                ("month", models.DateField(blank=True, null=True)),
                (
                    "case",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="cases.case",
                    ),
                ),
                (
                    "model",
                    models.ForeignKey(
                        blank=True,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="cases.learntmodel",
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        blank=True,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="orgs.unit",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        models.F("month"),
                        models.F("field"),
                        models.F("unit"),
                        models.F("value"),
                        models.F("chosen"),
                        condition=models.Q(("month__isnull", False)),
                        name="proposal_decided",
                    )
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("case", "field"), name="proposal_once"),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("chosen", ""), ("month__isnull", True), ("unit__isnull", True)),
                            models.Q(
                                models.Q(("chosen", ""), _negated=True),
                                ("month__isnull", False),
                                ("unit__isnull", False),
                            ),
                            _connector="OR",
                        ),
                        name="proposal_decided_whole",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="PosterLink",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("spot", models.CharField(blank=True, max_length=80)),
                ("serial", models.PositiveSmallIntegerField(default=0)),
                ("printed_at", models.DateTimeField()),
                ("taken_back_at", models.DateTimeField(blank=True, null=True)),
                ("reason", models.TextField(blank=True)),
                (
                    "place",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="orgs.unit",
                    ),
                ),
                (
                    "printed_by",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "taken_back_by",
                    models.ForeignKey(
                        blank=True,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("place", "spot"), name="poster_link_once"),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("taken_back_at__isnull", True), ("taken_back_by__isnull", True)),
                            models.Q(("taken_back_at__isnull", False), ("taken_back_by__isnull", False)),
                            _connector="OR",
                        ),
                        name="poster_link_taken_back_whole",
                    ),
                ],
            },
        ),
    ]
