"""The cases of the demonstration: every programme, every state, over three fiscal years."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from portal.demo.build import Story

TOKYO = ZoneInfo("Asia/Tokyo")
HQ = "relocation/headquarters"
SOFTWARE = "relocation/software_content_data_centre"
TRIAL = "synchrotron/trial_use"
MEASURE = "synchrotron/measurement_subsidy"
FIRM = "scholarship/cooperating_firm"
PERSON = "scholarship/person"
EQUIPMENT = "fixed_asset_tax/advanced_equipment"


def _day(year: int, month: int, day: int) -> datetime:
    return datetime(year, month, day, 10, 15, tzinfo=TOKYO)


STORIES: tuple[Story, ...] = (
    # FY2024 and FY2025: under the terms of their time
    Story("rokko", TRIAL, "reported", on=_day(2024, 4, 22)),
    Story("miyagino", TRIAL, "issued", on=_day(2024, 5, 7)),
    Story(
        "yamagata", TRIAL, "refused", on=_day(2024, 5, 14), change={"capital": 400_000_000, "regular_employees": 520}
    ),
    Story("nagoya", HQ, "granted", on=_day(2024, 6, 3), change={"project_title": "仙台設計センターの新設"}),
    Story("sapporo", SOFTWARE, "operating", on=_day(2024, 9, 10)),
    Story(
        "tohokusoft",
        SOFTWARE,
        "granted",
        on=_day(2025, 1, 15),
        change={"site_area": "rokuchonome", "project_title": "仙台六丁の目ラボの新設"},
    ),
    Story("natori", MEASURE, "issued", on=_day(2025, 7, 1)),
    Story("miyagino", MEASURE, "refused", on=_day(2025, 8, 4), change={"coalition_member": True}),
    Story(
        "fukuoka",
        HQ,
        "operating",
        on=_day(2025, 6, 2),
        change={
            "facility_function": "other_administration",
            "moved_from": "other_outside",
            "project_title": "仙台管理センターの新設",
        },
    ),
    Story(
        "rokko",
        HQ,
        "revoked",
        on=_day(2025, 5, 12),
        reason="操業開始後に事業所を閉鎖し、再開の見込みがないことを確認した。",
        change={"facility_function": "research_development", "project_title": "仙台研究拠点の新設"},
    ),
    # FY2026: the terms from April 2026
    Story("kitayama", HQ, "operating", ago=150, change={"project_title": "仙台クラウド運用センターの新設"}),
    Story(
        "zuihoden",
        HQ,
        "issued",
        ago=60,
        change={
            "sme_line": "manufacturing",
            "facility_function": "research_development",
            "is_research_facility": True,
            "project_title": "精密計測研究所の新設",
            "moved_from": "suburban_zone",
        },
    ),
    Story("sapporo", HQ, "approved", ago=24, change={"project_title": "仙台本社企画室の新設"}),
    Story("nagoya", HQ, "drafted", ago=21, change={"project_title": "仙台第2設計センターの新設"}),
    Story("tohokusoft", HQ, "answered", ago=18),
    Story(
        "aobalink",
        HQ,
        "correction",
        ago=12,
        change={
            "project_title": "Sendai engineering hub",
            "project_description": "New engineering hub for our Japan business.",
        },
    ),
    Story(
        "yamagata",
        HQ,
        "under_review",
        ago=9,
        change={
            "facility_function": "research_development",
            "moved_from": "other_outside",
            "project_title": "協働ロボット開発室の新設",
        },
    ),
    Story("hirose", HQ, "submitted", ago=2),
    Story(
        "natori",
        HQ,
        "submitted",
        ago=1,
        change={"head_office_place": "miyagi", "moved_from": "other_outside", "project_title": "仙台光学設計室の新設"},
    ),
    Story(
        "fukuoka",
        HQ,
        "withdrawn",
        ago=30,
        reason="計画を見直すため。",
        change={"project_title": "仙台第2センターの新設"},
    ),
    Story(
        "izumi",
        HQ,
        "refused",
        ago=40,
        change={
            "site_area": "outside",
            "head_office_place": "sendai",
            "project_title": "名取工場管理棟の新設",
            "site_address": "宮城県名取市下余田九丁目9番",
        },
    ),
    Story(
        "wakabayashi", HQ, "draft", ago=3, change={"head_office_place": "sendai", "establishment_kind": "move_inside"}
    ),
    Story("taihaku", FIRM, "issued", ago=50, change={"legal_form": "social_welfare"}),
    Story("wakabayashi", FIRM, "under_review", ago=8),
    Story("izumi", FIRM, "submitted", ago=4),
    Story("student", PERSON, "submitted", ago=3),
    Story(
        "graduate",
        PERSON,
        "issued",
        ago=35,
        change={"school_kind": "graduate_school", "study_state": "graduated", "graduation_date": "2025-03-25"},
    ),
    Story("izumi", EQUIPMENT, "issued", ago=45),
    Story("miyagino", EQUIPMENT, "drafted", ago=15, change={"wage_policy_rate": "1.5"}),
    Story("zuihoden", EQUIPMENT, "under_review", ago=7, change={"wage_policy_rate": 0}),
)
