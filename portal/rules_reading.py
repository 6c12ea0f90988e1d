"""A version of a scheme as a readable document: everything that the rule file says, in words and with its standing."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

from applications.rules import engine, rule_book
from eligibility.evaluation.cases import WorkedCase, run_case, worked_cases
from eligibility.evaluation.reading import Reader
from eligibility.evaluation.render import value_text
from eligibility.language.nodes import DefinitionRef, Node, ParameterRef
from eligibility.language.types import Type
from eligibility.rulebook.assumptions import all_amounts, all_criteria
from eligibility.rulebook.checks import published
from eligibility.rulebook.model import (
    AmountComponent,
    Assumption,
    Counting,
    Criterion,
    Parameter,
    ProcedureStep,
    Scheme,
    SchemeVersion,
    Source,
    Table,
)
from eligibility.words import Status, Verdict
from portal.components.money import range_text
from portal.components.states import VERDICTS
from portal.desk_findings import EFFECTS, WHAT, assumptions, dated
from portal.desk_words import decision_title, document_title, fact_title, period_text
from portal.fact_forms import words
from portal.fact_text import cited

LEGAL: dict[str, str | Promise] = {
    "contract": _("贈与契約に準じる（教示なし）"),
    "disposition": _("行政処分（教示あり）"),
    "disposition_tax": _("税に関する処分（審査請求前置の教示あり）"),
}
GRADES: dict[str, str | Promise] = {
    "official": _("公的な資料"),
    "secondary": _("二次資料"),
    "weak": _("弱い資料"),
    "project": _("本プロジェクトの仮定"),
}


@dataclass(frozen=True, slots=True)
class Standing:
    """How much of a version is confirmed: rules with a source, and assumed ones."""

    verified: int
    assumed: int

    @property
    def percent(self) -> int:
        """Whole per cent that is verified, cut."""
        total = self.verified + self.assumed
        return 100 * self.verified // total if total else 0


def standing(version: SchemeVersion) -> Standing:
    """Counts every rule of a version once, keyed parameters by their values."""
    statuses = list(_statuses(version))
    assumed = sum(status is Status.ASSUMED for status in statuses)
    return Standing(len(statuses) - assumed, assumed)


def _statuses(version: SchemeVersion) -> Iterator[Status]:
    yield version.status
    yield Status.ASSUMED if version.legal_nature_assumption else Status.VERIFIED
    for parameter in version.parameters.values():
        yield from (status for status, _key in parameter.statuses.values())
        if not parameter.statuses:
            yield parameter.status
    yield from (criterion.status for criterion in all_criteria(version))
    yield from (definition.status for definition in version.definitions.values() if definition.title is not None)
    yield from (row.status for table in version.tables.values() for row in table.rows)
    yield from (component.status for amount in all_amounts(version) for component in amount.components)
    yield from (counting.status for counting in version.counts_for)


def publication(version: SchemeVersion) -> str:
    """``published``, ``changed`` (not what was published) or ``draft``."""
    listed = published(rule_book().root).get(version.id)
    if listed is None:
        return "draft"
    return "published" if listed == version.content_hash else "changed"


def version_address(version: SchemeVersion) -> str:
    """The page of a version."""
    return links(version)["read"]


def links(version: SchemeVersion) -> dict[str, str]:
    """The pages of a version: read it, try a draft of it, simulate a change, and compare the versions of its scheme."""
    programme, name = version.scheme.id.split("/", 1)
    place = {"programme": programme, "scheme": name}
    exact = {**place, "version": version.name}
    return {
        "read": reverse("desk_rules_version", kwargs=exact),
        "draft": reverse("desk_rules_draft", kwargs=exact),
        "simulation": reverse("desk_rules_simulation", kwargs=exact),
        "compare": reverse("desk_rules_compare", kwargs=place),
    }


# --- one version -----------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule in words: what it says, how it is read, where it stands and what it rests on."""

    name: str
    title: str
    lines: tuple[str, ...]
    article: str
    sources: tuple[Source, ...]
    assumptions: tuple[Assumption, ...]
    tag: str = ""


def document(version: SchemeVersion) -> dict[str, Any]:
    """The context of the page of a version, with its worked cases run now."""
    return contents(version) | {
        "publication": publication(version),
        "cases": worked(version),
        "links": links(version),
    }


def contents(version: SchemeVersion) -> dict[str, Any]:
    """Everything that a version (also a draft) says."""
    return {
        "version": version,
        "scheme": version.scheme,
        "period": period_text(version),
        "period_assumptions": assumptions(version.assumption),
        "legal": LEGAL.get(version.legal_nature, version.legal_nature),
        "legal_assumptions": assumptions(version.legal_nature_assumption),
        "article_assumptions": assumptions(version.articles_assumption),
        "standing": standing(version),
        "parameters": [(_rule_of_parameter(p, version), _values(p)) for p in version.parameters.values()],
        "criteria": [_rule_of_criterion(c, version) for c in version.criteria],
        "items": [
            (words(block.text), [_rule_of_criterion(c, version) for c in block.criteria])
            for block in version.items.values()
        ],
        "definitions": _definitions(version),
        "tables": [_table(table, version) for table in version.tables.values()],
        "amounts": _amounts(version),
        "steps": [_step(step) for step in version.procedure],
        "countings": [_counting(counting) for counting in version.counts_for],
        "sources": [
            (source, GRADES.get(source.grade, source.grade), dated_text(source)) for source in version.sources.values()
        ],
    }


def _language() -> str:
    return get_language() or "ja"


def read(node: Node) -> str:
    """An expression in words, names instead of values."""
    return dated(Reader(rule_book().vocabulary, _language(), None).read(node))


def shown(value: Any, type_: Type) -> str:
    """A constant of the rule book in words."""
    return dated(value_text(value, type_, rule_book().vocabulary, _language()))


def dated_text(source: Source) -> str:
    """The day of a source in words."""
    return gettext("日付の記載なし") if source.dated == "undated" else dated(source.dated)


def _sources(keys: str, version: SchemeVersion) -> tuple[Source, ...]:
    return tuple(version.sources[key] for key in keys.split() if key in version.sources)


def _rule_of_parameter(parameter: Parameter, version: SchemeVersion) -> Rule:
    keys = " ".join(
        dict.fromkeys(k for k in (parameter.assumption, *(k for _s, k in parameter.statuses.values())) if k)
    )
    return Rule(
        parameter.name,
        words(parameter.title),
        (),
        "",
        _sources(parameter.source, version),
        assumptions(keys),
    )


def _values(parameter: Parameter) -> list[tuple[str, str]]:
    """The value, or a value for each key (with ``steps``: from that key on)."""
    if parameter.values is None:
        return [("", shown(parameter.value, parameter.type))]
    made = []
    for key, value in parameter.values.items():
        name = shown(key, parameter.key_type) if parameter.key_type is not None else str(key)
        made.append((gettext("%(key)sから") % {"key": name} if parameter.steps else name, shown(value, parameter.type)))
    return made


def figures(*nodes: Node | None) -> list[str]:
    """The values of the parameters that expressions read, also through values without a title of their own; as one line.
    Parameters with a value for each key stand in the table of parameters."""
    found: dict[str, str] = {}
    waiting = [node for node in nodes if node is not None]
    seen: set[str] = set()
    for node in waiting:
        for part in node.walk():
            if isinstance(part, ParameterRef):
                parameter = part.parameter
                found.setdefault(parameter.name, f"{words(parameter.title)} {shown(parameter.value, parameter.type)}")
            elif isinstance(part, DefinitionRef) and part.definition.title is None and part.definition.name not in seen:
                seen.add(part.definition.name)
                waiting.append(part.definition.body)
    return [gettext("用いる数値：%(figures)s") % {"figures": gettext("、").join(found.values())}] if found else []


def _rule_of_criterion(criterion: Criterion, version: SchemeVersion) -> Rule:
    lines = (
        [gettext("かかる場合：%(reading)s") % {"reading": read(criterion.when)}] if criterion.when is not None else []
    )
    lines += [read(criterion.holds), *figures(criterion.when, criterion.holds), str(EFFECTS[criterion.effect])]
    if criterion.step:
        titles = {step.name: words(step.title) for step in version.procedure}
        lines.append(gettext("「%(step)s」から判定します。") % {"step": titles[criterion.step]})
    return Rule(
        criterion.name,
        words(criterion.text),
        tuple(lines),
        cited(criterion.article),
        _sources(criterion.source, version),
        assumptions(criterion.assumption),
        tag=words(version.groups[criterion.group]) if criterion.group in version.groups else "",
    )


def _definitions(version: SchemeVersion) -> list[Rule]:
    return [
        Rule(
            definition.name,
            words(definition.title),
            (read(definition.body), *figures(definition.body)),
            cited(definition.article),
            _sources(definition.source, version),
            assumptions(definition.assumption),
        )
        for definition in version.definitions.values()
        if definition.title is not None
    ]


def _table(table: Table, version: SchemeVersion) -> dict[str, Any]:
    def cells(row: Any) -> list[str]:
        return [shown(row[name], type_) if name in row else "―" for name, type_ in table.columns.items()]

    return {
        "title": words(table.title),
        "columns": list(table.columns),
        "rows": [
            {
                "key": row.key,
                "when": read(row.when),
                "cells": cells(row.cells),
                "sources": _sources(row.source, version),
                "assumptions": assumptions(row.assumption),
            }
            for row in table.rows
        ],
        "otherwise": cells(table.otherwise) if table.otherwise else [],
    }


def _amounts(version: SchemeVersion) -> list[dict[str, Any]]:
    found = [(str(WHAT.get(version.amount.what, "")), version.amount)] if version.amount is not None else []
    found += [(words(title), amount) for title, amount in version.other_amounts.values()]
    return [
        {
            "title": title,
            "components": [_component(component, version) for component in amount.components],
            "note": words(amount.note) if amount.note is not None else "",
        }
        for title, amount in found
    ]


def _component(component: AmountComponent, version: SchemeVersion) -> Rule:
    lines = []
    if component.when is not None:
        lines.append(gettext("かかる場合：%(reading)s") % {"reading": read(component.when)})
    if component.years is not None:
        lines.append(gettext("年度ごと：%(reading)s") % {"reading": read(component.years)})
    lines.append(read(component.yen))
    lines += figures(component.when, component.years, component.yen)
    lines.append(gettext("%(unit)s円未満切捨て") % {"unit": f"{component.rounding.unit:,}"})
    return Rule(
        component.name,
        words(component.title),
        tuple(lines),
        cited(component.article),
        _sources(component.source, version),
        assumptions(component.assumption),
    )


def _step(step: ProcedureStep) -> dict[str, Any]:
    return {
        "title": words(step.title),
        "help": words(step.help),
        "optional": step.optional,
        "repeats": bool(step.repeats),
        "facts": [fact_title(name) for name in step.facts],
        "documents": [(document_title(kind), required) for kind, required in step.documents],
        "deadline": words(step.deadline_text) if step.deadline_text is not None else "",
        "decides": decision_title(step.decides) if step.decides else "",
        "refuses": decision_title(step.refuses) if step.refuses else "",
    }


def _counting(counting: Counting) -> dict[str, Any]:
    indicator = rule_book().kpi.indicators[counting.indicator]
    return {
        "title": words(indicator.title),
        "when": read(counting.when),
        "assumptions": assumptions(counting.assumption),
    }


# --- worked cases ----------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class CaseResult:
    """A worked case, what it expects in words, and what differs now."""

    case: WorkedCase
    expected: str
    differences: tuple[str, ...]
    url: str = ""
    """Where its facts can be read and tried."""


def worked(version: SchemeVersion) -> list[CaseResult]:
    """All worked cases of a version, run now."""
    place = links(version)["draft"]
    return [
        CaseResult(
            case,
            expected_words(case.expect),
            tuple(run_case(case, engine(), rule_book())),
            f"{place}?case={number}#facts",
        )
        for number, case in enumerate(worked_cases(version, rule_book().root))
    ]


def expected_words(expect: dict[str, Any]) -> str:
    """Verdict and amount that a worked case expects."""
    parts = []
    if "verdict" in expect:
        parts.append(str(VERDICTS[Verdict(expect["verdict"])].word))
    amount = expect.get("amount", {})
    if "yen" in amount:
        parts.append(range_text(amount["yen"], amount["yen"]))
    elif amount.get("kind") == "range" and amount.get("min") is not None:
        parts.append(range_text(amount["min"], amount.get("max")))
    return gettext("・").join(parts)


def all_cases(versions: Iterable[SchemeVersion]) -> tuple[int, list[CaseResult]]:
    """How many worked cases there are, and those that fail now."""
    results = [result for version in versions for result in worked(version)]
    return len(results), [result for result in results if result.differences]


def schemes_with_versions() -> list[tuple[Scheme, list[dict[str, Any]]]]:
    """The list of the rule book: every scheme with its versions, newest first."""
    return [
        (
            scheme,
            [
                {
                    "version": version,
                    "links": links(version),
                    "period": period_text(version),
                    "standing": standing(version),
                    "publication": publication(version),
                    "cases": sum(1 for _case in worked_cases(version, rule_book().root)),
                }
                for version in reversed(scheme.versions)
            ],
        )
        for scheme in rule_book().schemes.values()
    ]
