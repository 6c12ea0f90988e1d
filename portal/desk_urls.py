"""Addresses of the officials' pages, the KPI pages and the rule book."""

from __future__ import annotations

from django.urls import path

from portal.views import (
    desk_approvals,
    desk_case,
    desk_confirm,
    desk_corrections,
    desk_draft,
    desk_queue,
    desk_review,
    desk_revoke,
    kpi,
    rules,
    rules_drafts,
    rules_simulation,
)

urlpatterns = [
    path("desk/", desk_queue.desk_queue, name="desk_queue"),
    path("desk/cases/<str:reference>/", desk_case.desk_case, name="desk_case"),
    path("desk/files/<int:document_id>/", desk_case.desk_file, name="desk_file"),
    path("desk/letters/<int:letter_id>/", desk_case.desk_letter, name="desk_letter"),
    path("desk/filings/<int:filing_id>/take-up/", desk_review.desk_take_up, name="desk_take_up"),
    path("desk/filings/<int:filing_id>/facts/", desk_review.desk_confirm_facts, name="desk_confirm_facts"),
    path("desk/filings/<int:filing_id>/facts/<str:fact>/", desk_review.desk_change_fact, name="desk_change_fact"),
    path("desk/filings/<int:filing_id>/criteria/<str:criterion>/", desk_review.desk_criterion, name="desk_criterion"),
    path("desk/filings/<int:filing_id>/correction/", desk_corrections.desk_correction, name="desk_correction"),
    path("desk/changes/<int:filing_id>/", desk_case.desk_changes, name="desk_changes"),
    path("desk/filings/<int:filing_id>/draft/", desk_draft.desk_draft, name="desk_draft"),
    path("desk/filings/<int:filing_id>/confirm/", desk_confirm.desk_confirm, name="desk_confirm"),
    path("approvals/", desk_approvals.desk_approvals, name="desk_approvals"),
    path("approvals/<int:decision_id>/", desk_approvals.desk_decision, name="desk_decision"),
    path("approvals/<int:decision_id>/approve/", desk_approvals.desk_approve, name="desk_approve"),
    path("approvals/<int:decision_id>/return/", desk_approvals.desk_return, name="desk_return"),
    path("approvals/<int:decision_id>/issue/", desk_approvals.desk_issue, name="desk_issue"),
    path("approvals/<int:decision_id>/letter/", desk_approvals.desk_retry_letter, name="desk_retry_letter"),
    path("approvals/<int:decision_id>/revoke/", desk_revoke.desk_revoke, name="desk_revoke"),
    path("kpi/", kpi.kpi, name="kpi"),
    path("kpi/figures.csv", kpi.kpi_csv, name="kpi_csv"),
    path("kpi/figures/", kpi.kpi_figures, name="kpi_figures"),
    path("kpi/<slug:indicator>/entries/", kpi.kpi_entries, name="kpi_entries"),
    path("rulebook/", rules.desk_rules, name="desk_rules"),
    path("rulebook/assumptions/", rules.desk_assumptions, name="desk_assumptions"),
    path("rulebook/check/", rules.desk_rules_check, name="desk_rules_check"),
    path(
        "rulebook/<slug:programme>/<slug:scheme>/<slug:version>/", rules.desk_rules_version, name="desk_rules_version"
    ),
    path("rulebook/<slug:programme>/<slug:scheme>/", rules.desk_rules_compare, name="desk_rules_compare"),
    path(
        "rulebook/<slug:programme>/<slug:scheme>/<slug:version>/draft/",
        rules_drafts.desk_rules_draft,
        name="desk_rules_draft",
    ),
    path(
        "rulebook/<slug:programme>/<slug:scheme>/<slug:version>/simulation/",
        rules_simulation.desk_rules_simulation,
        name="desk_rules_simulation",
    ),
    path("desk/health/", rules.desk_health, name="desk_health"),
]
