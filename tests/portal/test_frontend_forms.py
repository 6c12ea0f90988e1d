"""Form fields, how Django forms are rendered, the error summary and the row editor."""

from __future__ import annotations

import re
from decimal import Decimal
from html.parser import HTMLParser
from typing import Any

import pytest
from django import forms
from django.http import QueryDict
from django.template import Context, Template
from django.utils.translation import override

from portal.components.fields import CodeField, DayField, DecimalTextField, WholeNumberField, YenField, YesNoField
from portal.components.rows import as_typed, asks_for_row, rows_as_typed


class FactForm(forms.Form):
    """A form with the fields whose HTML matters."""

    capital = YenField(label="資本金", help_text="登記されている額")
    area = DecimalTextField(label="床面積", unit="㎡", required=False)
    on = DayField(label="契約日")
    moves = YesNoField(label="移転しますか")
    kinds = forms.MultipleChoiceField(
        label="業種", choices=[("a", "A"), ("b", "B")], widget=forms.CheckboxSelectMultiple, required=False
    )
    plan = forms.CharField(label="計画", widget=forms.Textarea(attrs={"placeholder": "例"}), max_length=400)
    accounts = forms.FileField(label="決算書", help_text="PDF")
    agree = forms.BooleanField(label="間違いありません")
    number = forms.IntegerField(label="件数", min_value=1, required=False)
    secret = forms.CharField(widget=forms.HiddenInput, required=False)


class HireForm(forms.Form):
    """One row."""

    name = forms.CharField(label="氏名")
    wage = YenField(label="給与", required=False)


HireFormSet = forms.formset_factory(HireForm, extra=0, max_num=3, validate_max=True)


class Elements(HTMLParser):
    """All elements with their attributes."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, Any]]] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))

    def named(self, name: str) -> dict[str, Any]:
        """The first element of that ``name``."""
        return next(attrs for _, attrs in self.found if attrs.get("name") == name)

    def ids(self) -> list[str]:
        """All ids, in order."""
        return [attrs["id"] for _, attrs in self.found if "id" in attrs]


@pytest.mark.parametrize(
    ("typed", "value"),
    [
        ("12000000", 12_000_000),
        ("12,000,000", 12_000_000),
        ("１２，０００，０００", 12_000_000),
        ("1,200万", 12_000_000),
        ("1200万円", 12_000_000),
        ("1億2,340万", 123_400_000),
        ("1.5億", 150_000_000),
        ("3億5", 300_000_005),
        ("0", 0),
        (" 7 ", 7),
        ("¥500", 500),
        ("", None),
        (None, None),
    ],
)
def test_yen_as_people_write_them(typed: str | None, value: int | None) -> None:
    assert YenField(required=False).clean(typed) == value


@pytest.mark.parametrize("typed", ["abc", "1.5", "1e3", "--1", "1万2万", "0.00001万", "円", "-", "1/2", "∞", "-5"])
def test_what_is_no_whole_number_is_refused(typed: str) -> None:
    with pytest.raises(forms.ValidationError):
        YenField().clean(typed)


def test_limits_of_numbers() -> None:
    field = WholeNumberField(least=1, most=200, unit="人")
    assert (field.clean("1"), field.clean("200")) == (1, 200)
    for typed in ("0", "201"):
        with pytest.raises(forms.ValidationError):
            field.clean(typed)
    assert WholeNumberField(least=None).clean("-5") == -5


def test_decimals_are_exact_and_never_rounded() -> None:
    field = DecimalTextField(decimals=2)
    assert field.clean("1,234.50") == Decimal("1234.50")
    assert field.clean("１２．５㎡") == Decimal("12.5")
    for typed in ("1.234", "1.2.3", "x", "1e5", "NaN"):
        with pytest.raises(forms.ValidationError):
            field.clean(typed)


def test_stored_values_come_back_readable() -> None:
    assert YenField().prepare_value(12_000_000) == "12,000,000"
    assert YenField().prepare_value("12,0x") == "12,0x"
    assert DecimalTextField().prepare_value(Decimal("1234.50")) == "1,234.50"
    assert YesNoField().prepare_value(True) == "yes"
    assert YesNoField().prepare_value(False) == "no"
    assert YesNoField().prepare_value(None) is None


def test_not_knowing_is_an_answer_and_silence_is_not() -> None:
    field = YesNoField()
    assert [field.clean(v) for v in ("yes", "no", "unknown")] == [True, False, None]
    with pytest.raises(forms.ValidationError, match="どれか1つ"):
        field.clean("")
    with pytest.raises(forms.ValidationError):
        YesNoField(unknown=False).clean("unknown")
    code = CodeField(choices=[("new", "新設")])
    assert (code.clean("new"), code.clean("unknown")) == ("new", None)


def test_a_fresh_form_shows_labels_marks_units_and_no_errors() -> None:
    html = str(FactForm())
    page = Elements(html)
    assert "error-summary" not in html
    assert "errorlist" not in html
    assert "aria-invalid" not in html
    capital = page.named("capital")
    assert (capital["type"], capital["inputmode"]) == ("text", "numeric")
    assert capital["aria-describedby"] == "id_capital_helptext"
    assert "data-unit" not in capital
    assert '<span class="visually-hidden">（単位：円）</span>' in html
    assert page.named("on")["type"] == "date"
    assert page.named("number")["type"] == "text"
    assert "min" not in page.named("number")
    assert html.count('class="mark mark--required">必須') == 6
    assert html.count('class="mark">任意') == 3
    assert "placeholder" not in html
    assert 'data-limit="400"' in html
    assert page.named("secret")["type"] == "hidden"


def test_every_input_has_a_label_and_ids_are_unique() -> None:
    html = str(FactForm())
    page = Elements(html)
    labelled = {attrs.get("for") for tag, attrs in page.found if tag == "label"}
    for tag, attrs in page.found:
        if tag in ("input", "select", "textarea") and attrs.get("type") != "hidden":
            assert attrs["id"] in labelled
    assert len(set(page.ids())) == len(page.ids())
    assert html.count("<fieldset") == html.count("<legend") == 2


def test_a_refused_form_ties_each_error_to_its_input() -> None:
    form = FactForm(data={"capital": "viel", "moves": "", "secret": "x"})
    html = str(form)
    page = Elements(html)
    capital = page.named("capital")
    assert capital["aria-invalid"] == "true"
    assert capital["aria-describedby"] == "id_capital_helptext id_capital_error"
    assert page.named("accounts")["aria-describedby"] == "id_accounts_helptext id_accounts_error"
    for reference in re.findall(r'aria-describedby="([^"]*)"', html):
        assert set(reference.split()) <= set(page.ids())
    assert 'fieldset aria-describedby="id_moves_error"' in html
    assert 'value="viel"' in html


def test_the_error_summary_takes_the_focus_and_leads_to_the_fields() -> None:
    html = str(FactForm(data={"capital": "viel"}))
    page = Elements(html)
    summary = next(attrs for _, attrs in page.found if "data-error-summary" in attrs)
    assert summary["tabindex"] == "-1"
    assert "autofocus" in summary
    assert summary["role"] == "alert"
    targets = re.findall(r'<li><a href="#([^"]+)"', html)
    assert targets[:2] == ["id_capital", "id_on"]
    assert "id_moves_0" in targets
    assert set(targets) <= set(page.ids())
    assert "6か所を直してください" in html
    assert "資本金：数字で入力してください" in html
    with override("en"):
        assert "Please correct 6 items" in str(FactForm(data={"capital": "viel"}))


def test_one_summary_for_a_form_and_its_rows() -> None:
    rows = HireFormSet({"hires-TOTAL_FORMS": "2", "hires-INITIAL_FORMS": "2", "hires-0-name": "A"}, prefix="hires")
    form = HireForm(data={})
    html = Template("{% load ui %}{% error_summary form rows %}").render(Context({"form": form, "rows": rows}))
    assert "2か所を直してください" in html
    assert 'href="#id_name"' in html
    assert re.search(r'href="#id_hires-1-name">\s*2件目', html)
    too_many = HireFormSet(
        {"hires-TOTAL_FORMS": "4", "hires-INITIAL_FORMS": "0", **{f"hires-{n}-name": "A" for n in range(4)}},
        prefix="hires",
    )
    html = Template("{% load ui %}{% error_summary rows %}").render(Context({"rows": too_many}))
    assert 'href="#rows-hires"' in html


def test_a_question_is_the_heading_of_its_page() -> None:
    context = Context({"form": FactForm()})
    html = Template('{% load ui %}{% question form.moves why="率が変わります" %}').render(context)
    assert re.search(r"<legend[^>]*><h1>移転しますか</h1></legend>", html)
    html = Template('{% load ui %}{% question form.capital why="w" example="1,000万" %}').render(context)
    assert '<h1><label for="id_capital">' in html
    assert 'aria-describedby="id_capital_why id_capital_helptext id_capital_example"' in html


def query(**values: str) -> QueryDict:
    """Posted data; ``__`` stands for a hyphen."""
    data = QueryDict(mutable=True)
    data.update({name.replace("__", "-"): value for name, value in values.items()})
    return data


TWO_ROWS = {
    "hires__TOTAL_FORMS": "2",
    "hires__INITIAL_FORMS": "0",
    "hires__0__name": "甲",
    "hires__0__wage": "360万",
    "hires__1__name": "",
    "hires__1__wage": "abc",
}


def test_a_row_is_added_without_losing_or_judging_what_was_typed() -> None:
    data = query(**TWO_ROWS, add="hires")
    assert asks_for_row(data)
    rows = rows_as_typed(HireFormSet, data, prefix="hires")
    html = Template('{% load ui %}{% row_editor rows title="採用" item="採用" %}').render(Context({"rows": rows}))
    assert len(rows.forms) == 3
    assert 'value="360万"' in html
    assert 'value="abc"' in html
    assert "errorlist" not in html
    assert 'name="hires-TOTAL_FORMS" value="3"' in html


def test_the_right_row_is_removed() -> None:
    rows = rows_as_typed(HireFormSet, query(**TWO_ROWS, remove="hires-0"), prefix="hires")
    assert [form.initial for form in rows.forms] == [{"name": "", "wage": "abc"}]
    for strange in ("hires-9", "hires-x", "other-0", "hires-"):
        assert len(rows_as_typed(HireFormSet, query(**TWO_ROWS, remove=strange), prefix="hires").forms) == 2


def test_rows_end_at_the_most_and_strange_counts_do_no_harm() -> None:
    full = rows_as_typed(HireFormSet, query(hires__TOTAL_FORMS="3", add="hires"), prefix="hires")
    assert len(full.forms) == 3
    for count in ("-1", "x", ""):
        assert len(rows_as_typed(HireFormSet, query(hires__TOTAL_FORMS=count, add="hires"), prefix="hires").forms) == 1
    huge = rows_as_typed(HireFormSet, query(hires__TOTAL_FORMS="999999999"), prefix="hires")
    assert len(huge.forms) <= 1000


def test_the_form_around_keeps_what_was_typed() -> None:
    form = as_typed(FactForm, query(capital="viel", moves="unknown"))
    html = str(form)
    assert 'value="viel"' in html
    assert "errorlist" not in html
    assert re.search(r'value="unknown"[^>]* checked', html)


def test_the_row_editor_works_by_submit_buttons() -> None:
    rows = HireFormSet(prefix="hires", initial=[{"name": "甲"}])
    html = Template('{% load ui %}{% row_editor rows title="採用する人" item="採用" %}').render(Context({"rows": rows}))
    assert re.search(r'<button[^>]*type="submit" name="remove" value="hires-0" formnovalidate', html)
    assert re.search(r'<button[^>]*type="submit" name="add" value="hires" formnovalidate', html)
    assert 'name="hires-__prefix__-name"' in html
    assert "採用を追加" in html
