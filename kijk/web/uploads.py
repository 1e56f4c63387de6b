"""Uploads: kept in memory and never in a temporary file, up to what the page that takes them says it takes.

Django's own handler writes larger files to disk, in the clear. A page without a limit of its own takes 2.5 MB.
"""

from collections.abc import Callable
from io import BytesIO
from typing import Any, Final, TypeVar

from django.core.exceptions import RequestDataTooBig
from django.core.files.uploadedfile import InMemoryUploadedFile
from django.core.files.uploadhandler import FileUploadHandler, StopUpload
from django.http import HttpRequest, HttpResponse
from django.urls import Resolver404, resolve

ANY_PAGE: Final = 2_500_000
_LIMIT, _EXCEEDED = "upload_limit", "upload_too_large"

View = TypeVar("View", bound=Callable[..., HttpResponse])


def accepts_upload(max_bytes: int) -> Callable[[View], View]:
    """Let a page take larger files; it asks ``upload_too_large`` and says so. Worn as the outermost decorator."""

    def decorate(view: View) -> View:
        setattr(view, _LIMIT, max_bytes)
        return view

    return decorate


def upload_too_large(request: HttpRequest) -> bool:
    """Say whether a file of the request was larger than its page takes, and so is not there."""
    # The files are read when they are first asked for.
    len(request.FILES)
    return bool(getattr(request, _EXCEEDED, False))


class LimitedMemoryHandler(FileUploadHandler):
    """Collects files in memory, all of a request together up to the limit of its page."""

    def __init__(self, request: HttpRequest | None = None) -> None:
        super().__init__(request)
        self._left = -1
        self._own_limit = False
        self._content = BytesIO()

    def handle_raw_input(
        self,
        input_data: Any,
        META: Any,  # noqa: N803 - Django's own name
        content_length: int,
        boundary: Any,
        encoding: str | None = None,
    ) -> None:
        """Look up what the page takes, before anything is read."""
        limit = _limit_of(self.request)
        self._own_limit, self._left = limit is not None, ANY_PAGE if limit is None else limit

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        """Begin a file."""
        super().new_file(*args, **kwargs)
        self._content = BytesIO()

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        """Keep a piece; stop where it becomes too much. The rest is read and thrown away, so that an answer arrives."""
        self._left -= len(raw_data)
        if self._left >= 0:
            self._content.write(raw_data)
            return
        self._content = BytesIO()
        if not self._own_limit:
            raise RequestDataTooBig("The file is larger than this page takes.")
        setattr(self.request, _EXCEEDED, True)
        raise StopUpload(connection_reset=False)

    def file_complete(self, file_size: int) -> InMemoryUploadedFile:
        """Hand over a whole file."""
        self._content.seek(0)
        return InMemoryUploadedFile(
            file=self._content,
            field_name=self.field_name,
            name=self.file_name or "",
            content_type=self.content_type,
            size=file_size,
            charset=self.charset,
            content_type_extra=self.content_type_extra,
        )


def _limit_of(request: HttpRequest | None) -> int | None:
    if request is None:
        return None
    try:
        return getattr(resolve(request.path_info).func, _LIMIT, None)
    except Resolver404:
        return None
