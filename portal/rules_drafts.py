"""Trying a draft: its faults beside the text, its worked cases, and a determination for given facts. Nothing is kept."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

import yaml
from django.utils.translation import gettext

from applications.rules import rule_book
from eligibility.evaluation.cases import CaseLoader, WorkedCase, run_case, worked_cases
from eligibility.evaluation.engine import Engine, Mode
from eligibility.evaluation.facts import FactsError, read_facts
from eligibility.rulebook.book import facts_of
from eligibility.rulebook.checks import Finding, check_book
from eligibility.rulebook.drafts import DRAFT, Draft, version_file
from eligibility.rulebook.files import RuleFileError
from eligibility.rulebook.model import Fact, SchemeVersion
from portal.determinations import Shown
from portal.fact_text import words
from portal.rules_comparison import Section, compared
from portal.rules_reading import CaseResult, expected_words

AROUND = 2
"""Lines shown above and below a fault."""


@dataclass(frozen=True, slots=True)
class Complaint:
    """A fault with the lines around it. ``line`` is 0 and ``file`` says where, when it is not in the text itself."""

    line: int
    file: str
    reason: str
    excerpt: tuple[tuple[int, str], ...]


def present_text(version: SchemeVersion) -> str:
    """The file of a version as it is."""
    return version_file(version, rule_book()).read_text(encoding="utf-8")


def complaints(error: RuleFileError, text: str) -> list[Complaint]:
    """Every fault of a draft, those of the text first and in its order."""
    lines = text.splitlines()
    found = []
    for fault in error.found:
        if fault.place.file != DRAFT:
            found.append(Complaint(0, str(fault.place), fault.reason, ()))
            continue
        line = min(fault.place.line, max(len(lines), 1))
        shown = range(max(line - AROUND, 1), min(line + AROUND, len(lines)) + 1)
        found.append(Complaint(line, "", fault.reason, tuple((n, lines[n - 1][:200]) for n in shown)))
    return sorted(found, key=lambda complaint: (not complaint.line, complaint.line))


@dataclass(frozen=True, slots=True)
class Trial:
    """What a readable draft leads to. ``broken``: worked cases that no longer give what they expect."""

    draft: Draft
    base: SchemeVersion
    total: int
    broken: tuple[CaseResult, ...]
    findings: tuple[Finding, ...]

    @property
    def unchanged(self) -> bool:
        """The draft says exactly what the version says that it started from."""
        return self.draft.version.content_hash == self.base.content_hash

    @property
    def is_new(self) -> bool:
        """There is no version of that name yet."""
        return self.draft.present is None

    def differences(self) -> list[Section]:
        """What the draft says differently."""
        return compared(self.base, self.draft.version)


def tried(draft: Draft, base: SchemeVersion) -> Trial:
    """Run the worked cases of the scheme and the checks of the rule book over a draft. A draft with a new name is tried
    with the worked cases of the version that it started from."""
    engine = Engine(draft.book, Mode.PYTHON)
    results = []
    for case, fixed in _cases(draft, base):
        differences = run_case(case, engine, draft.book, fixed)
        results.append(CaseResult(case, expected_words(case.expect), tuple(differences)))
    own = f"{DRAFT}:"
    findings = [
        f for f in check_book(draft.book) if f.place.startswith(own) and (f.serious or "a draft" not in f.message)
    ]
    return Trial(draft, base, len(results), tuple(r for r in results if r.differences), tuple(findings))


def _cases(draft: Draft, base: SchemeVersion) -> Iterable[tuple[WorkedCase, SchemeVersion | None]]:
    root = draft.book.root
    for version in draft.book.scheme(base.scheme.id).versions:
        yield from ((case, None) for case in worked_cases(version, root))
    if draft.present is None:
        yield from ((case, draft.version) for case in worked_cases(base, root))


def facts_asked(version: SchemeVersion) -> list[Fact]:
    """The facts that a version can read, in the order of topics."""
    topics = list(rule_book().vocabulary.topics)
    order = list(rule_book().vocabulary.facts)
    used = facts_of(version, rule_book().vocabulary).values()
    return sorted(used, key=lambda fact: (topics.index(fact.topic), order.index(fact.name)))


class UnreadableFacts(ValueError):
    """Facts that cannot be read; ``messages`` says why."""

    def __init__(self, messages: list[str]) -> None:
        super().__init__("\n".join(messages))
        self.messages = messages


def facts_from_text(text: str) -> dict[str, Any]:
    """Facts written as YAML or JSON, also with the ``facts:`` of a worked case. Raises :class:`UnreadableFacts`."""
    try:
        found = yaml.load(text, Loader=CaseLoader)  # noqa: S506 - a safe loader
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        place = gettext("%(line)d行目") % {"line": mark.line + 1 if mark else 1}
        reason = gettext("%(place)sが読み取れません。YAML又はJSONの書き方を確かめてください。") % {"place": place}
        raise UnreadableFacts([reason]) from None
    except (yaml.YAMLError, ValueError, RecursionError):
        raise UnreadableFacts([gettext("YAML又はJSONとして読み取れません。")]) from None
    if isinstance(found, dict) and set(found) <= {"name", "on", "step", "facts", "expect"} and "facts" in found:
        found = found["facts"]
    if not isinstance(found, dict) or not all(isinstance(name, str) for name in found):
        raise UnreadableFacts([gettext("「申告事項: 値」の形で書いてください。例：capital: 30000000")])
    return found


def determined(draft: Draft, raw: dict[str, Any], on: date, step: str) -> Shown:
    """The determination of a draft. Raises :class:`UnreadableFacts`."""
    try:
        facts = read_facts(raw, draft.book.vocabulary)
    except FactsError as error:
        raise UnreadableFacts(
            [gettext("%(fact)s：%(why)s") % {"fact": p.path, "why": words(p.message)} for p in error.problems]
        ) from None
    steps = {s.name for s in draft.version.procedure}
    engine = Engine(draft.book, Mode.PYTHON)
    scheme = draft.version.scheme.id
    return Shown(engine.determine(scheme, facts, on, step if step in steps else "", draft.version), facts)
