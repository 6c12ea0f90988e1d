"""Cases: list, open, read, start the next step, letters."""

from __future__ import annotations

from typing import Any

from django.db.models import Prefetch
from django.http import HttpResponse
from django.urls import reverse
from django.utils.timezone import localdate
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from applications.models import Case, Filing, Membership, Organisation
from applications.permissions import organisations_of
from applications.rules import rule_book
from applications.selectors import visible_cases
from applications.services.start import start_case, start_filing
from portal.api.answers import storable
from portal.api.base import ApiView, PageParameters, Pages, StrictSerializer, body_of, parameters_of, unknown_words
from portal.api.cases.access import case_of, case_with_everything, filing_of
from portal.api.cases.detail import case_json
from portal.api.cases.form import filing_json
from portal.api.cases.form_shapes import FilingSerializer
from portal.api.cases.shapes import CASE_STATES, CaseSerializer, CaseSummarySerializer, LetterSerializer
from portal.api.idempotency import once
from portal.api.openapi_examples import CASE_EXAMPLES, IDEMPOTENCY_PARAMETER
from portal.api.problems import Problem
from portal.api.rules.determinations import unknown_scheme


class CaseFilterSerializer(PageParameters):
    """Filters of the list of cases."""

    scheme = serializers.CharField(required=False, help_text="Id of a scheme.")
    state = serializers.ChoiceField(CASE_STATES, required=False)
    organisation = serializers.IntegerField(required=False, min_value=1, max_value=2**63 - 1)


class NewCaseSerializer(StrictSerializer):
    """A case to be opened. ``answers`` prefill the form; ``step``: by default the first one that is still to be done."""

    organisation = serializers.IntegerField(min_value=1, max_value=2**63 - 1)
    scheme = serializers.CharField()
    step = serializers.CharField(required=False, allow_blank=True)
    answers = serializers.DictField(required=False)


class NewFilingSerializer(StrictSerializer):
    """The step to be filed next; one of the case's ``next_steps``."""

    step = serializers.CharField()


class CasePageSerializer(serializers.Serializer):
    """A page of cases."""

    count = serializers.IntegerField()
    next = serializers.URLField(allow_null=True)
    previous = serializers.URLField(allow_null=True)
    results = CaseSummarySerializer(many=True)


class CaseListView(ApiView):
    """Cases."""

    tag = "cases"
    facts_member = "answers"
    more_problems = {"GET": ("404", "422")}

    @extend_schema(
        operation_id="listCases",
        summary="Cases / 案件の一覧",
        description="Cases that the owner of the token may see, newest first: those of the own applicants; officials see "
        "all that are not drafts. / 閲覧できる案件（新しい順）。申請者は自分の案件、市職員は作成中以外のすべて。",
        parameters=[CaseFilterSerializer],
        responses=CasePageSerializer,
    )
    def get(self, request: Request) -> Response:
        """A page of cases."""
        wanted = parameters_of(request, CaseFilterSerializer)
        cases = visible_cases(request.user).select_related("organisation")
        if "scheme" in wanted:
            cases = cases.filter(scheme=known_scheme(wanted["scheme"], parameter="scheme"))
        if "state" in wanted:
            cases = cases.filter(state=wanted["state"])
        if "organisation" in wanted:
            cases = cases.filter(organisation=wanted["organisation"])
        cases = cases.prefetch_related(Prefetch("filings", Filing.objects.order_by("pk")))
        pages = Pages()
        page = pages.paginate_queryset(cases, request, view=self)
        own = set(Membership.objects.filter(user=request.user).values_list("organisation_id", flat=True))
        context = {"acts_for": lambda case: case.organisation_id in own}
        return pages.get_paginated_response(CaseSummarySerializer(page, many=True, context=context).data)

    @extend_schema(
        operation_id="openCase",
        summary="Open a case / 案件を作成する",
        description="Opens a case with its first draft filing. When the applicant already has a draft for the scheme, that "
        "draft is answered as it is, with 200. / 案件と最初の手続の下書きを作成します。同じ制度の作成中の案件が既にあるときは、"
        "それをそのまま返します（200）。",
        request=NewCaseSerializer,
        parameters=[IDEMPOTENCY_PARAMETER],
        responses={
            201: OpenApiResponse(CaseSerializer, "Opened / 作成した"),
            200: OpenApiResponse(CaseSerializer, "The draft that was there already / 既にあった作成中の案件"),
        },
        examples=CASE_EXAMPLES,
    )
    def post(self, request: Request) -> HttpResponse:
        """The case, 201 when it is new."""
        wanted = body_of(request, NewCaseSerializer)
        organisation = _own_organisation(request, wanted["organisation"])
        scheme = known_scheme(wanted["scheme"], pointer="/scheme")
        answers = storable(wanted.get("answers", {}))

        def open_it() -> Response:
            filing = start_case(
                by=request.user,
                organisation=organisation,
                scheme=scheme,
                answers=answers,
                at=self.at,
                step=wanted.get("step", ""),
                channel=Case.Channel.API,
            )
            case = case_with_everything(request, filing.case.reference)
            status = 201 if filing.created_at == self.at else 200
            location = reverse("api:case", args=[case.reference])
            return Response(case_json(case, request, localdate(self.at)), status, headers={"Location": location})

        return once(request, open_it)


class CaseView(ApiView):
    """One case."""

    tag = "cases"

    @extend_schema(
        operation_id="readCase",
        summary="One case / 案件",
        description="State, governing version, path of the procedure, filings, answers under way, open correction request, "
        "issued decisions, letters, history. / 状態、適用される版、手続の流れ、提出、作成中の回答、補正依頼、決定、通知書、経過。",
        responses=CaseSerializer,
    )
    def get(self, request: Request, reference: str) -> Response:
        """The case of that reference."""
        return Response(case_json(case_with_everything(request, reference), request, localdate(self.at)))


class FilingListView(ApiView):
    """Filings of a case."""

    tag = "filings"

    @extend_schema(
        operation_id="startFiling",
        summary="Start the next step / 次の手続を始める",
        description="Opens the draft of a step, filled with what has been confirmed before. When the draft of that step is "
        "there already, it is answered with 200. / 次の手続の下書きを、確認済みの内容を引き継いで作成します。既にあるときは200。",
        request=NewFilingSerializer,
        responses={
            201: OpenApiResponse(FilingSerializer, "Started / 作成した"),
            200: OpenApiResponse(FilingSerializer, "The draft that was there already / 既にあった下書き"),
        },
    )
    def post(self, request: Request, reference: str) -> Response:
        """The draft, 201 when it is new."""
        case = case_of(request, reference)
        step = body_of(request, NewFilingSerializer)["step"]
        started = start_filing(by=request.user, case_id=case.pk, step=step, at=self.at)
        filing = filing_of(request, reference, started.pk)
        location = reverse("api:filing", args=[reference, filing.pk])
        status = 201 if started.created_at == self.at else 200
        return Response(filing_json(filing, request, self.at), status, headers={"Location": location})


class LetterListView(ApiView):
    """Letters of a case."""

    tag = "letters"

    @extend_schema(
        operation_id="listLetters",
        summary="Letters of a case / 案件の通知書",
        description="Letters with number, date, hash and address of the PDF. / 通知書の番号・日付・ハッシュ値・PDFのアドレス。",
        responses=LetterSerializer(many=True),
    )
    def get(self, request: Request, reference: str) -> Response:
        """In order of issue."""
        case = case_of(request, reference)
        return Response(LetterSerializer(case.letters.select_related("file"), many=True).data)


def known_scheme(name: str, **where: str) -> str:
    """The id of a scheme that exists; ``where`` it was named: pointer or parameter."""
    if name not in rule_book().schemes:
        raise Problem("unknown_scheme", errors=[unknown_scheme(name, **where)])
    return name


def _own_organisation(request: Request, pk: int) -> Organisation:
    """An applicant that the caller acts for. Others do not exist, whether they do or not."""
    for organisation in organisations_of(request.user):
        if organisation.pk == pk:
            return organisation
    message: Any = unknown_words(str(pk), [])
    raise Problem(
        "not_found", errors=[{"pointer": "/organisation", "code": "unknown_organisation", "message": message}]
    )
