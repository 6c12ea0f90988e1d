"""The engine: facts and a date in, determinations out. Every criterion and verdict is worked out twice, by the direct
evaluator and by durable_rules; a difference is never shown as a verdict but referred to an official."""

from __future__ import annotations

import logging
from collections import OrderedDict
from collections.abc import Iterable
from datetime import date
from enum import StrEnum
from typing import Any

from eligibility.evaluation.durable import DurableVersion, verdict_of
from eligibility.evaluation.facts import Facts
from eligibility.evaluation.needs import open_facts, years_that_matter
from eligibility.evaluation.result import (
    AmountLine,
    AmountResult,
    Determination,
    Finding,
    ItemFindings,
)
from eligibility.language.builtins import floor_to
from eligibility.language.env import Env, assumed_keys
from eligibility.language.nodes import Node
from eligibility.language.ranges import Range, ends_of, hull, is_exact
from eligibility.rulebook.book import RuleBook
from eligibility.rulebook.model import Amount, Counting, Criterion, ProcedureStep, SchemeVersion
from eligibility.words import AmountKind, Effect, Outcome, Status, Verdict

log = logging.getLogger(__name__)

CHOICE_SLOTS = 8
"""Variables that the choice of a version may use."""
KEPT_VERSIONS = 256
"""Compiled durable versions kept in memory (about 0.3 MB each)."""


class Mode(StrEnum):
    """Which evaluators work. ``BOTH`` is the only mode for decisions."""

    BOTH = "both"
    PYTHON = "python"
    DURABLE = "durable"


class Health:
    """Faults since the process started, for the health page."""

    def __init__(self) -> None:
        self.determinations = 0
        self.faults: list[str] = []

    def note(self, fault: str) -> None:
        """Keep the latest hundred faults."""
        self.faults = [*self.faults[-99:], fault]


class Engine:
    """Determines over one rule book."""

    def __init__(self, book: RuleBook, mode: Mode = Mode.BOTH) -> None:
        self.book = book
        self.mode = mode
        self.health = Health()
        self._durable: OrderedDict[str, DurableVersion] = OrderedDict()
        self._steps: dict[tuple[int, str], tuple[SchemeVersion, list[Criterion], list[Criterion]]] = {}

    # -- public -----------------------------------------------------------------------------------------------

    def determine(
        self, scheme_id: str, facts: Facts, on: date, step: str = "", version: SchemeVersion | None = None
    ) -> Determination:
        """Determine one scheme. ``step``: name of the procedure step it is for (by default the one
        that checks look at); ``version``
        fixes the rules (replay of a decision, trial of a draft). Raises ``KeyError`` for an unknown scheme."""
        scheme = self.book.scheme(scheme_id)
        self.health.determinations += 1
        version = version or self.version_for(scheme_id, facts, on)
        if version is None:
            return Determination(scheme, None, on, step, Verdict.NO_TERMS)
        env = Env(self.values_of(facts, on), on.toordinal(), version.slots, facts.given)
        result = Determination(scheme, version, on, step or version.checked_at, Verdict.UNDETERMINED, env=env)
        applying, result.later = self._at_step(version, result.step)
        answers = self._answers(result, version, env, applying)
        result.findings = [Finding(c, outcome_of(c, answers[c.name], env)) for c in applying]
        if result.faults:
            result.verdict = Verdict.REFER
            return result
        _add_amounts(result, version, env)
        _add_missing(result, version, env)
        result.assumed = sorted(_assumptions(result, version, env))
        return result

    def deadline(self, version: SchemeVersion, step: ProcedureStep, facts: Facts, on: date) -> date | None:
        """Last day for a step, when the rules give one and the facts for it are known."""
        if step.deadline is None:
            return None
        ordinal = step.deadline.run(Env(self.values_of(facts, on), on.toordinal(), version.slots))
        return date.fromordinal(ordinal) if is_exact(ordinal) else None

    def counts(self, version: SchemeVersion, facts: Facts, on: date) -> list[Counting]:
        """What an approval under this version counts for, given these facts."""
        env = Env(self.values_of(facts, on), on.toordinal(), version.slots)
        return [counting for counting in version.counts_for if counting.when.run(env) is True]

    def version_for(self, scheme_id: str, facts: Facts, on: date) -> SchemeVersion | None:
        """The version that governs these facts: by the scheme's own date, or ``on`` while that is not known."""
        scheme = self.book.scheme(scheme_id)
        chosen = scheme.chosen_by.run(Env(self.values_of(facts, on), on.toordinal(), CHOICE_SLOTS))
        return scheme.version_on(chosen if is_exact(chosen) else on.toordinal())

    def values_of(self, facts: Facts, on: date) -> dict[str, Any]:
        """What the evaluators work on: the facts, with the date itself where a date is that by default."""
        values = dict(facts.values)
        for name in self.book.vocabulary.defaults_to_on:
            if not is_exact(values[name]):
                values[name] = on.toordinal()
        return values

    def determine_all(self, facts: Facts, on: date, schemes: Iterable[str] = ()) -> list[Determination]:
        """Determine several schemes, all of them by default."""
        return [self.determine(scheme_id, facts, on) for scheme_id in (schemes or self.book.schemes)]

    # -- evaluation -------------------------------------------------------------------------------------------

    def _answers(
        self, result: Determination, version: SchemeVersion, env: Env, applying: list[Criterion]
    ) -> dict[str, bool | None]:
        """Answers for all criteria and the verdict; items first, because criteria may depend on them."""
        durable = self._compiled(version) if self.mode is not Mode.PYTHON else None
        try:
            tested = self._items(result, version, env, durable)
            direct = {c.name: c.condition.run(env) for c in version.criteria}
            result.verdict = verdict_from(applying, direct)
            if durable is None:
                return direct
            earlier = durable.run_tests(env) if tested is None else tested
            answers = durable.criteria.ask(env, earlier)
            verdict = verdict_of(durable.verdict, version.criteria, {c.name: answers[c.name] for c in applying})
            if self.mode is Mode.BOTH:
                self._compare(result, version, direct, answers)
                if verdict != result.verdict and not result.faults:
                    self._fault(result, version, f"verdict {verdict} against {result.verdict}")
            result.verdict = Verdict(verdict)
            return answers if self.mode is Mode.DURABLE else direct
        except Exception as error:
            log.exception("determination of %s failed", version.id)
            self._fault(result, version, f"{type(error).__name__}: {error}")
            return {c.name: None for c in version.criteria}

    def _items(
        self, result: Determination, version: SchemeVersion, env: Env, durable: DurableVersion | None
    ) -> dict[str, int] | None:
        """Conditions on records. Gives back what the tests of the durable version said, if they were run."""
        earlier: dict[str, int] | None = None
        for record, block in version.items.items():
            env.memo[("qualifies", record, -1)] = None
            members = env.facts[record] or ()
            for item, _ in members:
                env.slots[block.slot] = item
                answers = {c.name: c.condition.run(env) for c in block.criteria}
                if durable is not None:
                    earlier = durable.run_tests(env) if earlier is None else earlier
                    again = durable.ask_item(block, item, env, earlier)
                    if self.mode is Mode.BOTH:
                        self._compare(result, version, answers, again, f"{record}[{item.position}].")
                    answers = again if self.mode is Mode.DURABLE else answers
                counts: bool | None = True
                if False in answers.values():
                    counts = False
                elif None in answers.values():
                    counts = None
                env.memo[("qualifies", record, item.position)] = counts
                env.slots[block.slot] = item
                findings = [Finding(c, outcome_of(c, answers[c.name], env)) for c in block.criteria]
                result.items.append(ItemFindings(block, item, findings, counts))
        return earlier

    def _compare(
        self,
        result: Determination,
        version: SchemeVersion,
        direct: dict[str, bool | None],
        durable: dict[str, bool | None],
        where: str = "",
    ) -> None:
        for name, answer in direct.items():
            if durable.get(name) is not answer:
                self._fault(result, version, f"{where}{name}: direct {answer}, durable {durable.get(name)}")

    def _fault(self, result: Determination, version: SchemeVersion, what: str) -> None:
        message = f"{version.id}: {what}"
        result.faults.append(message)
        self.health.note(message)
        log.error("evaluators disagree or failed: %s", message)

    def _at_step(self, version: SchemeVersion, step: str) -> tuple[list[Criterion], list[Criterion]]:
        """Criteria to test at a step, and those that come later (worked out once for each version)."""
        known = self._steps.get((id(version), step))
        if known is None or known[0] is not version:
            if len(self._steps) >= KEPT_VERSIONS:
                self._steps.clear()
            known = self._steps[(id(version), step)] = (version, *_at_step(version, step))
        return known[1], known[2]

    def _compiled(self, version: SchemeVersion) -> DurableVersion:
        key = version.content_hash
        if key in self._durable:
            self._durable.move_to_end(key)
            return self._durable[key]
        compiled = self._durable[key] = DurableVersion(version)
        if len(self._durable) > KEPT_VERSIONS:
            self._durable.popitem(last=False)
        return compiled


# --- verdicts ------------------------------------------------------------------------------------------------


def _at_step(version: SchemeVersion, step: str) -> tuple[list[Criterion], list[Criterion]]:
    """Criteria to test at a step, and those that come later."""
    order = {s.name: i for i, s in enumerate(version.procedure)}
    now = order.get(step, 0)
    applying = [c for c in version.criteria if not c.step or order[c.step] <= now]
    return applying, [c for c in version.criteria if c.step and order[c.step] > now]


def outcome_of(criterion: Criterion, answer: bool | None, env: Env) -> Outcome:
    """Outcome of one criterion from its answer."""
    if answer is None:
        return Outcome.UNKNOWN
    if not answer:
        return Outcome.REFERRED if criterion.effect is Effect.REFER else Outcome.NOT_MET
    if criterion.when is not None and criterion.when.run(env) is False:
        return Outcome.NOT_APPLICABLE
    return Outcome.MET


def verdict_from(criteria: list[Criterion], answers: dict[str, bool | None]) -> Verdict:
    """The verdict: a refusal decides alone; while one is possible it is open; then a referral decides, whatever else may be
    referred; then anything unknown leaves it open; else eligible."""
    may_refuse = may_refer = referred = False
    for criterion in criteria:
        answer = answers[criterion.name]
        if answer is True or criterion.effect is Effect.ADVISE:
            continue
        if criterion.effect is Effect.REFUSE:
            if answer is False:
                return Verdict.NOT_ELIGIBLE
            may_refuse = True
        elif answer is None:
            may_refer = True
        else:
            referred = True
    if may_refuse:
        return Verdict.UNDETERMINED
    if referred:
        return Verdict.REFER
    return Verdict.UNDETERMINED if may_refer else Verdict.ELIGIBLE


# --- amounts -------------------------------------------------------------------------------------------------


def _add_amounts(result: Determination, version: SchemeVersion, env: Env) -> None:
    if result.verdict is Verdict.NOT_ELIGIBLE:
        return
    certain = result.verdict is not Verdict.UNDETERMINED
    if version.amount is not None:
        result.amount = work_out(version.amount, env, certain=certain)
    result.other_amounts = {
        name: work_out(amount, env, certain=certain) for name, (_, amount) in version.other_amounts.items()
    }


def work_out(amount: Amount, env: Env, *, certain: bool) -> AmountResult:
    """The amount with all its lines. While the verdict is open (``certain`` false) it may still be zero."""
    lines: list[AmountLine] = []
    total: Any = 0
    for component in amount.components:
        applies = component.when.run(env) if component.when is not None else True
        if component.years is None:
            years: Any = ((None, True),)
        else:
            years = component.years.run(env)
        if years is None:  # it is not known how many years there are
            total = total + Range(0, float("inf"))
            continue
        for year, belongs in years:
            if component.slot >= 0:
                env.slots[component.slot] = year
            raw = component.yen.run(env) if applies is not False else 0
            yen = floor_to(raw, component.rounding.unit)
            if applies is None or belongs is None:
                yen = hull(0, yen)
            lines.append(AmountLine(component, year, raw, yen))
            total = total + yen
    if not certain:
        total = hull(0, total)
    low, high = ends_of(total)
    kind = AmountKind.EXACT if is_exact(total) else AmountKind.RANGE
    return AmountResult(kind, amount.what, low, high, lines, amount)


# --- what is missing and assumed -----------------------------------------------------------------------------


def _add_missing(result: Determination, version: SchemeVersion, env: Env) -> None:
    """Open facts with what each is needed for: names of criteria, or ``amount``."""
    if result.verdict is Verdict.NOT_ELIGIBLE or _nothing_open(result):
        return
    wanted: list[tuple[str, Node]] = []
    for found in result.findings:
        if found.outcome is Outcome.UNKNOWN:
            wanted += [
                (found.criterion.name, part)
                for part in (found.criterion.when, found.criterion.holds)
                if part is not None
            ]
    amounts = [version.amount] if version.amount is not None else []
    others = [(amount, result.other_amounts[name]) for name, (_, amount) in version.other_amounts.items()]
    for amount, found_amount in [*((amount, result.amount) for amount in amounts), *others]:
        doubtful = {id(line.component) for line in found_amount.lines if not is_exact(line.yen)}
        for component in amount.components:  # nothing can change yen that are exact already
            if id(component) in doubtful or (component.years is not None and component.years.run(env) is None):
                wanted += [
                    ("amount", part) for part in (component.when, years_that_matter(component)) if part is not None
                ]
    for purpose, node in wanted:
        for path in open_facts(node, env, version.items):
            _note(result.missing, path, purpose)
    for lines in (result.amount.lines, *(a.lines for a in result.other_amounts.values())):
        for line in lines:
            if is_exact(line.yen):
                continue
            if line.component.slot >= 0:
                env.slots[line.component.slot] = line.fiscal_year
            for path in open_facts(line.component.yen, env, version.items):
                _note(result.missing, path, "amount")


def _nothing_open(result: Determination) -> bool:
    """All criteria are settled and all amounts exact."""
    for found in result.findings:
        if found.outcome is Outcome.UNKNOWN:
            return False
    return AmountKind.RANGE not in (result.amount.kind, *(a.kind for a in result.other_amounts.values()))


def _note(missing: dict[str, list[str]], path: str, purpose: str) -> None:
    purposes = missing.setdefault(path, [])
    if purpose not in purposes:
        purposes.append(purpose)


def _assumptions(result: Determination, version: SchemeVersion, env: Env) -> set[str]:
    """Keys of the assumptions that this determination rests on."""
    found = env.assumed | assumed_keys(version.status, version.assumption)
    findings = result.findings
    if result.items:
        findings = findings + [f for item in result.items for f in item.findings]
    for finding in findings:
        if finding.criterion.status is Status.ASSUMED:
            found.update(finding.criterion.assumption.split())
    for amount in (result.amount, *result.other_amounts.values()):
        for line in amount.lines:
            if line.component.status is Status.ASSUMED:
                found.update(line.component.assumption.split())
    return found
