"""Addresses of the archive."""

from django.urls import path

from observations.views import archive

urlpatterns = [
    path("archief/", archive.archive, name="archive"),
    path("archief/voorstel/", archive.archive_proposals, name="archive_proposals"),
    path("kinderen/<uuid:pk>/archiveren/", archive.child_archive, name="child_archive"),
    path("kinderen/<uuid:pk>/terughalen/", archive.child_return, name="child_return"),
]
