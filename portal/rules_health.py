"""The state of the system: what has failed and waits for a person."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.db.models import Min
from django.utils import timezone
from django_tasks.base import TaskResultStatus
from django_tasks_db.models import DBTaskResult

from applications.rules import engine
from applications.tasks import MOST_FAILURES
from portal.desk_reads import unrendered_letters, unsent_mails
from portal.desk_words import letter_title

SHOWN = 50
"""Rows of each list."""


def health() -> dict[str, Any]:
    """Everything that the health page shows."""
    machine = engine()
    letters = list(unrendered_letters()[:SHOWN])
    mails = list(unsent_mails()[:SHOWN])
    waiting = DBTaskResult.objects.filter(status=TaskResultStatus.READY)
    failed = DBTaskResult.objects.filter(status=TaskResultStatus.FAILED).order_by("-enqueued_at")[:SHOWN]
    oldest: datetime | None = waiting.aggregate(oldest=Min("enqueued_at"))["oldest"]
    return {
        "engine_mode": machine.mode.value,
        "determinations": machine.health.determinations,
        "faults": list(reversed(machine.health.faults)),
        "letters": [(letter, letter_title(letter.kind)) for letter in letters],
        "mails": mails,
        "most_failures": MOST_FAILURES,
        "waiting": waiting.count(),
        "oldest": oldest,
        "late": oldest is not None and (timezone.now() - oldest).total_seconds() > LATE,
        "failed_tasks": list(failed),
        "database": database(),
        "tasks_backend": settings.TASKS["default"]["BACKEND"].rsplit(".", 1)[-1],
    }


LATE = 300
"""Seconds after which a waiting task means that no worker runs."""


def database() -> dict[str, Any]:
    """Which database, its version, and migrations that have not been applied."""
    executor = MigrationExecutor(connection)
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    if connection.vendor == "sqlite":
        version = connection.Database.sqlite_version
    else:
        version = ".".join(str(part) for part in connection.get_database_version())
    return {
        "vendor": connection.display_name,
        "version": version,
        "pending": [f"{migration.app_label}.{migration.name}" for migration, _backwards in plan],
    }
