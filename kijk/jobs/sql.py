"""What the sweep asks of the database."""

# Answers with ids alone, as kijk_organisations_with_due_mail() does: to open every organisation's scope each minute
# would take longer the more organisations there are.
ORGANISATIONS = """
CREATE FUNCTION kijk_organisations_with_open_jobs(silent_since timestamptz) RETURNS SETOF uuid
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public AS
    'SELECT DISTINCT organisation_id FROM public.jobs_job
     WHERE state IN (''waiting'', ''running'') AND (state = ''waiting'' OR heartbeat_at < silent_since)
     ORDER BY organisation_id';
REVOKE ALL ON FUNCTION kijk_organisations_with_open_jobs(timestamptz) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION kijk_organisations_with_open_jobs(timestamptz) TO kijk_app;
"""

DROP_ORGANISATIONS = "DROP FUNCTION kijk_organisations_with_open_jobs(timestamptz);"
