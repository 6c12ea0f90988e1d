"""What all letters keep to: reasons, appeal notices, seals, words; and that the table of wordings is whole."""

from __future__ import annotations

import re
from dataclasses import replace
from string import Formatter
from typing import Any

import pytest

from documents.letters.content import (
    LegalNature,
    LetterError,
    Reason,
)
from documents.letters.decision import DecisionData, Kind, Seal
from documents.letters.items import BUILDERS
from documents.letters.kinds import KINDS, compose, words_of
from documents.letters.notices import APPEAL_NOTICES
from documents.letters.words import Adverse, KindWords
from eligibility.rulebook.model import Text
from tests.documents.reading import words_in
from tests.documents.samples import ALL_KINDS, CAPITAL, INVESTMENT, decision

ALWAYS_ADVERSE = [kind for kind in ALL_KINDS if KINDS[kind].adverse is Adverse.ALWAYS]
SEALED = {
    Kind.CORRECTIVE_ORDER,
    Kind.REVOCATION,
    Kind.REVOCATION_PARTIAL,
    Kind.REPAYMENT,
    Kind.SURCHARGE,
    Kind.REMINDER,
    Kind.TAX_RELIEF,
    Kind.TAX_REFUSAL,
}
APPEAL_WORDS = ("審査請求", "取消しの訴え", "教示", "request for review", "suit")


# --- the table of wordings ------------------------------------------------------------------------------------------


def all_words() -> list[tuple[Kind, KindWords]]:
    return [(kind, words) for kind, row in KINDS.items() for words in (row, row.on_contract) if words]


def test_every_kind_has_a_wording() -> None:
    assert set(KINDS) == set(Kind)


@pytest.mark.parametrize(("kind", "words"), all_words())
def test_wordings_are_whole(kind: Kind, words: KindWords) -> None:
    texts = [words.title, words.subject, *words.opening]
    texts += [text for spec in words.items for text in (spec.label, spec.text) if text.ja]
    allowed = {"scheme", "money", "filing", "applied", "earlier"}
    for text in texts:
        assert text.en, f"{kind}: {text.ja} has no English"
        for version in (text.ja, text.en):
            assert {name for _, name, _, _ in Formatter().parse(version) if name} <= allowed
        assert not re.search(r"第[0-9０-９一二三四五六七八九十]+条", text.ja), f"{kind}: invented article"
        assert "千円" not in text.ja
    assert re.search(r"（(通知|依頼|命令|請求|督促)）$", words.subject.ja)
    assert any("下記" in text.ja for text in words.opening)
    assert words.opening[0].ja.endswith(("ます。",))
    for spec in words.items:
        assert spec.builder in {*BUILDERS, "facts"} or spec.text.ja
    assert words.needs <= set(DecisionData.__slots__)
    assert any(spec.builder == "reasons" for spec in words.items) == (words.adverse is not Adverse.NEVER)
    opened = "".join(text.ja for text in words.opening)
    assert ("{applied}" in opened) <= ("applied_on" in words.needs)
    assert ("{earlier}" in opened) <= ("earlier" in words.needs)


# --- what all letters keep to ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ALL_KINDS)
@pytest.mark.parametrize("nature", LegalNature)
def test_appeal_notice_follows_the_legal_nature(kind: Kind, nature: LegalNature) -> None:
    letter = compose(decision(kind, legal_nature=nature))
    told = words_in(letter)
    if nature is LegalNature.CONTRACT:
        assert letter.notices == ()
        assert not any(word in told for word in APPEAL_WORDS)
    elif letter.adverse or kind is Kind.REMINDER:
        assert letter.notices == APPEAL_NOTICES[nature]
        assert "仙台市長に審査請求をすることができます" in told
        assert "３か月以内" in told
        assert "６か月以内" in told
        assert "仙台市を被告（代表者　仙台市長）として" in told
        assert ("裁決を経た後でなければ" in told) == (nature is LegalNature.DISPOSITION_TAX)
        assert ("３か月を経過しても裁決がないとき" in told) == (nature is LegalNature.DISPOSITION_TAX)
    else:
        assert letter.notices == ()


@pytest.mark.parametrize("kind", ALL_KINDS)
def test_seal(kind: Kind) -> None:
    letter = compose(decision(kind))
    assert (letter.seal_remark.ja == "（公印省略）") == (kind not in SEALED)
    assert (letter.seal_mark.ja == "印") == (kind in SEALED)
    signed = compose(decision(kind, seal=Seal.SIGNATURE))
    assert (signed.seal_mark.ja, signed.seal_remark.ja) == ("", "（電子署名付与）")


@pytest.mark.parametrize("kind", sorted(SEALED))
def test_letters_that_need_a_seal_never_omit_it(kind: Kind) -> None:
    with pytest.raises(LetterError, match="seal"):
        compose(decision(kind, seal=Seal.OMITTED))


@pytest.mark.parametrize("kind", ALWAYS_ADVERSE)
def test_adverse_letters_state_criterion_article_and_fact(kind: Kind) -> None:
    letter = compose(decision(kind, reasons=(CAPITAL, INVESTMENT)))
    assert letter.adverse
    told = words_in(letter)
    for reason in (CAPITAL, INVESTMENT):
        for text in (reason.criterion, reason.article, *(fact.label for fact in reason.facts)):
            assert text.ja in told
            assert text.en in told
    assert "資本金の額：300,000,000円（基準：100,000,000円以下）" in told
    assert "Capital: 300,000,000 yen (required: at most 100,000,000 yen)" in told


@pytest.mark.parametrize("kind", ALWAYS_ADVERSE)
def test_adverse_letters_without_reasons_cannot_be_made(kind: Kind) -> None:
    with pytest.raises(LetterError, match="reasons"):
        compose(decision(kind, reasons=()))


@pytest.mark.parametrize("kind", [Kind.AMOUNT_FIXED, Kind.TAX_RELIEF])
def test_lower_amounts_without_reasons_cannot_be_told(kind: Kind) -> None:
    with pytest.raises(LetterError, match="reasons"):
        compose(decision(kind, reasons=()))


def test_a_change_that_gives_less_than_asked_needs_reasons() -> None:
    data = decision(Kind.CHANGE_APPROVAL, requested=7_500_000)
    with pytest.raises(LetterError, match="reasons"):
        compose(data)
    letter = compose(replace(data, reasons=(INVESTMENT,), legal_nature=LegalNature.DISPOSITION))
    assert letter.adverse
    assert letter.notices


@pytest.mark.parametrize(
    "broken",
    [
        lambda: Reason(Text("", ""), CAPITAL.article, CAPITAL.facts),
        lambda: Reason(CAPITAL.criterion, Text("", ""), CAPITAL.facts),
        lambda: Reason(CAPITAL.criterion, CAPITAL.article, ()),
    ],
)
def test_reasons_are_whole(broken: Any) -> None:
    with pytest.raises(LetterError):
        broken()


def test_favourable_letters_state_no_reasons() -> None:
    with pytest.raises(LetterError, match="states no reasons"):
        compose(decision(Kind.GRANT, reasons=(CAPITAL,)))


def test_letters_cannot_be_built_around_the_rules() -> None:
    refusal = compose(decision(Kind.NON_GRANT))
    with pytest.raises(LetterError, match="must not carry an appeal notice"):
        replace(refusal, notices=APPEAL_NOTICES[LegalNature.DISPOSITION])
    with pytest.raises(LetterError, match="must carry reasons"):
        replace(refusal, items=())
    with pytest.raises(LetterError, match="how to appeal"):
        replace(refusal, legal_nature=LegalNature.DISPOSITION)


@pytest.mark.parametrize("kind", [kind for kind in ALL_KINDS if kind not in (Kind.GRANT, Kind.GRANT_REDUCED)])
def test_only_grants_use_the_words_of_a_grant(kind: Kind) -> None:
    told = words_in(compose(decision(kind)))
    assert "交付することに決定" not in told
    assert "decided to grant" not in told


@pytest.mark.parametrize("kind", ALL_KINDS)
def test_letters_speak_plainly_of_money(kind: Kind) -> None:
    told = words_in(compose(decision(kind)))
    assert "千円" not in told
    assert re.search(r"金-|金△", told) is None
    assert not re.search(r"[{}]", told), "an unfilled placeholder"


@pytest.mark.parametrize("kind", ALL_KINDS)
def test_missing_data_are_named(kind: Kind) -> None:
    for name in words_of(kind, LegalNature.CONTRACT).needs:
        empty: Any = (
            None
            if DecisionData.__dataclass_fields__[name].default is None
            else DecisionData.__dataclass_fields__[name].default
        )
        with pytest.raises(LetterError, match=f"'{name}'"):
            compose(decision(kind, **{name: empty}))
