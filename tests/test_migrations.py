"""Migrations: none is missing, and they run backwards and forwards where they say so."""

import io

import pytest
from django.core.management import call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.loader import MigrationLoader


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
