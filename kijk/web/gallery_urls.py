"""The address of the gallery; included outside production only."""

from django.urls import path

from kijk.web.gallery import gallery

urlpatterns = [path("", gallery, name="components")]
