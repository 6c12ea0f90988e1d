"""What each kind of letter says, proven on its data before it is printed."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from documents.letters.content import (
    Addressee,
    AppliedFact,
    Calculation,
    CalculationLine,
    LegalNature,
    LetterError,
    Table,
    Yen,
)
from documents.letters.decision import EarlierDecision, Kind, YearAmount
from documents.letters.kinds import compose
from documents.letters.layout import parts
from documents.letters.notices import APPEAL_NOTICES
from eligibility.rulebook.model import Text
from tests.documents.reading import label_value, words_in
from tests.documents.samples import EARLIER, INVESTMENT, decision

# --- single kinds ---------------------------------------------------------------------------------------------------


def test_grant() -> None:
    letter = compose(decision(Kind.GRANT))
    assert letter.subject.ja == "仙台市本社機能立地促進助成金の交付決定について（通知）"
    assert letter.opening[0].ja == (
        "令和8年10月1日付け（受付番号HQ-2026-0012）で申請のあった標記の助成金については、"
        "下記のとおり交付することに決定したので通知します。"
    )
    assert letter.opening[0].en == (
        "Regarding your application of 1 October 2026 (reference HQ-2026-0012), it has "
        "been decided to grant the subsidy as set out below."
    )
    assert label_value(letter, "助成金の額") == "金8,234,000円"
    assert label_value(letter, "実績報告書の提出期限") == "令和9年4月9日"
    assert label_value(letter, "関係書類の保存期限") == "令和14年3月31日"
    assert "起算して14日以内" in label_value(letter, "申請の取下げ")
    assert not letter.adverse
    assert not letter.is_draft
    assert "年10.95パーセント" in words_in(letter)
    assert letter.notes[0].ja.endswith("雇用加算の1人当たりの額、年度の上限額")


def test_zero_yen_is_written() -> None:
    letter = compose(decision(Kind.GRANT, amount=0, years=(), calculation=None))
    assert label_value(letter, "助成金の額") == "金0円"


def test_the_money_has_its_own_name() -> None:
    letter = compose(decision(Kind.GRANT, money=Text("補助金", "grant")))
    assert label_value(letter, "補助金の額") == "金8,234,000円"


def test_optional_data_are_left_out() -> None:
    letter = compose(
        decision(
            Kind.GRANT,
            facts=(),
            years=(),
            calculation=None,
            conditions=(),
            withdrawal_days=None,
            report_due=None,
            books_until=None,
            verification=None,
            assumed=(),
            reference="",
        )
    )
    assert [item.label.ja for item in letter.items] == ["助成金の額"]
    assert "受付番号" not in letter.opening[0].ja
    assert letter.notes == ()


def test_a_grant_below_the_request_is_a_reduced_grant() -> None:
    with pytest.raises(LetterError, match="reduced grant"):
        compose(decision(Kind.GRANT, requested=8_234_001))
    assert not compose(decision(Kind.GRANT, requested=8_234_000)).adverse


def test_reduced_grant_says_what_was_cut() -> None:
    letter = compose(decision(Kind.GRANT_REDUCED))
    assert label_value(letter, "助成金の額") == "金8,234,000円"
    assert label_value(letter, "申請のあった額") == "金9,000,000円"
    assert label_value(letter, "減額した額") == "金766,000円"
    with pytest.raises(LetterError, match="lower than"):
        compose(decision(Kind.GRANT_REDUCED, requested=8_234_000))


def test_designation_promises_no_amount() -> None:
    assert "交付又はその額を約束するものではありません" in label_value(compose(decision(Kind.DESIGNATION)), "留意事項")


def test_selection_is_no_contract_yet() -> None:
    letter = compose(decision(Kind.SELECTION))
    assert label_value(letter, "委託料の上限額") == "金1,500,000円"
    assert "契約の成立を意味するものではありません" in label_value(letter, "契約の締結")


def test_receipt_lists_the_files_with_size_and_hash() -> None:
    letter = compose(decision(Kind.RECEIPT))
    assert label_value(letter, "到達日時") == "令和8年10月1日 14時05分"
    told = words_in(letter)
    for file in decision(Kind.RECEIPT).files:
        assert file.name in told
        assert file.sha256 in told
    assert "1.5 MB" in told
    assert "86 KB" in told


def test_payment_shows_three_digits_of_the_account() -> None:
    told = words_in(compose(decision(Kind.PAYMENT)))
    assert "****567" in told
    assert "1234567" not in told


def test_fixed_amount() -> None:
    letter = compose(decision(Kind.AMOUNT_FIXED))
    assert label_value(letter, "確定した額") == "金8,000,000円"
    assert label_value(letter, "決定済みの額") == "金8,234,000円"
    assert label_value(letter, "今後支払う額") == "金4,000,000円"
    labels = [item.label.ja for item in compose(decision(Kind.AMOUNT_FIXED, paid=8_100_000)).items]
    assert "返還を要する額" in labels
    assert "今後支払う額" not in labels
    as_decided = compose(decision(Kind.AMOUNT_FIXED, amount=8_234_000, reasons=()))
    assert not as_decided.adverse


def test_revocation_of_the_whole() -> None:
    letter = compose(decision(Kind.REVOCATION))
    assert letter.opening[0].ja == (
        "令和8年11月24日付けR8経企立第123号で行った標記の決定については、下記のとおりその"
        "全部を"
        "取り消すことに決定したので通知します。"
    )
    with pytest.raises(LetterError, match="whole amount"):
        compose(decision(Kind.REVOCATION, amount=1))


def test_revocation_of_a_part() -> None:
    letter = compose(decision(Kind.REVOCATION_PARTIAL))
    assert label_value(letter, "取り消す額") == "金1,000,000円"
    assert label_value(letter, "取消し後の額") == "金7,234,000円"
    for earlier, amount in ((EARLIER, 8_234_000), (EarlierDecision("R8第1号", date(2026, 11, 24)), 1)):
        with pytest.raises(LetterError, match="partial"):
            compose(decision(Kind.REVOCATION_PARTIAL, earlier=earlier, amount=amount))


@pytest.mark.parametrize(
    ("nature", "title", "verb"),
    [(LegalNature.CONTRACT, "返還請求書", "請求します"), (LegalNature.DISPOSITION, "返還命令書", "命じます")],
)
def test_on_a_contract_repayment_is_demanded_not_ordered(nature: LegalNature, title: str, verb: str) -> None:
    letter = compose(decision(Kind.REPAYMENT, legal_nature=nature))
    assert letter.title.ja == title
    assert letter.opening[0].ja.endswith(f"{verb}。")


def test_plain_strings_will_do() -> None:
    letter = compose(replace(decision(Kind.NON_GRANT), kind="non_grant", legal_nature="disposition"))
    assert letter.notices == APPEAL_NOTICES[LegalNature.DISPOSITION]
    with pytest.raises(ValueError, match="gift"):
        decision(Kind.NON_GRANT, legal_nature="gift")


# --- sums -----------------------------------------------------------------------------------------------------------


@given(
    st.lists(st.integers(min_value=-(10**10), max_value=10**10), min_size=1, max_size=30),
    st.integers(min_value=-5, max_value=5),
)
def test_a_calculation_adds_up_or_does_not_exist(yen: list[int], error: int) -> None:
    lines = tuple(CalculationLine(Text("項目", "component"), Text("算式", "formula"), amount) for amount in yen)
    if error:
        with pytest.raises(LetterError, match="add up"):
            Calculation(lines, sum(yen) + error)
    else:
        assert Calculation(lines, sum(yen)).total == sum(yen)


def test_amounts_by_year_add_up() -> None:
    with pytest.raises(LetterError, match="by fiscal year"):
        compose(decision(Kind.GRANT, years=(YearAmount(2026, 8_234_001),)))


def test_the_calculation_leads_to_the_amount() -> None:
    line = CalculationLine(Text("基本額", "Base"), Text("1", "1"), 1)
    with pytest.raises(LetterError, match="does not lead"):
        compose(decision(Kind.GRANT, calculation=Calculation((line,), 1)))


def test_calculation_by_year_with_subtotals() -> None:
    grid = next(item.grid for item in parts(compose(decision(Kind.GRANT)))[0].items if item.label == "算定の内訳")
    assert grid is not None
    assert [(heading, subtotal) for heading, _, subtotal in grid.groups] == [
        ("令和8年度", ("小計", "7,234,000円")),
        ("令和9年度", ("小計", "1,000,000円")),
    ]
    assert grid.total == ("合計", "8,234,000円")
    assert grid.groups[1][1][1][2].text == "△200,000円"


@pytest.mark.parametrize("name", ["amount", "requested", "paid"])
def test_money_of_a_decision_is_not_negative(name: str) -> None:
    with pytest.raises(LetterError, match=name):
        decision(Kind.GRANT, **{name: -1})


def test_tables_are_rectangular() -> None:
    with pytest.raises(LetterError, match="cells"):
        Table((Text("a", "a"), Text("b", "b")), ((Yen(1),),))


# --- people, numbers, drafts ----------------------------------------------------------------------------------------


def test_addressees() -> None:
    def lines(addressee: Addressee) -> tuple[str, ...]:
        return parts(compose(decision(Kind.GRANT, addressee=addressee)))[0].addressee

    firm, person, nobody = Text("株式会社A", "A Co."), Text("齋藤　凜", "SAITO Rin"), Text("", "")
    assert lines(Addressee(firm, Text("代表取締役", "Director"), person)) == ("株式会社A", "代表取締役　齋藤　凜　様")
    assert lines(Addressee(firm)) == ("株式会社A　様",)
    assert lines(Addressee(firm, honorific=Text("御中", ""))) == ("株式会社A　御中",)
    assert lines(Addressee(nobody, nobody, person)) == ("齋藤　凜　様",)
    with pytest.raises(LetterError, match="addressee"):
        Addressee(nobody)


@pytest.mark.parametrize(
    ("number", "issued_on", "draft"),
    [
        ("R8経企立第123号", date(2026, 11, 24), False),
        ("", date(2026, 11, 24), True),
        ("R8経企立第123号", None, True),
        ("", None, True),
    ],
)
def test_a_letter_is_a_draft_until_it_has_number_and_date(number: str, issued_on: date | None, draft: bool) -> None:
    letter = compose(decision(Kind.GRANT, number=number, issued_on=issued_on))
    part = parts(letter)[0]
    assert letter.is_draft is part.draft is draft
    assert part.number == (number or "（文書番号）")
    assert part.date == ("令和8年11月24日" if issued_on else "（施行日）")


@pytest.mark.parametrize(
    ("number", "number_spacing", "date_spacing"),
    [
        ("R8経企立第123号", 0.0, 0.0),
        ("R8経企立第12号", 0.0625, 0.0),
        ("R8経企立第1234号", 0.0, 0.0556),
        ("R8第1号", 0.0, 0.0),
    ],
)
def test_number_and_date_are_equally_wide(number: str, number_spacing: float, date_spacing: float) -> None:
    """R8経企立第12号 is one half-character shorter than the date and has eight gaps: 0.5 em / 8."""
    part = parts(compose(decision(Kind.GRANT, number=number)))[0]
    assert (part.number_spacing, part.date_spacing) == (number_spacing, date_spacing)


def test_unanswered_appeal_words_are_not_in_the_facts() -> None:
    """The check above looks for words; here is proof that it would find them."""
    told = words_in(compose(decision(Kind.NON_GRANT, legal_nature=LegalNature.DISPOSITION)))
    assert all(word in told for word in ("審査請求", "取消しの訴え", "request for review", "suit"))


def test_facts_in_reasons_are_written_out() -> None:
    fact = AppliedFact(Text("契約日", "Date of contract"), Text("令和8年9月30日", "30 September 2026"))
    told = words_in(compose(decision(Kind.NON_GRANT, reasons=(replace(INVESTMENT, facts=(fact,)),))))
    assert "契約日：令和8年9月30日\n" in told
    assert "この基準は、市において確認を要する仮定に基づいています。" in told
