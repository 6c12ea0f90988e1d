"""What tests of the web front end share."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.utils import translation


@pytest.fixture(autouse=True)
def japanese() -> Iterator[None]:
    """Each test starts in Japanese; a request in English leaves its language behind in the thread."""
    with translation.override("ja"):
        yield
