import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import gongzhi.language.fields


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("orgs", "0001_initial"),
        ("orgs", "__first__"),
    ]

    operations = [
        migrations.CreateModel(
            name="CountedOnce",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("digest", models.CharField(max_length=32, unique=True)),
                ("day", models.DateField(db_index=True)),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="MissedWord",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("digest", models.CharField(max_length=32, unique=True)),
                ("word", models.CharField(blank=True, max_length=40)),
                ("times", models.PositiveIntegerField(default=0)),
                ("last_on", models.DateField()),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("word", ""), _negated=True),
                        fields=["-times"],
                        name="missed_word_often",
                    ),
                    models.Index(fields=["last_on"], name="missed_word_day"),
                ],
            },
        ),
        migrations.CreateModel(
            name="Article",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("state", models.CharField(default="draft", max_length=12)),
                ("published_at", models.DateTimeField(blank=True, null=True)),
                ("checked_at", models.DateTimeField(blank=True, null=True)),
                ("review_on", models.DateField(blank=True, null=True)),
                ("changed_at", models.DateTimeField()),
                ("is_indexed", models.BooleanField(default=True)),
                (
                    "post",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="orgs.post",
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="orgs.unit"
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("is_indexed", False)), fields=["id"], name="article_to_index"
                    ),
                    models.Index(fields=["state", "changed_at"], name="article_state"),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("state__in", ["draft", "review", "published", "withdrawn"])),
                        name="article_state_known",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="ArticleVersion",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("position", models.PositiveIntegerField()),
                ("title", models.CharField(max_length=120)),
                ("summary", models.CharField(max_length=400)),
                ("body", models.TextField()),
                ("keywords", models.CharField(blank=True, max_length=400)),
                ("subject", models.CharField(max_length=32)),
                ("audience", models.CharField(max_length=8)),
                ("source", models.CharField(max_length=400)),
                ("valid_from", models.DateField()),
                ("last_day", models.DateField(blank=True, null=True)),
                ("written_at", models.DateTimeField()),
                (
                    "article",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="versions",
                        to="knowledge.article",
                    ),
                ),
                (
                    "author",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("article", "position"), name="article_version_once"),
                    models.CheckConstraint(
                        condition=models.Q(("audience__in", ["public", "staff"])),
                        name="article_audience_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("last_day__isnull", True),
                            ("last_day__gte", models.F("valid_from")),
                            _connector="OR",
                        ),
                        name="article_period_forward",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ArticleStep",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("move", models.CharField(max_length=12)),
                ("at", models.DateTimeField()),
                ("note", models.CharField(blank=True, max_length=400)),
                (
                    "article",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="steps",
                        to="knowledge.article",
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
                    "version",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="steps",
                        to="knowledge.articleversion",
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["article", "at"], name="article_story")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("move__in", ["save", "submit", "return", "publish", "confirm", "withdraw"])
                        ),
                        name="article_move_known",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="ArticleTerms",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("terms", gongzhi.language.fields.TermsField()),
                ("strong", gongzhi.language.fields.TermsField()),
                (
                    "article",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="terms",
                        to="knowledge.article",
                    ),
                ),
            ],
            options={
                "indexes": [
                    gongzhi.language.fields.TermsIndex(
                        fields=["terms"], key="article_id", name="article_terms_words"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="ArticleUse",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("day", models.DateField()),
                ("where", models.CharField(max_length=8)),
                ("solved", models.BooleanField()),
                ("times", models.PositiveIntegerField(default=0)),
                (
                    "article",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="uses",
                        to="knowledge.article",
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["day", "solved"], name="article_use_day")],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("article", "day", "where", "solved"), name="article_use_once"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("where__in", ["call", "raise", "page"])),
                        name="article_use_where_known",
                    ),
                ],
            },
        ),
        migrations.AddField(
            model_name="article",
            name="live",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="knowledge.articleversion",
            ),
        ),
        migrations.AddField(
            model_name="article",
            name="newest",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="knowledge.articleversion",
            ),
        ),
        migrations.AddIndex(
            model_name="article",
            index=models.Index(
                condition=models.Q(("live__isnull", False)), fields=["review_on"], name="article_review"
            ),
        ),
        migrations.AddConstraint(
            model_name="article",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state", "published"), _negated=True), ("live__isnull", False), _connector="OR"
                ),
                name="article_published_is_live",
            ),
        ),
        migrations.AddConstraint(
            model_name="article",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state", "withdrawn"), _negated=True), ("live__isnull", True), _connector="OR"
                ),
                name="article_withdrawn_is_dark",
            ),
        ),
        migrations.AddConstraint(
            model_name="article",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("live__isnull", True), ("review_on__isnull", True)),
                    models.Q(
                        ("live__isnull", False), ("published_at__isnull", False), ("review_on__isnull", False)
                    ),
                    _connector="OR",
                ),
                name="article_live_is_dated",
            ),
        ),
    ]
