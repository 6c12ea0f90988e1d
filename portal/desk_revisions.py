"""Filings as they arrived, and what changed from one revision to the next, or from one drafted decision to the next."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import get_language, gettext, pgettext

from applications.models import Decision, Filing, FilingRevision
from applications.rules import rule_book
from portal.components.money import yen_text
from portal.components.states import VERDICTS
from portal.desk_facts import answer_text
from portal.desk_words import decision_title, document_title, fact_title, filing_title
from portal.fact_forms import words


@dataclass(frozen=True, slots=True)
class Change:
    """Something that is not as it was."""

    name: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class RevisionView:
    """One arrival of a filing. ``changes`` and files are against the revision before."""

    revision: FilingRevision
    verdict: str
    amount: tuple[Any, Any] | None
    changes: tuple[Change, ...]
    files_added: tuple[str, ...]
    files_removed: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class FilingView:
    """A filing with its revisions, oldest first."""

    filing: Filing
    title: str
    revisions: tuple[RevisionView, ...]


def filing_views(filings: Iterable[Filing]) -> list[FilingView]:
    """Filings (from ``desk_reads.desk_filings``) with what each arrival changed."""
    return [FilingView(filing, filing_title(filing), _revisions(list(filing.revisions.all()))) for filing in filings]


def _revisions(revisions: Sequence[FilingRevision]) -> tuple[RevisionView, ...]:
    made = []
    for index, revision in enumerate(revisions):
        before = revisions[index - 1] if index else None
        determination = revision.determination or {}
        made.append(
            RevisionView(
                revision=revision,
                verdict=determination.get("verdict", ""),
                amount=amount_of(determination),
                changes=tuple(changed_answers(before.answers, revision.answers)) if before is not None else (),
                files_added=tuple(_files(revision, before)) if before is not None else (),
                files_removed=tuple(_files(before, revision)) if before is not None else (),
            )
        )
    return tuple(made)


def amount_of(determination: dict[str, Any]) -> tuple[Any, Any] | None:
    """Lowest and highest amount of a stored determination (``None`` as highest: open), or nothing."""
    amount = determination.get("amount", {})
    if amount.get("kind") == "exact":
        return amount["yen"], amount["yen"]
    return (amount.get("min"), amount.get("max")) if amount.get("kind") == "range" else None


def changed_answers(before: dict[str, Any], after: dict[str, Any]) -> Iterator[Change]:
    """Answers that differ, in the order of the vocabulary; single fields of list facts."""
    facts = rule_book().vocabulary.facts
    for name in [*facts, *sorted((before.keys() | after.keys()) - facts.keys())]:
        old, new = before.get(name), after.get(name)
        if old == new:
            continue
        fact = facts.get(name)
        if fact is None:
            yield Change(name, str(old), str(new))
        elif fact.is_list and isinstance(old, list) and isinstance(new, list):
            yield from _changed_records(name, old, new)
        else:
            yield Change(fact_title(name), answer_text(fact, old), answer_text(fact, new))


def _changed_records(name: str, old: list[Any], new: list[Any]) -> Iterator[Change]:
    fields = rule_book().vocabulary.facts[name].fields
    for number in range(max(len(old), len(new))):
        row = gettext("%(list)s %(number)s件目") % {"list": fact_title(name), "number": number + 1}
        if number >= len(old):
            yield Change(row, gettext("なし"), pgettext("明細の変更", "追加"))
            continue
        if number >= len(new):
            yield Change(row, gettext("あり"), pgettext("明細の変更", "削除"))
            continue
        for field, fact in fields.items():
            before, after = old[number].get(field), new[number].get(field)
            if before != after:
                label = gettext("%(row)sの%(field)s") % {"row": row, "field": words(fact.title)}
                yield Change(label, answer_text(fact, before), answer_text(fact, after))


def _files(one: FilingRevision, other: FilingRevision) -> Iterator[str]:
    """Files of one revision that the other does not have."""
    there = {(document["kind"], document["sha256"]) for document in other.documents}
    for document in one.documents:
        if (document["kind"], document["sha256"]) not in there:
            yield gettext("%(paper)s「%(name)s」") % {
                "paper": document_title(document["kind"]),
                "name": document["name"],
            }


# --- decisions -------------------------------------------------------------------------------------------------


def changed_decision(before: Decision, after: Decision) -> list[Change]:
    """What differs between a returned draft and the one that followed it."""
    old, new = before.determination or {}, after.determination or {}
    pairs = [
        (gettext("決定の種類"), decision_title(before.kind), decision_title(after.kind)),
        (gettext("判定"), _verdict(old), _verdict(new)),
        (gettext("金額"), _yen(before.amount), _yen(after.amount)),
        (gettext("理由"), _reasons(before), _reasons(after)),
        (gettext("条件"), _conditions(before), _conditions(after)),
        (gettext("起案理由"), before.note, after.note),
    ]
    changes = [Change(name, was or gettext("なし"), now or gettext("なし")) for name, was, now in pairs if was != now]
    return [*changes, *changed_answers(before.facts, after.facts)]


def _verdict(determination: dict[str, Any]) -> str:
    verdict = determination.get("verdict")
    return str(VERDICTS[verdict].word) if verdict in VERDICTS else ""


def _yen(amount: int | None) -> str:
    return yen_text(amount) if amount is not None else ""


def _reasons(decision: Decision) -> str:
    parts = [
        text for reason in decision.reasons for text in (localised(reason["text"]), reason.get("words", "")) if text
    ]
    return gettext("／").join(parts)


def _conditions(decision: Decision) -> str:
    return gettext("／").join(decision.conditions)


def localised(text: dict[str, str]) -> str:
    """A text that was stored in both languages, in the reader's."""
    return text["en"] if (get_language() or "ja").startswith("en") else text["ja"]
