"""Behind a determination: criteria with the applicant's own figures, records of lists, the calculation with every step,
sources and assumptions, as the components show them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from math import inf
from typing import Any, Final

from django.utils.translation import gettext, ngettext

from applications.rules import rule_book
from eligibility.evaluation.explain import facts_behind
from eligibility.evaluation.reading import read_both
from eligibility.evaluation.render import both, by_fiscal_year, groups_json, measured, steps_json
from eligibility.evaluation.result import AmountLine, AmountResult, Determination, Finding, ItemFindings
from eligibility.language import types as t
from eligibility.language.ranges import ends_of, is_exact
from eligibility.rulebook.model import Criterion, Fact, SchemeVersion, Source, Text
from eligibility.words import Outcome, Status
from portal.fact_text import cited, language, listed, plain_days, quoted, value_given, value_words, words

ORDER: Final = (Outcome.NOT_MET, Outcome.REFERRED, Outcome.UNKNOWN, Outcome.MET, Outcome.NOT_APPLICABLE)
"""What decides comes first."""
MOST_FACTS: Final = 6
"""Facts named beside a criterion that compares nothing."""


def tidy(text: Text) -> str:
    """A reading of the engine in the reader's language, with days written out and code lists named by their titles."""
    spoken = plain_days(words(text))
    for name, codes in rule_book().vocabulary.codes.items():
        spoken = re.sub(rf"(?<![A-Za-z_]){name}(?![A-Za-z_])", words(codes.title), spoken) if name in spoken else spoken
    return spoken


def _compared(operator: str, needed: str, *, day: bool) -> str:
    """``10,000,000円以上``, ``2026年12月1日より前``."""
    if day:
        forms = {
            ">=": gettext("%(needed)s以後"),
            ">": gettext("%(needed)sより後"),
            "<=": gettext("%(needed)s以前"),
            "<": gettext("%(needed)sより前"),
        }
    else:
        forms = {
            ">=": gettext("%(needed)s以上"),
            ">": gettext("%(needed)sを超える"),
            "<=": gettext("%(needed)s以下"),
            "<": gettext("%(needed)s未満"),
        }
    forms["!="] = gettext("%(needed)s以外")
    return forms.get(operator, "%(needed)s") % {"needed": needed}


def citation(version: SchemeVersion, keys: str, article: str = "") -> str:
    """The article, or else the pages that a rule rests on."""
    return cited(article) or listed(words(version.sources[key].what) for key in keys.split() if key in version.sources)


def assumption_note(keys: str) -> str:
    """What is assumed, for the mark beside a value; empty when nothing is."""
    known = rule_book().vocabulary.assumptions
    return " ".join(words(known[key].proposal) for key in keys.split() if key in known)


# --- criteria ------------------------------------------------------------------------------------------------


def criteria(result: Determination) -> list[dict[str, Any]]:
    """The criteria for ``{% criteria_list %}``, what decides first."""
    return _rows(result.findings, result)


def _rows(findings: list[Finding], result: Determination) -> list[dict[str, Any]]:
    sorted_findings = sorted(findings, key=lambda found: ORDER.index(found.outcome))
    return [criterion_row(found, result) for found in sorted_findings]


def criterion_row(found: Finding, result: Determination) -> dict[str, Any]:
    """One criterion with its outcome, own figure, threshold, citation, hint and assumption."""
    criterion = found.criterion
    own, threshold = ("", "") if found.outcome is Outcome.NOT_APPLICABLE else _figures(found, result)
    version = result.version
    return {
        "outcome": found.outcome.value,
        "text": words(criterion.text),
        "own": own,
        "threshold": threshold,
        "article": citation(version, criterion.source, criterion.article) if version is not None else "",
        "hint": _hint(found),
        "assumed": assumption_note(criterion.assumption) if criterion.status is Status.ASSUMED else "",
    }


def _figures(found: Finding, result: Determination) -> tuple[str, str]:
    """Own figure and threshold. Where nothing is compared, the answers that the criterion reads."""
    if result.env is None:
        return "", ""
    vocabulary = rule_book().vocabulary
    code = language()
    own: dict[str, None] = {}
    needed: dict[str, None] = {}
    for comparison in measured(found.criterion, result.env, vocabulary):
        is_day = re.fullmatch(r"\d{4}-\d{2}-\d{2}", comparison["needed"][code]) is not None
        own[plain_days(comparison["own"][code])] = None
        threshold = plain_days(comparison["needed"][code])
        if threshold not in ("不明", "not known"):
            needed[_compared(comparison["operator"], threshold, day=is_day)] = None
    if not own:
        return _answers_behind(found.criterion, result), ""
    known = [figure for figure in own if figure not in ("不明", "not known")]
    return listed(known), listed(needed)


def _answers_behind(criterion: Criterion, result: Determination) -> str:
    if result.env is None:
        return ""
    given = result.env.given
    behind = facts_behind(criterion, result.env, rule_book().vocabulary)
    facts = [fact for fact, _value in behind if fact.name in given][:MOST_FACTS]
    shown = [(words(fact.title), _own_words(fact, given[fact.name])) for fact in facts]
    if len(shown) == 1:
        return shown[0][1]
    return listed(gettext("%(name)s：%(value)s") % {"name": name, "value": value} for name, value in shown)


def _own_words(fact: Fact, given: Any) -> str:
    return count_words(len(given)) if fact.is_list else value_words(value_given(given, fact.type), fact.type)


def _hint(found: Finding) -> str:
    """What would make it yes: the rule book's own words, or the answers that the firm itself can change."""
    if found.outcome is not Outcome.NOT_MET and found.outcome is not Outcome.REFERRED:
        return ""
    criterion = found.criterion
    if criterion.hint is not None:
        return words(criterion.hint)
    if found.outcome is Outcome.REFERRED or not criterion.firm_can_change:
        return ""
    facts = rule_book().vocabulary.facts
    names = quoted(words(facts[name].title) for name in criterion.firm_can_change if name in facts)
    return gettext("%(names)sを見直すと、満たせることがあります。") % {"names": names}


@dataclass(frozen=True, slots=True)
class ItemShown:
    """One record of a list: what it is, whether it counts (``counts``, ``left_out``, ``unknown``), and its criteria."""

    title: str
    outcome: str
    criteria: list[dict[str, Any]]


@dataclass(frozen=True, slots=True)
class ListShown:
    """The records of one list."""

    title: str
    text: str
    items: list[ItemShown]


def lists(result: Determination) -> list[ListShown]:
    """Which records count and why not, list by list."""
    vocabulary = rule_book().vocabulary
    found: dict[str, ListShown] = {}
    for item in result.items:
        fact = vocabulary.facts[item.block.record]
        shown = found.setdefault(fact.name, ListShown(words(fact.title), words(item.block.text), []))
        shown.items.append(_item(item, result))
    return list(found.values())


def _item(item: ItemFindings, result: Determination) -> ItemShown:
    fact = rule_book().vocabulary.facts[item.block.record]
    name = words(fact.item_title or fact.title)
    parts = [
        value_words(item.item[part.name], part.type)
        for part in list(fact.fields.values())[:2]
        if item.item[part.name] is not None and is_exact(item.item[part.name])
    ]
    title = gettext("%(name)s %(number)d") % {"name": name, "number": item.item.position + 1}
    details = gettext("（%(parts)s）") % {"parts": listed(parts)} if parts else ""
    if result.env is not None:
        result.env.slots[item.block.slot] = item.item
    outcome = {True: "counts", False: "left_out", None: "unknown"}[item.counts]
    return ItemShown(title + details, outcome, _rows(item.findings, result))


def groups(result: Determination) -> list[tuple[str, str]]:
    """How each group of criteria came out on its own: title and outcome (plan yes, tax no)."""
    return [(words(Text(**group["text"])), group["outcome"]) for group in groups_json(result).values()]


# --- amounts -------------------------------------------------------------------------------------------------


def yen_ends(value: Any) -> tuple[int, float]:
    """Both ends of an amount of money for the screen: a difference whose lower end is open cannot be less than nothing;
    an open upper end is infinity."""
    low, high = ends_of(value)
    return (0 if low == -inf else int(low)), (high if high == inf else int(high))


def lines(amount: AmountResult, result: Determination) -> list[dict[str, Any]]:
    """The lines of the amount for ``{% calculation %}``; components that do not apply are left out."""
    return [_line(line, result) for line in amount.lines if _applies(line, result)]


def _applies(line: AmountLine, result: Determination) -> bool:
    when = line.component.when
    return when is None or result.env is None or when.run(result.env) is not False


def _line(line: AmountLine, result: Determination) -> dict[str, Any]:
    component, version = line.component, result.version
    if result.env is not None and component.slot >= 0:
        result.env.slots[component.slot] = line.fiscal_year
    low, high = yen_ends(line.yen)
    label = words(component.title)
    if line.fiscal_year is not None:
        label = gettext("%(what)s（%(year)s）") % {"what": label, "year": value_words(line.fiscal_year, t.FISCAL_YEAR)}
    unit = component.rounding.unit
    return {
        "label": label,
        "low": low,
        "high": high,
        "formula": tidy(read_both(component.yen, rule_book().vocabulary, result.env)),
        "note": gettext("%(unit)s円未満切捨て") % {"unit": f"{unit:,}"} if unit > 1 else "",
        "article": citation(version, component.source, component.article) if version is not None else "",
        "assumed": assumption_note(component.assumption) if component.status is Status.ASSUMED else "",
    }


def years(amount: AmountResult) -> list[dict[str, Any]]:
    """Sums by fiscal year; empty when the amount belongs to no single year."""
    found = []
    for year, yen in by_fiscal_year(amount):
        low, high = yen_ends(yen)
        found.append({"label": value_words(year, t.FISCAL_YEAR), "low": low, "high": high})
    return found


@dataclass(frozen=True, slots=True)
class StepShown:
    """A value that was worked out on the way to the amount."""

    title: str
    value: str
    formula: str
    citation: str


def steps(result: Determination) -> list[StepShown]:
    """Every derived value that has a title, in the order in which it was worked out. For each record, ward or year the
    zeros are left out: they say nothing and there are hundreds."""
    return list(_steps(result))


def _steps(result: Determination) -> Iterator[StepShown]:
    version = result.version
    if version is None:
        return
    code = language()
    for step in steps_json(result, rule_book().vocabulary):
        definition = version.definitions[step["step"]]
        arguments = [plain_days(shown[code]) for shown in step.get("for", [])]
        if arguments and step["value"] in (0, None):
            continue
        title = words(Text(**step["text"]))
        if arguments:
            title = gettext("%(what)s（%(for)s）") % {"what": title, "for": listed(arguments)}
        formula = ""
        if definition.type != t.BOOL:  # the criteria already say in words what a yes or no rests on
            env = None if definition.parameters else result.env
            formula = tidy(read_both(definition.body, rule_book().vocabulary, env))
        yield StepShown(
            title, plain_days(step["shown"][code]), formula, citation(version, definition.source, definition.article)
        )


# --- sources and assumptions ---------------------------------------------------------------------------------


def grade_words(source: Source) -> str:
    """How far a source can be trusted."""
    return {
        "official": gettext("公式資料"),
        "secondary": gettext("二次資料"),
        "weak": gettext("参考資料"),
        "project": gettext("本ポータルの仮定"),
    }.get(source.grade, source.grade)


def sources(version: SchemeVersion) -> list[dict[str, str]]:
    """The pages and statutes that a version rests on, with grade and date."""
    return [
        {
            "text": words(source.what),
            "address": source.address,
            "grade": grade_words(source),
            "dated": "" if source.dated in ("", "undated") else plain_days(source.dated),
        }
        for source in version.sources.values()
    ]


def assumptions(keys: list[str]) -> list[dict[str, str]]:
    """What an answer assumes, and the question that the city still has to answer."""
    known = rule_book().vocabulary.assumptions
    return [
        {"key": key, "text": words(known[key].proposal), "question": words(known[key].question)}
        for key in keys
        if key in known
    ]


def value_in_both(value: Any, kind: t.Type) -> str:
    """A value of the rule book in the reader's language."""
    return plain_days(both(value, kind, rule_book().vocabulary)[language()])


def count_words(number: int) -> str:
    """``3件``."""
    return ngettext("%(number)d件", "%(number)d件", number) % {"number": number}
