"""``manage.py rules check | list | assumptions | facts | publish``: validate and show the rule book."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from applications.models import Case
from eligibility.evaluation.cases import run_case, worked_cases
from eligibility.evaluation.engine import Engine
from eligibility.prove.proofs import prove
from eligibility.rulebook.assumptions import Kind, OpenQuestion, Use, open_questions
from eligibility.rulebook.book import RuleBook, load
from eligibility.rulebook.checks import PUBLISHED, check_book, published
from eligibility.rulebook.files import RuleFileError
from eligibility.rulebook.model import SchemeVersion
from eligibility.words import Status


class Command(BaseCommand):
    """Validate and show the rule book."""

    help = (
        "check: load, static checks and worked cases; list: schemes and versions; assumptions: what the "
        "city must answer before going live; facts: the vocabulary; publish: record the content hash of a version"
    )
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Sub-commands."""
        actions = parser.add_subparsers(dest="action", required=True)
        check = actions.add_parser("check", help="load the rule book, check and prove it, run all worked cases")
        check.add_argument("--quick", action="store_true", help="without the proofs (seconds instead of a minute)")
        actions.add_parser("list", help="schemes, versions, periods, share of verified parameters")
        assumptions = actions.add_parser(
            "assumptions", help="the go-live list: what is assumed, the question to the city"
        )
        assumptions.add_argument("--json", action="store_true", help="as JSON, with file and line of every use")
        actions.add_parser("facts", help="all facts with their types")
        publish = actions.add_parser("publish", help="record versions as published; they can no longer change")
        publish.add_argument("versions", nargs="+", help="ids such as relocation/headquarters@V2024")
        publish.add_argument(
            "--confirm",
            action="store_true",
            help="before going live: take over what the city has confirmed in versions on which no case rests yet",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Run the sub-command."""
        try:
            book = load(settings.RULES_DIR)
        except RuleFileError as error:
            raise CommandError("\n".join(error.faults)) from None
        getattr(self, f"_{options['action']}")(book, options)

    def _check(self, book: RuleBook, options: dict[str, Any]) -> None:
        machine = Engine(book)
        findings = check_book(book)
        if not options["quick"]:
            findings += prove(book, machine)
        for finding in findings:
            self.stdout.write(str(finding))
        total = failed = 0
        for version in book.versions():
            for case in worked_cases(version, book.root):
                total += 1
                differences = run_case(case, machine, book)
                failed += bool(differences)
                for difference in differences:
                    self.stdout.write(f"case   {case}: {difference}")
        serious = sum(f.serious for f in findings)
        self.stdout.write(
            f"{len(book.schemes)} schemes, {sum(1 for _ in book.versions())} versions, "
            f"{len(book.vocabulary.facts)} facts, {total} worked cases: "
            f"{serious} errors, {failed} cases fail"
        )
        if serious or failed:
            raise CommandError("the rule book is not sound")

    def _list(self, book: RuleBook, options: dict[str, Any]) -> None:
        for scheme in book.schemes.values():
            self.stdout.write(f"{scheme.id}  {scheme.title.ja} / {scheme.title.en}")
            for version in scheme.versions:
                verified, assumed = _shares(version)
                until = version.last_day.isoformat() if version.last_day is not None else "open      "
                covers = f" ({', '.join(version.covers)})" if version.covers else ""
                cases = sum(1 for _ in worked_cases(version, book.root))
                self.stdout.write(
                    f"    {version.name:<14}{version.first_day} – {until}  period {version.status.value:<8}  parameters: "
                    f"{verified} verified, {assumed} assumed ({_percent(verified, assumed)} verified)  "
                    f"{cases} cases  {version.content_hash[:12]}{covers}"
                )

    def _assumptions(self, book: RuleBook, options: dict[str, Any]) -> None:
        questions = open_questions(book)
        if options["json"]:
            listed = [_question_json(question) for question in questions]
            self.stdout.write(json.dumps(listed, ensure_ascii=False, indent=2))
            return
        for question in questions:
            assumption = question.assumption
            self.stdout.write(f"{assumption.key}  {assumption.place}")
            self.stdout.write(f"    proposal: {assumption.proposal.ja} / {assumption.proposal.en}")
            self.stdout.write(f"    question: {assumption.question.ja} / {assumption.question.en}")
            for use in question.uses:
                self.stdout.write(f"    {_use_line(use)}")
            if not question.uses:
                self.stdout.write("    nothing rests on it")
        parameters = {
            (use.version.id if use.version is not None else "", use.name)
            for question in questions
            for use in question.uses
            if use.kind is Kind.PARAMETER
        }
        self.stdout.write(f"{len(questions)} assumptions, {len(parameters)} parameters rest on them")

    def _facts(self, book: RuleBook, options: dict[str, Any]) -> None:
        for fact in book.vocabulary.facts.values():
            self.stdout.write(f"{fact.name:<34}{fact.type!s:<34}{fact.title.ja} / {fact.title.en}")
            for field in fact.fields.values():
                self.stdout.write(f"    .{field.name:<29}{field.type!s:<34}{field.title.ja} / {field.title.en}")

    def _publish(self, book: RuleBook, options: dict[str, Any]) -> None:
        present = {version.id: version for version in book.versions()}
        listed = published(book.root)
        for key in options["versions"]:
            if key not in present:
                raise CommandError(f"unknown version {key}")
            if listed.get(key, present[key].content_hash) != present[key].content_hash:
                if not options["confirm"]:
                    raise CommandError(f"{key} is already published with another content; make a new version")
                if cases := Case.objects.filter(version_hash=listed[key]).count():
                    raise CommandError(f"{cases} cases rest on {key} as it was published; make a new version")
            listed[key] = present[key].content_hash
        lines = [
            "# Published versions and the SHA-256 of their content. Never edit an entry: a changed rule is a new",
            "# version. Written by: manage.py rules publish",
            *(f"{k}: {v}" for k, v in sorted(listed.items())),
        ]
        (book.root / PUBLISHED).write_text("\n".join(lines) + "\n", encoding="utf-8")


def _use_line(use: Use) -> str:
    where = f"{use.version.id} " if use.version is not None else ""
    value = f" = {use.value}" if use.value else ""
    read_by = f"  read by {', '.join(use.read_by)}" if use.read_by else ""
    place = f"  ({use.place})" if use.place is not None else ""
    return f"{where}{use.kind.value.replace('_', ' ')} {use.name}{value}{read_by}{place}"


def _question_json(question: OpenQuestion) -> dict[str, Any]:
    assumption = question.assumption
    return {
        "assumption": assumption.key,
        "proposal": assumption.proposal.as_dict(),
        "question": assumption.question.as_dict(),
        "file": assumption.place.file,
        "line": assumption.place.line,
        "uses": [
            {
                "version": use.version.id if use.version is not None else None,
                "kind": use.kind.value,
                "name": use.name,
                "title": use.title.as_dict(),
                "value": use.value or None,
                "read_by": list(use.read_by),
                "file": use.place.file if use.place is not None else None,
                "line": use.place.line if use.place is not None else None,
            }
            for use in question.uses
        ],
    }


def _shares(version: SchemeVersion) -> tuple[int, int]:
    assumed = sum(
        p.status is Status.ASSUMED or any(s is Status.ASSUMED for s, _ in p.statuses.values())
        for p in version.parameters.values()
    )
    return len(version.parameters) - assumed, assumed


def _percent(verified: int, assumed: int) -> str:
    return f"{100 * verified // (verified + assumed)}%" if verified + assumed else "–"
