"""What the database itself enforces of the audit trail."""

APPEND_ONLY = """
CREATE FUNCTION kijk_audit_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'The audit trail is append-only.' USING ERRCODE = 'insufficient_privilege';
END $$;
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_auditevent
    FOR EACH STATEMENT EXECUTE FUNCTION kijk_audit_append_only();
"""

DROP_APPEND_ONLY = """
DROP TRIGGER append_only ON audit_auditevent;
DROP FUNCTION kijk_audit_append_only();
"""

# Answers with ids alone: a job that goes over all organisations must not thereby see a row of any.
ORGANISATIONS = """
CREATE FUNCTION kijk_organisations_with_trail() RETURNS SETOF uuid
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public AS
    'SELECT organisation_id FROM public.audit_audithead ORDER BY organisation_id';
REVOKE ALL ON FUNCTION kijk_organisations_with_trail() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION kijk_organisations_with_trail() TO kijk_app;
"""

DROP_ORGANISATIONS = "DROP FUNCTION kijk_organisations_with_trail();"
