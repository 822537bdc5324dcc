"""Uploads that must not touch a disk in the clear: Django would spool a large one to a temporary file."""

from __future__ import annotations

from io import BytesIO
from typing import Any, cast

from django.conf import settings
from django.core.files.uploadedfile import InMemoryUploadedFile
from django.core.files.uploadhandler import FileUploadHandler


class MemoryOnlyUploadHandler(FileUploadHandler):
    """Keeps a file in memory. Of one that is too large it keeps a byte more than allowed, so that it is refused as such.

    The view sets it as the request's only handler before anything reads the form, the CSRF check included.
    """

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        super().new_file(*args, **kwargs)
        self._held = BytesIO()
        self._room = cast(int, settings.PORTAL["UPLOAD_MAX_BYTES"]) + 1

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        self._held.write(raw_data[: self._room])
        self._room -= min(len(raw_data), self._room)

    def file_complete(self, file_size: int) -> InMemoryUploadedFile:
        size = self._held.seek(0, 2)
        self._held.seek(0)
        return InMemoryUploadedFile(
            self._held, self.field_name, self.file_name, self.content_type, size, self.charset, self.content_type_extra
        )
