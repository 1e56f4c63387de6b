"""All addresses of the product. Names every app by string and is imported by none."""

from django.conf import settings
from django.urls import URLPattern, URLResolver, include, path
from django.views.decorators.http import require_POST
from django.views.i18n import set_language

from kijk.web.health import live, ready
from kijk.web.page import public

urlpatterns: list[URLPattern | URLResolver] = [
    path("", include("observations.today_urls")),
    path("", include("accounts.urls")),
    path("", include("observations.urls")),
    path("monitoring/", include("monitoring.urls")),
    path("privacy/", include("privacy.urls")),
    path("concept/", include("kijk.drafts.urls")),
    path("taken/", include("kijk.jobs.urls")),
    path("taal/", public(require_POST(set_language)), name="set_language"),
    path("health/live", live, name="health_live"),
    path("health/ready", ready, name="health_ready"),
]

if settings.SHOW_COMPONENT_GALLERY:
    urlpatterns.append(path("components/", include("kijk.web.gallery_urls")))
if settings.SHOW_MAILBOX:
    urlpatterns.append(path("mail/", include("kijk.mail.mailbox_urls")))
if settings.SHOW_DEMO_ACCOUNTS:
    urlpatterns.append(path("demo/", include("observations.demo_urls")))

handler400 = "kijk.web.errors.bad_request"
handler403 = "kijk.web.errors.denied"
handler404 = "kijk.web.errors.not_found"
handler500 = "kijk.web.errors.failed"
