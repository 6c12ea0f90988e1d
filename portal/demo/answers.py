"""Believable answers for each scheme; stories change single ones."""

from __future__ import annotations

from typing import Any

CONTACT: dict[str, Any] = {
    "contact_person": "担当者",
    "contact_phone": "022-000-0000",
    "no_tax_arrears": True,
    "no_organised_crime": True,
}

HEADQUARTERS: dict[str, Any] = CONTACT | {
    "legal_form": "company",
    "sme_line": "software",
    "capital": 80_000_000,
    "regular_employees": 140,
    "head_office_place": "other_prefecture",
    "establishment_in_sendai": False,
    "establishment_kind": "new",
    "facility_function": "information_processing",
    "has_certified_plan": True,
    "moved_from": "built_up_area",
    "is_research_facility": False,
    "site_area": "city_centre",
    "site_tenure": "rented",
    "equipment_price": 24_000_000,
    "equipment_tax_base": 18_600_000,
    "land_monthly_rent": 0,
    "building_monthly_rent": 1_250_000,
    "floor_area_rented": "212.40",
    "office_kind": "ordinary",
    "in_urbanisation_area": True,
    "hires": [
        {
            "persons": 8,
            "kind": "new_hire",
            "contract": "regular",
            "home": "sendai",
            "months": 24,
            "social_insurance": True,
        },
        {
            "persons": 3,
            "kind": "transfer",
            "contract": "regular",
            "home": "tomiya",
            "months": 36,
            "social_insurance": True,
        },
    ],
    "project_title": "仙台開発センターの新設",
    "project_description": "首都圏の開発部門の一部を仙台市中心部に移し、金融機関向けデータ基盤の開発と運用を行う。"
    "初年度は11人、3年後に30人の体制とする計画。",
    "site_address": "仙台市青葉区中央九丁目9番9号 杜のオフィスビル8階",
}

SOFTWARE: dict[str, Any] = HEADQUARTERS | {
    "it_business": "software",
    "site_area": "oroshimachi",
    "moved_from": "other_outside",
    "building_monthly_rent": 620_000,
    "floor_area_rented": "148.20",
    "equipment_price": 9_800_000,
    "equipment_tax_base": 7_100_000,
    "project_title": "仙台卸町スタジオの新設",
    "project_description": "ゲーム・アプリ開発のスタジオを卸町に設け、東北の学生の採用を進める。",
    "site_address": "仙台市若林区卸町九丁目9番9号",
}

TRIAL_USE: dict[str, Any] = CONTACT | {
    "legal_form": "company",
    "sme_line": "manufacturing",
    "capital": 45_000_000,
    "regular_employees": 62,
    "establishment_prefectures": ["miyagi"],
    "presentation_agreed": True,
    "trial_costs": [
        {"kind": "facility_fee", "cost": 770_000},
        {"kind": "transport", "cost": 84_200},
        {"kind": "lodging", "cost": 61_000},
        {"kind": "analysis", "cost": 412_500},
    ],
    "project_title": "医療用樹脂の劣化過程の可視化",
    "project_description": "滅菌を繰り返した樹脂部品の内部構造を測定し、寿命の予測に役立てる。",
}

MEASUREMENT: dict[str, Any] = CONTACT | {
    "legal_form": "company",
    "establishment_prefectures": ["miyagi", "tokyo"],
    "granted_this_year": 0,
    "has_usage_approval": True,
    "has_measurement_booking": True,
    "coalition_member": False,
    "joint_use_filed": False,
    "measurement_costs": [{"kind": "joint_research", "cost": 1_180_000}, {"kind": "analysis_company", "cost": 356_700}],
    "project_title": "高耐熱接着層の界面解析",
    "project_description": "大学との共同研究で接着界面の化学状態を測定する。",
}

COOPERATING_FIRM: dict[str, Any] = CONTACT | {
    "legal_form": "company",
    "sme_line": "manufacturing",
    "capital": 20_000_000,
    "regular_employees": 48,
    "head_office_place": "sendai",
    "establishment_in_sendai": True,
    "hires_for_sendai": True,
    "hire_date": "2027-04-01",
    "planned_supported_hires": 2,
}

PERSON: dict[str, Any] = {
    "employer_is_cooperating": True,
    "has_job_offer": True,
    "employment_regular": True,
    "school_kind": "university",
    "study_state": "enrolled",
    "graduation_date": "2027-03-25",
    "hire_date": "2027-04-01",
    "lives_in_sendai": True,
    "contact_phone": "090-0000-0000",
    "loans": [
        {
            "lender": "jasso",
            "kind": "lending",
            "forgiveness_planned": False,
            "repaid_year_1": 84_600,
            "repaid_year_2": 169_200,
            "repaid_year_3": 169_200,
        }
    ],
}

ADVANCED_EQUIPMENT: dict[str, Any] = CONTACT | {
    "legal_form": "company",
    "sme_line": "manufacturing",
    "capital": 50_000_000,
    "regular_employees": 95,
    "largest_large_holder_share": 0,
    "large_holders_total_share": 0,
    "large_holders_count": 0,
    "group_tax_parent": False,
    "plan_certified_on": "2026-05-20",
    "plan_years": 5,
    "productivity_growth": "3.4",
    "support_confirmed": True,
    "return_on_investment": "7.2",
    "return_confirmed": True,
    "wage_policy_rate": 3,
    "wage_policy_declared": True,
    "wage_policy_in_first_application": True,
    "wage_policy_year_begins": "2026-04-01",
    "other_bases": [],
    "site_address": "仙台市泉区明通九丁目9番",
    "assets": [
        {
            "asset_class": "machinery",
            "cost": 38_500_000,
            "acquired_on": "2026-06-15",
            "useful_life": 10,
            "ward": "izumi",
            "is_new": True,
            "direct_use": True,
            "lease_kind": "bought",
        },
        {
            "asset_class": "measuring_tools",
            "cost": 1_240_000,
            "acquired_on": "2026-07-03",
            "useful_life": 5,
            "ward": "izumi",
            "is_new": True,
            "direct_use": True,
            "lease_kind": "bought",
        },
        {
            "asset_class": "fixtures",
            "cost": 285_000,
            "acquired_on": "2026-07-03",
            "useful_life": 6,
            "ward": "izumi",
            "is_new": True,
            "direct_use": True,
            "lease_kind": "bought",
        },
    ],
}

BY_SCHEME: dict[str, dict[str, Any]] = {
    "relocation/headquarters": HEADQUARTERS,
    "relocation/software_content_data_centre": SOFTWARE,
    "synchrotron/trial_use": TRIAL_USE,
    "synchrotron/measurement_subsidy": MEASUREMENT,
    "scholarship/cooperating_firm": COOPERATING_FIRM,
    "scholarship/person": PERSON,
    "fixed_asset_tax/advanced_equipment": ADVANCED_EQUIPMENT,
}
