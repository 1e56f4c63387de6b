"""What the sweep asks of the database."""

# Answers with ids alone, as kijk_organisations_with_trail() does: opening every organisation's scope each minute to
# find an empty outbox would take longer the more organisations there are.
ORGANISATIONS = """
CREATE FUNCTION kijk_organisations_with_due_mail(moment timestamptz) RETURNS SETOF uuid
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public AS
    'SELECT DISTINCT organisation_id FROM public.mail_outboxmessage
     WHERE state = ''waiting'' AND next_attempt_at <= moment ORDER BY organisation_id';
REVOKE ALL ON FUNCTION kijk_organisations_with_due_mail(timestamptz) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION kijk_organisations_with_due_mail(timestamptz) TO kijk_app;
"""

DROP_ORGANISATIONS = "DROP FUNCTION kijk_organisations_with_due_mail(timestamptz);"
