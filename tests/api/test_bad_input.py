"""Bad input of every kind: the right problem, in both languages, and never a 500."""

from __future__ import annotations

import pytest
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.api.caller import ok, problem
from tests.applications import journey
from tests.factories import MINIMAL_PDF

pytestmark = pytest.mark.django_db

MALFORMED = {
    "broken": (b'{"facts": {', "not_json", "1行目12文字目", "line 1, column 12"),
    "nan": (b'{"facts": {"capital": NaN}}', "not_a_finite_number", "NaN は数値として", "NaN is not a number"),
    "infinity": (b'{"facts": {"capital": -Infinity}}', "not_a_finite_number", "-Infinity", "-Infinity is not"),
    "twice": (b'{"facts": {"a": 1, "a": 2}}', "duplicate_name", "「a」が2回", "“a” is written twice"),
    "not utf-8": ('{"facts": "仙台"}'.encode("cp932"), "not_utf8", "UTF-8ではありません", "not UTF-8"),
    "nul": (b'{"facts": {"contact_person": "a\\u0000"}}', "bad_character", "NUL", "NUL"),
    "half a character": (b'{"facts": {"contact_person": "\\ud83d"}}', "bad_character", "不完全な文字", "half of a"),
    "half a name": (b'{"facts": {"\\udc00": 1}}', "bad_character", "不完全な文字", "half of a"),
    "many digits": (b'{"facts": {"capital": ' + b"9" * 41 + b"}}", "number_too_long", "上限40桁", "at most 40"),
    "huge exponent": (b'{"facts": {"capital": 1e999999999}}', "number_too_long", "上限40桁", "at most 40"),
    "tiny exponent": (b'{"facts": {"capital": 1e-999999999}}', "number_too_long", "上限40桁", "at most 40"),
    "deep": (b'{"facts": ' + b"[" * 30 + b"]" * 30 + b"}", "too_deep", "上限20段", "at most 20"),
    "very deep": (b"[" * 200_000, "too_deep", "上限20段", "at most 20"),
    "control character": (b'{"facts": {"contact_person": "a\nb"}}', "not_json", "1行目", "line 1"),
}


@pytest.mark.parametrize("name", list(MALFORMED))
def test_malformed_json(anybody, name):
    body, code, ja, en = MALFORMED[name]
    japanese = problem(anybody.call("POST", "determinations/", body), 400, "malformed")
    english = problem(anybody.speaking("en").call("POST", "determinations/", body), 400, "malformed")
    assert japanese["errors"][0]["code"] == english["errors"][0]["code"] == code
    assert ja in japanese["detail"]
    assert en in english["detail"]
    assert japanese["title"] == "リクエストを読み取れません"
    assert english["title"] == "The request cannot be read"


def test_a_byte_order_mark_does_no_harm(anybody):
    ok(anybody.call("POST", "determinations/", b"\xef\xbb\xbf" + b'{"facts": {}}'))


def test_huge_body(anybody):
    body = b'{"facts": {"contact_person": "' + b"a" * (1024 * 1024) + b'"}}'
    assert "1,048,576バイト" in problem(anybody.call("POST", "determinations/", body), 413, "too_large")["detail"]
    english = problem(anybody.speaking("en").call("POST", "determinations/", body), 413, "too_large")
    assert "1,048,576 bytes" in english["detail"]


def test_long_answers_are_refused_by_name(anybody, partner, firm):
    facts = {"capital": "9" * 5000, "contact_person": "あ" * 4001}
    found = problem(anybody.post("determinations/", {"facts": facts}), 422, "facts")["errors"]
    assert {(e["path"], e["code"]) for e in found} == {("capital", "too_long"), ("contact_person", "too_long")}
    body = {"organisation": firm.pk, "scheme": journey.HQ, "answers": facts}
    problem(partner.speaking("en").post("cases/", body), 422, "facts")


@pytest.mark.parametrize("value", [True, [1], {"a": 1}, "十万", "1.5", 1.5, -1, 10**14, "1 000x"])
def test_wrong_types_of_money(anybody, value):
    (error,) = problem(anybody.post("determinations/", {"facts": {"capital": value}}), 422, "facts")["errors"]
    assert error["path"] == "capital"
    (english,) = problem(anybody.speaking("en").post("determinations/", {"facts": {"capital": value}}), 422, "facts")[
        "errors"
    ]
    assert english["message"].isascii()
    assert not error["message"].isascii()


def test_what_is_asked_for(anybody, partner):
    form = {"content_type": "application/x-www-form-urlencoded"}
    body = problem(anybody.call("POST", "determinations/", b"facts=1", **form), 415, "unsupported_media_type")
    assert "application/json" in body["detail"]
    problem(anybody.get("schemes/", headers={"Accept": "text/html"}), 406, "not_acceptable")
    problem(anybody.speaking("en").get("health/", headers={"Accept": "image/png"}), 406, "not_acceptable")
    ok(anybody.get("schemes/", headers={"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"}))
    ok(anybody.get("schemes/?format=xml"))
    refused = anybody.call("DELETE", "schemes/")
    problem(refused, 405, "method_not_allowed")
    assert refused.headers["Allow"] == "GET, HEAD, OPTIONS"
    problem(anybody.call("OPTIONS", "schemes/"), 405, "method_not_allowed")
    problem(partner.call("PUT", "cases/", {}), 405, "method_not_allowed")


def test_language_of_problems(anybody):
    for header, title in (
        ("", "見つかりません"),
        ("ja", "見つかりません"),
        ("en-GB,en;q=0.9", "Not found"),
        ("fr, en;q=0.5", "Not found"),
        ("fr", "見つかりません"),
        ("en;q=0.2, ja;q=0.8", "見つかりません"),
        ("en;q=0, ja", "見つかりません"),
        ("zz" * 500, "見つかりません"),
    ):
        response = anybody.get("nothing/", headers={"Accept-Language": header})
        assert problem(response, 404, "not_found")["title"] == title
        assert response.headers["Content-Language"] == ("en" if title == "Not found" else "ja")
    anybody.client.cookies["django_language"] = "en"
    assert problem(anybody.get("nothing/"), 404, "not_found")["title"] == "見つかりません"


@pytest.fixture
def draft(partner, firm, member):
    """Address of a complete draft."""
    filing = journey.drafted(firm, member)
    return f"cases/{filing.case.reference}/filings/{filing.pk}/"


def file(name: str, content: bytes) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content, content_type="application/pdf")


def test_uploads_that_are_refused(partner, draft):
    documents = f"{draft}documents/"
    english = partner.speaking("en")
    too_large = MINIMAL_PDF + b"0" * (11 * 1024 * 1024)
    for caller, word in ((partner, "10"), (english, "10")):
        body = problem(caller.upload(documents, file("big.pdf", too_large)), 413, "too_large")
        assert word in body["detail"]
        assert body["errors"][0]["code"] == "too_large"
    slightly = MINIMAL_PDF + b"0" * (10 * 1024 * 1024)
    problem(partner.upload(documents, file("slightly.pdf", slightly)), 413, "too_large")
    exe = b"MZ\x90\x00" + b"\0" * 200
    body = problem(partner.upload(documents, file("見積書.pdf", exe)), 422, "upload")
    assert (body["errors"][0]["code"], body["errors"][0]["pointer"]) == ("content_mismatch", "/file")
    assert "拡張子" in body["errors"][0]["message"]
    assert "does not match" in problem(english.upload(documents, file("a.pdf", exe)), 422, "upload")["detail"]
    assert (
        problem(partner.upload(documents, file("a.exe", exe)), 422, "upload")["errors"][0]["code"] == "forbidden_type"
    )
    assert problem(partner.upload(documents, file("a.pdf", b"")), 422, "upload")["errors"][0]["code"] == "empty"
    problem(partner.upload(documents, journey.upload(), "shopping_list"), 422, "unknown_document")
    missing = problem(partner.upload(documents, "no file"), 422, "invalid")
    assert missing["errors"][0]["pointer"] == "/file"
    problem(partner.post(documents, {"kind": "accounts"}), 415, "unsupported_media_type")
    garbage = {"content_type": "multipart/form-data; boundary=x"}
    problem(partner.call("POST", documents, b"--y\r\nrubbish", **garbage), 422, "invalid")
    problem(partner.call("POST", documents, b"x", content_type="multipart/form-data"), 400, "malformed")


def test_two_files_at_once_are_refused(partner, draft):
    files = {"kind": "accounts", "file": [journey.upload("a.pdf"), journey.upload("b.pdf")]}
    headers = {"Authorization": f"Bearer {partner.token}"}
    response = partner.client.post(f"/api/v1/{draft}documents/", files, headers=headers)
    assert problem(response, 422, "invalid")["errors"][0]["code"] == "one_file_only"


def test_answers_that_no_draft_can_hold(partner, draft):
    path = f"{draft}answers/"
    answers = {"capitl": 1, "assets": [{"cst": 1}]}
    body = problem(partner.patch(path, {"answers": answers, "revision": 3}), 422, "facts")
    assert {(e["pointer"], e["suggestion"]) for e in body["errors"]} == {
        ("/answers/capitl", "capital"),
        ("/answers/assets/0/cst", "cost"),
    }
    body = problem(partner.patch(path, {"answers": {"capital": {"yen": [1]}}, "revision": 3}), 422, "facts")
    assert body["errors"][0]["code"] == "not_an_answer"


def test_wrong_answers_are_kept_and_said(partner, draft):
    revision = ok(partner.get(draft))["revision"]
    wrong = {"capital": -5, "lease_contract_on": "2026-13-01", "floor_area_rented": 120.25}
    saved = ok(partner.patch(f"{draft}answers/", {"answers": wrong, "revision": revision}))
    assert {(p["path"], p["code"]) for p in saved["problems"]} >= {
        ("capital", "too_small"),
        ("lease_contract_on", "not_a_date"),
    }
    form = ok(partner.get(draft))
    assert form["answers"]["capital"] == -5
    assert form["answers"]["floor_area_rented"] == "120.25"
    english = ok(partner.speaking("en").get(draft))["problems"]
    assert "Enter a number of 0 or more." in {p["message"] for p in english}
    problem(partner.post(f"{draft}submit/", {}), 422, "incomplete")


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=12), inner, max_size=4),
    max_leaves=12,
)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.dictionaries(st.sampled_from(["capital", "assets", "lease_contract_on", "legal_form", "x"]), JSON, max_size=4)
    | JSON
)
def test_no_body_makes_the_server_fail(anybody, facts):
    cache.clear()
    response = anybody.post("determinations/", {"facts": facts, "schemes": ["fixed_asset_tax/advanced_equipment"]})
    assert response.status_code in (200, 400, 422), response.content
    assert not (response.status_code == 200 and response.json()["determinations"][0].get("faults"))


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.dictionaries(
        st.sampled_from(["capital", "hires", "lease_contract_on", "site_tenure", "project_title", "floor_area_rented"]),
        JSON,
        max_size=4,
    )
)
def test_no_answers_make_the_form_fail(partner, draft, answers):
    cache.clear()
    revision = ok(partner.get(draft))["revision"]
    saved = partner.patch(f"{draft}answers/", {"answers": answers, "revision": revision})
    assert saved.status_code in (200, 400, 422), saved.content
    ok(partner.get(draft))
    ok(partner.get(draft.partition("filings")[0]))
