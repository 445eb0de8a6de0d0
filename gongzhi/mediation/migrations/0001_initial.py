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
            name="Dispute",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("title", gongzhi.core.fields.EncryptedTextField()),
                ("account", gongzhi.core.fields.EncryptedTextField(blank=True)),
                ("kind", models.CharField(max_length=32)),
                ("origin", models.CharField(max_length=12)),
                ("level", models.CharField(max_length=8)),
                ("state", models.CharField(max_length=12)),
                ("risk", models.CharField(default="low", max_length=8)),
                ("signs", models.JSONField(default=list)),
                ("reported_at", models.DateTimeField(blank=True, null=True)),
                ("in_public", models.BooleanField(default=False)),
                ("opened_at", models.DateTimeField()),
                ("started_at", models.DateTimeField(blank=True, null=True)),
                ("agreed_at", models.DateTimeField(blank=True, null=True)),
                ("finished_at", models.DateTimeField(blank=True, null=True)),
                ("ended_at", models.DateTimeField(blank=True, null=True)),
                ("moved_at", models.DateTimeField()),
                ("moves", models.PositiveIntegerField(default=0)),
                ("next_at", models.DateTimeField(blank=True, null=True)),
                ("next_place", gongzhi.core.fields.EncryptedTextField(blank=True)),
                ("agreed_level", models.CharField(blank=True, max_length=8)),
                ("performance", models.CharField(blank=True, max_length=12)),
                ("ending", models.CharField(blank=True, max_length=32)),
                ("guidance", gongzhi.core.fields.EncryptedTextField(blank=True)),
                (
                    "case",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="disputes",
                        to="cases.case",
                    ),
                ),
                (
                    "committee",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="orgs.unit"
                    ),
                ),
                (
                    "origin_unit",
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
                    models.Index(fields=["origin_unit", "opened_at"], name="dispute_origin"),
                    models.Index(fields=["opened_at"], name="dispute_opened"),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("state__in", ["opened", "mediating", "drafted", "agreed", "finished", "ended"])
                        ),
                        name="dispute_state_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("level__in", ["village", "town", "county"])),
                        name="dispute_level_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("risk__in", ["low", "medium", "high"])), name="dispute_risk_known"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("performance__in", ["performed", "partly", "not", ""])),
                        name="dispute_performance_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "agreed"), _negated=True),
                            models.Q(
                                ("agreed_at__isnull", False), models.Q(("agreed_level", ""), _negated=True)
                            ),
                            _connector="OR",
                        ),
                        name="dispute_agreed_dated",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "ended"), _negated=True),
                            models.Q(("ended_at__isnull", False), models.Q(("ending", ""), _negated=True)),
                            _connector="OR",
                        ),
                        name="dispute_ended_says_why",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Agreement",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("form", models.CharField(max_length=8)),
                ("year", models.PositiveSmallIntegerField()),
                ("sequence", models.PositiveIntegerField(blank=True, null=True)),
                ("facts", gongzhi.core.fields.EncryptedTextField(blank=True)),
                ("matter", gongzhi.core.fields.EncryptedTextField(blank=True)),
                ("responsibility", gongzhi.core.fields.EncryptedTextField(blank=True)),
                ("terms", gongzhi.core.fields.EncryptedTextField()),
                ("drafted_at", models.DateTimeField()),
                ("effective_at", models.DateTimeField(blank=True, null=True)),
                ("replaced_at", models.DateTimeField(blank=True, null=True)),
                ("confirm_by", models.DateField(blank=True, null=True)),
                ("confirmation", models.CharField(blank=True, max_length=12)),
                ("applied_on", models.DateField(blank=True, null=True)),
                ("decided_on", models.DateField(blank=True, null=True)),
                ("court", gongzhi.core.fields.EncryptedTextField(blank=True)),
                ("decision_number", gongzhi.core.fields.EncryptedTextField(blank=True)),
                (
                    "committee",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="orgs.unit",
                    ),
                ),
                (
                    "sealed_by",
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
                    "dispute",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="agreements",
                        to="mediation.dispute",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("committee", "year", "sequence"), name="agreement_number_once"
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("replaced_at__isnull", True)),
                        fields=("dispute",),
                        name="agreement_one_stands",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("form__in", ["oral", "written"])), name="agreement_form_known"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("confirmation__in", ["", "applied", "confirmed", "refused", "withdrawn"])
                        ),
                        name="agreement_confirmation_known",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="DisputeStep",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("seq", models.PositiveIntegerField()),
                ("move", models.CharField(max_length=24)),
                ("from_state", models.CharField(blank=True, max_length=12)),
                ("to_state", models.CharField(max_length=12)),
                ("at", models.DateTimeField()),
                ("by_key", models.CharField(max_length=32)),
                ("by_name", models.CharField(blank=True, max_length=60)),
                ("by_role", models.CharField(blank=True, max_length=32)),
                ("level", models.CharField(max_length=8)),
                ("words", gongzhi.core.fields.EncryptedTextField(blank=True)),
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
                    "dispute",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="steps",
                        to="mediation.dispute",
                    ),
                ),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("dispute", "seq"), name="dispute_seq_once")],
            },
        ),
        migrations.CreateModel(
            name="Party",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("position", models.PositiveSmallIntegerField()),
                (
                    "kind",
                    models.CharField(
                        choices=[("person", "Person"), ("organisation", "Organisation")], max_length=12
                    ),
                ),
                ("name", gongzhi.core.fields.EncryptedTextField()),
                ("sex", models.CharField(blank=True, max_length=8)),
                ("born", models.PositiveSmallIntegerField(blank=True, null=True)),
                ("ethnicity", models.CharField(blank=True, max_length=20)),
                ("occupation", models.CharField(blank=True, max_length=60)),
                ("address", gongzhi.core.fields.EncryptedTextField(blank=True)),
                ("phone", gongzhi.core.fields.EncryptedTextField(blank=True)),
                ("mail", gongzhi.core.fields.EncryptedTextField(blank=True)),
                ("representative", gongzhi.core.fields.EncryptedTextField(blank=True)),
                ("representative_phone", gongzhi.core.fields.EncryptedTextField(blank=True)),
                ("authority", models.CharField(blank=True, max_length=8)),
                ("authority_words", gongzhi.core.fields.EncryptedTextField(blank=True)),
                ("consented_at", models.DateTimeField(blank=True, null=True)),
                (
                    "dispute",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="parties",
                        to="mediation.dispute",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("dispute", "position"), name="party_position_once"),
                    models.CheckConstraint(
                        condition=models.Q(("authority__in", ["general", "special", ""])),
                        name="party_authority_known",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Mediator",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("leading", models.BooleanField(default=False)),
                ("since", models.DateTimeField()),
                ("until", models.DateTimeField(blank=True, null=True)),
                ("stood_down_words", gongzhi.core.fields.EncryptedTextField(blank=True)),
                (
                    "dispute",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="mediators",
                        to="mediation.dispute",
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "objected_by",
                    models.ForeignKey(
                        blank=True,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="mediation.party",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("until__isnull", True)),
                        fields=("dispute", "user"),
                        name="mediator_once",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("leading", True), ("until__isnull", True)),
                        fields=("dispute",),
                        name="mediator_one_leads",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Duty",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("position", models.PositiveSmallIntegerField()),
                ("what", gongzhi.core.fields.EncryptedTextField()),
                ("way", gongzhi.core.fields.EncryptedTextField(blank=True)),
                ("due_on", models.DateField(blank=True, null=True)),
                ("outcome", models.CharField(blank=True, max_length=12)),
                ("outcome_on", models.DateField(blank=True, null=True)),
                ("note", gongzhi.core.fields.EncryptedTextField(blank=True)),
                (
                    "agreement",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="duties",
                        to="mediation.agreement",
                    ),
                ),
                (
                    "party",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="mediation.party",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("agreement", "position"), name="duty_position_once"),
                    models.CheckConstraint(
                        condition=models.Q(("outcome__in", ["performed", "partly", "not", ""])),
                        name="duty_outcome_known",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Reminder",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                (
                    "about",
                    models.CharField(
                        choices=[
                            ("session", "Session"),
                            ("performance", "Performance"),
                            ("overdue", "Overdue"),
                            ("confirmation", "Confirmation"),
                            ("visit", "Visit"),
                        ],
                        max_length=12,
                    ),
                ),
                ("due_at", models.DateTimeField()),
                ("remind_at", models.DateTimeField()),
                ("done_at", models.DateTimeField(blank=True, null=True)),
                (
                    "dispute",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="reminders",
                        to="mediation.dispute",
                    ),
                ),
                (
                    "duty",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="reminders",
                        to="mediation.duty",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        models.F("remind_at"),
                        condition=models.Q(("done_at__isnull", True)),
                        name="reminder_due",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Session",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("held_at", models.DateTimeField()),
                ("place", gongzhi.core.fields.EncryptedTextField()),
                ("present", gongzhi.core.fields.EncryptedTextField()),
                ("minutes", gongzhi.core.fields.EncryptedTextField()),
                ("outcome", gongzhi.core.fields.EncryptedTextField(blank=True)),
                (
                    "dispute",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="sessions",
                        to="mediation.dispute",
                    ),
                ),
                (
                    "recorded_by",
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
            name="Signature",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("way", models.CharField(choices=[("drawn", "Drawn"), ("paper", "Paper")], max_length=8)),
                ("key", models.CharField(max_length=40)),
                ("mime", models.CharField(max_length=40)),
                ("size", models.PositiveIntegerField()),
                ("sha256", models.CharField(max_length=64)),
                ("by_proxy", models.BooleanField(default=False)),
                ("at", models.DateTimeField()),
                (
                    "agreement",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="signatures",
                        to="mediation.agreement",
                    ),
                ),
                (
                    "party",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="mediation.party",
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("party__isnull", False)),
                        fields=("agreement", "party"),
                        name="party_signs_once",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("user__isnull", False)),
                        fields=("agreement", "user"),
                        name="mediator_signs_once",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("party__isnull", False), ("user__isnull", True)),
                            models.Q(("party__isnull", True), ("user__isnull", False)),
                            _connector="OR",
                        ),
                        name="signature_of_one",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Statement",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("words", gongzhi.core.fields.EncryptedTextField()),
                ("at", models.DateTimeField()),
                ("by_party", models.BooleanField(default=False)),
                (
                    "dispute",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="statements",
                        to="mediation.dispute",
                    ),
                ),
                (
                    "party",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="mediation.party",
                    ),
                ),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="Visit",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("at", models.DateTimeField()),
                ("words", gongzhi.core.fields.EncryptedTextField()),
                ("kept", models.BooleanField()),
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
                    "dispute",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="visits",
                        to="mediation.dispute",
                    ),
                ),
            ],
            options={
                "abstract": False,
            },
        ),
    ]
