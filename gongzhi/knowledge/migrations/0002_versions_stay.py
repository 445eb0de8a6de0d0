"""Versions and steps are written once: the database refuses to change one."""

from django.db import migrations

_TABLES = ("knowledge_articleversion", "knowledge_articlestep")
_SAYS = "versions and steps of articles are never changed; write a new one"


def guard(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(
            f"""CREATE FUNCTION knowledge_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
            BEGIN RAISE EXCEPTION '{_SAYS}' USING ERRCODE = 'integrity_constraint_violation'; END $$"""
        )
    for table in _TABLES:
        action = (
            "FOR EACH ROW EXECUTE FUNCTION knowledge_refuse()"
            if schema_editor.connection.vendor == "postgresql"
            else f"BEGIN SELECT RAISE(ABORT, '{_SAYS}'); END"
        )
        schema_editor.execute(f"CREATE TRIGGER {table}_stays BEFORE UPDATE ON {table} {action}")


def unguard(apps, schema_editor):
    is_postgres = schema_editor.connection.vendor == "postgresql"
    for table in _TABLES:
        schema_editor.execute(f"DROP TRIGGER {table}_stays" + (f" ON {table}" if is_postgres else ""))
    if is_postgres:
        schema_editor.execute("DROP FUNCTION knowledge_refuse()")


class Migration(migrations.Migration):
    dependencies = [("knowledge", "0001_initial")]
    operations = [migrations.RunPython(guard, unguard)]
