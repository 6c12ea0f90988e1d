"""The style guide: all components with real content, and how screens are built from them. Not in production."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from portal.components import states
from portal.components.rows import as_typed, asks_for_row, rows_as_typed
from portal.views import styleguide_forms as forms
from portal.views import styleguide_samples as samples
from portal.views.styleguide_usage import USAGE

SCREENS = {
    "home": "public/home.html",
    "question": "styleguide/question.html",
    "result": "styleguide/result.html",
    "desk": "styleguide/desk.html",
    "case": "styleguide/case.html",
}


def styleguide(request: HttpRequest, name: str = "") -> HttpResponse:
    """The list of components, or one example screen."""
    if settings.MODE == "production":
        raise Http404
    if name == "form":
        return form_example(request)
    if name and name not in SCREENS:
        raise Http404
    return render(request, SCREENS.get(name, "styleguide/components.html"), sample_context(name))


def sample_context(name: str) -> dict[str, Any]:
    """Everything the example screens show."""
    return {
        "today": samples.TODAY,
        "goals": samples.goals(),
        "schemes": samples.schemes(),
        "criteria": samples.criteria(),
        "lines": samples.calculation_lines(),
        "steps": samples.steps(),
        "files": samples.files(),
        "kpi_columns": samples.kpi_columns(),
        "budget": samples.budget(),
        "queue": samples.queue(),
        "page": samples.second_page(),
        "form": forms.ProjectForm(),
        "question": forms.QuestionForm(),
        "verdicts": states.VERDICTS,
        "states": states.STATES,
        "findings": states.FINDINGS,
        "usage": USAGE,
        "is_official": name in ("desk", "case"),
    }


def form_example(request: HttpRequest) -> HttpResponse:
    """A form with every kind of field and a list of records; it works without JavaScript and keeps nothing."""
    form, hires = forms.ProjectForm(), forms.HireFormSet(prefix="hires")
    if request.method == "POST":
        if asks_for_row(request.POST):
            form = as_typed(forms.ProjectForm, request.POST)
            hires = rows_as_typed(forms.HireFormSet, request.POST, prefix="hires")
        else:
            form = forms.ProjectForm(request.POST, request.FILES)
            hires = forms.HireFormSet(request.POST, prefix="hires")
            if form.is_valid() and hires.is_valid():
                messages.success(
                    request,
                    samples.say(
                        "入力内容を確認しました（保存はしていません）。",
                        "Your input is complete (nothing has been stored).",
                    ),
                )
                return redirect("styleguide_page", name="form")
    return render(request, "styleguide/form.html", {"form": form, "hires": hires, "files": samples.files()})
