import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import gongzhi.core.fields
import gongzhi.notices.lifecycle


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("orgs", "__first__"),
    ]

    operations = [
        migrations.CreateModel(
            name="ChatTarget",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("service", models.CharField(max_length=16)),
                ("key", gongzhi.core.fields.EncryptedTextField()),
                ("set_at", models.DateTimeField()),
                (
                    "user",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
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
            name="Notice",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("mail", gongzhi.core.fields.EncryptedTextField(blank=True)),
                ("phone", gongzhi.core.fields.EncryptedTextField(blank=True)),
                ("name", models.CharField(blank=True, max_length=60)),
                ("language", models.CharField(max_length=12)),
                ("kind", models.CharField(max_length=64)),
                ("subject_ref", models.CharField(max_length=80)),
                ("title", models.CharField(max_length=200)),
                ("body", gongzhi.core.fields.EncryptedTextField()),
                ("link", gongzhi.core.fields.EncryptedTextField(blank=True)),
                ("dedupe_key", models.CharField(max_length=200, unique=True)),
                ("written_by", models.CharField(max_length=80)),
                ("written_at", models.DateTimeField()),
                ("read_at", models.DateTimeField(blank=True, null=True)),
                ("is_urgent", models.BooleanField(default=False)),
                (
                    "user",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="notices",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "ordering": ["-written_at", "-id"],
                "indexes": [
                    models.Index(fields=["user", "-written_at", "-id"], name="notice_of_user"),
                    models.Index(
                        condition=models.Q(("read_at__isnull", True)), fields=["user"], name="notice_unread"
                    ),
                    models.Index(fields=["subject_ref"], name="notice_subject"),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("dedupe_key", ""), _negated=True), name="notice_key_given"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Delivery",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("channel", models.CharField(max_length=16)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("queued", "waiting to be sent"),
                            ("sending", "being sent"),
                            ("sent", "sent"),
                            ("failed", "failed, will be tried again"),
                            ("gave_up", "given up"),
                            ("no_address", "no address known"),
                            ("held", "waits for the end of the quiet hours"),
                            ("stopped", "not wanted this way"),
                        ],
                        default="queued",
                        max_length=12,
                    ),
                ),
                ("attempts", models.PositiveSmallIntegerField(default=0)),
                ("next_try_at", models.DateTimeField(blank=True, null=True)),
                ("last_error", models.CharField(blank=True, max_length=300)),
                ("sent_at", models.DateTimeField(blank=True, null=True)),
                (
                    "notice",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="deliveries",
                        to="notices.notice",
                    ),
                ),
            ],
            options={
                "ordering": ["-id"],
                "indexes": [
                    models.Index(
                        condition=models.Q(("next_try_at__isnull", False)),
                        fields=["next_try_at"],
                        name="delivery_due",
                    ),
                    models.Index(fields=["state", "-id"], name="delivery_by_state"),
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("notice", "channel"), name="delivery_once"),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("next_try_at__isnull", False),
                                (
                                    "state__in",
                                    [
                                        gongzhi.notices.lifecycle.DeliveryState["FAILED"],
                                        gongzhi.notices.lifecycle.DeliveryState["HELD"],
                                        gongzhi.notices.lifecycle.DeliveryState["QUEUED"],
                                        gongzhi.notices.lifecycle.DeliveryState["SENDING"],
                                    ],
                                ),
                            ),
                            models.Q(
                                models.Q(
                                    (
                                        "state__in",
                                        [
                                            gongzhi.notices.lifecycle.DeliveryState["FAILED"],
                                            gongzhi.notices.lifecycle.DeliveryState["HELD"],
                                            gongzhi.notices.lifecycle.DeliveryState["QUEUED"],
                                            gongzhi.notices.lifecycle.DeliveryState["SENDING"],
                                        ],
                                    ),
                                    _negated=True,
                                ),
                                ("next_try_at__isnull", True),
                            ),
                            _connector="OR",
                        ),
                        name="delivery_open_has_next_try",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("sent_at__isnull", False), ("state", "sent")),
                            models.Q(models.Q(("state", "sent"), _negated=True), ("sent_at__isnull", True)),
                            _connector="OR",
                        ),
                        name="delivery_sent_has_moment",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="OptOut",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("who", models.CharField(max_length=80)),
                ("channel", models.CharField(max_length=16)),
                ("said_at", models.DateTimeField()),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("who", "channel"), name="opt_out_once")],
            },
        ),
    ]
