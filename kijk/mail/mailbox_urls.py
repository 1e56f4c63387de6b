"""The addresses of the local mailbox; included outside production only."""

from django.urls import path

from kijk.mail.mailbox import mailbox, mailbox_html, mailbox_message

app_name = "mail"

urlpatterns = [
    path("", mailbox, name="mailbox"),
    path("<uuid:pk>/", mailbox_message, name="message"),
    path("<uuid:pk>/html/", mailbox_html, name="message_html"),
]
