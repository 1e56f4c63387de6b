"""The first page, outside the app's namespace because every role lands on it."""

from django.urls import path

from observations.views.today import today

urlpatterns = [path("", today, name="today")]
