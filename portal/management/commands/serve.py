"""``manage.py serve``: the web server and the background worker in one foreground process (for one machine)."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand


class Command(BaseCommand):
    """Run gunicorn and, where tasks are kept in the database, a worker beside it; stop both together."""

    help = "Serve the portal and work off its background tasks until interrupted"

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Where to listen."""
        parser.add_argument("--host", default="127.0.0.1")
        parser.add_argument("--port", default="8000")
        parser.add_argument("--threads", default="4")

    def handle(self, *args: Any, **options: Any) -> None:
        """Start both, wait for the server, then stop the worker."""
        manage = [sys.executable, str(settings.BASE_DIR / "manage.py")]
        worker = None
        if settings.TASKS["default"]["BACKEND"].startswith("django_tasks_db"):
            worker = subprocess.Popen([*manage, "db_worker", "--interval", "0.5"])
        server = subprocess.Popen(
            [
                sys.executable,
                "-m",
                "gunicorn",
                "portal.wsgi",
                "--bind",
                f"{options['host']}:{options['port']}",
                "--workers",
                "1",
                "--threads",
                options["threads"],
                "--timeout",
                "120",
                "--graceful-timeout",
                "10",
                "--log-level",
                "warning",
            ],
            env={**os.environ, "DJANGO_SETTINGS_MODULE": "portal.settings"},
        )
        self.stdout.write(f"http://{options['host']}:{options['port']}/  (Ctrl+C stops / Ctrl+C で停止)")
        self.stdout.flush()

        def stop(*_: Any) -> None:
            server.terminate()

        signal.signal(signal.SIGTERM, stop)
        signal.signal(signal.SIGINT, stop)
        code = server.wait()
        if worker is not None:
            worker.terminate()
            worker.wait(timeout=20)
        if code not in (0, -signal.SIGTERM, -signal.SIGINT):
            sys.exit(code)
