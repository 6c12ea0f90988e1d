"""The rule author's pages: compare versions, try a draft, simulate a change."""

from __future__ import annotations

import json
import re
from datetime import date
from io import StringIO
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.core.management.base import CommandError
from django.test import Client

from applications.models import Case
from applications.past_cases import past_cases
from applications.rules import rule_book
from portal.rules_comparison import compared, text_difference
from portal.rules_drafts import UnreadableFacts, facts_from_text, present_text
from portal.rules_forms import SHORT_ENOUGH
from tests import factories
from tests.applications import journey
from tests.portal.desk import at, html_of, quick_passwords, row_counts, signed_in, text_of  # noqa: F401

pytestmark = pytest.mark.django_db

HQ = "/rulebook/relocation/headquarters/"
DRAFT = f"{HQ}V2026/draft/"
SIMULATION = f"{HQ}V2026/simulation/"
CRITERION = "    holds: has_certified_plan"
RENEWAL = "relocation/equipment_renewal"
RENEWAL_DRAFT = f"/rulebook/{RENEWAL}/V2026/draft/"
RENEWAL_SIMULATION = f"/rulebook/{RENEWAL}/V2026/simulation/"
RATE = "value: 1.4 %, source: S1"


@pytest.fixture
def desk(reviewer: Any) -> Client:
    return signed_in(reviewer)


def yaml_text(scheme: str = "relocation/headquarters") -> str:
    return present_text(rule_book().scheme(scheme).version("V2026"))


def dearer() -> str:
    """The text of the renewal subsidy with a rate of 2 %."""
    text = yaml_text(RENEWAL)
    assert RATE in text
    return text.replace(RATE, "value: 2 %, source: S1")


def posted(client: Client, url: str, **data: Any) -> str:
    with at():
        response = client.post(url, data)
    assert response.status_code == 200
    return response.content.decode()


def draft(client: Client, text: str, url: str = DRAFT, **data: Any) -> str:
    return posted(client, url, **{"draft-text": text, "draft-on": "2026-11-20", "check": "1"} | data)


# --- comparing -----------------------------------------------------------------------------------------------


def test_versions_side_by_side(desk: Client) -> None:
    html = html_of(desk, f"{HQ}?old=V2024&new=V2026")
    text = text_of(html)
    assert "V2024 から V2026 への違い" in text
    assert "追加あり" in text
    assert "削除あり" in text
    assert "<ins>" in html
    assert "<del>" in html
    everything = html_of(desk, f"{HQ}?old=V2024&new=V2026&everything=on")
    assert everything.count("<tr") > html.count("<tr")


def test_a_version_does_not_differ_from_itself() -> None:
    for version in rule_book().versions():
        for section in compared(version, version):
            assert not section.differing, (version.id, section.anchor)
            assert section.same == len(section.rows)


@pytest.mark.parametrize("query", ["?old=V1&new=V2026", "?old=V2024&new=<script>"])
def test_unknown_versions_are_refused_beside_the_field(desk: Client, query: str) -> None:
    html = html_of(desk, HQ + query)
    assert "errorlist" in html
    assert "<script>" not in html.split("<main")[1].split("</main>")[0]


def test_differences_never_cut_numbers() -> None:
    old, new = text_difference("助成率は10,000円で5%です。", "助成率は12,000円で5%です。")
    assert [p.text for p in old if p.differs] == ["10,000"]
    assert [p.text for p in new if p.differs] == ["12,000"]
    assert "".join(p.text for p in old) == "助成率は10,000円で5%です。"
    old, new = text_difference("まったく別の文", "ABC DEF GHI")
    assert [p.differs for p in (*old, *new)] == [True, True]


# --- drafts --------------------------------------------------------------------------------------------------


def test_the_page_opens_with_the_present_text(desk: Client) -> None:
    html = html_of(desk, DRAFT)
    assert CRITERION in html
    assert "保存も公開もされません" in html


def test_a_fault_stands_beside_the_text_with_its_line(desk: Client) -> None:
    text = yaml_text()
    line = text.splitlines().index(CRITERION) + 1
    html = draft(desk, text.replace(CRITERION, CRITERION.replace("plan", "plam")))
    assert f"{line}行目" in html
    assert "did you mean &#x27;has_certified_plan&#x27;" in html
    assert re.search(rf"<mark>{line}  \s*holds: has_certified_plam", html)
    assert "<title>エラー：" in html


def test_what_a_draft_changes_is_shown_and_nothing_is_written(desk: Client) -> None:
    before = yaml_text(RENEWAL)
    rows = row_counts()
    html = draft(desk, dearer(), RENEWAL_DRAFT)
    text = text_of(html)
    assert "合わなくなる計算例があります" in text
    assert "答えが変わる計算例" in text
    assert "<del>1.4%</del>" in html
    assert "<ins>2%</ins>" in html
    assert yaml_text(RENEWAL) == before
    assert row_counts() == rows
    present = rule_book().scheme(RENEWAL).version("V2026").content_hash
    assert present in draft(desk, before, RENEWAL_DRAFT)


def test_a_file_takes_the_place_of_the_text(desk: Client) -> None:
    content = yaml_text().replace("version: V2026", "version: V2031").encode()
    html = draft(desk, "", **{"draft-file": SimpleUploadedFile("V2031.yaml", content)})
    assert "「V2031」は新しい版です" in text_of(html)
    assert "version: V2031" in html
    html = draft(desk, "", **{"draft-file": SimpleUploadedFile("x.yaml", b"\xff\xfe")})
    assert "UTF-8の文字ファイルではありません" in html


def test_an_empty_draft_and_one_that_is_too_long(desk: Client) -> None:
    assert "草案を入力するか、ファイルを選んでください" in draft(desk, " ")
    html = draft(desk, "x: " + "y" * SHORT_ENOUGH.limit_value)
    assert "errorlist" in html


def test_facts_are_tried_on_a_draft(desk: Client) -> None:
    facts = dict(journey.HEADQUARTERS.items())
    data = {"try": "1", "draft-facts": json.dumps(facts)}
    text = text_of(draft(desk, yaml_text(), **data))
    assert "この申告事項の判定" in text
    assert "計算を見る" in text
    outside = draft(desk, yaml_text(), **{"try": "1", "draft-facts": json.dumps(facts | {"site_area": "outside"})})
    assert "対象外" in text_of(outside)


def test_facts_typed_in_fields(desk: Client) -> None:
    html = draft(desk, yaml_text(RENEWAL), RENEWAL_DRAFT, **{"try": "1", "site_area": "outside", "capital": "1,000万"})
    assert "対象外" in text_of(html)
    html = draft(desk, yaml_text(RENEWAL), RENEWAL_DRAFT, **{"try": "1", "capital": "たくさん"})
    assert "数字で入力してください" in html
    assert "この申告事項の判定" not in html
    assert 'value="たくさん"' in html


def test_a_worked_case_fills_the_fields(desk: Client) -> None:
    html = posted(desk, DRAFT, **{"draft-text": yaml_text(), "case": "0", "fill": "1"})
    assert 'name="building_monthly_rent" value="' in html
    assert "この申告事項の判定" not in html


def test_a_worked_case_is_opened_from_the_version(desk: Client) -> None:
    html = html_of(desk, f"/rulebook/{RENEWAL}/V2026/")
    assert f'href="{RENEWAL_DRAFT}?case=3#facts"' in html
    assert "用いる数値：" in html
    opened = html_of(desk, f"{RENEWAL_DRAFT}?case=3")
    assert '<option value="3" lang="en" selected>' in opened
    assert 'name="capital" value="' in opened
    for number in ("99", "-1", "x", "٣"):
        assert (
            " selected>"
            not in html_of(desk, f"{RENEWAL_DRAFT}?case={number}").split("計算例から写す")[1].split("</select>")[0]
        )


@pytest.mark.parametrize("text", ["[", "- a", "a: &x [*x]\n1: b", "hire_date: 2026-13-45", "plain"])
def test_facts_that_cannot_be_read(desk: Client, text: str) -> None:
    with pytest.raises(UnreadableFacts):
        facts_from_text(text)
    html = draft(desk, yaml_text(), **{"try": "1", "draft-facts": text})
    assert "errorlist" in html


def test_facts_of_a_worked_case_as_yaml() -> None:
    assert facts_from_text("name: x\non: 2026-11-20\nfacts: {capital: 5}\nexpect: {verdict: eligible}") == {
        "capital": 5
    }


def test_wrong_facts_are_named(desk: Client) -> None:
    html = draft(desk, yaml_text(), **{"try": "1", "draft-facts": "capitel: 5"})
    assert "「capitel」という申告事項はありません" in html


# --- simulating ----------------------------------------------------------------------------------------------


def simulate(client: Client, url: str = SIMULATION, **data: Any) -> str:
    return posted(client, url, **{"run": "1", "cases": "all", "people": "40", "seed": "1", "on": "2026-11-20"} | data)


def field_of(name: str, html: str) -> str:
    """The form field of a parameter."""
    found = re.search(r'name="(value-\d+)"[^>]*>(?:(?!</tr>).)*', html[html.index(f">{name}</code>") :], re.S)
    assert found is not None
    return found[1]


def test_a_changed_rate_on_cases_and_people(desk: Client, firm: Any, member: Any) -> None:
    case = journey.submitted(firm, member).case
    rows = row_counts()
    form = html_of(desk, SIMULATION)
    html = simulate(desk, **{field_of("rent_months", form): "3 months..24 months"})
    text = text_of(html)
    assert "これまでの案件" in text
    assert "架空の申請者" in text
    assert f'<a href="/desk/cases/{case.reference}/">' in html
    assert "不利になる" in text
    assert "評価指標への影響" in text
    assert firm.name not in html
    assert row_counts() == rows


def test_errors_stand_beside_the_parameter(desk: Client) -> None:
    form = html_of(desk, RENEWAL_SIMULATION)
    html = simulate(desk, RENEWAL_SIMULATION, **{field_of("renewal_rate", form): "3 months"})
    row = html[html.index(">renewal_rate</code>") :].split("</tr>")[0]
    assert "単位や種類が違います" in row
    assert "結果の目次" not in html
    assert "数値を１つ以上変えるか" in simulate(desk)


def test_a_pasted_draft_is_simulated(desk: Client) -> None:
    html = simulate(desk, RENEWAL_SIMULATION, text=dearer())
    assert "草案「V2026」の全体" in text_of(html)
    html = simulate(desk, RENEWAL_SIMULATION, text="version: V2026")
    assert "草案に誤りがあります" in html
    assert "行目" in html


def test_a_draft_comes_over_from_its_page(desk: Client) -> None:
    html = posted(desk, SIMULATION, **{"draft-text": "version: V2099"})
    assert "version: V2099" in html
    assert "結果の目次" not in html


@pytest.mark.parametrize(("name", "value"), [("people", "100000"), ("seed", "-1"), ("cases", "x"), ("on", "never")])
def test_settings_out_of_range_are_refused(desk: Client, name: str, value: str) -> None:
    html = simulate(desk, **{name: value})
    assert "errorlist" in html
    assert "結果の目次" not in html


def test_queries_do_not_grow_with_the_cases(
    desk: Client, firm: Any, member: Any, django_assert_num_queries: Any
) -> None:
    scheme = rule_book().scheme("relocation/headquarters")
    journey.submitted(firm, member)
    with django_assert_num_queries(4):
        assert len(past_cases(Case.objects.all(), scheme)) == 1
    for _ in range(3):
        membership = factories.MembershipFactory()
        journey.submitted(membership.organisation, membership.user)
    with django_assert_num_queries(4):
        assert len(past_cases(Case.objects.all(), scheme)) == 4


def test_decided_cases_are_tried_with_the_facts_of_the_decision(
    firm: Any, member: Any, reviewer: Any, approver: Any
) -> None:
    scheme = rule_book().scheme("relocation/headquarters")
    case = journey.designated(firm, member, reviewer, approver)
    membership = factories.MembershipFactory()
    journey.submitted(membership.organisation, membership.user)
    journey.drafted(*(lambda m: (m.organisation, m.user))(factories.MembershipFactory()))
    assert len(past_cases(Case.objects.all(), scheme)) == 2
    (found,) = past_cases(Case.objects.all(), scheme, decided=True)
    assert (found.reference, found.decided, found.version) == (case.reference, True, case.version)
    decision = case.decisions.get()
    assert (found.subject.facts.given["capital"], found.subject.on) == (decision.facts["capital"], decision.on)


@pytest.mark.parametrize("path", [f"{HQ}V1/draft/", f"{HQ}V1/simulation/", "/rulebook/relocation/nothing/"])
def test_unknown_versions_are_not_found(desk: Client, path: str) -> None:
    html_of(desk, path, 404)


def test_the_rule_book_leads_to_the_pages(desk: Client) -> None:
    for page in ("/rulebook/", f"{HQ}V2026/"):
        html = html_of(desk, page)
        for path in (DRAFT, SIMULATION, HQ):
            assert f'href="{path}"' in html


# --- commands ------------------------------------------------------------------------------------------------


def run(*arguments: str) -> str:
    out = StringIO()
    call_command(*arguments, stdout=out)
    return out.getvalue()


def test_the_command_simulates(firm: Any, member: Any) -> None:
    case = journey.submitted(firm, member).case
    arguments = ["simulate", "--scheme", "relocation/headquarters", "--version", "V2026"]
    arguments += ["--set", "rent_months=3 months..24 months", "--population", "30", "--seed", "2", "--on", "2026-11-20"]
    text = run(*arguments)
    assert f"{case.reference} loses" in text
    assert "population" in text
    shown = json.loads(run(*arguments, "--json"))
    assert shown["cases"]["loses"] == 1
    assert shown["population"]["subjects"] == 30
    assert shown["draft_hash"] != shown["version_hash"]
    assert "cases" not in json.loads(run(*arguments, "--json", "--cases"))
    only = json.loads(run(*arguments, "--json", "--cases", case.reference))
    assert [c["subject"] for c in only["cases"]["changed"]] == [case.reference]
    assert json.loads(run(*arguments, "--json", "--cases", "decided"))["cases"]["subjects"] == 0


def test_the_command_reads_a_draft(tmp_path: Any) -> None:
    path = tmp_path / "V2026.yaml"
    path.write_text(dearer(), encoding="utf-8")
    arguments = ["simulate", "--scheme", RENEWAL, "--version", "V2026", "--draft", str(path)]
    assert json.loads(run(*arguments, "--json"))["cases"]["subjects"] == 0
    path.write_text("version: V2026", encoding="utf-8")
    with pytest.raises(CommandError, match="draft:1"):
        run(*arguments)


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        (["--scheme", "nothing", "--set", "a=1"], "unknown scheme"),
        (["--scheme", "relocation/headquarters", "--version", "V1", "--set", "a=1"], "has no version"),
        (["--scheme", "relocation/headquarters", "--set", "a=1"], "no such parameter"),
        (["--scheme", "relocation/headquarters"], "say what changes"),
        (["--scheme", "relocation/headquarters", "--set", "rent_months=6 months", "--cases", "S0"], "no case"),
        (
            ["--scheme", "relocation/headquarters", "--set", "rent_months=6 months", "--population", "-1"],
            "--population",
        ),
        (["--scheme", "relocation/headquarters", "--draft", "/nowhere.yaml"], "nowhere"),
    ],
)
def test_the_command_explains_itself(arguments: list[str], reason: str) -> None:
    with pytest.raises(CommandError, match=reason):
        run("simulate", *arguments, "--on", "2026-11-20")


def test_assumptions_as_text_and_json() -> None:
    text = run("rules", "assumptions")
    assert "question:" in text
    assert "former_minimum_investment = 10_000_000 yen" in text
    listed = json.loads(run("rules", "assumptions", "--json"))
    assert [entry["assumption"] for entry in listed] == list(rule_book().vocabulary.assumptions)
    uses = [use for entry in listed for use in entry["uses"] if use["kind"] == "parameter"]
    assert uses
    assert all(use["file"].endswith(".yaml") and use["line"] > 0 and use["value"] for use in uses)


def test_the_go_live_list_shows_assumed_values(desk: Client) -> None:
    assert "<code>10_000_000 yen</code>" in html_of(desk, "/rulebook/assumptions/")


def test_today_lies_in_the_period_of_the_version() -> None:
    from portal.views.rules_simulation import day_for

    for version in rule_book().versions():
        assert version.covers_date(day_for(version).toordinal())
    assert isinstance(day_for(next(rule_book().versions())), date)
