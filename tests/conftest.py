"""What all tests share: a clean file store, applicants and officials."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import polib
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils.translation import trans_real
from hypothesis import settings
from playwright.sync_api import Browser, sync_playwright

from tests import factories

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")

# The same random facts on every run, so that a change is what makes a test fail; `make test-nightly` draws new ones.
settings.register_profile("repeatable", derandomize=True)
settings.register_profile("random", derandomize=False)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "repeatable"))

LOCALE = Path(__file__).resolve().parents[1] / "portal" / "locale"


@pytest.fixture(scope="session", autouse=True)
def catalogues() -> None:
    """Compile the message catalogues that are older than their sources (``.mo`` files are not in the repository)."""
    for source in LOCALE.glob("*/LC_MESSAGES/django.po"):
        compiled = source.with_suffix(".mo")
        if not compiled.exists() or compiled.stat().st_mtime < source.stat().st_mtime:
            fresh = source.with_suffix(f".{os.getpid()}.tmp")
            polib.pofile(str(source)).save_as_mofile(str(fresh))
            fresh.replace(compiled)
    trans_real._translations.clear()


@pytest.fixture(autouse=True)
def _files_in_tmp(tmp_path_factory, settings):
    """Every test stores its files in a folder of its own."""
    settings.STORAGES = {
        **settings.STORAGES,
        "default": {
            "BACKEND": "django.core.files.storage.FileSystemStorage",
            "OPTIONS": {"location": str(tmp_path_factory.mktemp("files"))},
        },
    }


@pytest.fixture
def firm(db):
    """A corporation from outside Sendai with one member."""
    return factories.MembershipFactory().organisation


@pytest.fixture
def member(firm):
    """The firm's member."""
    return firm.memberships.get().user


@pytest.fixture
def stranger(db):
    """Somebody who acts for another firm."""
    return factories.MembershipFactory().user


@pytest.fixture
def reviewer(db):
    """An official who reviews."""
    return factories.OfficialFactory(reviews=True).user


@pytest.fixture
def approver(db):
    """An official who approves."""
    return factories.OfficialFactory(approves=True).user


@pytest.fixture
def auditor(db):
    """An official who only reads."""
    return factories.OfficialFactory(audits=True).user


@pytest.fixture
def pdf():
    """Makes small valid PDF uploads."""

    def make(name: str = "事業計画書.pdf") -> SimpleUploadedFile:
        return SimpleUploadedFile(name, factories.MINIMAL_PDF, content_type="application/pdf")

    return make


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """The browser; tests are skipped, and say so, where none is installed."""
    if CHROMIUM is None:
        pytest.skip("chromium is not installed")
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"  # playwright keeps an event loop in this thread
    with sync_playwright() as playwright:
        made = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield made
        made.close()
    del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]
