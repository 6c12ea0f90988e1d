"""The check without an account: choose, answer one question at a time, see what is possible. Only POST changes it."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from applications.rules import engine, rule_book
from eligibility.rulebook.model import Fact
from portal.changes_page import ChangesShown
from portal.check import Check
from portal.check_forms import QuestionForm, StartForm, person_schemes
from portal.components.rows import asks_for_row
from portal.fact_fields import Place
from portal.fact_forms import FactsForm
from portal.fact_text import quoted, shown_answers, words

ANSWERS = "answers"
"""``?from=answers``: the question was opened from the list of answers and goes back there."""


@require_http_methods(["GET", "HEAD", "POST"])
def check_start(request: HttpRequest) -> HttpResponse:
    """Choose what to look into. Answers given before are kept."""
    found = Check.of(request.session)
    if request.method == "POST":
        form = StartForm(request.POST)
        if form.is_valid():
            check = Check(form.chosen())
            if found is not None:
                check.answers, check.skipped, check.trail = found.answers, found.skipped, found.trail
            check.keep(request.session)
            return redirect("check_question")
    else:
        form = StartForm(initial={"goals": request.GET.getlist("goal"), "schemes": request.GET.getlist("scheme")})
    return render(request, "check/start.html", {"form": form, "found": found, "persons": person_schemes()})


@require_http_methods(["GET", "HEAD"])
def check_question(request: HttpRequest) -> HttpResponse:
    """The question to ask now; the result when none is left."""
    check = Check.of(request.session)
    if check is None or not check.schemes:
        return redirect("check_start")
    if check.next is None:
        return redirect("check_result")
    return _show(request, check, _question(check, check.next.fact))


@require_http_methods(["GET", "HEAD", "POST"])
def check_fact(request: HttpRequest, name: str) -> HttpResponse:
    """One question by name: to answer it, or to change the answer."""
    check = Check.of(request.session)
    fact = rule_book().vocabulary.facts.get(name)
    if fact is None:
        raise Http404
    if check is None or not check.schemes:
        if request.method == "POST":
            messages.warning(request, _("前回の回答の保存期間が過ぎました。お手数ですが、もう一度始めてください。"))
        return redirect("check_start")
    if request.method != "POST":
        return _show(request, check, _question(check, fact))
    if asks_for_row(request.POST):
        return _show(request, check, FactsForm.as_typed([fact], request.POST, place=Place.QUESTION))
    return _answer(request, check, fact)


def _question(check: Check, fact: Fact) -> QuestionForm:
    form = QuestionForm(fact, check.answers)
    if fact.name in check.skipped:
        form.show_skipped()
    return form


def _answer(request: HttpRequest, check: Check, fact: Fact) -> HttpResponse:
    if "none" in request.POST and fact.is_list:
        check.answer(fact.name, [])
        return _go_on(request, check)
    form = QuestionForm(fact, check.answers, request.POST)
    if "unknown" in request.POST:
        value = form.value
        if fact.is_list and value:  # rows that were typed are kept, although something in them is not known
            check.answers[fact.name] = value
        check.skip(fact.name)
        return _go_on(request, check)
    if not form.is_valid():
        return _show(request, check, form)
    if form.value is None:
        check.skip(fact.name)
    else:
        check.answer(fact.name, form.value)
    return _go_on(request, check)


def _go_on(request: HttpRequest, check: Check) -> HttpResponseRedirect:
    check.keep(request.session)
    return redirect("check_answers" if request.GET.get("from") == ANSWERS else "check_question")


def _show(request: HttpRequest, check: Check, form: FactsForm) -> HttpResponse:
    fact = form.facts[0]
    following = check.next
    schemes = check.users_of(fact.name)
    asked_again = fact.name in check.answers and following is not None and following.fact.name == fact.name
    context: dict[str, Any] = {
        "check": check,
        "form": form,
        "fact": fact,
        "entry": form.entry(fact),
        "offers_unknown": isinstance(form, QuestionForm) and form.offers_unknown,
        "title": words(fact.question),
        "item": words(fact.item_title or fact.title),
        "example": words(fact.example),
        "users": quoted(words(scheme.title) for scheme in schemes),
        "left": following.left if following is not None else 0,
        "before": check.before(fact.name),
        "asked_again": asked_again and not form.errors,
        "from_answers": request.GET.get("from") == ANSWERS,
        "possible": [one for one in check.shown if one.possible],
        "impossible": [one for one in check.shown if not one.possible],
    }
    return render(request, "check/question.html", context)


@require_http_methods(["GET", "HEAD"])
def check_answers(request: HttpRequest) -> HttpResponse:
    """Everything answered so far, each with a link to change it."""
    check = Check.of(request.session)
    if check is None or not check.schemes:
        return redirect("check_start")
    facts = rule_book().vocabulary.facts
    answered = shown_answers([facts[name] for name in check.trail], check.answers)
    return render(request, "check/answers.html", {"check": check, "answered": answered})


@require_http_methods(["GET", "HEAD"])
def check_result(request: HttpRequest) -> HttpResponse:
    """What is possible, for how much, and why."""
    check = Check.of(request.session)
    if check is None or not check.schemes:
        return redirect("check_start")
    context = {"check": check, "headline": check.headline, "best": check.combined, "today": check.on}
    return render(request, "check/result.html", context)


@require_http_methods(["GET", "HEAD"])
def check_changes(request: HttpRequest, programme: str, name: str) -> HttpResponse:
    """What would make one scheme possible, or bring more."""
    check = Check.of(request.session)
    if check is None or not check.schemes:
        return redirect("check_start")
    scheme = f"{programme}/{name}"
    if scheme not in check.schemes:
        raise Http404
    changes = ChangesShown(engine().determine(scheme, check.facts, check.on), check.facts)
    if not changes.offered:
        return redirect("check_result")
    return render(request, "check/changes.html", {"changes": changes})


@require_http_methods(["GET", "HEAD", "POST"])
def check_restart(request: HttpRequest) -> HttpResponse:
    """Throw the answers away, after asking."""
    check = Check.of(request.session)
    if request.method == "POST":
        Check.forget(request.session)
        messages.success(request, _("回答をすべて消しました。"))
        return redirect("check_start")
    if check is None:
        return redirect("check_start")
    return render(request, "check/restart.html", {"check": check})
