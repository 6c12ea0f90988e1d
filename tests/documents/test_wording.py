"""Official notation of money, dates, eras and item numbers."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from documents import wording

YEN = st.integers(min_value=0, max_value=10**18)
ERA_DAYS = st.dates(min_value=date(1926, 12, 25), max_value=date(2200, 12, 31))
FIRST_DAYS = {"昭和": date(1926, 12, 25), "平成": date(1989, 1, 8), "令和": date(2019, 5, 1)}


@pytest.mark.parametrize(
    ("yen", "written"),
    [
        (0, "金0円"),
        (1, "金1円"),
        (999, "金999円"),
        (1_000, "金1,000円"),
        (1_234_000, "金1,234,000円"),
        (120_000_000, "金120,000,000円"),
        (10**12, "金1,000,000,000,000円"),
    ],
)
def test_yen_in_letter(yen: int, written: str) -> None:
    assert wording.yen_in_letter(yen) == written


def test_a_letter_states_no_negative_amount() -> None:
    with pytest.raises(ValueError, match="-1"):
        wording.yen_in_letter(-1)


@pytest.mark.parametrize("money", [1.0, "1", None, True])
def test_money_is_whole_yen(money: object) -> None:
    for function in (wording.yen_in_letter, wording.yen_in_table):
        with pytest.raises(TypeError):
            function(money)  # type: ignore[operator]
    for function in (wording.yen_exact, wording.yen_readable):
        with pytest.raises(TypeError):
            function(money, "ja")  # type: ignore[operator]


@given(YEN)
def test_yen_in_letter_keeps_every_digit(yen: int) -> None:
    written = wording.yen_in_letter(yen)
    assert re.fullmatch(r"金[1-9]\d{0,2}(,\d{3})*円|金0円", written)
    assert int(written[1:-1].replace(",", "")) == yen
    assert "千" not in written


@pytest.mark.parametrize(("yen", "written"), [(0, "0円"), (1_234_000, "1,234,000円"), (-1_000, "△1,000円")])
def test_yen_in_table(yen: int, written: str) -> None:
    assert wording.yen_in_table(yen) == written


@pytest.mark.parametrize(
    ("yen", "japanese", "english"),
    [
        (0, "0円", "0 yen"),
        (9_999, "9,999円", "9,999 yen"),
        (10_000, "1万円", "10,000 yen"),
        (12_345, "1万2,345円", "12,345 yen"),
        (1_500_000, "150万円", "1.5 million yen"),
        (120_000_000, "1億2,000万円", "120 million yen"),
        (123_400_000, "1億2,340万円", "123.4 million yen"),
        (123_456_789, "1億2,345万6,789円", "123,456,789 yen"),
        (100_000_001, "1億1円", "100,000,001 yen"),
        (1_250_000_000, "12億5,000万円", "1.25 billion yen"),
        (1_005_000_000, "10億500万円", "1,005 million yen"),
        (10**12, "1兆円", "1,000 billion yen"),
        (-120_000_000, "-1億2,000万円", "-120 million yen"),
    ],
)
def test_yen_readable(yen: int, japanese: str, english: str) -> None:
    assert wording.yen_readable(yen, "ja") == japanese
    assert wording.yen_readable(yen, "en") == english


def japanese_value(text: str) -> int:
    """Reads 1兆2,345億6,789万1,234円 back."""
    total, units = 0, {"京": 10**16, "兆": 10**12, "億": 10**8, "万": 10**4, "円": 1}
    for number, unit in re.findall(r"([\d,]+)([京兆億万円])", text):
        total += int(number.replace(",", "")) * units[unit]
    return total


def english_value(text: str) -> int:
    """Reads 1.25 billion yen back, exactly."""
    number, *unit = text.removesuffix(" yen").split()
    whole, _, decimals = number.replace(",", "").partition(".")
    size = {"billion": 10**9, "million": 10**6}[unit[0]] if unit else 1
    return int(whole) * size + (int(decimals) * size // 10 ** len(decimals) if decimals else 0)


@given(YEN)
def test_yen_readable_is_exact(yen: int) -> None:
    assert japanese_value(wording.yen_readable(yen, "ja")) == yen
    assert english_value(wording.yen_readable(yen, "en")) == yen


@given(st.integers(min_value=1, max_value=10**9).map(lambda millions: millions * 10_000))
def test_round_amounts_show_no_rest(yen: int) -> None:
    assert wording.yen_readable(yen, "ja").endswith(("万円", "億円", "兆円"))
    assert not re.search(r"千|百", wording.yen_readable(yen, "ja"))


@pytest.mark.parametrize(
    ("language", "written"), [("ja", "120,000,000円"), ("en", "120,000,000 yen"), ("en-gb", "120,000,000 yen")]
)
def test_yen_exact(language: str, written: str) -> None:
    assert wording.yen_exact(120_000_000, language) == written


@pytest.mark.parametrize(
    ("day", "written"),
    [
        (date(1926, 12, 25), "昭和元年12月25日"),
        (date(1926, 12, 31), "昭和元年12月31日"),
        (date(1927, 1, 1), "昭和2年1月1日"),
        (date(1989, 1, 7), "昭和64年1月7日"),
        (date(1989, 1, 8), "平成元年1月8日"),
        (date(1990, 1, 1), "平成2年1月1日"),
        (date(2019, 4, 30), "平成31年4月30日"),
        (date(2019, 5, 1), "令和元年5月1日"),
        (date(2019, 12, 31), "令和元年12月31日"),
        (date(2020, 3, 31), "令和2年3月31日"),
        (date(2026, 11, 24), "令和8年11月24日"),
        (date(2027, 3, 31), "令和9年3月31日"),
        (date(2027, 4, 1), "令和9年4月1日"),
    ],
)
def test_era_date(day: date, written: str) -> None:
    assert wording.era_date(day) == written


def test_eras_before_showa_are_refused() -> None:
    with pytest.raises(ValueError, match="昭和"):
        wording.era_date(date(1926, 12, 24))


@given(ERA_DAYS)
def test_era_dates_can_be_read_back(day: date) -> None:
    match = re.fullmatch(r"(昭和|平成|令和)(元|\d+)年(\d+)月(\d+)日", wording.era_date(day))
    assert match is not None
    first = FIRST_DAYS[match[1]]
    year = first.year + (1 if match[2] == "元" else int(match[2])) - 1
    assert date(year, int(match[3]), int(match[4])) == day
    assert day >= first
    assert match[2] != "1", "the first year is written 元年"
    assert not match[3].startswith("0")
    assert not match[4].startswith("0")


@pytest.mark.parametrize(
    ("year", "written"),
    [
        (1927, "昭和2年度"),
        (1988, "昭和63年度"),
        (1989, "平成元年度"),
        (1990, "平成2年度"),
        (2018, "平成30年度"),
        (2019, "令和元年度"),
        (2020, "令和2年度"),
        (2026, "令和8年度"),
        (2027, "令和9年度"),
    ],
)
def test_era_fiscal_year(year: int, written: str) -> None:
    assert wording.era_fiscal_year(year) == written
    assert wording.english_fiscal_year(year) == f"FY{year}"


@pytest.mark.parametrize(
    ("day", "written"), [(date(2026, 11, 24), "24 November 2026"), (date(2027, 1, 1), "1 January 2027")]
)
def test_english_date(day: date, written: str) -> None:
    assert wording.english_date(day) == written


def test_a_moment_is_no_date() -> None:
    for function in (wording.era_date, wording.english_date):
        with pytest.raises(TypeError):
            function(datetime(2026, 11, 24, tzinfo=UTC))


@pytest.mark.parametrize(
    ("moment", "japanese", "english"),
    [
        (datetime(2026, 11, 24, 5, 5, tzinfo=UTC), "令和8年11月24日 14時05分", "24 November 2026, 14:05 (Japan time)"),
        (datetime(2027, 3, 31, 15, 0, tzinfo=UTC), "令和9年4月1日 0時00分", "1 April 2027, 00:00 (Japan time)"),
        (
            datetime(2019, 4, 30, 23, 59, 59, tzinfo=timezone(timedelta(hours=9))),
            "平成31年4月30日 23時59分",
            "30 April 2019, 23:59 (Japan time)",
        ),
    ],
)
def test_moments_are_told_in_japanese_time(moment: datetime, japanese: str, english: str) -> None:
    assert wording.era_moment(moment) == japanese
    assert wording.english_moment(moment) == english


def test_naive_moments_are_refused() -> None:
    for function in (wording.era_moment, wording.english_moment):
        with pytest.raises(ValueError, match="time zone"):
            function(datetime(2026, 11, 24, 14, 5, tzinfo=UTC).replace(tzinfo=None))


@pytest.mark.parametrize(
    ("arguments", "number"),
    [
        ((2026, "経企立", 123), "R8経企立第123号"),
        ((2026, "経企立", 123, 2), "R8経企立第123号の2"),
        ((2019, "経企立", 1), "R1経企立第1号"),
        ((2018, "経企立", 7), "H30経企立第7号"),
    ],
)
def test_document_number(arguments: tuple[int, str, int], number: str) -> None:
    assert wording.document_number(*arguments) == number


@pytest.mark.parametrize(("serial", "part"), [(0, 1), (-1, 1), (1, 0)])
def test_document_numbers_count_from_one(serial: int, part: int) -> None:
    with pytest.raises(ValueError, match="from 1"):
        wording.document_number(2026, "経企立", serial, part)


@pytest.mark.parametrize(
    ("level", "position", "japanese", "english"),
    [
        (1, 1, "１", "1."),
        (1, 9, "９", "9."),
        (1, 10, "１０", "10."),
        (2, 1, "(1)", "(1)"),
        (2, 15, "(15)", "(15)"),
        (3, 1, "ア", "(a)"),
        (3, 5, "オ", "(e)"),
        (3, 6, "カ", "(f)"),
        (3, 26, "ハ", "(z)"),
    ],
)
def test_item_numbers(level: int, position: int, japanese: str, english: str) -> None:
    assert wording.item_number(level, position) == japanese
    assert wording.english_item_number(level, position) == english


@pytest.mark.parametrize(("level", "position"), [(1, 0), (2, -1), (3, 45), (4, 1), (0, 1)])
def test_item_numbers_that_do_not_exist(level: int, position: int) -> None:
    for function in (wording.item_number, wording.english_item_number):
        with pytest.raises(ValueError, match=r"item|counted"):
            function(level, position)


@pytest.mark.parametrize(
    ("number", "shown"), [("1234567", "****567"), ("1234", "*234"), ("123", "***"), ("1", "*"), ("", "")]
)
def test_masked_account(number: str, shown: str) -> None:
    assert wording.masked_account(number) == shown


@pytest.mark.parametrize(
    ("size", "japanese", "english"),
    [
        (0, "0バイト", "0 bytes"),
        (1023, "1,023バイト", "1,023 bytes"),
        (1024, "1 KB", "1 KB"),
        (1025, "1.1 KB", "1.1 KB"),
        (10 * 1024 * 1024, "10 MB", "10 MB"),
        (10 * 1024 * 1024 + 1, "10.1 MB", "10.1 MB"),
    ],
)
def test_readable_size(size: int, japanese: str, english: str) -> None:
    assert wording.readable_size(size, "ja") == japanese
    assert wording.readable_size(size, "en") == english


@pytest.mark.parametrize(
    ("words", "joined"), [([], ""), (["a"], "a"), (["a", "b"], "a and b"), (["a", "b", "c"], "a, b and c")]
)
def test_english_list(words: list[str], joined: str) -> None:
    assert wording.english_list(words) == joined
