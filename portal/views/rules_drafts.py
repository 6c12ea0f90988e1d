"""Trying a draft of a version: the text is read, tried and forgotten. No request of this page changes anything."""

from __future__ import annotations

import logging
from typing import Any

from django.http import HttpResponse
from django.utils.timezone import localdate
from django.views.decorators.http import require_http_methods

from applications.rules import rule_book
from eligibility.evaluation.cases import WorkedCase, worked_cases
from eligibility.rulebook.drafts import read_draft
from eligibility.rulebook.files import RuleFileError
from eligibility.rulebook.model import SchemeVersion
from portal.components.rows import asks_for_row
from portal.fact_forms import FactsForm
from portal.rules_drafts import (
    Trial,
    UnreadableFacts,
    complaints,
    determined,
    facts_asked,
    facts_from_text,
    present_text,
    tried,
)
from portal.rules_forms import DRAFT_PREFIX, DraftForm
from portal.rules_reading import links
from portal.views.desk_access import DeskRequest, desk_render, official_page
from portal.views.rules import version_or_404

log = logging.getLogger("portal.desk")


@require_http_methods(["GET", "HEAD", "POST"])
@official_page
def desk_rules_draft(request: DeskRequest, programme: str, scheme: str, version: str) -> HttpResponse:
    """Edit the text of a version, see its faults, its worked cases, and what it says to given facts."""
    base = version_or_404(programme, scheme, version)
    cases = list(worked_cases(base, rule_book().root))
    context: dict[str, Any] = {"version": base, "scheme": base.scheme, "cases": cases, "links": links(base)}
    if request.method != "POST":
        return desk_render(request, "rules/draft.html", context | _opened(base, cases, request.GET.get("case", "")))
    log.info("draft of %s tried by user %s", base.id, request.user.pk)
    data = request.POST.copy()
    filled = _chosen(cases, data.get("case", "")) if "fill" in data else None
    if filled is not None:
        data[f"{DRAFT_PREFIX}-on"] = filled.on.isoformat()
        data[f"{DRAFT_PREFIX}-step"] = filled.step
        data[f"{DRAFT_PREFIX}-facts"] = ""
    form = DraftForm(data, request.FILES, version=base, prefix=DRAFT_PREFIX)
    context |= _read(form, base)
    trial: Trial | None = context.get("trial")
    facts = facts_asked(trial.draft.version if trial is not None else base)
    context["facts_open"] = filled is not None or asks_for_row(request.POST)
    if filled is not None:
        context["facts"] = FactsForm(facts, filled.facts)
    elif asks_for_row(request.POST):
        context["facts"] = FactsForm.as_typed(facts, data)
    else:
        context["facts"] = typed = FactsForm(facts, {}, data)
        context["facts_open"] = bool(typed.errors)
        if "try" in data and trial is not None and form.is_valid():
            _determine(context, trial, form, typed)
    context["form"] = form
    context["chosen"] = cases.index(filled) if filled else None
    return desk_render(request, "rules/draft.html", context)


def _opened(base: SchemeVersion, cases: list[WorkedCase], number: str) -> dict[str, Any]:
    """The page before anything was sent: the present text, and the facts of a worked case if one was asked for."""
    case = _chosen(cases, number)
    initial = {"text": present_text(base), "on": case.on if case else localdate(), "step": case.step if case else ""}
    return {
        "form": DraftForm(version=base, prefix=DRAFT_PREFIX, initial=initial),
        "facts": FactsForm(facts_asked(base), case.facts if case else {}),
        "facts_open": case is not None,
        "chosen": cases.index(case) if case else None,
    }


def _chosen(cases: list[WorkedCase], number: str) -> WorkedCase | None:
    return (
        cases[int(number)]
        if number.isascii() and number.isdecimal() and len(number) < 6 and int(number) < len(cases)
        else None
    )


def _read(form: DraftForm, base: SchemeVersion) -> dict[str, Any]:
    """The draft, or what is wrong with it. The text of a file is shown in the field from then on."""
    form.is_valid()
    text = form.cleaned_data.get("text", "")
    if not text.strip() or "file" in form.errors:
        return {}
    if form.cleaned_data.get("file"):
        form.data[form.add_prefix("text")] = text
    try:
        trial = tried(read_draft(rule_book(), base.scheme.id, text), base)
    except RuleFileError as error:
        return {"complaints": complaints(error, text)}
    return {"trial": trial, "sections": trial.differences()}


def _determine(context: dict[str, Any], trial: Trial, form: DraftForm, typed: FactsForm) -> None:
    """What the draft says to the facts, or what is wrong with them beside their field."""
    written = form.cleaned_data["facts"]
    try:
        if written.strip():
            raw = facts_from_text(written)
        elif typed.is_valid():
            raw = {name: value for name, value in typed.answers().items() if value is not None}
        else:
            return
        context["shown"] = determined(trial.draft, raw, form.cleaned_data["on"], form.cleaned_data["step"])
    except UnreadableFacts as error:
        for message in error.messages:
            form.add_error("facts", message)
