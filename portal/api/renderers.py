"""What the API answers with besides JSON."""

from __future__ import annotations

from rest_framework.renderers import JSONRenderer


class FileRenderer(JSONRenderer):
    """Lets a client ask for any media type where the answer is a stored file. Problems are still JSON."""

    media_type = "*/*"
    format = "file"
