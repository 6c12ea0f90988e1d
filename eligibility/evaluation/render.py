"""Determinations as JSON and as readable text. Numbers are shown as an official would write them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from fractions import Fraction
from math import inf
from typing import Any

from eligibility.evaluation.result import AmountLine, AmountResult, Determination, Finding, ItemFindings
from eligibility.language import nodes as n
from eligibility.language import types as t
from eligibility.language.env import Env, Items
from eligibility.language.ranges import Range, ends_of
from eligibility.rulebook.model import Criterion, Definition, Fact, SchemeVersion, Text
from eligibility.rulebook.vocabulary import Vocabulary
from eligibility.words import ENGINE_VERSION, AmountKind, Effect, Outcome, Status, Verdict

VERDICTS: dict[Verdict, Text] = {
    Verdict.ELIGIBLE: Text("対象", "Eligible"),
    Verdict.NOT_ELIGIBLE: Text("対象外", "Not eligible"),
    Verdict.REFER: Text("要確認（市が判断）", "To be decided by the city"),
    Verdict.UNDETERMINED: Text("未確定（情報が不足）", "Open (facts missing)"),
    Verdict.NO_TERMS: Text("規定なし", "No terms on record"),
}
OUTCOMES: dict[Outcome, Text] = {
    Outcome.MET: Text("満たす", "Met"),
    Outcome.NOT_MET: Text("満たさない", "Not met"),
    Outcome.UNKNOWN: Text("不明", "Unknown"),
    Outcome.REFERRED: Text("市が判断", "Referred to the city"),
    Outcome.NOT_APPLICABLE: Text("該当しない", "Does not apply"),
}

_UNITS: dict[str, tuple[str, str]] = {
    "yen": ("円", " yen"),
    "m2": ("㎡", " m²"),
    "persons": ("人", " persons"),
    "days": ("日", " days"),
    "months": ("か月", " months"),
    "years": ("年", " years"),
    "hours": ("時間", " hours"),
    "firms": ("社", " firms"),
    "cases": ("件", " cases"),
    "yen per m2": ("円/㎡", " yen/m²"),
    "yen per hour": ("円/時間", " yen/hour"),
    "per mille": ("‰", "‰"),
}


def number_text(value: int | Fraction) -> str:
    """Digits with separators; a fraction as decimals when it ends, otherwise as a quotient."""
    if isinstance(value, Fraction) and value.denominator != 1:
        denominator = value.denominator
        for prime in (2, 5):
            while denominator % prime == 0:
                denominator //= prime
        if denominator != 1:
            return f"{value.numerator:,}/{value.denominator:,}"
        places = 0
        while (value * 10**places).denominator != 1:
            places += 1
        digits = f"{abs(value.numerator) * 10**places // value.denominator:0{places + 1}d}"
        return f"{'-' if value < 0 else ''}{int(digits[:-places]):,}.{digits[-places:]}"
    return f"{int(value):,}"


def value_text(value: Any, type_: t.Type, vocabulary: Vocabulary, language: str) -> str:
    """A value of the language in words, with its unit."""
    english = language.startswith("en")
    if value is None:
        return "not known" if english else "不明"
    if isinstance(value, Range):
        if value.high == inf:
            if value.low in (0, -inf):
                return "not known" if english else "不明"
            low = value_text(value.low, type_, vocabulary, language)
            return f"{low} or more" if english else f"{low}以上"
        if value.low == -inf or (type_ == t.DATE and value.high - value.low > 36_500):
            return "not known" if english else "不明"
        joined = " – " if english else "～"
        return joined.join(value_text(end, type_, vocabulary, language) for end in (value.low, value.high))
    if isinstance(type_, t.BoolType):
        return ("yes" if value else "no") if english else ("はい" if value else "いいえ")
    if isinstance(type_, t.NumberType):
        if type_.word == "percent":
            return f"{number_text(Fraction(value) * 100)}%"
        suffix = _UNITS.get(type_.word, ("", ""))
        return number_text(value) + suffix[english]
    if type_ == t.DATE:
        return date.fromordinal(value).isoformat()
    if type_ == t.FISCAL_YEAR:
        return f"FY{value}" if english else f"{value}年度"
    if isinstance(type_, t.CodeType):
        return vocabulary.codes[type_.codes].codes[value].of(language)
    if isinstance(type_, t.CodeSetType):
        names = vocabulary.codes[type_.codes].codes
        listed = [names[code].of(language) for code in names if code in value]
        return ("none" if english else "なし") if not listed else (", " if english else "、").join(listed)
    if isinstance(value, Items):
        return f"no. {value.position + 1}" if english else f"{value.position + 1}件目"
    if isinstance(value, tuple):
        return f"{len(value)} records" if english else f"{len(value)}件"
    return str(value)


def both(value: Any, type_: t.Type, vocabulary: Vocabulary) -> dict[str, str]:
    """A value in both languages."""
    return {language: value_text(value, type_, vocabulary, language) for language in ("ja", "en")}


def fact_of_path(path: str, vocabulary: Vocabulary) -> Fact:
    """The fact or record field that a path such as ``assets[0].cost`` names."""
    if "[" not in path:
        return vocabulary.facts[path]
    return vocabulary.facts[path[: path.index("[")]].fields[path[path.index(".") + 1 :]]


def json_number(value: Any) -> Any:
    """An exact number for JSON: whole numbers as such, fractions as text ``n/d``, open ends as null."""
    if isinstance(value, Range):
        return {"min": json_number(value.low), "max": json_number(value.high)}
    if value in (inf, -inf):
        return None
    if isinstance(value, Fraction):
        return value.numerator if value.denominator == 1 else f"{value.numerator}/{value.denominator}"
    return value


# --- findings ------------------------------------------------------------------------------------------------


def measured(criterion: Criterion, env: Env, vocabulary: Vocabulary) -> list[dict[str, Any]]:
    """The comparisons inside a criterion with the applicant's own figure beside the threshold."""
    found = []
    for part in _comparisons(criterion.holds):
        if not isinstance(part.left.type, t.CodeType):
            own, operator, needed = part.left, part.operator, part.right
            if not _depends_on_facts(own) and _depends_on_facts(needed):
                own, operator, needed = needed, _MIRRORED.get(operator, operator), own
            found.append(
                {
                    "own": both(own.run(env), own.type, vocabulary),
                    "operator": operator,
                    "needed": both(needed.run(env), needed.type, vocabulary),
                    "expression": part.text,
                }
            )
    return found


def _comparisons(node: n.Node) -> Iterator[n.Compare]:
    """Comparisons joined by and, or, not (those inside loops have no single value)."""
    if isinstance(node, n.Compare):
        yield node
    elif isinstance(node, n.And | n.Or | n.Not):
        for part in node.parts():
            yield from _comparisons(part)


_MIRRORED = {"<": ">", "<=": ">=", ">": "<", ">=": "<="}


def _depends_on_facts(node: n.Node) -> bool:
    return any(isinstance(part, n.FactRef | n.FieldRef | n.DefinitionRef | n.Quantified) for part in node.walk())


def finding_json(found: Finding, result: Determination, vocabulary: Vocabulary) -> dict[str, Any]:
    """One entry of ``findings[]``."""
    criterion = found.criterion
    entry: dict[str, Any] = {
        "criterion": criterion.name,
        "outcome": found.outcome.value,
        "effect": criterion.effect.value,
        "article": criterion.article,
        "text": criterion.text.as_dict(),
        "source": criterion.source,
        "status": criterion.status.value,
    }
    if criterion.assumption:
        entry["assumption"] = criterion.assumption
    if criterion.group:
        entry["group"] = criterion.group
    if criterion.hint is not None and found.outcome in (Outcome.NOT_MET, Outcome.REFERRED):
        entry["hint"] = criterion.hint.as_dict()
    counted = criterion.effect is not Effect.LEAVE_OUT and found.outcome is not Outcome.NOT_APPLICABLE
    if result.env is not None and counted:
        comparisons = measured(criterion, result.env, vocabulary)
        if comparisons:
            entry["measured"] = comparisons
    return entry


def item_json(item: ItemFindings, result: Determination, vocabulary: Vocabulary) -> dict[str, Any]:
    """How one record of a list came out."""
    counts = {True: "counts", False: "left_out", None: "unknown"}[item.counts]
    return {
        "list": item.block.record,
        "index": item.item.position,
        "outcome": counts,
        "findings": [finding_json(f, result, vocabulary) for f in item.findings],
    }


# --- amounts -------------------------------------------------------------------------------------------------


def amount_json(amount: AmountResult, result: Determination, vocabulary: Vocabulary) -> dict[str, Any]:
    """``amount``: kind, yen or min/max, lines, sums by fiscal year and every step with its rounding."""
    entry: dict[str, Any] = {"kind": amount.kind.value}
    if amount.kind is AmountKind.NONE or amount.terms is None:
        return entry
    entry["what"] = amount.what
    if amount.kind is AmountKind.EXACT:
        entry["yen"] = amount.yen
    else:
        entry["min"], entry["max"] = json_number(amount.low), json_number(amount.high)
    years = by_fiscal_year(amount)
    if years:
        entry["per_fiscal_year"] = [{"fiscal_year": json_number(year), "yen": json_number(yen)} for year, yen in years]
    entry["steps"] = [*steps_json(result, vocabulary), *(_line_json(line) for line in amount.lines)]
    if amount.terms.note is not None:
        entry["note"] = amount.terms.note.as_dict()
    return entry


def by_fiscal_year(amount: AmountResult) -> list[tuple[Any, Any]]:
    """Sums by fiscal year, in order. A year that is not known yet is a Range."""
    sums: dict[Any, Any] = {}
    for line in amount.lines:
        if line.fiscal_year is not None:
            sums[line.fiscal_year] = sums.get(line.fiscal_year, 0) + line.yen
    return sorted(sums.items(), key=lambda pair: ends_of(pair[0]))


def _line_json(line: AmountLine) -> dict[str, Any]:
    component = line.component
    return {
        "step": component.name,
        "kind": "component",
        "text": component.title.as_dict(),
        "fiscal_year": json_number(line.fiscal_year),
        "formula": component.yen.text,
        "unrounded": json_number(line.unrounded),
        "rounded_down_to": component.rounding.unit,
        "yen": json_number(line.yen),
        "source": component.source,
        "article": component.article,
    }


def steps_json(result: Determination, vocabulary: Vocabulary) -> list[dict[str, Any]]:
    """Derived values that have a title, in the order in which they were worked out."""
    if result.env is None or result.version is None:
        return []
    steps = []
    for key, value in result.env.memo.items():
        name, arguments = (key, ()) if isinstance(key, str) else (key[0], key[1:])
        definition = result.version.definitions.get(name)
        if definition is None or definition.title is None:
            continue
        steps.append(_step_json(definition, arguments, value, vocabulary))
    return steps


def _step_json(
    definition: Definition, arguments: tuple[Any, ...], value: Any, vocabulary: Vocabulary
) -> dict[str, Any]:
    step = {
        "step": definition.name,
        "kind": "derived",
        "text": (definition.title or Text("", "")).as_dict(),
        "formula": definition.written,
        "value": _plain(value),
        "shown": both(value, definition.type, vocabulary),
        "source": definition.source,
        "article": definition.article,
    }
    if arguments:
        step["for"] = [
            both(a, type_, vocabulary) for a, (_, _, type_) in zip(arguments, definition.parameters, strict=True)
        ]
    return step


def _plain(value: Any) -> Any:
    if isinstance(value, frozenset):
        return sorted(value)
    if isinstance(value, tuple):
        return len(value)
    return json_number(value) if not isinstance(value, bool | str) and value is not None else value


# --- whole determinations ------------------------------------------------------------------------------------


def determination_json(result: Determination, vocabulary: Vocabulary) -> dict[str, Any]:
    """A determination for the command line, the API and the record of a decision."""
    version = result.version
    entry: dict[str, Any] = {
        "scheme": result.scheme.id,
        "title": result.scheme.title.as_dict(),
        "on": result.on.isoformat(),
        "verdict": result.verdict.value,
        "verdict_text": VERDICTS[result.verdict].as_dict(),
        "version": version.name if version is not None else None,
        "engine": ENGINE_VERSION,
    }
    if result.scheme.run_by is not None:
        entry["run_by"] = result.scheme.run_by.as_dict()
    if version is None:
        entry |= {
            "findings": [],
            "amount": {"kind": "none"},
            "missing": [],
            "assumed": [],
            "periods": [_period_json(v) for v in result.scheme.versions],
        }
        why = gap_reason(result)
        if why is not None:
            entry["reason"] = why.as_dict()
        return entry
    entry |= {
        "version_hash": version.content_hash,
        "step": result.step,
        "in_force": _period_json(version),
        "findings": [finding_json(f, result, vocabulary) for f in result.findings],
        "items": [item_json(i, result, vocabulary) for i in result.items],
        "groups": groups_json(result),
        "amount": amount_json(result.amount, result, vocabulary),
        "other_amounts": {
            name: {"text": version.other_amounts[name][0].as_dict(), **amount_json(amount, result, vocabulary)}
            for name, amount in result.other_amounts.items()
        },
        "later": [{"criterion": c.name, "step": c.step, "text": c.text.as_dict()} for c in result.later],
        "missing": [
            {"fact": path, "needed_for": purposes, "text": fact_of_path(path, vocabulary).title.as_dict()}
            for path, purposes in result.missing.items()
        ],
        "assumed": [assumption_json(key, vocabulary) for key in result.assumed],
        "subject_to": [text.as_dict() for text in version.subject_to],
        "notes": [text.as_dict() for text in version.notes],
        "sources": [
            {"key": s.key, "grade": s.grade, "text": s.what.as_dict(), "address": s.address, "dated": s.dated}
            for s in version.sources.values()
        ],
    }
    if result.faults:
        entry["faults"] = len(result.faults)
    return entry


def _period_json(version: SchemeVersion) -> dict[str, Any]:
    return {
        "version": version.name,
        "from": version.first_day.isoformat(),
        "to": version.last_day.isoformat() if version.last_day is not None else None,
        "status": version.status.value,
    }


def assumption_json(key: str, vocabulary: Vocabulary) -> dict[str, Any]:
    """An assumption that an answer rests on."""
    assumption = vocabulary.assumptions[key]
    return {
        "assumption": key,
        "text": assumption.proposal.as_dict(),
        "question": assumption.question.as_dict(),
        "status": Status.ASSUMED.value,
    }


def gap_reason(result: Determination) -> Text | None:
    """Why there are no terms on record for the date, where the rule book knows."""
    for first, last, why in result.scheme.gaps:
        if first <= result.on and (last is None or result.on <= last):
            return why
    return None


def groups_json(result: Determination) -> dict[str, Any]:
    """How each group of criteria came out on its own (plan certifiable, tax relief …)."""
    if result.version is None:
        return {}
    groups = {}
    for name, title in result.version.groups.items():
        outcomes = [f.outcome for f in result.findings if f.criterion.group == name]
        worst = next((o for o in (Outcome.NOT_MET, Outcome.UNKNOWN, Outcome.REFERRED) if o in outcomes), Outcome.MET)
        groups[name] = {"text": title.as_dict(), "outcome": worst.value}
    return groups
