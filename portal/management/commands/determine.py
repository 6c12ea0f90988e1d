"""``manage.py determine``: facts in a JSON file → determinations as JSON."""

from __future__ import annotations

import json
import sys
from argparse import ArgumentParser
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from applications.rules import engine
from eligibility.combination.combine import combine
from eligibility.combination.render import combination_json
from eligibility.evaluation.facts import FactsError, read_facts
from eligibility.evaluation.render import determination_json
from eligibility.prove.offers import offers, offers_json

SEARCH_SECONDS = 10.0
"""How long the search for changes may take for one scheme."""


class Command(BaseCommand):
    """Determine one, several or all schemes for given facts."""

    help = (
        'Determines schemes for the facts in a JSON file ({"fact": value, …}; - reads standard input). With exactly '
        "one --scheme prints one JSON object, otherwise a list of them (all schemes without --scheme). With --combine "
        'prints {"determinations": […], "combination": {…}}: what is worth most together, and why.'
    )
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Options."""
        parser.add_argument("--scheme", action="append", default=[], help="scheme id, may be given several times")
        parser.add_argument("--on", type=_date, default=date.today(), help="date of the determination (YYYY-MM-DD)")
        parser.add_argument("--facts", required=True, help="JSON file with the facts, or -")
        parser.add_argument("--step", default="", help="step of the procedure (by default the one that checks look at)")

        parser.add_argument("--combine", action="store_true", help="add the best combination of the schemes")
        parser.add_argument(
            "--changes",
            action="store_true",
            help="also look for the smallest changes that would make the applicant eligible, or bring more",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Print the determinations."""
        raw = _read(options["facts"])
        machine = engine()
        vocabulary = machine.book.vocabulary
        try:
            facts = read_facts(raw, vocabulary)
        except FactsError as error:
            raise CommandError(
                "\n".join(f"{p.path}: {p.message.en} / {p.message.ja}" for p in error.problems)
            ) from None
        unknown = [s for s in options["scheme"] if s not in machine.book.schemes]
        if unknown:
            raise CommandError(f"unknown scheme: {', '.join(unknown)}. Known: {', '.join(machine.book.schemes)}")
        results = [
            machine.determine(scheme, facts, options["on"], options["step"])
            for scheme in options["scheme"] or machine.book.schemes
        ]
        written = [determination_json(result, vocabulary) for result in results]
        if options["changes"]:
            for entry, result in zip(written, results, strict=True):
                entry["changes"] = offers_json(offers(machine, result, facts, SEARCH_SECONDS), vocabulary)
        answer: Any = written[0] if len(options["scheme"]) == 1 else written
        if options["combine"]:
            best = combination_json(combine(machine, results, facts), machine.book.schemes, vocabulary)
            answer = {"determinations": written, "combination": best}
        self.stdout.write(json.dumps(answer, ensure_ascii=False, indent=2))


def _date(text: str) -> date:
    return date.fromisoformat(text)


def _read(name: str) -> dict[str, Any]:
    try:
        text = sys.stdin.read() if name == "-" else Path(name).read_text(encoding="utf-8")
        content = json.loads(text, parse_float=Decimal)
    except OSError as error:
        raise CommandError(f"cannot read {name}: {error.strerror}") from None
    except ValueError as error:
        raise CommandError(f"{name} is not JSON: {error}") from None
    if not isinstance(content, dict):
        raise CommandError(f'{name} must hold one JSON object: {{"fact": value, …}}')
    return content
