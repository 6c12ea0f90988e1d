"""The KPI pages: for everybody the progress, for officials the decisions behind each number and the form for figures."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from applications.errors import Conflict, DomainError
from applications.models import KpiEntry, KpiFigure
from applications.permissions import may_keep_kpi, official_of, require
from applications.rules import rule_book
from applications.selectors import kpi_entries as entries_of
from applications.services.kpi_figures import enter_figure
from portal.desk_words import decision_title
from portal.fact_forms import words
from portal.kpi_csv import yearly_figures
from portal.kpi_forms import FigureForm
from portal.kpi_page import frame_named, indicator_rows, main_view, number_text, target_text
from portal.views.desk_access import DeskRequest, desk_render, official_page, posted, refuse

ROWS = 50


@require_safe
def kpi(request: HttpRequest) -> HttpResponse:
    """本市誘致による進出企業数 against its target, how it is counted, and the other indicators of the plan."""
    today = localdate()
    frame = frame_named(request.GET.get("frame", ""), today)
    official = official_of(request.user)
    main = main_view(frame, today, links=official is not None)
    indicator = main.progress.indicator
    assumptions = rule_book().vocabulary.assumptions
    return render(
        request,
        "kpi/kpi.html",
        {
            "frame": frame,
            "frames": list(rule_book().kpi.frames.values()),
            "ended_frames": [f for f in rule_book().kpi.frames.values() if f.last_year < frame.first_year],
            "indicator": indicator,
            "main": main,
            "target_text": target_text(indicator, main.progress.target),
            "rows": indicator_rows(frame, today, links=official is not None),
            "counting": assumptions["K-01"],
            "frame_assumptions": [assumptions[key] for key in frame.assumption.split()],
            "now": timezone.now(),
            "official": official,
        },
    )


@require_safe
def kpi_csv(request: HttpRequest) -> HttpResponse:
    """The yearly figures as a file."""
    response = HttpResponse(yearly_figures(localdate()), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="sendai-kpi-{localdate():%Y%m%d}.csv"'
    return response


@require_safe
@official_page
def kpi_entries(request: DeskRequest, indicator: str) -> HttpResponse:
    """The decisions behind a number: of one year (``year``), of all until one (``until``), in one state (``state``)."""
    found = rule_book().kpi.indicators.get(indicator)
    frame = rule_book().kpi.frames.get(request.GET.get("frame", "")) or frame_named("", localdate())
    if found is None:
        raise Http404
    year, until = _year(request, "year"), _year(request, "until")
    state = request.GET.get("state", "")
    entries = entries_of(found.name, frame.name, year).select_related("reversed_by__letter")
    if until is not None:
        entries = entries.filter(fiscal_year__lte=until)
    if state in KpiEntry.State.values:
        entries = entries.filter(state=state)
    page = Paginator(entries.order_by("fiscal_year", "pk"), ROWS).get_page(request.GET.get("page"))
    return desk_render(
        request,
        "kpi/entries.html",
        {
            "indicator": found,
            "frame": frame,
            "year": year,
            "until": until,
            "state": KpiEntry.State(state).label if state in KpiEntry.State.values else "",
            "page": page,
            "rows": [_entry(entry) for entry in page],
        },
    )


def _year(request: HttpRequest, name: str) -> int | None:
    text = request.GET.get(name, "")
    return int(text) if text.isdecimal() and len(text) == 4 else None


def _entry(entry: KpiEntry) -> dict[str, Any]:
    causes = (
        (_("見込み"), entry.decision, getattr(entry.decision, "letter", None)),
        (_("実績"), entry.actual_by, None),  # a confirmation goes without letter
        (_("取消し"), entry.reversed_by, getattr(entry.reversed_by, "letter", None)),
    )
    return {
        "entry": entry,
        "causes": [
            {"label": label, "decision": cause, "title": decision_title(cause.kind), "letter": letter}
            for label, cause, letter in causes
            if cause is not None
        ],
    }


@require_http_methods(["GET", "HEAD", "POST"])
@official_page
def kpi_figures(request: DeskRequest) -> HttpResponse:
    """Entering a figure of outside statistics; everything entered so far."""
    require(may_keep_kpi(request.user))
    form = FigureForm(posted(request), today=localdate())
    if request.method == "POST" and form.is_valid():
        try:
            enter_figure(by=request.user, at=timezone.now(), **form.cleaned_data)
        except Conflict:
            raise
        except DomainError as error:
            refuse(request, form, error)
        else:
            messages.success(request, _("値を登録しました。"))
            return redirect("kpi_figures")
    return desk_render(request, "kpi/figures.html", {"form": form, "figures": _entered()})


def _entered() -> list[dict[str, Any]]:
    """Figures entered so far, newest first; those that a later one has replaced are marked."""
    indicators = rule_book().kpi.indicators
    seen: set[tuple[str, int]] = set()
    made = []
    for figure in KpiFigure.objects.select_related("entered_by__user").order_by("-pk"):
        key = (figure.indicator, figure.fiscal_year)
        indicator = indicators.get(figure.indicator)
        made.append(
            {
                "figure": figure,
                "title": words(indicator.title) if indicator is not None else figure.indicator,
                "value": number_text(figure.value, indicator) if indicator is not None else figure.value,
                "replaced": key in seen,
            }
        )
        seen.add(key)
    return made
