"""Money, dates and states as words; geometry of charts."""

from __future__ import annotations

from datetime import date, datetime
from math import inf
from zoneinfo import ZoneInfo

import pytest
from django.utils.translation import override

from applications.states import FilingState
from eligibility.words import Outcome, Verdict
from portal.components import charts, dates, money, states

TODAY = date(2026, 11, 22)


@pytest.mark.parametrize(
    ("amount", "ja", "en"),
    [
        (0, "0円", "¥0"),
        (9_999, "9,999円", "¥9,999"),
        (10_000, "1万円", "¥10,000"),
        (12_345, "1万2,345円", "¥12,345"),
        (123_400_000, "1億2,340万円", "¥123.4 million"),
        (123_456_789, "1億2,345万6,789円", "¥123,456,789"),
        (100_000_000, "1億円", "¥100 million"),
        (1_050_000, "105万円", "¥1.05 million"),
        (1_005_000, "100万5,000円", "¥1,005,000"),
        (2_000_000_000_000, "2兆円", "¥2,000,000 million"),
        (-1_000, "−1,000円", "−¥1,000"),
    ],
)
def test_yen_are_readable_and_never_rounded(amount: int, ja: str, en: str) -> None:
    with override("ja"):
        assert money.yen_text(amount) == ja
    with override("en"):
        assert money.yen_text(amount) == en


def test_exact_yen() -> None:
    with override("ja"):
        assert money.yen_exact(123_400_000) == "123,400,000円"
    with override("en"):
        assert money.yen_exact(-5) == "−¥5"


@pytest.mark.parametrize("amount", [1.5, "100", True, None])
def test_only_whole_numbers_are_yen(amount: object) -> None:
    with pytest.raises(TypeError):
        money.yen_parts(amount)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("low", "high", "ja", "en"),
    [
        (10_000_000, 30_000_000, "1,000万円～3,000万円", "¥10 million–¥30 million"),
        (5_000_000, None, "500万円以上", "¥5 million or more"),
        (5_000_000, inf, "500万円以上", "¥5 million or more"),
        (0, 50_000_000, "最大5,000万円", "up to ¥50 million"),
        (7, 7, "7円", "¥7"),
    ],
)
def test_ranges(low: int, high: float | None, ja: str, en: str) -> None:
    with override("ja"):
        assert money.range_text(low, high) == ja
    with override("en"):
        assert money.range_text(low, high) == en


@pytest.mark.parametrize(
    ("until", "ja", "left_ja", "left_en", "tone"),
    [
        (date(2026, 12, 1), "12月1日まで", "あと9日", "9 days left", "calm"),
        (date(2026, 11, 29), "11月29日まで", "あと7日", "7 days left", "soon"),
        (date(2026, 11, 30), "11月30日まで", "あと8日", "8 days left", "calm"),
        (date(2026, 11, 23), "11月23日まで", "あと1日", "1 day left", "soon"),
        (date(2026, 11, 22), "11月22日まで", "今日まで", "today is the last day", "soon"),
        (date(2026, 11, 21), "11月21日まで", "終了しました", "closed", "over"),
        (date(2027, 3, 31), "2027年3月31日まで", "あと129日", "129 days left", "calm"),
    ],
)
def test_deadlines(until: date, ja: str, left_ja: str, left_en: str, tone: str) -> None:
    with override("ja"):
        shown = dates.deadline(until, TODAY)
        assert (shown.text, shown.left, shown.tone) == (ja, left_ja, tone)
    with override("en"):
        assert dates.deadline(until, TODAY).left == left_en


def test_a_deadline_with_a_time_is_shown_in_the_time_of_sendai() -> None:
    until = datetime(2026, 11, 30, 15, 30, tzinfo=ZoneInfo("UTC"))
    with override("ja"):
        assert dates.deadline(until, TODAY).text == "12月1日 00:30まで"
        assert dates.moment_text(until) == "2026年12月1日 00:30"
        assert dates.fiscal_year_text(2026) == "2026年度"
    with override("en"):
        assert dates.day_text(until) == "1 December 2026"
        assert dates.fiscal_year_text(2026) == "FY2026"


def test_every_verdict_outcome_and_state_has_a_word() -> None:
    assert set(states.VERDICTS) == set(Verdict)
    assert set(states.FINDINGS) == set(Outcome)
    assert set(states.STATES) == set(FilingState)


@pytest.mark.parametrize("language", ["ja", "en"])
def test_words_of_one_table_differ(language: str) -> None:
    with override(language):
        for table in (states.VERDICTS, states.STATES, states.FINDINGS):
            words = [str(look.word) for look in table.values()]
            assert len(set(words)) == len(words)


def test_an_unknown_state_is_refused() -> None:
    with pytest.raises(ValueError, match="unknown state 'lost'"):
        states.look(states.STATES, "lost", "state")


def test_a_chart_reaches_from_the_base_to_the_target() -> None:
    chart = charts.lay_out([{"label": "2022", "actual": 75}, {"label": "2023", "actual": 100, "planned": 20}], 150)
    first, second = chart.columns
    assert (first.actual_height, second.actual_height, second.planned_height) == (100, 133, 27)
    assert chart.target_y == charts.HEAD
    assert second.actual_y + second.actual_height == chart.base == second.planned_y + 160
    assert chart.has_planned
    assert not chart.has_links


def test_an_empty_chart_and_an_empty_budget() -> None:
    assert charts.lay_out([], target=None).columns == ()
    assert charts.share_out([{"label": "a", "value": 5}], total=0)[0].width == "0.000%"


def test_a_bar_never_grows_beyond_its_end() -> None:
    first, second = charts.share_out([{"label": "a", "value": 80}, {"label": "b", "value": 40}], total=100)
    assert (first.x, first.width, second.x, second.width) == ("0.000%", "80.000%", "80.000%", "20.000%")


def test_bars_show_what_is_certain_and_what_is_possible() -> None:
    made = charts.lay_out_bars([("a", "", 50, 100), ("b", "", 0, inf), ("c", "", 0, 0)])
    first, second, third = made.bars
    assert (first.certain, first.possible_x, first.possible, first.open) == ("50.00%", "50.00%", "50.00%", False)
    assert (second.certain, second.possible, second.open) == ("0.00%", "100.00%", True)
    assert third.possible == ""
    assert made.height == 3 * charts.ROW
    assert made.has_possible
    assert made.has_open
    assert charts.lay_out_bars([]).height == 0
