"""``manage.py simulate``: a changed version against stored cases and an invented population."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from collections.abc import Iterator
from datetime import date
from math import inf
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from applications.models import Case
from applications.past_cases import past_cases
from applications.rules import rule_book
from eligibility.evaluation.render import VERDICTS
from eligibility.language.ranges import End
from eligibility.rulebook.book import RuleBook
from eligibility.rulebook.drafts import Draft, read_draft
from eligibility.rulebook.files import RuleFileError
from eligibility.rulebook.model import Scheme, SchemeVersion
from eligibility.simulation.comparison import Comparison, Effect, compare
from eligibility.simulation.report import comparison_json
from eligibility.simulation.settings import SettingError, changed, split_setting

MOST = 1_000_000
"""Invented applicants of one run."""


class Command(BaseCommand):
    """Who gains, who loses and what it costs when a version changes. Writes nothing."""

    help = (
        "Compares a version with a draft of it – parameters changed by --set, or a whole file by --draft – over the "
        "stored cases of the scheme and over an invented population. Nothing is written."
    )

    def create_parser(self, prog_name: str, subcommand: str, **options: Any) -> CommandParser:
        """Here ``--version`` is that of a scheme, not of Django."""
        return super().create_parser(prog_name, subcommand, conflict_handler="resolve", **options)

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Options."""
        parser.add_argument("--scheme", required=True, help="scheme id, such as relocation/headquarters")
        parser.add_argument("--version", default="", metavar="V",
                            help="the version to start from (by default the one in force on --on)")  # fmt: skip
        parser.add_argument("--set", action="append", default=[], metavar="NAME=VALUE", dest="changes",
                            help='"minimum=30_000_000 yen", "rate[oroshimachi]=20 %%", "rate=5 %%..10 %%"')  # fmt: skip
        parser.add_argument("--draft", default="", help="YAML file of a draft version")
        parser.add_argument("--cases", nargs="*", default=None, metavar="WHICH",
                            help="all, decided, or references of cases (default: all; nothing after it: none)")  # fmt: skip
        parser.add_argument("--population", type=int, default=0, metavar="N", help="invented applicants")
        parser.add_argument("--seed", type=int, default=1, help="of the population")
        parser.add_argument("--missing", type=int, default=0, metavar="PERCENT", help="answers not given (0–100)")
        parser.add_argument("--on", type=date.fromisoformat, default=date.today(), help="day for the population")
        parser.add_argument("--json", action="store_true", help="print JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        """Print the comparison."""
        book = rule_book()
        if options["scheme"] not in book.schemes:
            raise CommandError(f"unknown scheme {options['scheme']}. Known: {', '.join(book.schemes)}")
        if not 0 <= options["population"] <= MOST or not 0 <= options["missing"] <= 100 or options["seed"] < 0:
            raise CommandError(f"--population is 0 to {MOST:,}, --missing 0 to 100, --seed 0 or more")
        scheme = book.scheme(options["scheme"])
        base = _base(scheme, options["version"], options["on"])
        draft = _draft(book, base, options)
        found = dict(_comparisons(book, base, draft, options))
        if options["json"]:
            head = {
                "scheme": scheme.id,
                "version": base.name,
                "version_hash": base.content_hash,
                "draft": draft.version.name,
                "draft_hash": draft.version.content_hash,
                "changes": dict(split_setting(text) for text in options["changes"]),
            }
            results = {name: comparison_json(comparison) for name, comparison in found.items()}
            self.stdout.write(json.dumps(head | results, ensure_ascii=False, indent=2))
            return
        self.stdout.write(f"{base.id} {base.content_hash[:12]} → draft {draft.version.content_hash[:12]}")
        for name, comparison in found.items():
            self.stdout.write(f"\n{name}")
            for line in _lines(comparison, listed=name == "cases"):
                self.stdout.write(f"  {line}")


def _base(scheme: Scheme, name: str, on: date) -> SchemeVersion:
    if name:
        try:
            return scheme.version(name)
        except KeyError:
            known = ", ".join(v.name for v in scheme.versions)
            raise CommandError(f"{scheme.id} has no version {name} (it has {known})") from None
    version = scheme.version_on(on.toordinal())
    if version is None:
        raise CommandError(f"{scheme.id} has no version in force on {on}; name one with --version")
    return version


def _draft(book: RuleBook, base: SchemeVersion, options: dict[str, Any]) -> Draft:
    if bool(options["changes"]) == bool(options["draft"]):
        raise CommandError("say what changes: --set NAME=VALUE (several times) or --draft FILE")
    try:
        if options["draft"]:
            return read_draft(book, base.scheme.id, Path(options["draft"]).read_text(encoding="utf-8"))
        return changed(book, base, dict(split_setting(text) for text in options["changes"]))
    except SettingError as error:
        raise CommandError(f"{error} / {error.message.ja}") from None
    except RuleFileError as error:
        raise CommandError("\n".join(error.faults)) from None
    except (OSError, UnicodeDecodeError) as error:
        raise CommandError(f"{options['draft']}: {error}") from None


def _comparisons(
    book: RuleBook, base: SchemeVersion, draft: Draft, options: dict[str, Any]
) -> Iterator[tuple[str, Comparison]]:
    which = ["all"] if options["cases"] is None else options["cases"]
    if which:
        references = [word for word in which if word not in ("all", "decided")]
        found = past_cases(Case.objects.all(), base.scheme, decided="decided" in which, references=references)
        unknown = set(references) - {past.reference for past in found}
        if unknown:
            raise CommandError(f"no case of {base.scheme.id} with facts to try: {', '.join(sorted(unknown))}")
        yield "cases", compare(book, draft, base, (past.subject for past in found))
    if options["population"]:
        from eligibility.simulation.population import invented  # NumPy and Polars only where they are needed

        versions = (base, draft.version)
        people = invented(
            book, versions, options["population"], options["seed"], options["on"], options["missing"] / 100
        )
        yield "population", compare(book, draft, base, people)


def _lines(comparison: Comparison, *, listed: bool) -> Iterator[str]:
    counts = ", ".join(f"{len(comparison.of(effect))} {effect.value}" for effect in Effect)
    yield f"{len(comparison.changes)} subjects: {counts}"
    for (old, new), number in sorted(comparison.verdicts().items()):
        yield f"verdict {VERDICTS[old].en} → {VERDICTS[new].en}: {number}"
    what = comparison.what.replace("_", " ") or "no amount"
    for row in [*comparison.by_year(), comparison.total()]:
        year = f"FY{row.year}" if row.year is not None else "year open"
        name = "total" if row == comparison.total() and row.year is None else year
        yield (
            f"{what}, {name}: guaranteed {_yen(row.old_guaranteed)} → {_yen(row.new_guaranteed)}, "
            f"possible {_yen(row.old_possible)} → {_yen(row.new_possible)}"
        )
    for count in comparison.indicators():
        yield (
            f"{count.indicator}: {count.old} → {count.new} certain, {count.old_possible} → {count.new_possible} at most"
        )
    if listed:
        for change in comparison.changes:
            if change.effect is not Effect.SAME:
                yield (
                    f"{change.subject.key} {change.effect.value}: {VERDICTS[change.old.verdict].en} "
                    f"{_span(change.old.low, change.old.high)} → {VERDICTS[change.new.verdict].en} "
                    f"{_span(change.new.low, change.new.high)}"
                )


def _yen(amount: End) -> str:
    return "open" if amount == inf else f"{int(amount):,} yen"


def _span(low: End, high: End) -> str:
    return _yen(low) if low == high else f"{_yen(low)} – {_yen(high)}"
