"""Fixtures of this package: storage in a folder of the test, so that no file is left behind."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest


@pytest.fixture
def storage(settings: Any, tmp_path: Path) -> Path:
    """Default storage in ``tmp_path/files``; yields that folder."""
    folder = tmp_path / "files"
    settings.STORAGES = settings.STORAGES | {
        "default": {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": str(folder)}}
    }
    return folder
