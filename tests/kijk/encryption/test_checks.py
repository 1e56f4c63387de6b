"""The check over all sealed fields together."""

from typing import Any

from django.apps import apps
from django.db import models
from django.test.utils import isolate_apps

from kijk.encryption.checks import check_labels
from kijk.encryption.fields import SealedField


def test_labels_of_the_product_are_all_different() -> None:
    assert check_labels(None) == []


@isolate_apps("observations")
def test_label_that_is_there_twice_is_found(monkeypatch: Any) -> None:
    """A value could be moved between the two columns unseen."""

    class First(models.Model):
        text: Any = SealedField(str, label="a.b.c")

        class Meta:
            app_label = "observations"

    class Second(models.Model):
        words: Any = SealedField(str, label="a.b.c")

        class Meta:
            app_label = "observations"

    monkeypatch.setattr(apps, "get_models", lambda: [First, Second])
    assert [(fault.id, fault.obj) for fault in check_labels(None)] == [
        ("encryption.E003", Second._meta.get_field("words"))
    ]
