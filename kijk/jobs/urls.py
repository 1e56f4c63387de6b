"""Addresses of background jobs."""

from django.urls import path

from kijk.jobs import views

app_name = "jobs"

urlpatterns = [
    path("", views.job_list, name="list"),
    path("<uuid:pk>/", views.job, name="job"),
    path("<uuid:pk>/stand/", views.status, name="status"),
    path("<uuid:pk>/bestand/<uuid:file_id>/", views.job_file, name="file"),
    path("<uuid:pk>/stoppen/", views.cancel, name="cancel"),
    path("<uuid:pk>/weggooien/", views.discard, name="discard"),
]
