"""What the procedure in the rule file says about a case: steps done and open, facts and papers of a step."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.timezone import localdate

from applications.models import Case, CorrectionRequest, Filing
from applications.rules import engine, rule_book
from applications.states import GIVEN_UP, FilingState
from eligibility.evaluation.facts import Facts, read_leniently
from eligibility.evaluation.result import Determination
from eligibility.language.builtins import fiscal_year_of
from eligibility.language.nodes import DefinitionRef, FactRef, Node
from eligibility.rulebook.book import facts_of
from eligibility.rulebook.model import Fact, ProcedureStep, Scheme, SchemeVersion


def scheme_of(case: Case) -> Scheme:
    """The case's scheme."""
    return rule_book().scheme(case.scheme)


def lenient_facts(answers: dict[str, Any]) -> Facts:
    """Facts from stored answers; what cannot be read counts as not answered."""
    facts, _ = read_leniently(answers, rule_book().vocabulary)
    return facts


def version_of(case: Case, answers: dict[str, Any] | None = None, on: date | None = None) -> SchemeVersion | None:
    """The version that the case is bound to, or that its answers would select today."""
    scheme = scheme_of(case)
    if case.version:
        return scheme.version(case.version)
    return engine().version_for(
        scheme.id, lenient_facts(answers if answers is not None else case.facts), on or localdate()
    )


def step_of(version: SchemeVersion, name: str) -> ProcedureStep:
    """The step of that name. Raises ``KeyError``."""
    for step in version.procedure:
        if step.name == name:
            return step
    raise KeyError(name)


def determine(case: Case, answers: dict[str, Any], step: str, on: date) -> Determination:
    """Determination of a case's scheme for these answers, under the version that the case is bound to."""
    version = version_of(case, answers, on)
    return engine().determine(case.scheme, lenient_facts(answers), on, step, version)


def facts_needed(version: SchemeVersion) -> dict[str, Fact]:
    """Facts that decisions under a version rest on: those of criteria and amounts, and those that decide whether an
    approval counts in an indicator."""
    return {**facts_of(version, rule_book().vocabulary), **{fact.name: fact for fact in facts_that_count(version)}}


def facts_that_count(version: SchemeVersion, step: str = "") -> list[Fact]:
    """Facts that decide whether an approval counts in an indicator; with ``step``, an approval of that step."""
    found: dict[str, Fact] = {}
    for counting in version.counts_for:
        if step in ("", counting.planned_at):
            for fact in _facts_in(counting.when):
                found.setdefault(fact.name, fact)
    return list(found.values())


def _facts_in(node: Node) -> Iterator[Fact]:
    for part in node.walk():
        if isinstance(part, FactRef):
            yield part.fact
        elif isinstance(part, DefinitionRef):
            yield from _facts_in(part.definition.body)


def form_facts(case: Case, version: SchemeVersion, step: ProcedureStep) -> list[Fact]:
    """Facts that the form of a step asks for, in the order of topics.

    The first filing with criteria asks for everything that the version needs; later ones only for their own facts. A
    correction asks for what it is about as well.
    """
    facts = rule_book().vocabulary.facts
    wanted: dict[str, Fact] = {}
    if step.uses_criteria and is_first_application(case, version, step):
        wanted.update(
            {
                name: fact
                for name, fact in facts_needed(version).items()
                if name not in rule_book().vocabulary.defaults_to_on
            }
        )
    wanted.update({name: facts[name] for name in step.facts})
    wanted.update({name: facts[name] for name in _asked_to_correct(case, step) if name in facts})
    topics = list(rule_book().vocabulary.topics)
    order = list(facts)
    return sorted(wanted.values(), key=lambda fact: (topics.index(fact.topic), order.index(fact.name)))


def _asked_to_correct(case: Case, step: ProcedureStep) -> list[str]:
    requests = CorrectionRequest.objects.filter(filing__case=case, filing__step=step.name, answered_at__isnull=True)
    return [item["about"] for request in requests for item in request.items]


def is_first_application(case: Case, version: SchemeVersion, step: ProcedureStep) -> bool:
    """True while the step is the first with criteria, also while it is being corrected."""
    first = first_application(case, version) if case.version else None
    return first is None or first.step == step.name


def first_application(case: Case, version: SchemeVersion) -> Filing | None:
    """The filing whose arrival fixed the version and the application date: the earliest with criteria that stands."""
    steps = [step.name for step in version.procedure if step.uses_criteria]
    filings = case.filings.filter(step__in=steps, arrived_at__isnull=False)
    return filings.exclude(state__in=GIVEN_UP).order_by("arrived_at", "pk").first()


@dataclass(frozen=True, slots=True)
class StepState:
    """A step of the path: ``done``, ``current`` (a filing is under way), ``next`` (may be filed), ``later``, ``refused``,
    ``skipped`` (an optional one that the case has gone past)."""

    step: ProcedureStep
    state: str
    filings: tuple[Filing, ...]

    @property
    def comes_again(self) -> bool:
        """Done, and to be filed again in another fiscal year."""
        return self.state == "done" and bool(self.step.repeats)

    def filed_in(self, year: int) -> bool:
        """A filing of that fiscal year stands."""
        return any(f.fiscal_year == year and f.state not in GIVEN_UP for f in self.filings)


def path(case: Case, filings: list[Filing] | None = None, on: date | None = None) -> list[StepState]:
    """The procedure of a case as a path. ``filings`` saves the query when they are at hand."""
    filings = list(case.filings.all()) if filings is None else filings
    version = version_of(case, filings[-1].answers if filings else None, on)
    if version is None:
        return []
    filed = {f.step for f in filings if f.state not in GIVEN_UP}
    reached = max((i for i, step in enumerate(version.procedure) if step.name in filed), default=-1)
    states: list[StepState] = []
    may_go_on = case.state in ("draft", "open")
    for position, step in enumerate(version.procedure):
        own = tuple(f for f in filings if f.step == step.name)
        passed = step.optional and step.name not in filed and position < reached
        state = "skipped" if passed else _state(own, may_go_on)
        states.append(StepState(step, state, own))
        if state in ("current", "refused") or (state == "next" and not step.optional):
            may_go_on = False
    return states


def _state(own: tuple[Filing, ...], may_go_on: bool) -> str:
    live = [f for f in own if f.state not in GIVEN_UP]
    if live and live[-1].state != FilingState.ISSUED:
        return "current"
    if live:
        return "refused" if was_refused(live[-1]) else "done"
    return "next" if may_go_on else "later"


def was_refused(filing: Filing) -> bool:
    """True when the decision that closed the filing goes against the applicant."""
    kinds = rule_book().vocabulary.decisions
    return any(d.state == "issued" and kinds[d.kind].adverse for d in filing.decisions.all())


def fileable_steps(case: Case, on: date | None = None) -> list[ProcedureStep]:
    """Steps that may be started now: the next one, an optional one before it, and finished yearly ones again, once in a
    fiscal year."""
    day = on or localdate()
    steps = path(case, on=day)
    if any(s.state == "current" for s in steps) or case.state in ("closed", "revoked"):
        return []
    year = fiscal_year_of(day.toordinal())
    return [s.step for s in steps if s.state == "next" or (s.comes_again and not s.filed_in(year))]


def is_finished(case: Case, on: date | None = None) -> bool:
    """True when no step is left, in this fiscal year or a later one."""
    return not any(s.state in ("current", "next") or s.comes_again for s in path(case, on=on))
