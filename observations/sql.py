"""What the database itself enforces of instruments and registrations."""

# The version a content row belongs to, by table.
_VERSION_OF = {
    "observations_area": "version_id = v.id",
    "observations_line": "version_id = v.id",
    "observations_band": "version_id = v.id",
    "observations_scale": "version_id = v.id",
    "observations_milestone": "line_id IN (SELECT id FROM observations_line WHERE version_id = v.id)",
    "observations_scalelevel": "scale_id IN (SELECT id FROM observations_scale WHERE version_id = v.id)",
}

# An update is checked on both sides: a row may be moved neither out of what is fixed nor into it.
_CHANGES = (
    ("insert", "INSERT", "NEW"),
    ("update_from", "UPDATE", "OLD"),
    ("update_to", "UPDATE", "NEW"),
    ("delete", "DELETE", "OLD"),
)


def _content_trigger(table: str, condition: str) -> str:
    """Return the trigger that refuses a change of published content (REG-1).

    Once per statement and over the changed rows, because an instrument is loaded in one statement a table.
    """
    checks = [
        f"CREATE TRIGGER published_{name} AFTER {event} ON {table} REFERENCING {rows} TABLE AS changed "
        f"FOR EACH STATEMENT EXECUTE FUNCTION kijk_published_{table}();"
        for name, event, rows in _CHANGES
    ]
    function = f"""
CREATE FUNCTION kijk_published_{table}() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT FROM changed c, observations_instrumentversion v
               WHERE v.published_at IS NOT NULL AND c.{condition}) THEN
        RAISE EXCEPTION 'A published instrument version never changes.' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NULL;
END $$;
"""
    return function + "\n".join(checks)


PUBLISHED = """
CREATE FUNCTION kijk_published_version() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'A published instrument version never changes.' USING ERRCODE = 'check_violation';
END $$;
CREATE TRIGGER published BEFORE UPDATE OR DELETE ON observations_instrumentversion
    FOR EACH ROW WHEN (OLD.published_at IS NOT NULL) EXECUTE FUNCTION kijk_published_version();
""" + "\n".join(_content_trigger(table, condition) for table, condition in _VERSION_OF.items())

DROP_PUBLISHED = (
    "\n".join(f"DROP FUNCTION kijk_published_{table}() CASCADE;" for table in _VERSION_OF)
    + "\nDROP FUNCTION kijk_published_version() CASCADE;"
)

_DETAILS = ("observations_answer", "observations_scalescore")

# Two settings open the door, each for one transaction and one purpose: bringing in history that is closed from the
# start, and erasing a child. Neither lets an answer of a closed registration be changed.
CLOSED = """
CREATE FUNCTION kijk_closed_registration() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        IF current_setting('kijk.erasing', true) = 'on' THEN RETURN OLD; END IF;
    ELSIF NOT OLD.superseded AND NEW.superseded
          AND (to_jsonb(NEW) - 'superseded') = (to_jsonb(OLD) - 'superseded') THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'A closed registration never changes.' USING ERRCODE = 'check_violation';
END $$;
CREATE TRIGGER closed BEFORE UPDATE OR DELETE ON observations_registration
    FOR EACH ROW WHEN (OLD.status = 'closed') EXECUTE FUNCTION kijk_closed_registration();

CREATE FUNCTION kijk_closed_details() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' AND current_setting('kijk.loading_history', true) = 'on' THEN RETURN NULL; END IF;
    IF TG_OP = 'DELETE' AND current_setting('kijk.erasing', true) = 'on' THEN RETURN NULL; END IF;
    IF EXISTS (SELECT FROM changed c JOIN observations_registration r
               ON r.organisation_id = c.organisation_id AND r.id = c.registration_id WHERE r.status = 'closed') THEN
        RAISE EXCEPTION 'A closed registration never changes.' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NULL;
END $$;
""" + "\n".join(
    f"CREATE TRIGGER closed_{name} AFTER {event} ON {table} REFERENCING {rows} TABLE AS changed "
    f"FOR EACH STATEMENT EXECUTE FUNCTION kijk_closed_details();"
    for table in _DETAILS
    for name, event, rows in _CHANGES
)

DROP_CLOSED = """
DROP FUNCTION kijk_closed_registration() CASCADE;
DROP FUNCTION kijk_closed_details() CASCADE;
"""
