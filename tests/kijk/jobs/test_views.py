"""The pages of jobs: one's own alone, with and without a script, and no activity by waiting."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from kijk.jobs.models import Job
from kijk.jobs.running import SILENCE, run_job_now
from kijk.jobs.shown import JobBytes
from kijk.tenancy.context import tenant_scope
from tests import factories
from tests.clients import client_of, session_of
from tests.kijk.jobs.conftest import Start, events, row_of, seen, set_row


@pytest.fixture
def client(starter: User) -> Client:
    """The browser of who starts the jobs."""
    return client_of(starter)


def page(client: Client, name: str, job: Job) -> Any:
    return client.get(reverse(f"jobs:{name}", args=[job.pk]))


def words(response: Any) -> str:
    return " ".join(response.content.decode().split())


def file_url(job: Job) -> str:
    return reverse("jobs:file", args=[job.pk, seen(job).files[0].pk])


def test_job_that_waits_can_be_left_and_stopped(start: Start, client: Client) -> None:
    job = start()
    found = words(page(client, "job", job))
    for text in (
        "<h1>Lijst inlezen</h1>",
        "De taak begint zo.",
        "U mag deze pagina verlaten: de taak gaat door. U vindt hem terug bij Mijn taken.",
        f'<noscript><meta http-equiv="refresh" content="3;url=/taken/{job.pk}/?ververst=1"></noscript>',
        f'action="/taken/{job.pk}/stoppen/"',
        '<progress class="progress__bar" max="100" aria-label="Lijst inlezen">',
    ):
        assert text in found
    assert client.post(reverse("jobs:cancel", args=[job.pk])).status_code == 302
    found = words(page(client, "job", job))
    assert "De taak is gestopt. Er is niets veranderd." in found
    assert "http-equiv" not in found
    assert "stoppen" not in found


def test_stopping_what_is_over_says_so(start: Start, client: Client) -> None:
    run_job_now(job := start())
    answer = client.post(reverse("jobs:cancel", args=[job.pk]), follow=True)
    assert "De taak was al afgelopen." in words(answer)
    assert row_of(job).state == "done"


def test_job_that_is_done_gives_its_file_and_its_page(start: Start, client: Client) -> None:
    copied, counted = start(), start("proef.count", parameters={"number": 7})
    for job in (copied, counted):
        run_job_now(job)
    found = words(page(client, "job", copied))
    assert "De taak is klaar." in found
    assert f'href="{file_url(copied)}"' in found
    assert "Klaar: Yara van Dijk.txt" in found
    assert 'href="/taken/?regels=7"' in words(page(client, "job", counted))


@pytest.mark.parametrize(
    ("fault", "told"),
    [
        ("interrupted", "De taak is afgebroken. Er is niets veranderd. Probeer het opnieuw."),
        ("too_long", "De taak duurde te lang. Er is niets veranderd. Probeer het opnieuw met minder tegelijk."),
        (
            "error",
            (
                "Er ging bij ons iets mis. Er is niets veranderd. Probeer het opnieuw. "
                "Lukt het weer niet, vertel het dan de beheerder van uw organisatie."
            ),
        ),
    ],
)
def test_failure_says_what_to_do(start: Start, client: Client, fault: str, told: str) -> None:
    set_row(job := start(), state="failed", fault=fault, finished_at=timezone.now())
    assert told in words(page(client, "job", job))
    set_row(job, kind="proef.hold_apart")
    assert told.replace("Er is niets veranderd. ", "") in words(page(client, "job", job))


def test_refusal_is_shown_as_the_kind_said_it(start: Start, client: Client) -> None:
    run_job_now(job := start("proef.refuse"))
    assert "Regel 12: bij Yara ontbreekt de geboortedatum." in words(page(client, "job", job))


def test_page_ends_a_job_whose_worker_is_gone(start: Start, client: Client) -> None:
    silent = timezone.now() - SILENCE * 2
    set_row(job := start(), state="running", started_at=silent, heartbeat_at=silent, attempts=1)
    assert page(client, "status", job).json() == {
        "state": "failed",
        "busy": False,
        "percent": None,
        "words": "De taak is afgebroken. Er is niets veranderd. Probeer het opnieuw.",
    }
    assert row_of(job).fault == "interrupted"


def test_status_says_how_far_it_is(start: Start, client: Client) -> None:
    from kijk.jobs.progress import Progress, ProgressWriter

    now = timezone.now()
    set_row(job := start(), state="running", started_at=now, heartbeat_at=now, attempts=1)
    assert page(client, "status", job).json() == {"state": "running", "busy": True, "percent": None, "words": "Bezig…"}
    ProgressWriter(job.organisation_id, job.pk).write(Progress(120, 800, "Kinderen lezen"))
    assert page(client, "status", job).json() == {
        "state": "running",
        "busy": True,
        "percent": 15,
        "words": "Kinderen lezen: 120 van 800",
    }
    assert '<progress class="progress__bar" max="100" value="15"' in words(page(client, "job", job))
    set_row(job, cancel_asked_at=now)
    assert page(client, "status", job).json()["words"] == "De taak wordt gestopt…"
    assert "Taak stoppen" not in words(page(client, "job", job))


def test_page_says_busy_without_redis(start: Start, client: Client, settings: Any) -> None:
    now = timezone.now()
    set_row(job := start(), state="running", started_at=now, heartbeat_at=now, attempts=1)
    settings.REDIS_URL = "redis://127.0.0.1:1/0"
    assert "<strong data-job-words>Bezig…</strong>" in words(page(client, "job", job))


# -------------------------------------------------------------------------------------------------- activity


def active_at(client: Client, user: User) -> datetime:
    return session_of(client, user).last_active_at


@pytest.mark.requirement("ACC-6.1")
def test_waiting_for_a_job_is_no_activity(start: Start, starter: User) -> None:
    begun = timezone.now() - timedelta(minutes=20)
    client, job = client_of(starter, at=begun), start()
    page(client, "status", job)
    client.get(reverse("jobs:job", args=[job.pk]), {"ververst": "1"})
    assert active_at(client, starter) == begun
    page(client, "job", job)
    assert active_at(client, starter) > begun + timedelta(minutes=19)


# ------------------------------------------------------------------------------------------------- the files


def test_file_is_saved_and_never_shown_in_place(start: Start, client: Client, starter: User) -> None:
    run_job_now(job := start(files=[JobBytes('Yara "é".html', "text/html", b"<script>1</script>")]))
    answer = client.get(file_url(job))
    assert (answer.status_code, answer.content) == (200, b"<SCRIPT>1</SCRIPT>")
    assert answer.headers["Content-Disposition"] == "attachment; filename*=utf-8''Klaar%3A%20Yara%20%22%C3%A9%22.html"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Cache-Control"] == "no-store"
    assert events(starter)[-1] == ("job.file.fetched", {"kind": "proef.copy"})


def test_right_is_asked_for_again_at_the_download(start: Start, client: Client, starter: User) -> None:
    run_job_now(job := start())
    assert client.get(file_url(job), {"geweigerd": "1"}).status_code == 403
    assert events(starter)[-1][0] == "job.done"
    url = file_url(job)
    set_row(job, kind="weg.ermee")
    assert client.get(url).status_code == 403


def test_file_that_was_given_is_not_handed_out(start: Start, client: Client) -> None:
    from kijk.jobs.models import JobFile

    run_job_now(job := start())
    with tenant_scope(job.organisation_id):
        given = JobFile.objects.get(purpose="in")
    assert client.get(reverse("jobs:file", args=[job.pk, given.pk])).status_code == 404
    url = file_url(job)
    set_row(job, state="failed", fault="error")
    assert client.get(url).status_code == 404


@pytest.mark.requirement("SEC-4.1")
def test_job_of_somebody_else_is_not_found(start: Start, starter: User) -> None:
    run_job_now(job := start())
    with tenant_scope(starter.organisation_id):
        colleague = factories.user()
    with tenant_scope(factories.organisation()):
        stranger = factories.user()
    url = file_url(job)
    for client in (client_of(colleague), client_of(stranger)):
        assert [page(client, name, job).status_code for name in ("job", "status")] == [404, 404]
        assert client.get(url).status_code == 404
        for name in ("cancel", "discard"):
            assert client.post(reverse(f"jobs:{name}", args=[job.pk])).status_code == 404
        assert str(job.pk) not in words(client.get(reverse("jobs:list")))
    assert row_of(job).state == "done"


# --------------------------------------------------------------------------------------------------- the list


def test_list_shows_ones_own_jobs(start: Start, client: Client) -> None:
    assert "U heeft geen taken" in words(client.get(reverse("jobs:list")))
    run_job_now(job := start())
    found = words(client.get(reverse("jobs:list")))
    assert f'href="/taken/{job.pk}/"' in found
    assert 'aria-hidden="true"></span>klaar</span>' in found


def test_job_can_be_thrown_away_once_it_is_over(start: Start, client: Client, starter: User) -> None:
    now = timezone.now()
    set_row(job := start(), state="running", started_at=now, heartbeat_at=now, attempts=1)
    answer = client.post(reverse("jobs:discard", args=[job.pk]), follow=True)
    assert "Deze taak is nog bezig. Stop hem eerst; daarna kunt u hem weggooien." in words(answer)
    set_row(job, state="cancelled", finished_at=now)
    answer = client.post(reverse("jobs:discard", args=[job.pk]), follow=True)
    assert "De taak is weggegooid, met de bestanden." in words(answer)
    assert page(client, "job", job).status_code == 404


def test_buttons_are_by_post_with_a_token(start: Start, starter: User) -> None:
    job = start()
    strict = client_of(starter, client=Client(enforce_csrf_checks=True))
    for name in ("cancel", "discard"):
        url = reverse(f"jobs:{name}", args=[job.pk])
        assert (strict.get(url).status_code, strict.post(url).status_code) == (405, 403)
    assert row_of(job).state == "waiting"
