"""Addresses of importing and exporting."""

from django.urls import URLPattern, path

from observations.views import imports

urlpatterns: list[URLPattern] = [
    path("beheer/inlezen/", imports.sources, name="imports"),
    path("beheer/inlezen/nieuw/", imports.upload, name="import_new"),
    path("beheer/inlezen/<uuid:pk>/", imports.preview, name="import_preview"),
    path("beheer/inlezen/<uuid:pk>/groepen/", imports.groups, name="import_groups"),
    path("beheer/inlezen/<uuid:pk>/kolommen/", imports.columns, name="import_columns"),
    path("beheer/inlezen/<uuid:pk>/bevestigen/", imports.confirm, name="import_confirm"),
    path("beheer/inlezen/<uuid:pk>/resultaat/", imports.result, name="import_result"),
    path("beheer/uitvoeren/", imports.export, name="export"),
]
