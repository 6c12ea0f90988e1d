"""A combination as JSON, and the one sentence why each scheme is in it or not."""

from __future__ import annotations

from collections.abc import Iterable
from math import inf
from typing import Any

from eligibility.combination.combine import Chosen, Combination, LeftOut, Question, Why
from eligibility.combination.links import Link
from eligibility.combination.worth import Worth, paid
from eligibility.evaluation.render import gap_reason, json_number, number_text
from eligibility.evaluation.result import Determination
from eligibility.language.ranges import End
from eligibility.rulebook.interactions import Interaction
from eligibility.rulebook.model import Scheme, Text
from eligibility.rulebook.vocabulary import Vocabulary
from eligibility.words import AmountKind, Effect, Outcome

MOST_NAMED = 3
"""Schemes, criteria or facts that one sentence names."""


# --- sentences -----------------------------------------------------------------------------------------------


def why_chosen(one: Chosen, schemes: dict[str, Scheme]) -> Text:
    """Why a scheme is in the combination."""
    me = one.result.scheme.id
    said: list[Text] = []
    rivals = list(dict.fromkeys(_other(link, me) for link in one.instead_of))
    if rivals:
        ja, en = _names(rivals, schemes)
        said.append(
            Text(f"{ja}と比べて、全体の合計が最も多くなります。", f"Brings the highest total, compared with {en}.")
        )
    else:
        said.append(
            Text(
                "要件を満たし、ほかの制度の妨げになりません。",
                "You qualify, and it stands in the way of no other scheme.",
            )
        )
    if one.reduced_by:
        ja, en = _names(dict.fromkeys(link.pair[0] for link in one.reduced_by), schemes)
        alone = _amount(one.alone)
        if any(link.may_reduce for link in one.reduced_by):
            said.append(
                Text(
                    f"{ja}をあわせて受けると少なくなる可能性があるため、幅で示しています（単独では{alone.ja}）。",
                    f"A range, because taking {en} too may lower it (by itself: {alone.en}).",
                )
            )
        else:
            said.append(
                Text(
                    f"{ja}をあわせて受ける場合の額です（単独では{alone.ja}）。",
                    f"The amount when {en} is taken too (by itself: {alone.en}).",
                )
            )
    if one.pays.high:
        costs = _amount(one.pays)
        said.append(Text(f"受け取る金額はなく、{costs.ja}を負担します。", f"You receive nothing and pay {costs.en}."))
    return _joined(said)


def why_left_out(one: LeftOut, combination: Combination, schemes: dict[str, Scheme], vocabulary: Vocabulary) -> Text:
    """Why a scheme is not in the combination."""
    me = one.result.scheme.id
    ja, en = _names(dict.fromkeys(_other(link, me) for link in one.links), schemes)
    match one.why:
        case Why.EXCLUDED:
            said = Text(f"{ja}と同じ投資には重ねて受けられません。", f"Not together with {en} for the same investment.")
            return _joined([said, _difference(one, combination)])
        case Why.ASK if any(link.reduces for link in one.links):
            said = Text(
                f"受けると{ja}の額が少なくなるかどうか、資料では分かりません。市に確認してください。",
                f"It is not known whether taking it lowers {en}. Ask the city.",
            )
            return _joined([said, _difference(one, combination), _gain(one, combination)])
        case Why.ASK:
            said = Text(
                f"{ja}と重ねて受けられるかどうか、資料では分かりません。市に確認してください。",
                f"It is not known whether it can be had beside {en}. Ask the city.",
            )
            return _joined([said, _difference(one, combination)])
        case Why.LOWERS:
            said = Text(f"受けると{ja}の額が少なくなります。", f"Taking it lowers {en}.")
            return _joined([said, _difference(one, combination)])
        case Why.REFERRED:
            return _undecided(
                one, ja, en, Text("市が判断する要件があります。", "The city decides on some of its conditions.")
            )
        case Why.OPEN:
            return _undecided(one, ja, en, _missing(one.result, vocabulary))
        case Why.NO_TERMS:
            return gap_reason(one.result) or Text(
                "この日付に適用できる規定が登録されていません。", "No terms are on record for this day."
            )
        case Why.OTHER_APPLICANT:
            return Text(
                "申請する人が違うため、合計に入れていません。", "Somebody else applies for it, so it is not added up."
            )
    return _failed(one.result)


def _undecided(one: LeftOut, ja: str, en: str, first: Text) -> Text:
    if not one.links:
        return first
    return _joined(
        [first, Text(f"{ja}とはどちらか一つになることがあります。", f"It may turn out to be this one or {en}.")]
    )


def _difference(one: LeftOut, combination: Combination) -> Text:
    """What choosing it would do to the guaranteed total."""
    if one.total is None:
        return Text("", "")
    less = combination.total.low - one.total.low
    if less > 0:
        return Text(
            f"これを選ぶと、確実に見込める合計は{number_text(less)}円少なくなります。",
            f"With it, the total you can count on would be {number_text(less)} yen less.",
        )
    return Text(
        "これを選んでも、確実に見込める合計は増えません。", "With it, the total you can count on would not be higher."
    )


def _gain(one: LeftOut, combination: Combination) -> Text:
    """What it would bring if nothing is reduced."""
    if one.total is None or inf in (one.total.high, combination.total.high):
        return Text("", "")
    more = int(one.total.high - combination.total.high)
    if more <= 0:
        return Text("", "")
    return Text(
        f"少なくならない場合は、合計が{number_text(more)}円多くなります。",
        f"If it does not, the total is {number_text(more)} yen more.",
    )


def _failed(result: Determination) -> Text:
    failed = [
        f.criterion.text
        for f in result.findings
        if f.outcome is Outcome.NOT_MET and f.criterion.effect in (Effect.REFUSE, Effect.LEAVE_OUT)
    ]
    if not failed:
        return Text("要件を満たしていません。", "Conditions are not met.")
    more = len(failed) - 1
    return Text(
        f"「{failed[0].ja}」{f'ほか{more}件' if more else ''}を満たしていません。",
        f"Not met: {failed[0].en}{f' (and {more} more)' if more else ''}.",
    )


def _missing(result: Determination, vocabulary: Vocabulary) -> Text:
    names = list(dict.fromkeys(path.split("[", 1)[0] for path in result.missing))
    facts = [vocabulary.facts[name].title for name in names]
    if not facts:
        return Text("まだ判定できません。", "Not decided yet.")
    named, more = facts[:MOST_NAMED], len(facts) - MOST_NAMED
    said = Text("、".join(f"「{title.ja}」" for title in named), ", ".join(title.en for title in named))
    if more > 0:
        said = Text(f"{said.ja}ほか{more}件", f"{said.en} and {more} more")
    return Text(f"{said.ja}が分かると判定できます。", f"To be decided when these are known: {said.en}.")


def _other(link: Link, scheme: str) -> str:
    return link.pair[1] if link.pair[0] == scheme else link.pair[0]


def _names(ids: Iterable[str], schemes: dict[str, Scheme]) -> tuple[str, str]:
    titles = [schemes[name].title for name in ids]
    named, more = titles[:MOST_NAMED], len(titles) - MOST_NAMED
    said = Text("".join(f"「{title.ja}」" for title in named), ", ".join(f"“{title.en}”" for title in named))
    if more > 0:
        return f"{said.ja}ほか{more}件", f"{said.en} and {more} more"
    if len(named) < 2:
        return said.ja, said.en
    return said.ja, ", ".join(f"“{title.en}”" for title in named[:-1]) + f" and “{named[-1].en}”"


def _amount(worth: Worth) -> Text:
    if worth.is_exact:
        return Text(f"{number_text(worth.low)}円", f"{number_text(worth.low)} yen")
    if worth.high == inf:
        return Text(f"{number_text(worth.low)}円以上", f"{number_text(worth.low)} yen or more")
    low, high = number_text(worth.low), number_text(int(worth.high))
    return Text(f"{low}円～{high}円", f"{low} – {high} yen")


def _joined(texts: Iterable[Text]) -> Text:
    said = [text for text in texts if text.ja]
    return Text("".join(text.ja for text in said), " ".join(text.en for text in said))


# --- JSON ----------------------------------------------------------------------------------------------------


def combination_json(combination: Combination, schemes: dict[str, Scheme], vocabulary: Vocabulary) -> dict[str, Any]:
    """A combination for the command line and the API."""
    return {
        "on": combination.on.isoformat(),
        "audience": combination.audience,
        "interactions_hash": combination.rules_hash,
        "totals": _totals(combination),
        "chosen": [_chosen_json(one, schemes) for one in combination.chosen],
        "left_out": [_left_out_json(one, combination, schemes, vocabulary) for one in combination.left_out],
        "questions": [question_json(one, vocabulary) for one in combination.questions],
        "notes": [interaction_json(rule) for rule in combination.notes],
    }


def _totals(combination: Combination) -> dict[str, Any]:
    total = combination.total
    return {
        "guaranteed": total.low,
        "chosen": _worth_json(total),
        "possible": combination.possible,
        "open_ended": combination.open_ended,
        "pays": _worth_json(combination.pays),
        **_years(total),
    }


def _worth_json(worth: Worth) -> dict[str, Any]:
    return {"min": worth.low, "max": json_number(worth.high)}


def _years(worth: Worth) -> dict[str, Any]:
    return {
        "per_fiscal_year": [
            {"fiscal_year": year, "min": _end(low), "max": _end(high)} for year, (low, high) in worth.years.items()
        ],
        "undated": {"min": _end(worth.undated[0]), "max": _end(worth.undated[1])},
    }


def _end(value: End) -> Any:
    return json_number(value)


def _chosen_json(one: Chosen, schemes: dict[str, Scheme]) -> dict[str, Any]:
    return {
        **_head(one.result),
        "amount": _worth_json(one.worth),
        "alone": _worth_json(one.alone),
        "pays": _worth_json(one.pays),
        **_years(one.worth),
        "reduced_by": [_because(link, one.result) for link in one.reduced_by],
        "reason": why_chosen(one, schemes).as_dict(),
    }


def _left_out_json(
    one: LeftOut, combination: Combination, schemes: dict[str, Scheme], vocabulary: Vocabulary
) -> dict[str, Any]:
    return {
        **_head(one.result),
        "why": one.why.value,
        "amount": _worth_json(one.worth),
        "pays": _worth_json(paid(one.result.amount)),
        "because_of": [_because(link, one.result) for link in one.links],
        "total_with_it": _worth_json(one.total) if one.total is not None else None,
        "reason": why_left_out(one, combination, schemes, vocabulary).as_dict(),
    }


def _because(link: Link, result: Determination) -> dict[str, Any]:
    return {
        "scheme": _other(link, result.scheme.id),
        "interaction": link.rule.name,
        "text": link.rule.text.as_dict(),
    }


def _head(result: Determination) -> dict[str, Any]:
    return {
        "scheme": result.scheme.id,
        "title": result.scheme.title.as_dict(),
        "verdict": result.verdict.value,
        "version": result.version.name if result.version is not None else None,
        "what": result.amount.what if result.amount.kind is not AmountKind.NONE else "",
    }


def question_json(one: Question, vocabulary: Vocabulary) -> dict[str, Any]:
    """What to ask the city."""
    return {
        **interaction_json(one.rule),
        "schemes": list(one.schemes),
        "blocks": one.blocks,
        "questions": [
            {"assumption": key, "text": vocabulary.assumptions[key].question.as_dict()}
            for key in one.rule.assumption.split()
        ],
    }


def interaction_json(rule: Interaction) -> dict[str, Any]:
    """A rule between schemes."""
    return {
        "interaction": rule.name,
        "kind": rule.kind.value,
        "text": rule.text.as_dict(),
        "article": rule.article,
        "source": rule.source,
        "status": rule.status.value,
        "assumptions": rule.assumption.split(),
        "schemes": list(rule.schemes),
    }
