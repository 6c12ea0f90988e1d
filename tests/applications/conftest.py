"""What tests of cases share."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from django.db import connections

from applications.models import Case, Organisation
from tests import factories
from tests.applications import journey


@pytest.fixture(autouse=True)
def _quick_passwords(settings):
    """Nobody signs in here: a third of a second of hashing for each account would be most of the run."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture
def real_database(transactional_db: None, tmp_path: Path) -> Iterator[None]:
    """A database that several threads can use at once, with everything that is in the test database so far.

    SQLite's test database lives in memory, where connections share their locks; threads get a copy in a file, as in
    operation. PostgreSQL is used as it is.
    """
    if connections["default"].vendor != "sqlite":
        yield
        return
    memory = connections["default"]
    memory.ensure_connection()
    settings = connections.settings["default"]
    name = settings["NAME"]
    path = str(tmp_path / "portal.sqlite3")
    with closing(sqlite3.connect(path)) as copy:
        memory.connection.backup(copy)
    settings["NAME"] = path
    connections["default"] = connections.create_connection("default")
    try:
        yield
    finally:
        connections["default"].close()
        settings["NAME"] = name
        connections["default"] = memory


@pytest.fixture
def second_reviewer(db):
    """Another official who reviews."""
    return factories.OfficialFactory(reviews=True).user


@pytest.fixture
def second_approver(db):
    """Another official who approves."""
    return factories.OfficialFactory(approves=True).user


@pytest.fixture
def chief(db):
    """An official who may do everything: review and approve."""
    return factories.OfficialFactory(reviews=True, approves=True).user


@pytest.fixture
def insider(firm):
    """An official who may do everything and is also a member of the firm."""
    official = factories.OfficialFactory(reviews=True, approves=True)
    factories.MembershipFactory(user=official.user, organisation=firm)
    return official.user


@pytest.fixture
def draft_filing(firm, member):
    """A complete draft of a headquarters application."""
    return journey.drafted(firm, member)


@pytest.fixture
def submitted_filing(firm, member):
    """A headquarters application that has arrived."""
    return journey.submitted(firm, member)


@pytest.fixture
def reviewed_filing(submitted_filing, reviewer):
    """A headquarters application with every fact confirmed."""
    return journey.reviewed(submitted_filing, reviewer)


@pytest.fixture
def designated_case(firm, member, reviewer, approver) -> Case:
    """A designated headquarters case under the version of 2026."""
    return journey.designated(firm, member, reviewer, approver)


@pytest.fixture
def other_firm(db) -> Organisation:
    """Another corporation with one member."""
    return factories.MembershipFactory().organisation
