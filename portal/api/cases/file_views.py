"""Files that come in and go out: papers of a filing, PDFs of letters."""

from __future__ import annotations

import hashlib
import logging
from uuid import UUID

from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework import serializers
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response

from applications.models import Letter
from applications.services.draft import attach_document, remove_document
from documents.models import StoredFile
from documents.uploads import open_for_download
from portal.api.base import ApiView, StrictSerializer
from portal.api.cases.access import document_of, filing_of, letters_of
from portal.api.cases.form_shapes import FiledDocumentSerializer
from portal.api.parsers import UploadParser
from portal.api.problems import LETTER_RETRY_SECONDS, Problem
from portal.api.published import unless_known
from portal.api.renderers import FileRenderer

log = logging.getLogger(__name__)


class UploadSerializer(StrictSerializer):
    """A paper: its kind and the file."""

    kind = serializers.CharField(help_text="Kind of paper, as under “papers” of the filing.")
    file = serializers.FileField(max_length=None, allow_empty_file=True, help_text="At most 10 MB.")


class AttachedSerializer(FiledDocumentSerializer):
    """The attached file and the new revision of the draft."""

    revision = serializers.IntegerField()


class DocumentListView(ApiView):
    """Papers of a filing."""

    tag = "filings"
    parser_classes = [UploadParser]

    @extend_schema(
        operation_id="attachDocument",
        summary="Attach a file / 書類を添付する",
        description="Stores a file and attaches it to the draft. The content must be of the kind that the name says; the "
        "answer has the SHA-256 of what was stored. / ファイルを保存して下書きに添付します。中身が拡張子と一致する必要があります。"
        "回答には保存したファイルのSHA-256を示します。",
        request={"multipart/form-data": UploadSerializer},
        responses={201: OpenApiResponse(AttachedSerializer, "Attached / 添付した")},
    )
    def post(self, request: Request, reference: str, filing: int) -> Response:
        """The file as stored."""
        found = filing_of(request, reference, filing)
        if len(request.data.getlist("file")) > 1:  # dropping one in silence would lose a paper
            words = _("ファイルは1回に1つずつ送ってください。")
            raise Problem("invalid", errors=[{"pointer": "/file", "code": "one_file_only", "message": words}])
        serializer = UploadSerializer(data=request.data.dict())
        serializer.is_valid(raise_exception=True)
        document = attach_document(
            by=request.user,
            filing_id=found.pk,
            kind=serializer.validated_data["kind"],
            upload=serializer.validated_data["file"],
            at=self.at,
        )
        content = {**FiledDocumentSerializer(document).data, "revision": document.filing.revision}
        location = FiledDocumentSerializer(document).data["url"]
        return Response(content, 201, headers={"Location": location, "ETag": f'"{document.filing.revision}"'})


class DocumentView(ApiView):
    """One paper of a filing."""

    tag = "filings"

    @extend_schema(
        operation_id="removeDocument",
        summary="Remove a file / 書類を外す",
        description="Takes a file out of the draft. What was handed in before stays in the submissions. / "
        "下書きからファイルを外します。過去に提出したものは残ります。",
        request=None,
        responses={204: None},
    )
    def delete(self, request: Request, reference: str, filing: int, document: int) -> Response:
        """Removed."""
        found = filing_of(request, reference, filing)
        get_object_or_404(found.documents, pk=document, removed_at__isnull=True)
        remove_document(by=request.user, filing_id=found.pk, document_id=document, at=self.at)
        return Response(status=204)


class LetterPdfView(ApiView):
    """The PDF of a letter."""

    tag = "letters"
    conditional = True
    more_problems = {"GET": ("409",)}
    renderer_classes = [JSONRenderer, FileRenderer]

    @extend_schema(
        operation_id="readLetterPdf",
        summary="PDF of a letter / 通知書のPDF",
        description="The bytes exactly as issued; ETag is their SHA-256. / 施行したときのままのPDF。ETag はその SHA-256。",
        responses={(200, "application/pdf"): OpenApiTypes.BINARY},
    )
    def get(self, request: Request, letter: int) -> HttpResponse:
        """The bytes, compared with the hash before they go out."""
        found = get_object_or_404(letters_of(request), pk=letter)
        if found.file is None:
            raise Problem("letter_not_ready", headers={"Retry-After": str(LETTER_RETRY_SECONDS)})
        headers = {"ETag": f'"{found.file.sha256}"'}
        return unless_known(request, headers, lambda: _issued_bytes(found))


def _issued_bytes(letter: Letter) -> HttpResponse:
    try:
        opened, headers = open_for_download(letter.file)
        with opened:
            content = opened.read()
    except OSError:
        content = b""
    if hashlib.sha256(content).hexdigest() != letter.file.sha256:
        log.error("the stored PDF of letter %s is not the one that was issued", letter.number)
        raise Problem("internal")
    return HttpResponse(content, headers=headers)


class FileView(ApiView):
    """An uploaded file."""

    tag = "filings"
    conditional = True
    renderer_classes = [JSONRenderer, FileRenderer]

    @extend_schema(
        operation_id="readFile",
        summary="An uploaded file / 添付したファイル",
        description="The bytes as handed in; ETag is their SHA-256. / 提出されたままのファイル。ETag はその SHA-256。",
        responses={(200, "application/octet-stream"): OpenApiTypes.BINARY},
    )
    def get(self, request: Request, file: UUID) -> HttpResponse:
        """The bytes."""
        stored = document_of(request, file).file
        return unless_known(request, {"ETag": f'"{stored.sha256}"'}, lambda: _stored_bytes(stored))


def _stored_bytes(stored: StoredFile) -> HttpResponse:
    try:
        opened, headers = open_for_download(stored)
    except FileNotFoundError:
        log.error("the stored file %s is gone", stored.pk)
        raise Http404 from None
    response = FileResponse(opened)
    for name, value in headers.items():
        response.headers[name] = value
    return response
