"""Let the database itself refuse to change or remove what the audit log holds, and refuse a false writing moment.

A later migration that makes SQLite rebuild one of the two tables loses its triggers there and must lay them again.
"""

from django.db import migrations

TABLES = ("audit_auditevent", "audit_auditbatch")
NOW_SQLITE = "STRFTIME('%Y-%m-%d %H:%M:%f', 'NOW')"

POSTGRESQL_UP = [
    """
    CREATE FUNCTION audit_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        RAISE EXCEPTION 'the audit log only grows: % of % is refused', TG_OP, TG_TABLE_NAME
            USING ERRCODE = 'restrict_violation';
    END $$
    """,
    """
    CREATE FUNCTION audit_refuse_moment() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        RAISE EXCEPTION 'the audit log sets recorded_at itself' USING ERRCODE = 'restrict_violation';
    END $$
    """,
    *(
        f"CREATE TRIGGER {table}_only_grows BEFORE UPDATE OR DELETE OR TRUNCATE ON {table} "
        "FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse_change()"
        for table in TABLES
    ),
    # ALWAYS: also where a session pretends to be a replica.
    *(f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER {table}_only_grows" for table in TABLES),
    "CREATE TRIGGER audit_auditevent_true_moment BEFORE INSERT ON audit_auditevent FOR EACH ROW "
    "WHEN (NEW.recorded_at IS DISTINCT FROM statement_timestamp()) EXECUTE FUNCTION audit_refuse_moment()",
]
POSTGRESQL_DOWN = [
    "DROP TRIGGER audit_auditevent_true_moment ON audit_auditevent",
    *(f"DROP TRIGGER {table}_only_grows ON {table}" for table in TABLES),
    "DROP FUNCTION audit_refuse_moment()",
    "DROP FUNCTION audit_refuse_change()",
]

# INSERT OR REPLACE removes the old row without asking the delete trigger, so it has its own guard.
SQLITE_TAKEN = {
    "audit_auditevent": "EXISTS (SELECT 1 FROM audit_auditevent WHERE id = NEW.id)",
    "audit_auditbatch": "EXISTS (SELECT 1 FROM audit_auditbatch WHERE id = NEW.id OR number = NEW.number)",
}


def sqlite_up():
    for table in TABLES:
        refuse = f"SELECT RAISE(ABORT, 'the audit log only grows: {{}} of {table} is refused');"
        yield f"CREATE TRIGGER {table}_no_update BEFORE UPDATE ON {table} BEGIN {refuse.format('UPDATE')} END"
        yield f"CREATE TRIGGER {table}_no_delete BEFORE DELETE ON {table} BEGIN {refuse.format('DELETE')} END"
        yield (
            f"CREATE TRIGGER {table}_no_replace BEFORE INSERT ON {table} "
            f"WHEN {SQLITE_TAKEN[table]} BEGIN {refuse.format('REPLACE')} END"
        )
    yield (
        "CREATE TRIGGER audit_auditevent_true_moment BEFORE INSERT ON audit_auditevent "
        f"WHEN NEW.recorded_at IS NOT {NOW_SQLITE} "
        "BEGIN SELECT RAISE(ABORT, 'the audit log sets recorded_at itself'); END"
    )


def sqlite_down():
    for table in TABLES:
        for kind in ("no_update", "no_delete", "no_replace"):
            yield f"DROP TRIGGER {table}_{kind}"
    yield "DROP TRIGGER audit_auditevent_true_moment"


def lay(apps, schema_editor):
    vendor = schema_editor.connection.vendor
    for statement in POSTGRESQL_UP if vendor == "postgresql" else sqlite_up():
        schema_editor.execute(statement, params=None)


def lift(apps, schema_editor):
    vendor = schema_editor.connection.vendor
    for statement in POSTGRESQL_DOWN if vendor == "postgresql" else sqlite_down():
        schema_editor.execute(statement, params=None)


class Migration(migrations.Migration):
    dependencies = [("audit", "0001_initial")]
    operations = [migrations.RunPython(lay, lift)]
