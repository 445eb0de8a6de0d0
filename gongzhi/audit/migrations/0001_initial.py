import django.db.models.functions.datetime
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="AuditBatch",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("number", models.BigIntegerField(unique=True)),
                ("sealed_at", models.DateTimeField()),
                ("algorithm", models.TextField()),
                ("late", models.BooleanField()),
                ("first_id", models.BigIntegerField()),
                ("last_id", models.BigIntegerField()),
                ("size", models.PositiveIntegerField()),
                ("root", models.TextField()),
                ("leaves_hash", models.TextField()),
                ("gaps", models.TextField()),
                ("previous_chain", models.TextField(blank=True)),
                ("chain", models.TextField()),
                ("signature", models.TextField(blank=True)),
                ("leaves", models.BinaryField()),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("late", False)), fields=["last_id"], name="audit_batch_regular"
                    ),
                    models.Index(
                        condition=models.Q(("late", True)), fields=["last_id"], name="audit_batch_late"
                    ),
                    models.Index(fields=["sealed_at"], name="audit_batch_sealed_at"),
                ],
                "constraints": [
                    models.CheckConstraint(condition=models.Q(("size__gt", 0)), name="audit_batch_not_empty"),
                    models.CheckConstraint(
                        condition=models.Q(("first_id__lte", models.F("last_id"))),
                        name="audit_batch_ids_in_order",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="AuditEvent",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                (
                    "recorded_at",
                    models.DateTimeField(
                        db_default=django.db.models.functions.datetime.Now(), editable=False
                    ),
                ),
                ("at", models.DateTimeField()),
                ("code", models.TextField()),
                ("actor_key", models.TextField()),
                ("actor_name", models.TextField(blank=True)),
                ("actor_posts", models.TextField(blank=True)),
                ("door", models.TextField(blank=True)),
                ("unit_code", models.TextField(blank=True)),
                ("subject", models.TextField()),
                ("data", models.TextField()),
                ("request_id", models.TextField(blank=True)),
                ("salt", models.TextField()),
            ],
            options={
                "indexes": [
                    models.Index(fields=["subject", "id"], name="audit_event_subject"),
                    models.Index(fields=["actor_key", "id"], name="audit_event_actor"),
                    models.Index(fields=["code", "id"], name="audit_event_code"),
                    models.Index(fields=["at"], name="audit_event_at"),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("code", ""), _negated=True), name="audit_event_has_code"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("subject", ""), _negated=True), name="audit_event_has_subject"
                    ),
                ],
            },
        ),
    ]
