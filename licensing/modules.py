"""The products an organisation can have (LIC-1, LIC-3)."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Module(models.TextChoices):
    """A part of the product that is on or off for an organisation."""

    REGISTRATION = "registration", _("KIJK! registratie 0–7")
    MONITORING = "monitoring", _("KIJK! monitoring")
    BSO = "bso", _("KIJK! in de BSO")
    PUPIL_MONITOR = "pupil_monitor", _("Leerlingmonitor")
    CORRECTED_AGE = "corrected_age", _("Gecorrigeerde leeftijd bij vroeggeboorte")
    SENSITIVE_REMARKS = "sensitive", _("Bijzondere opmerkingen (gezondheid, thuissituatie)")
    OFFLINE_NOTES = "offline_notes", _("Notities zonder verbinding (versleuteld op het apparaat)")
