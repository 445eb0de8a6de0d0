"""Migrations: none is missing, and they run backwards and forwards where they say so."""

import io

import pytest
from django.core.management import call_command
from django.db import connection, models
from django.db.migrations import AddConstraint, AddField, AddIndex, CreateModel
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.loader import MigrationLoader

from scripts import initial


@pytest.mark.django_db
def test_no_change_of_a_model_lacks_its_migration() -> None:
    said = io.StringIO()
    try:
        call_command("makemigrations", "--check", "--dry-run", stdout=said)
    except SystemExit:
        pytest.fail(f"a model changed without a migration:\n{said.getvalue()}")


@pytest.mark.django_db
def test_every_migration_has_run_from_an_empty_database() -> None:
    # The test database was made from nothing by the migrations themselves, not from the models.
    executor = MigrationExecutor(connection)
    assert executor.migration_plan(executor.loader.graph.leaf_nodes()) == []
    applied = {app for app, _ in executor.loader.applied_migrations}
    assert {"core", "audit", "orgs", "rulebook", "notices", "cases"} <= applied


def test_no_app_has_two_ends_of_its_chain_of_migrations() -> None:
    assert MigrationLoader(None).detect_conflicts() == {}


@pytest.mark.once
@pytest.mark.parametrize("app", initial.our_apps())
def test_the_first_migration_of_an_app_makes_each_table_whole(app: str) -> None:
    # SQLite makes a table anew for each constraint that is added to it: a fresh start would take its time.
    operations = MigrationLoader(None).disk_migrations[app, initial.NAME].operations
    again = initial.whole_tables(app, operations)
    assert [each.describe() for each in operations] == [each.describe() for each in again], "make initial"


@pytest.mark.once
def test_tables_that_refer_in_a_circle_get_the_last_reference_when_both_are_there() -> None:
    key = models.BigAutoField(primary_key=True)
    operations = initial.whole_tables(
        "app",
        [
            CreateModel(
                "Version", [("id", key), ("article", models.ForeignKey("app.article", models.PROTECT))]
            ),
            CreateModel("Article", [("id", key)]),
            AddField("article", "live", models.ForeignKey("app.version", models.PROTECT, null=True)),
            AddConstraint("article", models.UniqueConstraint(fields=["live"], name="one")),
            AddIndex("version", models.Index(fields=["article"], name="by_article")),
        ],
    )
    assert [each.describe() for each in operations] == [
        "Create model Article",
        "Create model Version",
        "Add field live to article",
        "Create constraint one on model article",
    ]
    version = operations[1]
    assert isinstance(version, CreateModel)
    assert [index.name for index in version.options["indexes"]] == ["by_article"]
