"""Addresses of accounts."""

from django.urls import path

from accounts.views.sign_in import sign_in, sign_out

app_name = "accounts"

urlpatterns = [
    path("inloggen/", sign_in, name="sign_in"),
    path("uitloggen/", sign_out, name="sign_out"),
]
