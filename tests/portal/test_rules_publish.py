"""``manage.py rules publish``: what is published stays, except for confirmations before the first case."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from eligibility.rulebook.book import RULES, load
from eligibility.rulebook.checks import check_published, published
from tests.factories import CaseFactory

pytestmark = pytest.mark.django_db

VERSION = "relocation/equipment_renewal@V2026"


@pytest.fixture
def copy(tmp_path: Path, settings: Any) -> Path:
    """A rule book of our own in which an assumption has been confirmed by the city."""
    target = tmp_path / "rules"
    shutil.copytree(RULES, target)
    settings.RULES_DIR = target
    file = target / "schemes/relocation/equipment_renewal/V2026.yaml"
    text = file.read_text(encoding="utf-8")
    assert text.count("      status: assumed\n      assumption: A-18\n") == 1
    file.write_text(text.replace("      status: assumed\n      assumption: A-18\n", ""), encoding="utf-8")
    return target


def test_a_published_version_is_not_published_again(copy: Path) -> None:
    with pytest.raises(CommandError, match="make a new version"):
        call_command("rules", "publish", VERSION)
    assert published(copy)[VERSION] == published(RULES)[VERSION]


def test_a_confirmation_is_taken_over_before_the_first_case(copy: Path) -> None:
    call_command("rules", "publish", "--confirm", VERSION)
    assert published(copy)[VERSION] != published(RULES)[VERSION]
    assert [finding for finding in check_published(load(copy)) if finding.serious] == []


def test_a_version_under_which_a_case_was_filed_stays(copy: Path) -> None:
    CaseFactory(version="V2026", version_hash=published(RULES)[VERSION])
    with pytest.raises(CommandError, match="1 cases rest on"):
        call_command("rules", "publish", "--confirm", VERSION)
    assert published(copy)[VERSION] == published(RULES)[VERSION]
