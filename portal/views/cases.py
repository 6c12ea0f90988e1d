"""Cases of the firm: the list, starting one, the page of a case, the next step."""

from __future__ import annotations

from urllib.parse import urlencode

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.timezone import localdate
from django.utils.translation import gettext as _

from applications.errors import DomainError
from applications.models import Case, Filing, Letter, Organisation
from applications.permissions import organisations_of
from applications.procedure import fileable_steps, scheme_of
from applications.rules import engine, rule_book
from applications.selectors import with_filings
from applications.services.start import start_case, start_filing
from applications.states import CaseState, FilingState
from eligibility.rulebook.model import ProcedureStep, Scheme, SchemeVersion
from portal.case_forms import StartForm
from portal.case_pages import (
    correction_items,
    decision_lines,
    duty_of,
    filing_url,
    filings_of,
    letter_lines,
    own_list,
    path_lines,
)
from portal.case_words import filing_title, history
from portal.check import FIRM, Check, answers_for
from portal.fact_text import words
from portal.scheme_pages import nothing_known, standing
from portal.views.access import firm_action, firm_page, own_cases, say

LETTERS = 10
"""Letters on the page of all cases."""


@firm_page()
def my_cases(request: HttpRequest) -> HttpResponse:
    """Everything that the user's applicants have to do, the next duty first."""
    cases = own_cases(request.user)
    rows = own_list(cases)
    letters = Letter.objects.filter(case__in=cases).select_related("case__organisation").order_by("-issued_on", "-pk")
    check = Check.of(request.session)
    context = {
        "duties": [row for row in rows if row.duty.of_the_firm],
        "waiting": [row for row in rows if row.duty.kind == "waiting"],
        "closed": [row for row in rows if row.duty.kind == "closed"],
        "letters": letter_lines(letters[:LETTERS]),
        "several": len({row.case.organisation_id for row in rows}) > 1,
        "check": check,
        "today": localdate(),
    }
    return render(request, "cases/list.html", context)


# --- starting ------------------------------------------------------------------------------------------------


@firm_page("POST")
def case_start(request: HttpRequest, programme: str, name: str) -> HttpResponse:
    """Begin a case: for whom, from which step; what the check knows is filled in."""
    scheme = rule_book().schemes.get(f"{programme}/{name}")
    if scheme is None:
        raise Http404
    if scheme.applied_elsewhere:
        messages.info(request, _("この制度はほかの団体が運営しているため、仙台市には申請できません。"))
        return redirect("scheme_page", programme, name)
    everyone = organisations_of(request.user)
    here = reverse("case_start", args=[programme, name])
    if not everyone:
        return redirect(f"{reverse('organisation_new')}?{urlencode({'next': here})}")
    suited = [one for one in everyone if _suits(one, scheme)]
    check = Check.of(request.session)
    answers = answers_for(scheme.id, check, localdate())
    facts = check.facts if check is not None else nothing_known()
    version = engine().version_for(scheme.id, facts, localdate())
    steps = _first_steps(version)
    form = StartForm(suited, steps, _posted(request), initial=_initial(suited, steps, answers))
    if request.method == "POST" and version is not None and suited and form.is_valid():
        chosen = form.cleaned_data.get("organisation", suited[0].pk)
        organisation = next(one for one in suited if one.pk == chosen)
        try:
            filing = start_case(
                by=request.user,
                organisation=organisation,
                scheme=scheme.id,
                answers=answers,
                at=timezone.now(),
                step=form.cleaned_data.get("step", ""),
            )
        except DomainError as error:
            form.add_error(None, str(error))
        else:
            return redirect("filing_form", filing.case.reference, filing.pk)
    context = {
        "scheme": scheme,
        "standing": standing(scheme, localdate()),
        "version": version,
        "form": form,
        "suited": suited,
        "prefilled": len(answers),
        "drafts": _drafts(suited, scheme),
        "next": here,
        "is_person": scheme.audience != FIRM,
        "steps": [words(step.title) for step in steps],
    }
    return render(request, "cases/start.html", context)


def _posted(request: HttpRequest) -> QueryDict | None:
    """What was sent; an empty form counts too."""
    return request.POST if request.method == "POST" else None


def _suits(organisation: Organisation, scheme: Scheme) -> bool:
    """Schemes for persons are for persons, all others for firms."""
    return (organisation.kind == Organisation.Kind.PERSON) == (scheme.audience != FIRM)


def _first_steps(version: SchemeVersion | None) -> list[ProcedureStep]:
    """Steps that a case may begin with: optional ones at the beginning, and the first that is not."""
    steps: list[ProcedureStep] = []
    for step in version.procedure if version is not None else ():
        steps.append(step)
        if not step.optional:
            break
    return steps


def _initial(suited: list[Organisation], steps: list[ProcedureStep], answers: dict[str, object]) -> dict[str, object]:
    consulted = str(answers.get("prior_consultation_on") or "9999")
    later = bool(steps) and consulted <= localdate().isoformat()
    return {
        "organisation": suited[0].pk if suited else None,
        "step": (steps[-1] if later else steps[0]).name if steps else "",
    }


def _drafts(suited: list[Organisation], scheme: Scheme) -> list[dict[str, str]]:
    drafts = Filing.objects.filter(
        case__organisation__in=suited, case__scheme=scheme.id, case__state=CaseState.DRAFT, state=FilingState.DRAFT
    ).select_related("case__organisation")
    return [
        {"firm": filing.case.organisation.name, "title": filing_title(filing), "url": filing_url(filing)}
        for filing in drafts
    ]


# --- one case ------------------------------------------------------------------------------------------------


@firm_page()
def case_page(request: HttpRequest, reference: str) -> HttpResponse:
    """A case: what to do next, the path, decisions and letters, what was handed in, the history."""
    case = with_filings(own_cases(request.user)).filter(reference=reference).first()
    if case is None:
        raise Http404
    today = localdate()
    duty = duty_of(case, today)
    filings = filings_of(case)
    context = {
        "case": case,
        "scheme": scheme_of(case),
        "programme": case.scheme.split("/")[0],
        "scheme_name": case.scheme.split("/")[1],
        "duty": duty,
        "asked": correction_items(duty.correction) if duty.correction is not None else [],
        "next_steps": [
            {"name": s.name, "title": words(s.title), "optional": s.optional} for s in _next(case, duty.kind)
        ],
        "path": path_lines(case, today),
        "filings": [{"filing": f, "title": filing_title(f), "url": filing_url(f)} for f in reversed(filings)],
        "decisions": decision_lines(case),
        "history": history(case),
        "today": today,
    }
    return render(request, "cases/page.html", context)


def _next(case: Case, kind: str) -> list[ProcedureStep]:
    return fileable_steps(case, localdate()) if kind == "next" else []


@firm_action
def filing_start(request: HttpRequest, reference: str) -> HttpResponse:
    """Begin the next step of a case."""
    case = own_cases(request.user).filter(reference=reference).first()
    if case is None:
        raise Http404
    try:
        filing = start_filing(by=request.user, case_id=case.pk, step=request.POST.get("step", ""), at=timezone.now())
    except DomainError as error:
        say(request, error)
        return redirect("case_page", case.reference)
    messages.success(request, _("下書きを作成しました。"))
    return redirect("filing_form", case.reference, filing.pk)
