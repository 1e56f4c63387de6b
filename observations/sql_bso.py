"""What the database itself enforces of measurements in out-of-school care: what is closed never changes (BSO-1)."""

_DETAILS = ("observations_bsoanswer", "observations_bsoscore")

# An update is checked on both sides: a row may be moved neither out of what is fixed nor into it.
_CHANGES = (
    ("insert", "INSERT", "NEW"),
    ("update_from", "UPDATE", "OLD"),
    ("update_to", "UPDATE", "NEW"),
    ("delete", "DELETE", "OLD"),
)

# The same two settings open the door as for registrations (observations.sql): each for one transaction and one
# purpose, bringing in history that is closed from the start, and erasing a child.
BSO_CLOSED = """
CREATE FUNCTION kijk_closed_bso() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' AND current_setting('kijk.erasing', true) = 'on' THEN RETURN OLD; END IF;
    RAISE EXCEPTION 'A closed measurement never changes.' USING ERRCODE = 'check_violation';
END $$;
CREATE TRIGGER closed BEFORE UPDATE OR DELETE ON observations_bsoregistration
    FOR EACH ROW WHEN (OLD.status = 'closed') EXECUTE FUNCTION kijk_closed_bso();

CREATE FUNCTION kijk_closed_bso_details() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' AND current_setting('kijk.loading_history', true) = 'on' THEN RETURN NULL; END IF;
    IF TG_OP = 'DELETE' AND current_setting('kijk.erasing', true) = 'on' THEN RETURN NULL; END IF;
    IF EXISTS (SELECT FROM changed c JOIN observations_bsoregistration r
               ON r.organisation_id = c.organisation_id AND r.id = c.registration_id WHERE r.status = 'closed') THEN
        RAISE EXCEPTION 'A closed measurement never changes.' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NULL;
END $$;
""" + "\n".join(
    f"CREATE TRIGGER closed_{name} AFTER {event} ON {table} REFERENCING {rows} TABLE AS changed "
    f"FOR EACH STATEMENT EXECUTE FUNCTION kijk_closed_bso_details();"
    for table in _DETAILS
    for name, event, rows in _CHANGES
)

_SUPERSEDED = """
    ELSIF TG_OP = 'UPDATE' AND NOT OLD.superseded AND NEW.superseded
          AND (to_jsonb(NEW) - 'superseded') = (to_jsonb(OLD) - 'superseded') THEN
        RETURN NEW;"""
_CLOSED_FUNCTION = """
CREATE OR REPLACE FUNCTION kijk_closed_bso() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' AND current_setting('kijk.erasing', true) = 'on' THEN
        RETURN OLD;{also}
    END IF;
    RAISE EXCEPTION 'A closed measurement never changes.' USING ERRCODE = 'check_violation';
END $$;
"""

# One thing changes in what is closed: that a newer version of it counts from now on (BSO-1.3).
BSO_SUPERSEDED = _CLOSED_FUNCTION.format(also=_SUPERSEDED)
DROP_BSO_SUPERSEDED = _CLOSED_FUNCTION.format(also="")

DROP_BSO_CLOSED = """
DROP FUNCTION kijk_closed_bso() CASCADE;
DROP FUNCTION kijk_closed_bso_details() CASCADE;
"""
