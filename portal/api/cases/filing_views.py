"""A filing: read, save answers, submit, withdraw."""

from __future__ import annotations

import re
from typing import Any

from django.http import HttpResponse
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from applications.models import Filing
from applications.services.draft import save_answers
from applications.services.submit import submit_filing, withdraw_filing
from portal.api.answers import storable
from portal.api.base import ApiView, StrictSerializer, body_of
from portal.api.cases.access import filing_of
from portal.api.cases.form import filing_json, problems_json
from portal.api.cases.form_shapes import FilingSerializer, ReceiptSerializer, SavedSerializer
from portal.api.cases.shapes import FilingSummarySerializer, stamp
from portal.api.idempotency import once
from portal.api.openapi_examples import ANSWER_EXAMPLES, IDEMPOTENCY_PARAMETER, IF_MATCH_PARAMETER
from portal.api.problems import Problem


class AnswersSerializer(StrictSerializer):
    """Answers to be merged into the draft; ``null`` takes one out. ``revision``: the one that the caller has read."""

    answers = serializers.DictField()
    revision = serializers.IntegerField(required=False, min_value=0, max_value=2**31 - 1)


class SubmitSerializer(StrictSerializer):
    """``answer``: words to the official when a correction request is answered."""

    answer = serializers.CharField(required=False, allow_blank=True, max_length=4000)


class WithdrawSerializer(StrictSerializer):
    """Why the filing is taken back, in free words."""

    reason = serializers.CharField(required=False, allow_blank=True, max_length=4000)


class FilingView(ApiView):
    """One filing."""

    tag = "filings"

    @extend_schema(
        operation_id="readFiling",
        summary="One filing with its form / 提出とその様式",
        description="Facts asked with their definitions, answers, problems so far, required papers, determination. The "
        "header ETag is the revision, for If-Match. / 質問する申告事項とその定義、回答、現時点の不足、書類、判定。"
        "ETag ヘッダーは revision で、If-Match に使います。",
        responses=FilingSerializer,
    )
    def get(self, request: Request, reference: str, filing: int) -> Response:
        """The filing of that id."""
        found = filing_of(request, reference, filing)
        return Response(filing_json(found, request, self.at), headers={"ETag": f'"{found.revision}"'})


class AnswersView(ApiView):
    """Answers of a draft."""

    tag = "filings"
    facts_member = "answers"
    more_problems = {"PATCH": ("428",)}

    @extend_schema(
        operation_id="saveAnswers",
        summary="Save answers / 回答を保存する",
        description="Merges answers into the draft; null takes one out. What is incomplete or wrong is saved too and listed "
        "under problems. Needs the revision that was read, in the body or in If-Match; when the draft was saved elsewhere "
        "since, the answer is 409 stale_draft with both versions. / 回答を下書きに統合します（nullは削除）。不足や誤りがあっても"
        "保存し、problemsに示します。読み取ったときのrevisionを本文又はIf-Matchで送ってください。先に別のところで保存されていたときは"
        "409 stale_draft。",
        request=AnswersSerializer,
        parameters=[IF_MATCH_PARAMETER],
        responses=SavedSerializer,
        examples=ANSWER_EXAMPLES,
    )
    def patch(self, request: Request, reference: str, filing: int) -> Response:
        """The draft after saving."""
        found = filing_of(request, reference, filing)
        wanted = body_of(request, AnswersSerializer)
        answers = storable(wanted["answers"])
        revision = _revision(request, wanted.get("revision"))
        saved = save_answers(by=request.user, filing_id=found.pk, answers=answers, at=self.at, revision=revision)
        content = {
            "answers": saved.answers,
            "revision": saved.revision,
            "saved_at": stamp(saved.saved_at),
            "problems": problems_json(saved, localdate(self.at)),
        }
        return Response(content, headers={"ETag": f'"{saved.revision}"'})


def _revision(request: Request, written: int | None) -> int:
    """The revision that the caller has read, from the body or ``If-Match``. Raises :class:`Problem` without one."""
    header = request.headers.get("If-Match")
    if header is None:
        if written is None:
            raise Problem("revision_needed")
        return written
    matched = re.fullmatch(r'"(\d{1,9})"', header.strip(), re.ASCII)
    if matched is None or (written is not None and written != int(matched[1])):
        words = _(
            "If-Match には、読み取ったときの ETag をそのまま指定してください。本文の revision とは一致させてください。"
        )
        raise Problem("invalid", errors=[{"header": "If-Match", "code": "bad_revision", "message": words}])
    return int(matched[1])


class SubmitView(ApiView):
    """Submission."""

    tag = "filings"

    @extend_schema(
        operation_id="submitFiling",
        summary="Submit / 提出する",
        description="Hands the filing to the city and agrees to the terms named in it. The receipt lists every file with "
        "its hash. A second submission is answered 409 already_submitted; with the same Idempotency-Key the first receipt "
        "is answered again. / 手続を市に提出します（表示した利用規約への同意を含みます）。受領書に全ファイルのハッシュ値を示します。"
        "二度目の提出は409 already_submitted。同じIdempotency-Keyなら最初の受領書を返します。",
        request=SubmitSerializer,
        parameters=[IDEMPOTENCY_PARAMETER],
        responses=ReceiptSerializer,
    )
    def post(self, request: Request, reference: str, filing: int) -> HttpResponse:
        """The receipt."""
        found = filing_of(request, reference, filing)
        words = body_of(request, SubmitSerializer).get("answer", "")

        def submit() -> Response:
            return Response(receipt(submit_filing(by=request.user, filing_id=found.pk, at=self.at, answer=words)))

        return once(request, submit)


def receipt(filing: Filing) -> dict[str, Any]:
    """What arrived: the last revision with its files."""
    revision = filing.revisions.latest("number")
    return {
        "reference": filing.case.reference,
        "filing": filing.pk,
        "step": filing.step,
        "state": str(filing.state),
        "arrived_at": stamp(filing.arrived_at),
        "submitted_at": stamp(revision.submitted_at),
        "submission": revision.number,
        "version": filing.case.version,
        "terms": revision.terms,
        "documents": revision.documents,
    }


class WithdrawView(ApiView):
    """Withdrawal."""

    tag = "filings"

    @extend_schema(
        operation_id="withdrawFiling",
        summary="Withdraw / 取り下げる",
        description="Takes a filing back before it is decided. A case without any other filing closes with it. / "
        "決定前の手続を取り下げます。ほかに手続のない案件は終了します。",
        request=WithdrawSerializer,
        responses=FilingSummarySerializer,
    )
    def post(self, request: Request, reference: str, filing: int) -> Response:
        """The filing after it."""
        found = filing_of(request, reference, filing)
        reason = body_of(request, WithdrawSerializer).get("reason", "")
        withdrawn = withdraw_filing(by=request.user, filing_id=found.pk, at=self.at, reason=reason)
        return Response(FilingSummarySerializer(withdrawn).data)
