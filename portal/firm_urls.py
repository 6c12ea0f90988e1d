"""Addresses of the public pages and of the firm's side."""

from __future__ import annotations

from django.urls import path

from portal.views import account, cases, check, filings, letters, organisation, public, schemes, submission

urlpatterns = [
    path("", public.home, name="home"),
    path("after-login/", account.after_login, name="after_login"),
    path("about/", public.about, name="about"),
    path("accessibility/", public.accessibility, name="accessibility"),
    path("privacy/", public.privacy, name="privacy"),
    path("terms/", public.terms, name="terms"),
    path("contact/", public.contact, name="contact"),
    # The check, without an account
    path("check/", check.check_start, name="check_start"),
    path("check/question/", check.check_question, name="check_question"),
    path("check/question/<slug:name>/", check.check_fact, name="check_fact"),
    path("check/answers/", check.check_answers, name="check_answers"),
    path("check/result/", check.check_result, name="check_result"),
    path("check/result/<slug:programme>/<slug:name>/changes/", check.check_changes, name="check_changes"),
    path("check/restart/", check.check_restart, name="check_restart"),
    # Schemes
    path("schemes/", schemes.scheme_list, name="scheme_list"),
    path("schemes/<slug:programme>/<slug:name>/", schemes.scheme_page, name="scheme_page"),
    path("schemes/<slug:programme>/<slug:name>/<slug:version>/", schemes.scheme_version, name="scheme_version"),
    # The applicant
    path("organisation/", organisation.firm_settings, name="firm_settings"),
    path("organisation/new/", organisation.organisation_new, name="organisation_new"),
    path("organisation/tokens/", organisation.api_tokens, name="api_tokens"),
    path("organisation/tokens/<slug:pk>/revoke/", organisation.api_token_revoke, name="api_token_revoke"),
    path("organisation/<int:pk>/", organisation.organisation, name="organisation"),
    path("organisation/<int:pk>/edit/", organisation.organisation_edit, name="organisation_edit"),
    path("organisation/<int:pk>/members/", organisation.member_add, name="member_add"),
    path("organisation/<int:pk>/members/<int:member>/remove/", organisation.member_remove, name="member_remove"),
    # Cases
    path("cases/", cases.my_cases, name="my_cases"),
    path("cases/new/<slug:programme>/<slug:name>/", cases.case_start, name="case_start"),
    path("cases/<slug:reference>/", cases.case_page, name="case_page"),
    path("cases/<slug:reference>/start/", cases.filing_start, name="filing_start"),
    path("cases/<slug:reference>/filings/<int:pk>/", filings.filing_form, name="filing_form"),
    path("cases/<slug:reference>/filings/<int:pk>/summary/", submission.filing_summary, name="filing_summary"),
    path("cases/<slug:reference>/filings/<int:pk>/receipt/", submission.filing_receipt, name="filing_receipt"),
    path("cases/<slug:reference>/filings/<int:pk>/withdraw/", submission.filing_withdraw, name="filing_withdraw"),
    path("cases/<slug:reference>/files/<int:pk>/", letters.file_download, name="file_download"),
    path("letters/<int:pk>/", letters.letter_pdf, name="letter_pdf"),
]
