"""The go-live list as officials see it: every assumption with its question to the city, and what rests on it by place."""

from __future__ import annotations

from dataclasses import dataclass

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from applications.rules import rule_book
from eligibility.rulebook.assumptions import Kind, Use, open_questions
from eligibility.rulebook.model import Assumption
from portal.fact_forms import words
from portal.rules_reading import version_address

WHAT: dict[Kind, str | Promise] = {
    Kind.PARAMETER: _("数値「%(name)s」"),
    Kind.DEFINITION: _("算定「%(name)s」"),
    Kind.CRITERION: _("要件「%(name)s」"),
    Kind.TABLE_ROW: _("表「%(name)s」の行「%(row)s」"),
    Kind.AMOUNT: _("金額「%(name)s」"),
    Kind.COUNTING: _("評価指標「%(name)s」への計上"),
    Kind.FRAME: _("計画期間「%(name)s」"),
    Kind.TARGET: _("目標「%(name)s」"),
}
"""How a use is named; ``name`` is its title."""


@dataclass(frozen=True, slots=True)
class Place:
    """A version (or the KPI frames, or the letters) with the things in it that rest on one assumption."""

    where: str
    url: str
    things: tuple[tuple[str, str], ...]
    """What it is, and the value that a parameter is assumed to have."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One assumption with its uses, by place."""

    assumption: Assumption
    places: tuple[Place, ...]


def go_live_list() -> list[Entry]:
    """All assumptions in the order of the rule book."""
    return [Entry(question.assumption, _by_place(question.uses)) for question in open_questions(rule_book())]


def _by_place(uses: tuple[Use, ...]) -> tuple[Place, ...]:
    places: dict[tuple[str, str], list[tuple[str, str]]] = {}
    for use in uses:
        things = places.setdefault(_place(use), [])
        thing = (_what(use), use.value)
        if thing not in things:
            things.append(thing)
    return tuple(Place(where, url, tuple(things)) for (where, url), things in places.items())


def _place(use: Use) -> tuple[str, str]:
    if use.version is not None:
        names = {"scheme": words(use.version.scheme.title), "version": use.version.name}
        return gettext("%(scheme)s %(version)s") % names, version_address(use.version)
    if use.kind is Kind.INTERACTION:
        return gettext("制度間の関係"), ""
    if use.kind is Kind.LETTERS:
        return words(use.title), ""
    return gettext("評価指標"), reverse("kpi")


def _what(use: Use) -> str:
    if use.kind is Kind.LETTERS:
        return gettext("期間・率・文書番号")
    if use.kind not in WHAT:
        return words(use.title)
    return str(WHAT[use.kind]) % {"name": words(use.title), "row": use.name.rpartition(".")[2]}
