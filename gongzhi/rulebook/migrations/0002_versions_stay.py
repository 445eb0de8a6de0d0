"""Versions are written once: the database refuses to delete one, or to change one except by withdrawing it."""

from django.db import migrations

# A withdrawal may set only these; everything else must stay as it is.
_KEPT = (
    "rule_id",
    "number",
    "params",
    "source",
    "confidence",
    "note",
    "decided_by",
    "valid_from",
    "adopted_at",
    "adopted_by",
    "created_at",
    "id",
)
_SAYS = "rule versions are never changed or deleted; adopt a new one"

_SQLITE = (
    f"""CREATE TRIGGER rule_version_no_delete BEFORE DELETE ON rulebook_ruleversion
    BEGIN SELECT RAISE(ABORT, '{_SAYS}'); END""",
    f"""CREATE TRIGGER rule_version_no_update BEFORE UPDATE ON rulebook_ruleversion
    WHEN OLD.withdrawn_at IS NOT NULL OR NEW.withdrawn_at IS NULL
      OR {" OR ".join(f"NEW.{name} IS NOT OLD.{name}" for name in _KEPT)}
    BEGIN SELECT RAISE(ABORT, '{_SAYS}'); END""",
    """CREATE TRIGGER rule_version_in_order BEFORE INSERT ON rulebook_ruleversion
    WHEN EXISTS (SELECT 1 FROM rulebook_ruleversion AS earlier WHERE earlier.rule_id = NEW.rule_id
                 AND earlier.withdrawn_at IS NULL AND earlier.valid_from >= NEW.valid_from)
    BEGIN SELECT RAISE(ABORT, 'a later version of this rule already stands'); END""",
)
_SQLITE_DROP = tuple(
    f"DROP TRIGGER {name}"
    for name in ("rule_version_no_delete", "rule_version_no_update", "rule_version_in_order")
)

_POSTGRES = (
    f"""CREATE FUNCTION rule_version_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN RAISE EXCEPTION '{_SAYS}' USING ERRCODE = 'integrity_constraint_violation'; END $$""",
    """CREATE FUNCTION rule_version_refuse_disorder() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
      IF EXISTS (SELECT 1 FROM rulebook_ruleversion AS earlier WHERE earlier.rule_id = NEW.rule_id
                 AND earlier.withdrawn_at IS NULL AND earlier.valid_from >= NEW.valid_from) THEN
        RAISE EXCEPTION 'a later version of this rule already stands'
          USING ERRCODE = 'integrity_constraint_violation';
      END IF;
      RETURN NEW;
    END $$""",
    """CREATE TRIGGER rule_version_no_delete BEFORE DELETE ON rulebook_ruleversion
    FOR EACH ROW EXECUTE FUNCTION rule_version_refuse()""",
    f"""CREATE TRIGGER rule_version_no_update BEFORE UPDATE ON rulebook_ruleversion FOR EACH ROW
    WHEN (OLD.withdrawn_at IS NOT NULL OR NEW.withdrawn_at IS NULL
      OR {" OR ".join(f"NEW.{name} IS DISTINCT FROM OLD.{name}" for name in _KEPT)})
    EXECUTE FUNCTION rule_version_refuse()""",
    """CREATE TRIGGER rule_version_in_order BEFORE INSERT ON rulebook_ruleversion
    FOR EACH ROW EXECUTE FUNCTION rule_version_refuse_disorder()""",
)
_POSTGRES_DROP = (
    "DROP TRIGGER rule_version_no_delete ON rulebook_ruleversion",
    "DROP TRIGGER rule_version_no_update ON rulebook_ruleversion",
    "DROP TRIGGER rule_version_in_order ON rulebook_ruleversion",
    "DROP FUNCTION rule_version_refuse()",
    "DROP FUNCTION rule_version_refuse_disorder()",
)


def guard(apps, schema_editor):
    for statement in _POSTGRES if schema_editor.connection.vendor == "postgresql" else _SQLITE:
        schema_editor.execute(statement)


def unguard(apps, schema_editor):
    for statement in _POSTGRES_DROP if schema_editor.connection.vendor == "postgresql" else _SQLITE_DROP:
        schema_editor.execute(statement)


class Migration(migrations.Migration):
    dependencies = [("rulebook", "0001_initial")]
    operations = [migrations.RunPython(guard, unguard)]
