"""Simulating a change: parameters or a whole draft against stored cases and invented applicants. Nothing is kept."""

from __future__ import annotations

import logging
from datetime import date
from typing import Any

from django.http import HttpResponse
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from applications.past_cases import past_cases
from applications.rules import rule_book
from eligibility.rulebook.drafts import Draft, read_draft
from eligibility.rulebook.files import RuleFileError
from eligibility.rulebook.model import SchemeVersion
from eligibility.simulation.comparison import compare
from eligibility.simulation.settings import SettingError, changed, is_changed, slots
from portal.desk_reads import desk_cases
from portal.fact_text import words
from portal.rules_drafts import complaints
from portal.rules_forms import DRAFT_PREFIX, SimulationForm
from portal.rules_reading import links
from portal.rules_simulation import Result, result_of_cases, result_of_people
from portal.views.desk_access import DeskRequest, desk_render, official_page
from portal.views.rules import version_or_404

log = logging.getLogger("portal.desk")


@require_http_methods(["GET", "HEAD", "POST"])
@official_page
def desk_rules_simulation(request: DeskRequest, programme: str, scheme: str, version: str) -> HttpResponse:
    """What a change would do. A draft that comes from the page of drafts is only put into its field."""
    base = version_or_404(programme, scheme, version)
    places = slots(base)
    context: dict[str, Any] = {"version": base, "scheme": base.scheme, "links": links(base)}
    day = day_for(base)
    if request.method != "POST" or "run" not in request.POST:
        initial = {"text": request.POST.get(f"{DRAFT_PREFIX}-text", "")}
        form = SimulationForm(slots=places, on=day, initial=initial)
        context |= {"form": form, "draft_open": bool(initial["text"])}
        return desk_render(request, "rules/simulation.html", context)
    form = SimulationForm(request.POST, slots=places, on=day)
    if form.is_valid():
        draft = _draft(form, base, context)
        if draft is not None:
            log.info("change of %s simulated by user %s", base.id, request.user.pk)
            context |= {"draft": draft, "results": list(_results(request, form, base, draft))}
    context |= {"form": form, "draft_open": bool(form.cleaned_data.get("text"))}
    return desk_render(request, "rules/simulation.html", context)


def day_for(version: SchemeVersion) -> date:
    """Today, or the nearest day on which the version is in force."""
    today = max(localdate(), version.first_day)
    return min(today, version.last_day) if version.last_day is not None else today


def _draft(form: SimulationForm, base: SchemeVersion, context: dict[str, Any]) -> Draft | None:
    """The draft to try; without one the reason stands in the form."""
    text = form.cleaned_data["text"]
    try:
        if text.strip():
            return read_draft(rule_book(), base.scheme.id, text)
        typed = form.settings()
        made = {
            slot.name: typed[slot.name] for slot in form.slots if is_changed(slot, typed[slot.name], base, rule_book())
        }
        if not made:
            form.add_error(None, _("数値を１つ以上変えるか、草案を入力してください。"))
            return None
        context["changes"] = [(slot, made[slot.name]) for slot in form.slots if slot.name in made]
        return changed(rule_book(), base, made)
    except SettingError as error:
        form.refuse(error.name, words(error.message))
    except RuleFileError as error:
        if text.strip():
            context["complaints"] = complaints(error, text)
            form.add_error("text", _("草案に誤りがあります。"))
        else:
            for fault in error.found:
                form.refuse(fault.place.file, fault.reason)
    return None


def _results(request: DeskRequest, form: SimulationForm, base: SchemeVersion, draft: Draft) -> list[Result]:
    found = []
    which = form.cleaned_data["cases"]
    if which != "none":
        past = past_cases(desk_cases(request.user), base.scheme, decided=which == "decided")
        found.append(result_of_cases(compare(rule_book(), draft, base, (one.subject for one in past)), past))
    people = form.cleaned_data["people"]
    if people:
        from eligibility.simulation.population import invented  # NumPy and Polars only where they are needed

        on = form.cleaned_data["on"]
        subjects = invented(rule_book(), (base, draft.version), people, form.cleaned_data["seed"], on)
        found.append(result_of_people(compare(rule_book(), draft, base, subjects)))
    return found
