"""From a decision to its letter: plain data for ``documents``, kept with the letter so that it can always be made again."""

from __future__ import annotations

import json
from datetime import date, datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils.timezone import localdate
from django.utils.translation import gettext_lazy as _

from applications.errors import Conflict, DomainError
from applications.models import Case, Decision, Letter
from applications.permissions import User, may_review, require
from applications.procedure import scheme_of, version_of
from applications.rules import rule_book
from applications.services.common import record
from applications.tasks import make_letter
from documents.letters.conditions import GrantTerms, standard_conditions
from documents.letters.content import (
    Addressee,
    AppliedFact,
    Calculation,
    CalculationLine,
    Contact,
    Day,
    Item,
    LegalNature,
    Reason,
    Sender,
    Text,
)
from documents.letters.content import Letter as LetterContent
from documents.letters.decision import Condition, DecisionData, EarlierDecision, Kind, YearAmount
from documents.letters.kinds import compose
from documents.letters.render import letter_html, render_letter, unprintable_characters
from documents.uploads import store_document
from eligibility.evaluation.citations import in_english
from eligibility.evaluation.facts import read_leniently
from eligibility.evaluation.render import both
from eligibility.language.builtins import end_of_fiscal_year, fiscal_year_of
from eligibility.rulebook.model import SchemeVersion

LETTER_KINDS: dict[str, Kind] = {
    "designation": Kind.DESIGNATION,
    "non_designation": Kind.NON_DESIGNATION,
    "grant": Kind.GRANT,
    "non_grant": Kind.NON_GRANT,
    "selection": Kind.SELECTION,
    "non_selection": Kind.NON_SELECTION,
    "certification_firm": Kind.CERTIFICATION_FIRM,
    "certification_person": Kind.CERTIFICATION_PERSON,
    "certification_plan": Kind.CERTIFICATION_PLAN,
    "non_certification": Kind.NON_CERTIFICATION,
    "use_approval": Kind.USE_APPROVAL,
    "use_refusal": Kind.USE_REFUSAL,
    "tax_relief": Kind.TAX_RELIEF,
    "tax_relief_refused": Kind.TAX_REFUSAL,
    "revocation": Kind.REVOCATION,
}
"""Decision → letter that carries it."""

DEMO_REMARK = Text(
    "（この通知は、デモ環境で作成した見本です。効力はありません。）",
    "(This letter is a specimen from a demonstration. It has no effect.)",
)


def letter_code(case: Case) -> str:
    """Code of the section in letter numbers."""
    return rule_book().city.offices[scheme_of(case).programme].code


def letter_number(case: Case, year: int, serial: int) -> str:
    """``R8経企立第123号``: era year of the fiscal year, code of the section, serial."""
    return f"R{year - 2018}{letter_code(case)}第{serial}号"


def letter_content(decision: Decision, number: str, day: date) -> dict[str, Any]:
    """Everything that the letter is made of, as plain data; kept for good with the letter."""
    case = decision.case
    organisation = case.organisation
    owner = organisation.memberships.order_by("pk").select_related("user").first()
    filing = decision.filing
    return {
        "number": number,
        "issued_on": day.isoformat(),
        "reference": case.reference,
        "addressee": {
            "name": organisation.name,
            "title": organisation.representative_title,
            "representative": organisation.representative_name,
            "address": organisation.address,
        },
        "applied_on": localdate(filing.arrived_at).isoformat() if filing is not None and filing.arrived_at else None,
        "language": owner.user.language if owner is not None else "ja",
        "revokes": _revoked(decision),
        "demo": settings.DEMO,
    }


def _revoked(decision: Decision) -> dict[str, Any] | None:
    revoked = decision.revokes
    if revoked is None:
        return None
    letter = Letter.objects.get(decision=revoked)
    return {"number": letter.number, "issued_on": letter.issued_on.isoformat(), "yen": revoked.amount}


def compose_letter(decision: Decision, content: dict[str, Any] | None = None) -> LetterContent:
    """The letter of a decision. Without ``content`` (not issued yet) it is a draft and says so."""
    content = content or letter_content(decision, "", localdate()) | {"number": "", "issued_on": None}
    data = decision_data(decision, content)
    letter = compose(data)
    if content["demo"]:
        from dataclasses import replace

        letter = replace(letter, notes=(*letter.notes, DEMO_REMARK))
    return letter


def decision_data(decision: Decision, content: dict[str, Any]) -> DecisionData:
    """What ``documents`` has to know of a decision."""
    case = decision.case
    scheme = scheme_of(case)
    version = version_of(case, decision.facts, decision.on)
    city = rule_book().city
    issued_on = date.fromisoformat(content["issued_on"]) if content["issued_on"] else None
    office = city.offices[scheme.programme]
    earlier = content["revokes"]
    pays = rule_book().vocabulary.decisions[decision.kind].pays
    who = content["addressee"]
    return DecisionData(
        kind=LETTER_KINDS[decision.kind],
        scheme=_text(scheme.title),
        legal_nature=LegalNature(version.legal_nature if version is not None else "contract"),
        addressee=Addressee(_same(who["name"]), _same(who["title"]), _same(who["representative"])),
        sender=Sender(_text(city.sender), _text(city.mayor_on(issued_on or localdate()))),
        contact=Contact(_text(office.name), office.phone),
        money=_text(scheme.money),
        number=content["number"],
        issued_on=issued_on,
        reference=content["reference"],
        applied_on=date.fromisoformat(content["applied_on"]) if content["applied_on"] else None,
        facts=_facts(decision, version),
        amount=earlier["yen"] if earlier else decision.amount if pays else None,
        years=_years(decision) if pays else (),
        calculation=_calculation(decision) if pays else None,
        reasons=tuple(_reason(reason, scheme.title, version) for reason in decision.reasons),
        conditions=_conditions(decision, version, _text(scheme.money), issued_on or localdate()),
        earlier=EarlierDecision(earlier["number"], date.fromisoformat(earlier["issued_on"]), earlier["yen"])
        if earlier
        else None,
        measure=_measure(decision),
        withdrawal_days=int(city.figures["withdrawal_days"]) if decision.kind == "grant" else None,
        assumed=_assumed(decision),
        reference_translation=content["language"] == "en",
    )


def _text(text: Any) -> Text:
    return Text(text.ja, text.en)


def _same(words: str) -> Text:
    return Text(words, words)


def _facts(decision: Decision, version: SchemeVersion | None) -> tuple[Item, ...]:
    """The numbered items that say what the decision is about, as the version lists them."""
    vocabulary = rule_book().vocabulary
    facts, _ = read_leniently(decision.facts, vocabulary)
    derived = _derived(decision)
    items = [Item(Text("受付番号", "Reference"), _same(decision.case.reference))]
    for name in version.letter_items if version is not None else ():
        if name in derived:
            items.append(Item(*derived[name]))
        elif name in facts.given:
            fact = vocabulary.facts[name]
            value = facts.given[name]
            body: Any = (
                Day(date.fromisoformat(value))
                if str(fact.type) == "date"
                else Text(**both(facts.values[name], fact.type, vocabulary))
            )
            items.append(Item(_text(fact.title), body))
    return tuple(items)


def _derived(decision: Decision) -> dict[str, tuple[Text, Text]]:
    """Derived facts of the decision's determination: title and value in words."""
    steps = (decision.determination or {}).get("amount", {}).get("steps", [])
    return {s["step"]: (Text(**s["text"]), Text(**s["shown"])) for s in steps if s["kind"] == "derived"}


def _years(decision: Decision) -> tuple[YearAmount, ...]:
    sums: dict[int, int] = {}
    for line in decision.amount_lines:
        if line["fiscal_year"] is None:
            return ()  # part of the amount belongs to no single year
        sums[line["fiscal_year"]] = sums.get(line["fiscal_year"], 0) + line["yen"]
    return tuple(YearAmount(year, yen) for year, yen in sorted(sums.items()))


def _calculation(decision: Decision) -> Calculation | None:
    if not decision.amount_lines or decision.amount is None:
        return None
    return Calculation(
        tuple(
            CalculationLine(Text(**line["text"]), _formula(line), line["yen"], line["fiscal_year"])
            for line in decision.amount_lines
        ),
        decision.amount,
    )


def _formula(line: dict[str, Any]) -> Text:
    formula = line.get("formula_text") or {"ja": "", "en": ""}
    return Text(formula["ja"], formula["en"])


def _reason(reason: dict[str, Any], title: Any, version: Any) -> Reason:
    """A reason as the letter states it: criterion, provision, facts. Where the outline's article numbers are not
    published, the letter names the requirement and the version, and never invents a number."""
    facts = tuple(AppliedFact(Text(**fact["label"]), Text(**fact["value"])) for fact in reason["facts"])
    if not facts:
        facts = (AppliedFact(Text("認定した事実", "Facts established"), Text(**reason["text"])),)
    article = reason["article"]
    if article:
        provision = Text(article, in_english(article))
    elif reason["criterion"] and version is not None:
        provision = Text(
            f"{title.ja}の要件（適用する版：{version.name}）", f"Requirement of the {title.en} ({version.name})"
        )
    else:
        provision = Text(f"{title.ja}の審査", f"Examination under the {title.en}")
    words = reason.get("words", "")
    return Reason(Text(**reason["text"]), provision, facts, explanation=Text(words, words))


def _conditions(decision: Decision, version: SchemeVersion | None, money: Text, day: date) -> tuple[Condition, ...]:
    """Standard conditions of the version, for grants also those of every grant, then the drafter's own."""
    nothing = Text("", "")
    standard = tuple(
        Condition(nothing, _text(text)) for text in (version.conditions.get(decision.kind, ()) if version else ())
    )
    own = tuple(Condition(nothing, _same(text)) for text in decision.conditions)
    if decision.kind != "grant":
        return (*standard, *own)
    figures = rule_book().city.figures
    year = fiscal_year_of(day.toordinal())
    report = min(day + timedelta(days=int(figures["report_days"])), date(year + 1, 4, 10))
    books = date.fromordinal(end_of_fiscal_year(year + int(figures["books_years"])))
    return (
        *standard_conditions(
            GrantTerms(
                report_due=report,
                books_until=books,
                surcharge_rate=figures["surcharge_rate"],
                late_rate=figures["late_rate"],
                money=money,
            )
        ),
        *standard,
        *own,
    )


def _measure(decision: Decision) -> Text:
    if decision.revokes_id is None:
        return Text("", "")
    return Text(
        "この取消しにより、取り消した決定は、その決定の日に遡って効力を失います。",
        "By this revocation the decision loses its effect from the day on which it was made.",
    )


def _assumed(decision: Decision) -> tuple[Text, ...]:
    if decision.determination is None or decision.amount is None:
        return ()
    assumptions = rule_book().vocabulary.assumptions
    proposals = (assumptions[entry["assumption"]].proposal for entry in decision.determination["assumed"])
    return tuple(Text(p.ja.rstrip("。"), p.en.rstrip(".")) for p in proposals)


def preview_html(decision: Decision, nonce: str = "") -> str:
    """The letter as it would be printed, for the screen."""
    letter = Letter.objects.filter(decision=decision).first()
    return letter_html(compose_letter(decision, letter.content if letter is not None else None), nonce=nonce)


def require_printable(decision: Decision) -> None:
    """Every character of the letter is in its fonts: said when drafting, not after the approval. Raises
    :class:`DomainError`."""
    if decision.kind in LETTER_KINDS and (missing := unprintable_characters(compose_letter(decision))):
        raise DomainError(
            "unprintable",
            _("通知書に印字できない文字があります（%(characters)s）。ほかの字に置き換えてください。")
            % {"characters": " ".join(missing)},
        )


def render_and_store(letter: Letter) -> None:
    """Make the PDF of a letter and store it. Raises when rendering or storing fails."""
    if letter.decision is None:
        raise ValueError("a letter without a decision has no content")
    content = compose_letter(letter.decision, letter.content)
    record = (
        json.dumps(letter.decision.determination, ensure_ascii=False, sort_keys=True).encode()
        if letter.decision.determination is not None
        else None
    )
    pdf = render_letter(content, record=record)
    letter.file = store_document(pdf, name=f"{letter.case.reference}-{letter.kind}.pdf")
    letter.save(update_fields=["file"])


@transaction.atomic
def retry_letter(*, by: User, letter_id: int, at: datetime) -> Letter:
    """Make the PDF of an issued letter again after it failed. Raises :class:`Conflict` when it is there already."""
    letter = Letter.objects.select_for_update(of=("self",), no_key=True).select_related("case").get(pk=letter_id)
    require(may_review(by, letter.case))
    if letter.file_id is not None:
        raise Conflict("rendered", _("通知書のPDFは既に作成されています。"))
    record(letter.case, "letter_retried", by, at, internal=True, number=letter.number)
    transaction.on_commit(lambda: make_letter.enqueue(letter.pk))
    return letter
