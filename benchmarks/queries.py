"""Database queries of each page with the demonstration data, signed in as those who use it."""

from __future__ import annotations

import os
import tempfile

from django.contrib.auth import get_user_model
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext, setup_test_environment, teardown_test_environment
from django.urls import NoReverseMatch, reverse

PAGES = (
    ("public", "", ("home", "check_start", "scheme_list", "kpi")),
    ("firm", "hirose@demo.example", ("my_cases",)),
    ("official", "tanto@demo.example", ("desk_queue", "desk_approvals", "desk_rules")),
)


def run() -> None:
    """Build the demonstration in a database of its own and count."""
    from django.conf import settings
    from django.core.management import call_command

    settings.DEMO = True
    with tempfile.TemporaryDirectory() as folder, open(os.devnull, "w", encoding="utf-8") as nowhere:
        settings.STORAGES["default"]["OPTIONS"]["location"] = folder
        setup_test_environment()
        name = connection.creation.create_test_db(verbosity=0)
        try:
            call_command("demo", stdout=nowhere)
            print("\nQueries a page")
            for who, email, names in PAGES:
                client = Client()
                if email:
                    client.force_login(get_user_model().objects.get(email=email))
                for page in names:
                    _count(client, who, page)
        finally:
            connection.creation.destroy_test_db(name, verbosity=0)
            teardown_test_environment()


def _count(client: Client, who: str, page: str) -> None:
    try:
        address = reverse(page)
    except NoReverseMatch:
        return
    client.get(address)
    with CaptureQueriesContext(
        connection,
    ) as queries:
        response = client.get(address)
    print(f"  {who:<9} {address:<28} {len(queries):3d} queries  {len(response.content):8,d} bytes")
