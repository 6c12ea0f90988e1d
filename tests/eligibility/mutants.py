"""Seeded faults of the real rule files: for each the place, the change, and what ``rules check`` must say about it."""

from __future__ import annotations

from dataclasses import dataclass

HQ = "relocation/headquarters"
RENEWAL = "relocation/equipment_renewal"
SOFTWARE = "relocation/software_content_data_centre"
TRIAL = "synchrotron/trial_use"
MEASURE = "synchrotron/measurement_subsidy"
FIRM = "scholarship/cooperating_firm"
PERSON = "scholarship/person"
TAX = "fixed_asset_tax/advanced_equipment"

HIRES = "libraries/hire_bonus_2024.yaml"
ATTRACTED = "libraries/counts_firms_attracted.yaml"
INVESTMENT = "libraries/investment_equivalent.yaml"
PROPERTY = "libraries/property_tax.yaml"
BASIC = "libraries/sme_basic_act.yaml"


@dataclass(frozen=True)
class Mutant:
    """A text of a rule file that is replaced once. ``says``: part of the report that must be new; ``example``: the report
    must show facts for which it goes wrong."""

    name: str
    scheme: str
    file: str
    old: str
    new: str
    says: str
    example: bool = False

    def __str__(self) -> str:
        return self.name


def _of(scheme: str, version: str) -> str:
    return f"schemes/{scheme}/{version}.yaml"


HQ24, HQ26 = _of(HQ, "V2024"), _of(HQ, "V2026")
RENEWAL26 = _of(RENEWAL, "V2026")
SOFT24 = _of(SOFTWARE, "V2024")
TRIAL19, TRIAL24 = _of(TRIAL, "FY2019"), _of(TRIAL, "FY2024")
MEASURE24, MEASURE25 = _of(MEASURE, "FY2024"), _of(MEASURE, "FY2025")
FIRM20 = _of(FIRM, "FY2020-2022")
PERSON20, PERSON26 = _of(PERSON, "FY2020-2022"), _of(PERSON, "FY2026")
R5, R7 = _of(TAX, "R5"), _of(TAX, "R7")

PERIODS = (
    Mutant(
        "gap of a month between versions",
        HQ,
        HQ24,
        "to: 2026-03-31",
        "to: 2026-02-28",
        "nor a declared gap on 2026-03-01",
    ),
    Mutant(
        "gap of a day between versions",
        HQ,
        HQ26,
        "from: 2026-04-01",
        "from: 2026-04-02",
        "nor a declared gap on 2026-04-01",
    ),
    Mutant("overlap of a day", HQ, HQ26, "from: 2026-04-01", "from: 2026-03-31", "overlap, for example on 2026-03-31"),
    Mutant(
        "overlap of a year",
        PERSON,
        PERSON20,
        "to: 2023-03-31}",
        "to: 2024-03-31}",
        "overlap, for example on 2023-04-01",
    ),
    Mutant(
        "open end before a later version",
        FIRM,
        FIRM20,
        "to: 2023-03-31}",
        "to: open}",
        "overlap, for example on 2023-04-01",
    ),
    Mutant(
        "version ends without a gap after it",
        TRIAL,
        TRIAL24,
        "to: 2025-03-31}",
        "to: 2024-12-31}",
        "nor a declared gap on 2025-01-01",
    ),
    Mutant(
        "declared gap covers a version",
        TRIAL,
        f"schemes/{TRIAL}/scheme.yaml",
        "to: 2024-03-31",
        "to: 2024-06-30",
        "the gap from 2022-04-01 covers days of",
    ),
    Mutant(
        "declared gap ends too early",
        TRIAL,
        f"schemes/{TRIAL}/scheme.yaml",
        "to: 2024-03-31",
        "to: 2023-03-31",
        "nor a declared gap on 2023-04-01",
    ),
    Mutant(
        "last gap is missing a day",
        TAX,
        f"schemes/{TAX}/scheme.yaml",
        "from: 2027-04-01",
        "from: 2027-04-02",
        "nor a declared gap on 2027-04-01",
    ),
    Mutant(
        "window closes before it opens",
        TRIAL,
        TRIAL19,
        "window: {opens: 2019-07-31, closes: 2019-09-06",
        "window: {opens: 2019-09-06, closes: 2019-07-31",
        "before it opens",
    ),
    Mutant(
        "window of another year",
        TRIAL,
        TRIAL24,
        "window: {opens: 2024-04-09, closes: 2024-05-17",
        "window: {opens: 2024-04-09, closes: 2025-05-17",
        "lies outside the version's period",
    ),
)

CRITERIA = (
    Mutant(
        "dates of the call swapped",
        TRIAL,
        TRIAL19,
        "window_opens <= application_date and application_date <= window_closes",
        "window_closes < application_date and application_date < window_opens",
        "'in_window' can never be met",
    ),
    Mutant(
        "call outside the version's period",
        TRIAL,
        TRIAL24,
        "window_opens: {value: 2024-04-09, source: A5}\n  window_closes: {value: 2024-05-17",
        "window_opens: {value: 2025-04-09, source: A5}\n  window_closes: {value: 2025-05-17",
        "'in_window' can never be met",
    ),
    Mutant(
        "a threshold below the least value",
        HQ,
        HQ24,
        "holds: investment_equivalent >= minimum_investment",
        "holds: investment_equivalent >= minimum_investment - minimum_investment",
        "'minimum_investment_reached' can never fail",
    ),
    Mutant(
        "or for and",
        TRIAL,
        TRIAL19,
        "window_opens <= application_date and",
        "window_opens <= application_date or",
        "'in_window' can never fail",
    ),
    Mutant(
        "a thing and its contrary",
        MEASURE,
        MEASURE25,
        "holds: not coalition_member",
        "holds: coalition_member or not coalition_member",
        "'not_coalition' can never fail",
    ),
    Mutant(
        "two exclusive codes",
        HQ,
        HQ24,
        "holds: facility_function in head_office_functions",
        "holds: facility_function in head_office_functions and facility_function == none_of_these",
        "head_office_function, kind_of_establishment cannot hold together",
    ),
    Mutant(
        "condition that nobody falls under",
        RENEWAL,
        RENEWAL26,
        "when: establishment_kind == equipment_renewal\n    holds: prior_consultation_on",
        "when: establishment_kind == equipment_renewal and establishment_kind != equipment_renewal\n    holds: prior_consultation_on",
        "'consultation_before_renewal' can never fail",
    ),
    Mutant(
        "answer that the question's own condition rules out",
        HQ,
        HQ26,
        "    holds: has_certified_plan",
        "    when: establishment_kind == equipment_renewal\n    holds: not has_certified_plan",
        "'former_plan' can never fail",
    ),
    Mutant(
        "contradiction between two criteria",
        HQ,
        HQ24,
        "holds: has_certified_plan",
        "holds: has_certified_plan and establishment_kind == equipment_renewal",
        "certified_plan, kind_of_establishment cannot hold together",
    ),
    Mutant(
        "contradiction of place and form",
        FIRM,
        FIRM20,
        "holds: legal_form not in excluded_forms",
        "holds: legal_form in excluded_forms and legal_form in other_forms",
        "'not_excluded' can never be met",
    ),
    Mutant(
        "criteria that exclude each other",
        TRIAL,
        TRIAL19,
        "holds: legal_form == company",
        "holds: legal_form == school",
        "cannot hold together",
    ),
    Mutant(
        "cost needed and forbidden",
        MEASURE,
        MEASURE24,
        "holds: granted_this_year < company_cap",
        "holds: granted_this_year < company_cap and accepted_cost == 0",
        "has_cost, room_left cannot hold together",
    ),
    Mutant(
        "graduate before school",
        PERSON,
        PERSON20,
        "holds: study_state != working and application_date < hire_date",
        "holds: application_date < hire_date and hire_date < application_date",
        "'applied_in_time' can never be met",
    ),
    Mutant(
        "foreign universities refused and referred",
        PERSON,
        PERSON20,
        "holds: school_kind in listed_schools or school_kind == foreign_university",
        "holds: school_kind in listed_schools",
        "'school_in_japan' can never refer anybody",
        True,
    ),
    Mutant(
        "referral that a refusal hides",
        HQ,
        HQ24,
        "criteria:\n  head_office_function:",
        "criteria:\n  too_late:\n    ja: 事前協議が公表より前であること\n    en: Consultation before the announcement\n    source: S3\n    holds: prior_consultation_on < announced_on\n  head_office_function:",
        "'consultation_before_announcement' can never refer anybody",
        True,
    ),
    Mutant(
        "criterion twice",
        FIRM,
        FIRM20,
        "criteria:\n  not_excluded:",
        "criteria:\n  again:\n    ja: 外郭団体等でないこと\n    en: Not an outer body\n    source: B6\n    holds: not legal_form in excluded_forms\n  not_excluded:",
        "'not_excluded' never decides alone",
        True,
    ),
    Mutant(
        "criterion inside a wider one",
        TRIAL,
        TRIAL19,
        "holds: presentation_agreed",
        "holds: presentation_agreed or is_basic_sme",
        "'presentation' never decides alone",
        True,
    ),
    Mutant(
        "nothing refuses",
        FIRM,
        FIRM20,
        "    holds: is_basic_sme",
        "    holds: is_basic_sme or legal_form in size_tested_forms",
        "'size' can never fail",
    ),
)

ITEMS = (
    Mutant(
        "asset condition that nothing meets",
        TAX,
        R5,
        "holds: first_acquisition <= a.acquired_on and a.acquired_on <= last_acquisition",
        "holds: last_acquisition < a.acquired_on and a.acquired_on < first_acquisition",
        "the item criterion 'in_period' can never be met",
    ),
    Mutant(
        "asset condition that cannot fail",
        TAX,
        R5,
        "holds: a.lease_kind != operating_lease\n      in_period",
        "holds: a.lease_kind != operating_lease or a.is_new or not a.is_new\n      in_period",
        "the item criterion 'not_operating_lease' can never fail",
    ),
    Mutant(
        "asset conditions that exclude each other",
        TAX,
        R5,
        "holds: a.direct_use",
        "holds: a.direct_use and not a.is_new",
        "no item of 'assets' can ever meet all its criteria",
    ),
)

TABLES = (
    Mutant(
        "gap between two rows by date",
        TAX,
        R5,
        "a.acquired_on > five_years_until",
        "a.acquired_on > 2024-04-30",
        "no row of table 'terms' applies",
        True,
    ),
    Mutant(
        "overlap of two rows by date",
        TAX,
        R5,
        "a.acquired_on > five_years_until",
        "a.acquired_on >= five_years_until",
        "the rows 'R5b' and 'R5c' of table 'terms' overlap",
        True,
    ),
    Mutant(
        "overlap at the threshold",
        TAX,
        R5,
        "when: policy_rate < wage_policy_bonus",
        "when: policy_rate <= wage_policy_bonus",
        "of table 'terms' overlap",
        True,
    ),
    Mutant(
        "gap at the threshold",
        TAX,
        R5,
        "when: policy_rate < wage_policy_bonus",
        "when: policy_rate < wage_policy_bonus and policy_rate > 0 %",
        "no row of table 'terms' applies",
        True,
    ),
    Mutant(
        "gap above the threshold",
        TAX,
        R7,
        "when: policy_rate >= wage_policy_better",
        "when: policy_rate > wage_policy_better",
        "no row of table 'terms' applies",
        True,
    ),
    Mutant(
        "masked row",
        TAX,
        R5,
        "when: policy_rate >= wage_policy_bonus and a.acquired_on <= five_years_until",
        "when: policy_rate >= wage_policy_bonus",
        "the row 'R5c' of table 'terms' is masked",
    ),
    Mutant(
        "overlap of the two wage rows",
        TAX,
        R7,
        "when: policy_rate >= wage_policy_needed and policy_rate < wage_policy_better",
        "when: policy_rate >= wage_policy_needed",
        "the row 'R7b' of table 'terms' is masked",
        True,
    ),
    Mutant(
        "row that can never apply",
        TAX,
        R7,
        "when: policy_rate >= wage_policy_needed and policy_rate < wage_policy_better",
        "when: policy_rate >= wage_policy_better and policy_rate < wage_policy_needed",
        "the row 'R7a' of table 'terms' can never apply",
    ),
    Mutant(
        "bracket that begins too late",
        TAX,
        PROPERTY,
        "FY2000: 1_500_000 yen",
        "FY2026: 1_500_000 yen",
        "'threshold' has no value although it is needed",
        True,
    ),
)

AMOUNTS = (
    Mutant(
        "cap forgotten", MEASURE, MEASURE24, "yen: min(half, room)", "yen: half", "'subsidy' can exceed its cap", True
    ),
    Mutant(
        "larger of two instead of smaller",
        TRIAL,
        TRIAL19,
        "yen: min(accepted_cost, ceiling)",
        "yen: max(accepted_cost, ceiling)",
        "'contract' can exceed its cap",
        True,
    ),
    Mutant(
        "cap of another part",
        HQ,
        HIRES,
        "yen: min(metro_hires * per_metro_hire, metro_hires_cap)",
        "yen: min(metro_hires * per_city_hire, metro_hires_cap + metro_hires_cap)",
        "'metro_hire_bonus' can exceed its cap",
        True,
    ),
    Mutant(
        "yearly cap forgotten",
        PERSON,
        PERSON20,
        "is: min(repaid(fy), yearly_cap)",
        "is: repaid(fy)",
        "'support' can exceed its cap",
        True,
    ),
    Mutant(
        "negative room",
        MEASURE,
        MEASURE25,
        "procedure:\n",
        "amount:\n  components:\n    subsidy:\n      yen: min(half, room) - 1 yen\nprocedure:\n",
        "'subsidy' can be negative",
        True,
    ),
    Mutant(
        "difference of two amounts",
        HQ,
        HIRES,
        "yen: city_hires * per_city_hire",
        "yen: (city_hires - metro_hires) * per_city_hire",
        "'city_hire_bonus' can be negative",
        True,
    ),
    Mutant(
        "sign turned",
        FIRM,
        FIRM20,
        "yen: planned_supported_hires * donation_per_person",
        "yen: -planned_supported_hires * donation_per_person",
        "'donation' is never more than 0 yen",
    ),
    Mutant(
        "own part deducted",
        TRIAL,
        TRIAL19,
        "yen: min(accepted_cost, ceiling)",
        "yen: min(accepted_cost, ceiling) - 1_000 yen",
        "'contract' can be negative",
        True,
    ),
    Mutant(
        "part that nobody can get",
        RENEWAL,
        RENEWAL26,
        "      yen: equipment_tax_base * renewal_rate",
        "      when: establishment_kind != equipment_renewal\n      yen: equipment_tax_base * renewal_rate",
        "'renewal' can never apply",
    ),
    Mutant(
        "part for a refused case",
        HQ,
        HIRES,
        "when: city_hires >= hires_needed\n      yen: city_hires",
        "when: establishment_kind == equipment_renewal\n      yen: city_hires",
        "'city_hire_bonus' can never apply",
    ),
    Mutant(
        "amount that is always nothing",
        MEASURE,
        MEASURE24,
        "is: max(company_cap - granted_this_year, 0 yen)",
        "is: min(company_cap - granted_this_year, 0 yen)",
        "'subsidy' is never more than 0 yen",
    ),
    Mutant(
        "counts nobody",
        HQ,
        ATTRACTED,
        "when: head_office_place != sendai and establishment_kind == new",
        "when: establishment_kind == new and establishment_kind == equipment_renewal",
        "can ever count for 'firms_attracted'",
    ),
    Mutant(
        "bonus for what is refused",
        SOFTWARE,
        SOFT24,
        "if it_business == data_centre else",
        "if it_business == none_of_these else",
        "'it_business == none_of_these' is never true",
    ),
)

UNUSED = (
    Mutant(
        "parameter no longer used",
        HQ,
        HQ24,
        "(capital_move_rate if moves_from_capital_area else base_rate)",
        "base_rate",
        "the parameter 'capital_move_rate' is never used",
    ),
    Mutant(
        "definition no longer used",
        HQ,
        HQ24,
        "(capital_move_rate if moves_from_capital_area else base_rate)",
        "base_rate",
        "the definition 'moves_from_capital_area' is never used",
    ),
    Mutant(
        "cap defined but not applied",
        HQ,
        HIRES,
        "yen: min(metro_hires * per_metro_hire, metro_hires_cap)\n      at_most: metro_hires_cap",
        "yen: metro_hires * per_metro_hire",
        "the parameter 'metro_hires_cap' is never used",
    ),
    Mutant(
        "rounding defined but not applied",
        MEASURE,
        MEASURE24,
        "is: floor_to(accepted_cost * rate, rounding_unit)",
        "is: accepted_cost * rate",
        "the parameter 'rounding_unit' is never used",
    ),
    Mutant(
        "fact that nothing reads",
        TRIAL,
        TRIAL19,
        "holds: presentation_agreed",
        "holds: is_basic_sme",
        "no version uses the fact 'presentation_agreed'",
    ),
    Mutant(
        "assumption that nothing rests on",
        TRIAL,
        TRIAL19,
        "source: A3, status: assumed, assumption: SY-A03}",
        "source: A3}",
        "nothing rests on the assumption SY-A03",
    ),
    Mutant(
        "source that nothing cites",
        FIRM,
        FIRM20,
        "parameters:\n",
        "  B9:\n    grade: official\n    what: {ja: 市の案内, en: Notice of the city}\n    address: https://www.city.sendai.jp/\n    dated: undated\n\nparameters:\n",
        "the source 'B9' is never cited",
    ),
    Mutant(
        "look-up without a value",
        HQ,
        INVESTMENT,
        "values: {ordinary: 8_000 yen per m2, serviced_office: 31_000 yen per m2}",
        "values: {ordinary: 8_000 yen per m2}",
        "'building_rent_ceiling' has no value for serviced_office",
    ),
    Mutant(
        "line of business without a limit",
        TRIAL,
        BASIC,
        "hotel: 50_000_000 yen,",
        "",
        "'basic_capital_limit' has no value for hotel",
    ),
)

MUTANTS = PERIODS + CRITERIA + ITEMS + TABLES + AMOUNTS + UNUSED
