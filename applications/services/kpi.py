"""計上: writing and reversing KPI entries in the transaction of the decision that causes it.

A firm counts once in a frame, through one of its cases. Cases that add nothing because the firm is counted already are
passed over; when the case that counts is undone, the first of them takes its place, and a case that has really started
goes before one that is only planned.
"""

from __future__ import annotations

from datetime import date, datetime

from django.db.models import Q, QuerySet
from django.utils.timezone import localdate

from applications.models import Case, Decision, KpiEntry, Organisation
from applications.procedure import lenient_facts, scheme_of, step_of, version_of
from applications.rules import engine, rule_book
from applications.services.common import fiscal_year, record
from applications.states import DecisionState
from eligibility.rulebook.model import Counting, ProcedureStep

TAKEN = (DecisionState.APPROVED, DecisionState.ISSUED)
"""States of a decision that has been taken."""


def countings(case: Case, decision: Decision) -> list[Counting]:
    """What the case counts for, by its confirmed facts."""
    version = version_of(case, decision.facts, decision.on)
    if version is None:
        return []
    return engine().counts(version, lenient_facts(decision.facts), decision.on)


def count_approval(decision: Decision, at: datetime) -> None:
    """A favourable decision that plans a unit writes a planned entry (a firm at most one in a frame). A refusal ends
    the case, so what was only planned is taken out again."""
    if decision.filing is None:
        return
    if _is_adverse(decision):
        _take_out(decision, [KpiEntry.State.PLANNED], at)
        return
    for counting in countings(decision.case, decision):
        if counting.planned_at == decision.filing.step:
            _plan(decision, counting.indicator, fiscal_year(at), at)
    make_actual(decision, localdate(at), at)


def make_actual(decision: Decision, happened: date, at: datetime) -> None:
    """A confirmed start makes the units of the case actual, in the fiscal year in which it happened."""
    if decision.filing is None:
        return
    for counting in countings(decision.case, decision):
        if counting.actual_at == decision.filing.step:
            _make_actual(decision, counting, fiscal_year(happened), at)


def happened_on(decision: Decision, step: ProcedureStep) -> date:
    """Day on which operation started, where the step asks for it; otherwise the day of the decision."""
    written = decision.facts.get("operation_start_date") if "operation_start_date" in step.facts else None
    return date.fromisoformat(str(written)) if written else localdate(decision.approved_at)


def reverse_for(decision: Decision, at: datetime) -> None:
    """A revocation takes the case's entries out again; the rows stay and name the decision."""
    _take_out(decision, [KpiEntry.State.PLANNED, KpiEntry.State.ACTUAL], at)


def _plan(decision: Decision, indicator_name: str, year: int, at: datetime) -> None:
    kpi = rule_book().kpi
    frame = kpi.frame_of(year)
    if frame is None:
        record(decision.case, "kpi_no_frame", None, at, internal=True, indicator=indicator_name, year=year)
        return
    _lock_applicant(decision.case)
    same = Q(case=decision.case)
    if kpi.indicators[indicator_name].counts == "firm":
        same |= Q(frame=frame.name, organisation=decision.case.organisation_id)
    if _live(indicator_name).filter(same).exists():
        record(decision.case, "kpi_already_counted", None, at, internal=True, indicator=indicator_name)
        return
    _entry(decision, indicator_name, year, at, frame.name).save()
    record(decision.case, "kpi_planned", None, at, internal=True, indicator=indicator_name, year=year)


def _make_actual(decision: Decision, counting: Counting, year: int, at: datetime) -> None:
    """Where the firm is planned through another case in the frame of that year, this one, which is real, counts."""
    case, name = decision.case, counting.indicator
    kpi = rule_book().kpi
    frame = kpi.frame_of(year)
    frame_name = frame.name if frame is not None else ""
    _lock_applicant(case)
    entry = _live(name).filter(case=case).first()
    if entry is not None and entry.state == KpiEntry.State.ACTUAL:
        return
    if kpi.indicators[name].counts == "firm":
        other = _live(name).filter(frame=frame_name, organisation=case.organisation_id).exclude(case=case).first()
        if other is not None and other.state == KpiEntry.State.ACTUAL:
            if entry is not None:
                _reverse(entry, decision, at)
            record(case, "kpi_already_counted", None, at, internal=True, indicator=name)
            return
        if other is not None:
            _reverse(other, decision, at)
    if entry is None:
        planned_by = case.decisions.filter(filing__step=counting.planned_at, state__in=TAKEN).order_by("pk").last()
        if planned_by is None or _is_adverse(planned_by):
            return
        entry = _entry(planned_by, name, year, at, frame_name)
    entry.state = KpiEntry.State.ACTUAL
    entry.actual_by = decision
    entry.fiscal_year = year
    entry.frame = frame_name
    entry.save()
    record(case, "kpi_actual", None, at, internal=True, indicator=name, year=year)
    if frame is None:
        record(case, "kpi_no_frame", None, at, internal=True, indicator=name, year=year)


def _take_out(decision: Decision, states: list[KpiEntry.State], at: datetime) -> None:
    _lock_applicant(decision.case)
    entries = KpiEntry.objects.select_for_update(no_key=True).filter(case=decision.case_id, state__in=states)
    for entry in entries.order_by("pk"):
        _reverse(entry, decision, at)
        if entry.once_per_firm:
            _count_passed_over(entry, at)


def _reverse(entry: KpiEntry, decision: Decision, at: datetime) -> None:
    entry.state = KpiEntry.State.REVERSED
    entry.reversed_by = decision
    entry.save(update_fields=["state", "reversed_by"])
    record(entry.case, "kpi_reversed", None, at, internal=True, indicator=entry.indicator, decision=decision.pk)


def _count_passed_over(undone: KpiEntry, at: datetime) -> None:
    """The first of the firm's other cases that can count takes the place of an entry that was undone."""
    taken = Decision.objects.filter(case__organisation=undone.organisation_id, state__in=TAKEN).exclude(
        case=undone.case_id
    )
    revoked = {d.case_id for d in taken if d.kind == "revocation"}
    refused = {d.case_id for d in taken if _is_adverse(d)}
    counted = set(_live(undone.indicator).filter(organisation=undone.organisation_id).values_list("case", flat=True))
    candidates = taken.filter(filing__isnull=False).exclude(case__in=revoked | counted)
    for decision in candidates.select_related("case__organisation", "filing").order_by("approved_at", "pk"):
        for counting in countings(decision.case, decision):
            if counting.indicator != undone.indicator:
                continue
            if counting.planned_at == decision.filing.step and decision.case_id not in refused:
                _plan(decision, counting.indicator, fiscal_year(decision.approved_at), at)
            if counting.actual_at == decision.filing.step:
                step = step_of(scheme_of(decision.case).version(decision.version), decision.filing.step)
                _make_actual(decision, counting, fiscal_year(happened_on(decision, step)), at)


def _live(indicator_name: str) -> QuerySet[KpiEntry]:
    entries = KpiEntry.objects.select_for_update(no_key=True).filter(indicator=indicator_name)
    return entries.exclude(state=KpiEntry.State.REVERSED).order_by("pk")


def _lock_applicant(case: Case) -> None:
    """Two cases of one firm are counted one after the other."""
    Organisation.objects.select_for_update(no_key=True).get(pk=case.organisation_id)


def _entry(decision: Decision, indicator_name: str, year: int, at: datetime, frame: str) -> KpiEntry:
    return KpiEntry(
        indicator=indicator_name,
        frame=frame,
        fiscal_year=year,
        organisation=decision.case.organisation,
        case=decision.case,
        once_per_firm=rule_book().kpi.indicators[indicator_name].counts == "firm",
        decision=decision,
        at=at,
    )


def _is_adverse(decision: Decision) -> bool:
    return bool(rule_book().vocabulary.decisions[decision.kind].adverse)
