"""Forms made from the vocabulary: every fact goes in and comes out as the same JSON."""

from __future__ import annotations

from typing import Any

import pytest
from django.http import QueryDict
from django.utils.translation import override

from applications.rules import rule_book
from eligibility.evaluation.cases import worked_cases
from eligibility.evaluation.facts import read_leniently
from portal.components.fields import UNKNOWN
from portal.fact_fields import Place
from portal.fact_forms import FactsForm, field_id
from portal.fact_text import listed, plain_days, quoted, shown_answers, value_words
from tests.portal.firm import typed


def facts(*names: str) -> list[Any]:
    return [rule_book().vocabulary.facts[name] for name in names]


def posted(**data: Any) -> QueryDict:
    query = QueryDict(mutable=True)
    for name, value in data.items():
        query.setlist(name, value if isinstance(value, list) else [value])
    return query


def example_answers() -> list[dict[str, Any]]:
    """The facts of every worked case of the rule book."""
    vocabulary = rule_book().vocabulary
    found = []
    for version in rule_book().versions():
        for case in worked_cases(version, rule_book().root):
            read, problems = read_leniently(case.facts, vocabulary)
            assert not problems
            found.append(read.given)
    return found


def test_every_worked_case_survives_the_form_unchanged() -> None:
    for answers in example_answers():
        asked = facts(*answers)
        form = FactsForm(asked, {}, posted(**typed(asked, answers)))
        assert form.is_valid(), (answers, form.errors)
        assert read_leniently(form.answers(), rule_book().vocabulary)[0].given == answers


def test_every_worked_case_is_shown_again_as_it_was_typed() -> None:
    for answers in example_answers():
        asked = facts(*answers)
        shown = FactsForm(asked, answers)
        again: dict[str, Any] = {}
        for name in shown.form.fields:
            value = shown.form[name].value()
            if isinstance(value, bool):
                value = "on" if value else None
            if value not in (None, ""):
                again[name] = value if isinstance(value, list) else str(value)
        for name, rows in shown.formsets.items():
            again |= {f"{name}-TOTAL_FORMS": str(len(rows.forms)), f"{name}-INITIAL_FORMS": "0"}
            for form in rows.forms:
                again |= {form.add_prefix(n): str(form[n].value()) for n in form.fields if form[n].value() is not None}
        assert (
            read_leniently(FactsForm(asked, {}, posted(**again)).answers(), rule_book().vocabulary)[0].given == answers
        )


def test_an_unbound_form_shows_no_errors() -> None:
    form = FactsForm(facts("capital", "assets"), {"capital": "abc"}, required=["capital"])
    assert form.errors == []
    assert not form.is_valid()
    assert "errorlist" not in str(form.form["capital"].errors)


def test_what_cannot_be_read_is_kept_as_typed_with_a_message_beside_it() -> None:
    form = FactsForm(
        facts("capital", "lease_contract_on"), {}, posted(capital="たくさん", lease_contract_on="2026-02-30")
    )
    assert form.answers() == {"capital": "たくさん", "lease_contract_on": "2026-02-30"}
    assert [error["target"] for error in form.errors] == ["id_capital", "id_lease_contract_on"]


@pytest.mark.parametrize("value", ["-5", "−1,000"])
def test_negative_money_is_refused(value: str) -> None:
    form = FactsForm(facts("capital"), {}, posted(capital=value))
    assert [error["text"] for error in form.errors] == ["0以上の数字を入力してください。"]
    assert form.answers() == {"capital": value}


def test_a_date_that_the_vocabulary_does_not_allow_is_refused() -> None:
    form = FactsForm(facts("hire_date"), {}, posted(hire_date="1999-01-01"))
    assert not form.is_valid()
    assert form.errors[0]["target"] == "id_hire_date"


def test_blank_and_unknown_are_both_no_answer() -> None:
    form = FactsForm(facts("capital", "no_tax_arrears"), {}, posted(capital="", no_tax_arrears=UNKNOWN))
    assert form.is_valid()
    assert form.answers() == {"capital": None, "no_tax_arrears": None}


def test_marked_fields_may_be_blank_and_required_ones_may_not() -> None:
    marked = FactsForm(facts("capital"), {}, posted(capital=""), marked=["capital"])
    assert marked.is_valid()
    assert marked.form.fields["capital"].required
    required = FactsForm(facts("capital"), {}, posted(capital=""), required=["capital"])
    assert len(required.errors) == 1


def test_an_untouched_set_is_not_the_answer_none() -> None:
    name = "establishment_prefectures"
    assert FactsForm(facts(name), {}, posted()).answers() == {name: None}
    assert FactsForm(facts(name), {}, posted(**{name: ["-"]})).answers() == {name: []}
    assert FactsForm(facts(name), {}, posted(**{name: ["miyagi", "tokyo"]})).answers() == {name: ["miyagi", "tokyo"]}
    both = FactsForm(facts(name), {}, posted(**{name: ["miyagi", "-"]}))
    assert len(both.errors) == 1
    assert FactsForm(facts(name), {name: []}).form[name].value() == ["-"]


def test_a_list_can_be_none_unanswered_or_have_rows() -> None:
    none = {"assets-TOTAL_FORMS": "0", "assets-INITIAL_FORMS": "0"}
    assert FactsForm(facts("assets"), {}, posted(**none)).answers() == {"assets": None}
    assert FactsForm(facts("assets"), {}, posted(**none, **{"assets-none": "on"})).answers() == {"assets": []}
    row = {"assets-TOTAL_FORMS": "1", "assets-INITIAL_FORMS": "0", "assets-0-cost": "160万", "assets-none": "on"}
    assert FactsForm(facts("assets"), {}, posted(**row)).answers() == {"assets": [{"cost": 1_600_000}]}


def test_a_list_that_was_not_sent_is_not_emptied() -> None:
    assert FactsForm(facts("assets", "capital"), {}, posted(capital="1")).answers() == {"capital": 1}


def test_a_wrong_cell_of_a_list_is_named_by_its_row() -> None:
    data = {"assets-TOTAL_FORMS": "2", "assets-INITIAL_FORMS": "0", "assets-0-cost": "1", "assets-1-useful_life": "1"}
    form = FactsForm(facts("assets"), {}, posted(**data))
    assert [(error["row"], error["target"]) for error in form.errors] == [("2", "id_assets-1-useful_life")]


def test_too_many_rows_are_refused() -> None:
    data = {"loans-TOTAL_FORMS": "11", "loans-INITIAL_FORMS": "0"} | {
        f"loans-{n}-repaid_year_1": "1" for n in range(11)
    }
    form = FactsForm(facts("loans"), {}, posted(**data))
    assert [error["target"] for error in form.errors] == ["rows-loans"]


def test_rows_are_added_and_removed_without_losing_what_was_typed() -> None:
    data = {
        "capital": "abc",
        "assets-TOTAL_FORMS": "2",
        "assets-INITIAL_FORMS": "0",
        "assets-0-cost": "1",
        "assets-1-cost": "?",
    }
    added = FactsForm.as_typed(facts("capital", "assets"), posted(**data, add="assets"))
    assert len(added.formsets["assets"].forms) == 3
    assert added.form["capital"].value() == "abc"
    removed = FactsForm.as_typed(facts("capital", "assets"), posted(**data, remove="assets-0"))
    assert [form["cost"].value() for form in removed.formsets["assets"].forms] == ["?"]
    assert removed.errors == []


def test_long_lists_of_codes_are_drop_downs_in_forms_and_large_choices_in_questions() -> None:
    form = FactsForm(facts("legal_form"), {})
    question = FactsForm(facts("legal_form"), {}, place=Place.QUESTION)
    assert "<select" in str(form.form["legal_form"])
    assert "choices--framed" in str(question.form["legal_form"])


def test_a_link_to_a_field_leads_to_its_first_input() -> None:
    assert field_id(facts("capital")[0]) == "id_capital"
    assert field_id(facts("no_tax_arrears")[0]) == "id_no_tax_arrears_0"
    assert field_id(facts("assets")[0]) == "rows-assets"


def test_groups_follow_the_topics_and_carry_notes() -> None:
    form = FactsForm(facts("legal_form", "capital", "project_title"), {})
    groups = form.groups({"capital": ["登記事項証明書と違います。"]})
    assert [(group.name, [entry.fact.name for entry in group.entries]) for group in groups] == [
        ("firm", ["legal_form", "capital"]),
        ("contact", ["project_title"]),
    ]
    assert groups[0].entries[1].notes == ("登記事項証明書と違います。",)


# --- answers in words ----------------------------------------------------------------------------------------


def test_answers_in_words() -> None:
    answers = {
        "capital": 30_000_000,
        "lease_contract_on": "2026-12-01",
        "no_tax_arrears": True,
        "legal_form": "company",
        "establishment_prefectures": [],
        "floor_area_rented": "212.4",
        "hire_date": "いつか",
    }
    asked = facts(*answers, "land_price")
    with override("ja"):
        shown = {one.fact.name: one for one in shown_answers(asked, answers)}
    assert shown["capital"].text == "3,000万円"
    assert shown["lease_contract_on"].text == "2026年12月1日"
    assert shown["no_tax_arrears"].text == "はい"
    assert shown["establishment_prefectures"].text == "なし"
    assert shown["floor_area_rented"].text == "212.4㎡"
    assert shown["hire_date"].text == "いつか"
    assert shown["hire_date"].problem
    assert not shown["land_price"].answered
    with override("en"):
        assert shown_answers(facts("capital"), answers)[0].text == "¥30 million"


def test_lists_in_words() -> None:
    rows = [{"asset_class": "machinery", "cost": 1_600_000, "acquired_on": "2026-05-01"}, {"cost": "?"}]
    shown = shown_answers(facts("assets", "loans"), {"assets": rows, "loans": []})
    assert shown[0].text == "2件"
    assert [cell.text for cell in shown[0].rows[0]][:3] == ["機械装置", "160万円", "2026年5月1日"]
    assert shown[0].rows[1][1].problem
    assert shown[1].text == "なし"


def test_small_words() -> None:
    assert quoted(["A", "B"]) == "「A」、「B」"
    assert listed([]) == ""
    assert plain_days("期限は 2026-12-01 と 2026-99-99") == "期限は 2026年12月1日 と 2026-99-99"
    assert value_words(None, facts("capital")[0].type) == "不明"


# --- fields of a row that only some rows call for ----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("row", "asked"),
    [
        ({}, False),
        ({"acquired_on": "2026-05-01", "asset_class": "machinery"}, False),
        ({"acquired_on": "2023-03-31"}, False),
        ({"acquired_on": "2023-03-31", "asset_class": "business_house"}, False),
        ({"acquired_on": "2023-04-01", "asset_class": "machinery"}, False),
        ({"acquired_on": "2023-03-31", "asset_class": "machinery"}, True),
    ],
)
def test_a_row_shows_conditional_fields_only_when_it_calls_for_them(row, asked) -> None:
    form = FactsForm(facts("assets"), {"assets": [row]})
    shown = {field.name for field in form.formsets["assets"].forms[0].visible_fields()}
    assert ("on_sale_since" in shown, "industry_certified" in shown) == (asked, asked)
    blank = {field.name for field in form.formsets["assets"].empty_form.visible_fields()}
    assert "on_sale_since" not in blank
    assert {"asset_class", "cost", "acquired_on", "lease_kind"} <= blank


def test_what_was_typed_into_a_conditional_field_is_kept() -> None:
    row = {"acquired_on": "2022-05-01", "asset_class": "machinery", "on_sale_since": "2020-01-05"}
    form = FactsForm(facts("assets"), {"assets": [row]})
    again = FactsForm.as_typed(facts("assets"), posted(**typed(facts("assets"), {"assets": [row]})))
    for shown in (form, again):
        assert "on_sale_since" in {field.name for field in shown.formsets["assets"].forms[0].visible_fields()}
    bound = FactsForm(facts("assets"), {}, posted(**typed(facts("assets"), {"assets": [row]})))
    assert bound.answers()["assets"] == [row]


def test_columns_that_no_row_uses_are_not_shown() -> None:
    new = {"asset_class": "machinery", "acquired_on": "2026-05-01"}
    old = {"asset_class": "machinery", "acquired_on": "2022-05-01", "industry_certified": True}
    assert "工業会等の証明書" not in shown_answers(facts("assets"), {"assets": [new]})[0].columns
    assert "工業会等の証明書" in shown_answers(facts("assets"), {"assets": [new, old]})[0].columns
