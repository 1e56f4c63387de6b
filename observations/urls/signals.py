"""Addresses of signals."""

from django.urls import path

from observations.views import signals

urlpatterns = [
    path("signalen/", signals.signals, name="signals"),
    path("signalen/instellen/", signals.rules, name="signal_rules"),
    path("signalen/instellen/<slug:code>/", signals.rule, name="signal_rule"),
    path("signalen/<uuid:pk>/", signals.signal, name="signal"),
    path("signalen/<uuid:pk>/bespreken/", signals.discuss, name="signal_discuss"),
    path("signalen/<uuid:pk>/afsluiten/", signals.close, name="signal_close"),
]
