"""What the pages of schemes show: the standing of a scheme on a day, and a version as a readable document."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cached_property
from math import inf
from typing import Any, Final

from django.urls import reverse
from django.utils.translation import gettext

from applications.rules import engine, rule_book
from applications.services.submit import is_open
from eligibility.evaluation.facts import Facts, read_leniently
from eligibility.evaluation.reading import read_both
from eligibility.evaluation.render import gap_reason
from eligibility.evaluation.result import Determination
from eligibility.language import types as t
from eligibility.language.ranges import Range
from eligibility.rulebook.model import AmountComponent, Criterion, Parameter, Scheme, SchemeVersion, Text
from eligibility.rulebook.vocabulary import Named
from eligibility.words import Effect, Status
from portal import trace
from portal.fact_text import value_words, words

OPEN: Final = "open"
BEFORE: Final = "before"
AFTER: Final = "after"
NO_TERMS: Final = "no_terms"
PAID_BY_APPLICANT: Final = frozenset({"donation", "fee"})
"""Kinds of amounts that are no help to the applicant."""


def nothing_known() -> Facts:
    """Facts of which none is answered."""
    return read_leniently({}, rule_book().vocabulary)[0]


@dataclass(frozen=True)
class Standing:
    """How a scheme stands on a day: ``state`` is open, before or after the window, or no terms with the ``reason``."""

    scheme: Scheme
    version: SchemeVersion | None
    state: str
    reason: str
    most: int | None
    result: Determination

    @property
    def title(self) -> str:
        """Name of the scheme."""
        return words(self.scheme.title)

    @property
    def summary(self) -> str:
        """One sentence what it is."""
        return words(self.scheme.summary)

    @property
    def url(self) -> str:
        """The scheme's page."""
        return scheme_url(self.scheme)

    @property
    def programme(self) -> str:
        """Name of its programme."""
        return words(rule_book().vocabulary.programmes[self.scheme.programme].title)

    @property
    def opens(self) -> date | None:
        """First day of the window."""
        return self.version.window.opens if self.version is not None and self.version.window is not None else None

    @property
    def closes(self) -> date | None:
        """Last day of the window."""
        return self.version.window.closes if self.version is not None and self.version.window is not None else None

    @property
    def is_open(self) -> bool:
        """An application may arrive today."""
        return self.state == OPEN


def standing(scheme: Scheme, day: date) -> Standing:
    """Where a scheme stands on a day, for an applicant of whom nothing is known."""
    result = engine().determine(scheme.id, nothing_known(), day)
    version = result.version
    if version is None:
        reason = gap_reason(result)
        return Standing(scheme, None, NO_TERMS, words(reason) if reason is not None else "", None, result)
    state = OPEN
    if not is_open(version, day):
        opens = version.window.opens if version.window is not None else None
        state = BEFORE if opens is not None and day < opens else AFTER
    paid = result.amount.what in PAID_BY_APPLICANT
    most = None if paid or result.amount.high in (0, inf) else int(result.amount.high)
    return Standing(scheme, version, state, "", most, result)


def scheme_url(scheme: Scheme) -> str:
    """Address of a scheme's page."""
    programme, name = scheme.id.split("/")
    return reverse("scheme_page", args=[programme, name])


def version_url(version: SchemeVersion) -> str:
    """Address of a version's page."""
    programme, name = version.scheme.id.split("/")
    return reverse("scheme_version", args=[programme, name, version.name])


def door_of(goal: Named) -> dict[str, str]:
    """A goal as a door of the home page."""
    return {
        "name": goal.name,
        "title": words(goal.title),
        "help": words(goal.help),
        "url": f"{reverse('check_start')}?goal={goal.name}",
    }


def standings(day: date) -> list[Standing]:
    """All schemes in the order of the rule book."""
    return [standing(scheme, day) for scheme in sorted(rule_book().schemes.values(), key=lambda s: s.order)]


def open_schemes(day: date) -> list[Standing]:
    """Schemes of the city that may be applied for on a day."""
    return [one for one in standings(day) if one.is_open and not one.scheme.applied_elsewhere]


def by_programme(day: date) -> list[tuple[Named, list[Standing]]]:
    """All schemes under their programmes."""
    found: dict[str, list[Standing]] = {}
    for one in standings(day):
        found.setdefault(one.scheme.programme, []).append(one)
    programmes = rule_book().vocabulary.programmes
    return [(programmes[name], found[name]) for name in programmes if name in found]


# --- a version as a document ---------------------------------------------------------------------------------


def instrument_words(instrument: str) -> str:
    """What kind of help a scheme is."""
    return {
        "grant": gettext("助成金（返す必要のない資金）"),
        "subsidy": gettext("補助金（費用の一部を補助）"),
        "commission_contract": gettext("委託契約（市が費用を負担）"),
        "certification": gettext("認定"),
        "tax_relief": gettext("固定資産税の軽減"),
        "award": gettext("奨励金（返す必要のない資金）"),
        "facility_use": gettext("施設の利用（利用料が必要）"),
        "cost_sharing": gettext("費用の一部の負担"),
        "proposal": gettext("公募型プロポーザル"),
    }.get(instrument, "")


@dataclass(frozen=True)
class Document:
    """One version of a scheme as everybody may read it."""

    version: SchemeVersion

    @property
    def who(self) -> str:
        """Whom the scheme is for."""
        if self.version.scheme.audience == "person":
            return gettext("個人の方（ご本人が申請します）")
        return gettext("企業・団体・個人事業主")

    @property
    def what(self) -> str:
        """What kind of help it is."""
        return instrument_words(self.version.scheme.instrument)

    @cached_property
    def amounts(self) -> list[dict[str, Any]]:
        """How the amount is worked out: each component in words."""
        terms = self.version.amount
        return [self._component(component) for component in terms.components] if terms is not None else []

    @property
    def amount_note(self) -> str:
        """What the rules say of the amount as a whole."""
        terms = self.version.amount
        return words(terms.note) if terms is not None and terms.note is not None else ""

    @cached_property
    def other_amounts(self) -> list[dict[str, Any]]:
        """Further sums, such as the firm's donation."""
        return [
            {"title": words(title), "components": [self._component(component) for component in amount.components]}
            for title, amount in self.version.other_amounts.values()
        ]

    def _component(self, component: AmountComponent) -> dict[str, Any]:
        vocabulary = rule_book().vocabulary
        return {
            "title": words(component.title),
            "formula": trace.tidy(read_both(component.yen, vocabulary)),
            "when": trace.tidy(read_both(component.when, vocabulary)) if component.when is not None else "",
            "unit": component.rounding.unit if component.rounding.unit > 1 else None,
            "source": trace.citation(self.version, component.source, component.article),
            "assumed": trace.assumption_note(component.assumption) if component.status is Status.ASSUMED else "",
        }

    @cached_property
    def criteria(self) -> list[dict[str, Any]]:
        """Criteria in the order of the rules, with group titles where there are groups."""
        groups = self.version.groups
        return [
            {**self._criterion(criterion), "group": words(groups[criterion.group]) if criterion.group in groups else ""}
            for criterion in self.version.criteria
        ]

    @cached_property
    def lists(self) -> list[dict[str, Any]]:
        """Conditions on each record of a list."""
        return [
            {"title": words(block.text), "criteria": [self._criterion(criterion) for criterion in block.criteria]}
            for block in self.version.items.values()
        ]

    def _criterion(self, criterion: Criterion) -> dict[str, Any]:
        effect = {
            Effect.REFUSE: gettext("満たさないと対象外"),
            Effect.REFER: gettext("満たさないときは市が判断"),
            Effect.ADVISE: gettext("確認のみ（判定には影響しない）"),
            Effect.LEAVE_OUT: gettext("満たさない明細は数えない"),
        }[criterion.effect]
        return {
            "text": words(criterion.text),
            "effect": effect,
            "source": trace.citation(self.version, criterion.source, criterion.article),
            "assumed": trace.assumption_note(criterion.assumption) if criterion.status is Status.ASSUMED else "",
        }

    @cached_property
    def figures(self) -> list[dict[str, Any]]:
        """Rates, thresholds and caps of the version."""
        return [
            {
                "title": words(parameter.title),
                "values": _values(parameter),
                "source": trace.citation(self.version, parameter.source),
                "assumed": trace.assumption_note(parameter.assumption) if parameter.status is Status.ASSUMED else "",
            }
            for parameter in self.version.parameters.values()
        ]

    @cached_property
    def steps(self) -> list[dict[str, Any]]:
        """The procedure: who does what, with which papers, until when."""
        documents = rule_book().vocabulary.documents
        decisions = rule_book().vocabulary.decisions
        return [
            {
                "title": words(step.title),
                "help": words(step.help),
                "optional": step.optional,
                "yearly": bool(step.repeats),
                "due": words(step.deadline_text) if step.deadline_text is not None else "",
                "papers": [
                    {"title": words(documents[name].title), "help": words(documents[name].help), "required": required}
                    for name, required in step.documents
                ],
                "ends": words(decisions[step.decides].title) if step.decides in decisions else "",
            }
            for step in self.version.procedure
        ]

    @cached_property
    def assumptions(self) -> list[dict[str, str]]:
        """Every assumption that the version makes."""
        return trace.assumptions(sorted(_assumed_in(self.version)))

    @cached_property
    def sources(self) -> list[dict[str, str]]:
        """What the version rests on."""
        return trace.sources(self.version)

    @property
    def subject_to(self) -> list[str]:
        """What else must be given."""
        return [words(text) for text in self.version.subject_to]

    @property
    def notes(self) -> list[str]:
        """Remarks."""
        return [words(text) for text in self.version.notes]

    @property
    def chosen_by(self) -> str:
        """The date that decides which version applies."""
        return words(self.version.scheme.chosen_by_text)


def _values(parameter: Parameter) -> list[dict[str, str]]:
    """The value of a parameter in words, or one for each key."""
    if parameter.values is None:
        return [{"key": "", "text": _value(parameter.value, parameter.type)}]
    key_type = parameter.key_type or t.TEXT
    found = []
    for key, value in parameter.values.items():
        name = _value(key, key_type)
        name = gettext("%(start)sから") % {"start": name} if parameter.steps else name
        found.append({"key": name, "text": _value(value, parameter.type)})
    return found


def _value(value: Any, kind: t.Type) -> str:
    if isinstance(value, Range):
        low, high = value_words(value.low, kind), value_words(value.high, kind)
        return gettext("%(low)s～%(high)s") % {"low": low, "high": high}
    return trace.plain_days(value_words(value, kind))


def _assumed_in(version: SchemeVersion) -> set[str]:
    keys = {version.assumption, version.legal_nature_assumption}
    keys |= {parameter.assumption for parameter in version.parameters.values()}
    keys |= {definition.assumption for definition in version.definitions.values()}
    keys |= {criterion.assumption for criterion in version.criteria}
    keys |= {criterion.assumption for block in version.items.values() for criterion in block.criteria}
    amounts = [version.amount] if version.amount is not None else []
    amounts += [amount for _, amount in version.other_amounts.values()]
    keys |= {component.assumption for amount in amounts for component in amount.components}
    return {key for joined in keys for key in joined.split()}


@dataclass(frozen=True)
class Period:
    """One line of the history of a scheme: a version, or a gap with the reason."""

    first: date
    last: date | None
    name: str
    url: str
    reason: str
    is_current: bool
    assumed: bool


def periods(scheme: Scheme, day: date) -> list[Period]:
    """Versions and gaps, the newest first."""
    found = [
        Period(
            version.first_day,
            version.last_day,
            version.name,
            version_url(version),
            "",
            version.covers_date(day.toordinal()),
            version.status is Status.ASSUMED,
        )
        for version in scheme.versions
    ]
    found += [
        Period(first, last, "", "", words(why), first <= day and (last is None or day <= last), False)
        for first, last, why in scheme.gaps
        if isinstance(why, Text)
    ]
    return sorted(found, key=lambda period: period.first, reverse=True)
