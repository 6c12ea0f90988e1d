"""Addresses under ``/api/v1/``. Resources end with a slash; documents (problem types, ``openapi.json``) do not. With a
slash too many or too few the answer is a 308 to the right address."""

from django.urls import path, re_path, register_converter

from portal.api import kpi
from portal.api.cases import file_views, filing_views
from portal.api.cases import views as cases
from portal.api.rules import determinations
from portal.api.rules import views as rules
from portal.api.views import account, docs, health, problems


class ReferenceConverter:
    """A case's reference, such as ``S2026-00012``."""

    regex = "[A-Za-z0-9-]{1,20}"

    def to_python(self, value: str) -> str:
        """As written."""
        return value

    def to_url(self, value: str) -> str:
        """As written."""
        return value


register_converter(ReferenceConverter, "case")

app_name = "api"
_FILING = "cases/<case:reference>/filings/<int:filing>/"

urlpatterns = [
    path("programmes/", rules.ProgrammeListView.as_view(), name="programmes"),
    path("schemes/", rules.SchemeListView.as_view(), name="schemes"),
    path("schemes/<slug:programme>/<slug:scheme>/", rules.SchemeView.as_view(), name="scheme"),
    path(
        "schemes/<slug:programme>/<slug:scheme>/versions/<slug:version>/",
        rules.VersionView.as_view(),
        name="scheme-version",
    ),
    path("facts/", rules.FactListView.as_view(), name="facts"),
    path("facts/<slug:name>/", rules.FactView.as_view(), name="fact"),
    path("determinations/", determinations.DeterminationView.as_view(), name="determinations"),
    path("kpi/", kpi.KpiView.as_view(), name="kpi"),
    path("kpi/<slug:indicator>/", kpi.IndicatorView.as_view(), name="indicator"),
    path("me/", account.MeView.as_view(), name="me"),
    path("tokens/current/", account.CurrentTokenView.as_view(), name="current-token"),
    path("organisations/", account.OrganisationListView.as_view(), name="organisations"),
    path("cases/", cases.CaseListView.as_view(), name="cases"),
    path("cases/<case:reference>/", cases.CaseView.as_view(), name="case"),
    path("cases/<case:reference>/letters/", cases.LetterListView.as_view(), name="letters"),
    path("cases/<case:reference>/filings/", cases.FilingListView.as_view(), name="filings"),
    path(_FILING, filing_views.FilingView.as_view(), name="filing"),
    path(f"{_FILING}answers/", filing_views.AnswersView.as_view(), name="answers"),
    path(f"{_FILING}documents/", file_views.DocumentListView.as_view(), name="documents"),
    path(f"{_FILING}documents/<int:document>/", file_views.DocumentView.as_view(), name="document"),
    path(f"{_FILING}submit/", filing_views.SubmitView.as_view(), name="submit"),
    path(f"{_FILING}withdraw/", filing_views.WithdrawView.as_view(), name="withdraw"),
    path("letters/<int:letter>/pdf/", file_views.LetterPdfView.as_view(), name="letter-pdf"),
    path("files/<uuid:file>/", file_views.FileView.as_view(), name="file"),
    path("health/", health.HealthView.as_view(), name="health"),
    path("problems/", problems.ProblemKindListView.as_view(), name="problems"),
    path("problems/<slug:name>", problems.ProblemKindView.as_view(), name="problem"),
    path("openapi.json", docs.OpenApiJsonView.as_view(), name="openapi-json"),
    path("schema/", docs.OpenApiYamlView.as_view(), name="schema"),
    path("docs/", docs.swagger, name="docs"),
    path("redoc/", docs.redoc, name="redoc"),
    re_path(r"", problems.NoSuchAddressView.as_view(), name="no-such-address"),
]
