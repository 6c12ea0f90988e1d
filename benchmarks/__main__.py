"""``python -m benchmarks [name …]``: run all benchmarks or the named ones."""

from __future__ import annotations

import importlib
import sys

import django

NAMES = ("determinations", "questionnaire", "batch", "letters", "queries")


def main() -> None:
    """Run them one after the other."""
    django.setup()
    for name in sys.argv[1:] or NAMES:
        importlib.import_module(f"benchmarks.{name}").run()


if __name__ == "__main__":
    import os

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")
    os.environ.setdefault("PORTAL_MODE", "test")
    main()
