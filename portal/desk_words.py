"""Names of things on the desk in the reader's language: steps, decisions, papers, people, periods."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext

from applications.models import Case, Filing
from applications.procedure import scheme_of
from applications.rules import rule_book
from eligibility.rulebook.model import ProcedureStep, SchemeVersion
from portal.components.dates import day_text, fiscal_year_text
from portal.fact_forms import words


def step_in(case: Case, name: str) -> ProcedureStep | None:
    """A step of the case's scheme: of the version that the case is bound to, or of the newest one that has it."""
    versions = scheme_of(case).versions
    bound = [v for v in versions if v.name == case.version] or list(reversed(versions))
    return next((step for version in bound for step in version.procedure if step.name == name), None)


def step_title(case: Case, name: str) -> str:
    """Name of a step; its code when no version has it any more."""
    step = step_in(case, name)
    return words(step.title) if step is not None else name


def filing_title(filing: Filing) -> str:
    """``交付申請（2027年度）``; a repeated step without a year carries its number."""
    title = step_title(filing.case, filing.step)
    if filing.fiscal_year is not None:
        return gettext("%(title)s（%(year)s）") % {"title": title, "year": fiscal_year_text(filing.fiscal_year)}
    if filing.number > 1:
        return gettext("%(title)s（%(number)s回目）") % {"title": title, "number": filing.number}
    return title


def decision_title(kind: str) -> str:
    """Name of a kind of decision."""
    return words(rule_book().vocabulary.decisions[kind].title)


def letter_title(kind: str) -> str:
    """Name of the letter that carries a kind of decision."""
    decision = rule_book().vocabulary.decisions[kind]
    return words(decision.letter or decision.title)


def document_title(kind: str) -> str:
    """Name of a kind of paper; its code when the rule book does not have it any more."""
    found = rule_book().vocabulary.documents.get(kind)
    return words(found.title) if found is not None else kind


def fact_title(name: str) -> str:
    """Name of a fact; its code when the rule book does not have it any more."""
    found = rule_book().vocabulary.facts.get(name)
    return words(found.title) if found is not None else name


def subject_title(about: str) -> str:
    """What an item of a correction request is about: a fact or a paper."""
    if about in rule_book().vocabulary.facts:
        return fact_title(about)
    return document_title(about) if about else gettext("全体")


def period_text(version: SchemeVersion) -> str:
    """``2026年4月1日から`` or ``2024年4月1日から2026年3月31日まで``."""
    first = day_text(version.first_day)
    if version.last_day is None:
        return gettext("%(first)sから") % {"first": first}
    return gettext("%(first)sから%(last)sまで") % {"first": first, "last": day_text(version.last_day)}


def person(official: Any) -> str:
    """An official as the desk names them."""
    return gettext("%(section)s %(title)s %(name)s") % {
        "section": official.section,
        "title": official.title,
        "name": official.user,
    }
