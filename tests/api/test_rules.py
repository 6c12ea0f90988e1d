"""The rule book as data: schemes, versions, facts, programmes."""

from __future__ import annotations

import shutil

import pytest

from applications.rules import engine, rule_book
from eligibility.evaluation.cases import worked_cases
from tests.api.caller import ok, problem

pytestmark = pytest.mark.django_db


def test_schemes(anybody):
    schemes = ok(anybody.get("schemes/"))
    assert [s["id"] for s in schemes] == list(rule_book().schemes)
    hq = schemes[0]
    assert hq["title"] == {"ja": "本社機能立地促進助成金", "en": "Headquarters relocation subsidy"}
    version = rule_book().scheme(hq["id"]).versions[0]
    assert hq["versions"][0] == {
        "version": "V2024",
        "covers": [],
        "first_day": "2024-04-01",
        "last_day": "2026-03-31",
        "status": "assumed",
        "assumptions": version.assumption.split(),
        "hash": version.content_hash,
    }


def test_scheme(anybody):
    scheme = ok(anybody.get("schemes/relocation/headquarters/"))
    assert scheme["version_chosen_by"]["expression"] == "application_date"
    assert scheme["version_chosen_by"]["reading"]["ja"]
    assert [gap["first_day"] for gap in scheme["gaps"]] == ["2012-04-01", "2016-04-01"]


@pytest.mark.parametrize("version", list(rule_book().versions()), ids=lambda version: version.id)
def test_version_is_complete(anybody, version):
    content = ok(anybody.get(f"schemes/{version.scheme.id}/versions/{version.name}/"))
    assert content["hash"] == version.content_hash
    assert [c["name"] for c in content["criteria"]] == [c.name for c in version.criteria]
    assert all(c["holds"]["expression"] and c["holds"]["reading"]["ja"] for c in content["criteria"])
    assert [p["name"] for p in content["parameters"]] == list(version.parameters)
    assert all(p["source"] and (p["value_text"] or p["values"]) for p in content["parameters"])
    assert all(p["assumptions"] for p in content["parameters"] if p["status"] == "assumed")
    assert [s["step"] for s in content["procedure"]] == [s.name for s in version.procedure]
    assert content["worked_cases"] == len(list(worked_cases(version, rule_book().root))) > 0
    texts = {a["assumption"] for a in content["assumption_texts"]}
    assert {key for c in content["criteria"] for key in c["assumptions"]} <= texts
    assert all(a["question"]["ja"] and a["question"]["en"] for a in content["assumption_texts"])


def test_parameter_values(anybody):
    content = ok(anybody.get("schemes/relocation/headquarters/versions/V2026/"))
    by_name = {p["name"]: p for p in content["parameters"]}
    assert by_name["land_building_rate"]["value"] == {"min": "1/20", "max": "8/25"}
    assert by_name["land_building_rate"]["value_text"]["ja"] == "5%～32%"
    assert by_name["former_minimum_investment"]["value"] == 10_000_000
    assert by_name["former_minimum_investment"]["value_text"]["en"] == "10,000,000 yen"
    assert by_name["former_minimum_investment"]["status"] == "assumed"
    assert "information_processing" in by_name["head_office_functions"]["value"]


def test_facts(anybody):
    facts = {f["name"]: f for f in ok(anybody.get("facts/"))}
    assert list(facts) == list(rule_book().vocabulary.facts)
    assert (facts["capital"]["type"], facts["capital"]["unit"], facts["capital"]["least"]) == ("number", "yen", 0)
    assert facts["plan_certified_on"]["least"] == "2018-06-06"
    assert {"code": "company"}.items() <= facts["legal_form"]["choices"][0].items()
    assert facts["wage_policy_declared"]["asked_if"]["expression"] == "wage_policy_rate > 0"
    assert facts["wage_policy_declared"]["otherwise"] is False
    assets = facts["assets"]
    assert assets["most_records"] == 100
    assert {f["name"] for f in assets["record_fields"]} >= {"asset_class", "cost", "acquired_on"}
    assert "fixed_asset_tax/advanced_equipment@R7" in assets["used_by"]
    assert ok(anybody.get("facts/assets/")) == assets


def test_programmes(anybody):
    programmes = ok(anybody.get("programmes/"))
    assert [p["name"] for p in programmes] == list(rule_book().vocabulary.programmes)
    listed = {scheme for p in programmes for scheme in p["schemes"]}
    assert listed == set(rule_book().schemes)


@pytest.mark.parametrize(
    "path",
    [
        "schemes/relocation/nothing/",
        "schemes/relocation/headquarters/versions/V1999/",
        "facts/capitl/",
        "kpi/nothing/",
        "problems/nothing",
        "nothing/at/all/",
    ],
)
def test_what_is_unknown_is_not_found(anybody, path):
    assert problem(anybody.get(path), 404, "not_found")["title"] == "見つかりません"
    body = problem(anybody.speaking("en").get(path), 404, "not_found")
    assert body["title"] == "Not found"


PUBLISHED = (
    "schemes/",
    "schemes/relocation/headquarters/",
    "schemes/relocation/headquarters/versions/V2026/",
    "facts/",
    "facts/capital/",
    "programmes/",
    "problems/",
    "problems/incomplete",
    "openapi.json",
    "schema/",
)


@pytest.mark.parametrize("path", PUBLISHED)
def test_published_documents_are_cacheable(anybody, path, django_assert_num_queries):
    first = anybody.get(path)
    assert first.headers["Cache-Control"] == "public, max-age=300"
    with django_assert_num_queries(0):
        english = anybody.speaking("en").get(path)
    assert (english.content, english.headers["ETag"]) == (first.content, first.headers["ETag"])
    unchanged = anybody.get(path, headers={"If-None-Match": first.headers["ETag"]})
    assert (unchanged.status_code, unchanged.content) == (304, b"")
    assert unchanged.headers["ETag"] == first.headers["ETag"]
    assert anybody.get(path, headers={"If-None-Match": '"another"'}).status_code == 200
    assert "Cookie" not in first.headers.get("Vary", "")
    assert not first.cookies


def test_etag_changes_with_the_rules(anybody, tmp_path, settings):
    before = anybody.get("schemes/relocation/headquarters/versions/V2026/").headers["ETag"]
    copy = tmp_path / "rules"
    shutil.copytree(settings.RULES_DIR, copy)
    file = copy / "schemes" / "relocation" / "headquarters" / "V2026.yaml"
    text = file.read_text(encoding="utf-8")
    file.write_text(text.replace("value: 10_000_000 yen", "value: 11_000_000 yen", 1), encoding="utf-8")
    settings.RULES_DIR = copy
    engine.cache_clear()
    try:
        changed = anybody.get("schemes/relocation/headquarters/versions/V2026/")
        assert changed.headers["ETag"] != before
        assert b"11000000" in changed.content
    finally:
        engine.cache_clear()


def test_slashes_lead_to_the_right_address(anybody):
    moved = anybody.get("schemes?x=1")
    assert (moved.status_code, moved.headers["Location"]) == (308, "/api/v1/schemes/?x=1")
    moved = anybody.post("determinations", {"facts": {}})
    assert (moved.status_code, moved.headers["Location"]) == (308, "/api/v1/determinations/")
    moved = anybody.get("problems/incomplete/")
    assert (moved.status_code, moved.headers["Location"]) == (308, "/api/v1/problems/incomplete")
    problem(anybody.post("nothing"), 404, "not_found")


def test_problem_types_explain_themselves(anybody):
    kinds = ok(anybody.get("problems/"))
    for kind in kinds:
        assert ok(anybody.get(kind["type"])) == kind
        assert all(kind[part][language] for part in ("title", "description") for language in ("ja", "en"))


def test_schemes_of_other_bodies_name_them(anybody):
    listed = {s["id"]: s for s in ok(anybody.get("schemes/"))}
    assert {name for name, s in listed.items() if s["run_by"] is not None} == {
        scheme.id for scheme in rule_book().schemes.values() if scheme.applied_elsewhere
    }
    assert listed["synchrotron/trial_use"]["run_by"] is None
    expected = {
        "text": {"ja": "宮城県", "en": "Miyagi Prefecture"},
        "address": "https://www.pref.miyagi.jp/soshiki/shinsan/houshakoushourei.html",
    }
    assert ok(anybody.get("schemes/synchrotron/prefecture_award/"))["run_by"] == expected
    body = {"facts": {}, "schemes": ["synchrotron/prefecture_award", "synchrotron/sharing_2000"]}
    theirs, ours = ok(anybody.post("determinations/", body))["determinations"]
    assert theirs["run_by"] == expected
    assert "run_by" not in ours
