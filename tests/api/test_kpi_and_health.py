"""Indicators and the health of the process."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from django.db import DatabaseError, connection

from applications.models import KpiFigure
from applications.rules import engine, rule_book
from applications.selectors import progress
from tests.api.caller import ok
from tests.factories import NOW, DecisionFactory, KpiEntryFactory, OfficialFactory

pytestmark = pytest.mark.django_db


def test_frames_targets_and_progress(anybody):
    KpiEntryFactory()
    entry = KpiEntryFactory(fiscal_year=2025, state="actual", actual_by=DecisionFactory())
    KpiEntryFactory(state="reversed", reversed_by=DecisionFactory(case=entry.case))
    content = ok(anybody.get("kpi/"))
    assert [f["frame"] for f in content["frames"]] == ["growth_strategy_2023", "since_2024"]
    assert content["frames"][1]["assumptions"] == ["K-02"]
    by_name = {i["indicator"]: i for i in content["indicators"]}
    assert list(by_name) == list(rule_book().kpi.indicators)
    firms = by_name["firms_attracted"]
    assert firms == ok(anybody.get("kpi/firms_attracted/"))
    past, present = firms["progress"]
    assert (past["target"]["value"], past["actual"], past["percent"]) == (150, 0, 0)
    assert (present["planned"], present["actual"], present["reached"]) == (1, 1, False)
    assert present["years"][1:3] == [
        {"fiscal_year": 2025, "planned": 0, "actual": 1},
        {"fiscal_year": 2026, "planned": 1, "actual": 0},
    ]


def test_the_same_as_the_selector_of_the_pages(anybody):
    for year in (2024, 2026, 2026):
        KpiEntryFactory(fiscal_year=year)
    kpi = rule_book().kpi
    for name, indicator in kpi.indicators.items():
        if indicator.fed_by != "decisions":
            continue
        shown = ok(anybody.get(f"kpi/{name}/"))["progress"]
        for frame, part in zip(kpi.frames.values(), shown, strict=True):
            expected = progress(indicator, frame)
            assert (part["planned"], part["actual"], part["percent"], part["reached"]) == (
                expected.planned,
                expected.actual,
                expected.percent,
                expected.reached,
            )


def test_figures_entered_by_officials(anybody):
    official = OfficialFactory(keeps_kpi=True)
    for value in ("47.70", "120.00", "0.05"):
        KpiFigure.objects.create(
            indicator="profitable_firms",
            fiscal_year=2025,
            value=Decimal(value),
            source="国税統計",
            as_of=date(2026, 3, 31),
            entered_by=official,
            at=NOW,
        )
    figures = ok(anybody.get("kpi/profitable_firms/"))["figures"]
    assert [f["value"] for f in figures] == ["47.7", "120", "0.05"]
    assert set(figures[0]) == {"fiscal_year", "value", "source", "as_of"}


def test_healthy(anybody):
    engine().health.faults = []
    body = ok(anybody.get("health/"))
    assert (body["status"], body["database"], body["engine"]["faults"]) == ("ok", True, 0)
    assert body["rule_book"]["schemes"] == len(rule_book().schemes)
    assert body["rule_book"]["versions"] == len(list(rule_book().versions()))
    assert len(body["rule_book"]["hash"]) == 64


def test_engine_faults(anybody):
    health = engine().health
    kept = health.faults
    health.faults = ["relocation/headquarters@V2026: secret detail"]
    try:
        response = anybody.get("health/")
        body = ok(response, 503)
        assert (body["status"], body["engine"]["faults"]) == ("failing", 1)
        assert b"secret" not in response.content
    finally:
        health.faults = kept


def test_database_gone(anybody, monkeypatch):
    def gone():
        raise DatabaseError("secret address")

    monkeypatch.setattr(connection, "cursor", gone)
    response = anybody.get("health/", headers={"Authorization": "Bearer " + "0" * 64})
    assert ok(response, 503)["database"] is False
    assert b"secret" not in response.content


def test_rule_book_gone(anybody, settings, tmp_path):
    settings.RULES_DIR = tmp_path
    engine.cache_clear()
    try:
        body = ok(anybody.get("health/"), 503)
        assert body["rule_book"] == {"loaded": False, "schemes": 0, "versions": 0, "hash": ""}
    finally:
        engine.cache_clear()
