"""Bodies of requests: JSON with exact numbers, and files."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import IO, Any

from django.conf import settings
from django.http.multipartparser import MultiPartParserError
from django.utils.translation import gettext as _
from rest_framework.exceptions import APIException, ParseError
from rest_framework.parsers import BaseParser, MultiPartParser

from documents import problems as file_problems

MOST_DEPTH = 20
"""Levels of lists and objects inside each other."""
MOST_DIGITS = 40
"""Digits of a number, before and after the point together, exponent worked out."""
FORM_OVERHEAD = 64 * 1024
"""Bytes of a multipart body that are not the file."""


class BodyTooLarge(APIException):
    """The body is larger than ``limit`` bytes."""

    status_code = 413

    def __init__(self, limit: int) -> None:
        super().__init__(
            _("本文が大きすぎます。JSONの上限は%(limit)sバイトです。") % {"limit": f"{limit:,}"}, code="too_large"
        )


class ExactJSONParser(BaseParser):
    """JSON whose numbers stay exact: decimals become ``Decimal``, never floats. Everything that two readers could
    understand differently is refused: NaN, infinities, duplicate names, half characters."""

    media_type = "application/json"

    def parse(
        self, stream: IO[bytes], media_type: str | None = None, parser_context: dict[str, Any] | None = None
    ) -> Any:
        """The content. Raises ``ParseError`` (400) or :class:`BodyTooLarge`."""
        limit = settings.API_MAX_JSON_BYTES
        body = stream.read(limit + 1)
        if len(body) > limit:
            raise BodyTooLarge(limit)
        return read_json(body)


def read_json(body: bytes) -> Any:
    """Reads JSON strictly. Raises ``ParseError`` saying what is wrong and where."""
    try:
        text = body.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise ParseError(
            _("本文がUTF-8ではありません（%(place)dバイト目）。") % {"place": error.start + 1}, code="not_utf8"
        ) from None
    try:
        content = json.loads(
            text,
            parse_float=_decimal,
            parse_int=_integer,
            parse_constant=_refuse_constant,
            object_pairs_hook=_object,
        )
    except json.JSONDecodeError as error:
        raise ParseError(
            _("JSONとして読み取れません（%(line)d行目%(column)d文字目）。")
            % {"line": error.lineno, "column": error.colno},
            code="not_json",
        ) from None
    except RecursionError:
        raise _too_deep() from None
    _check(content)
    return content


def _decimal(text: str) -> Decimal:
    number = Decimal(text)
    _, digits, exponent = number.as_tuple()
    if not isinstance(exponent, int) or len(digits) + abs(exponent) > MOST_DIGITS:
        raise _too_long()
    return Decimal(f"{number:f}")  # 1E+2 is 100: nothing behind the parser needs to know exponents


def _integer(text: str) -> int:
    if len(text) > MOST_DIGITS:
        raise _too_long()
    return int(text)


def _too_long() -> ParseError:
    return ParseError(_("数値の桁数が多すぎます（上限%(most)d桁）。") % {"most": MOST_DIGITS}, code="number_too_long")


def _too_deep() -> ParseError:
    return ParseError(
        _("リストやオブジェクトの入れ子が深すぎます（上限%(most)d段）。") % {"most": MOST_DEPTH}, code="too_deep"
    )


def _refuse_constant(name: str) -> Any:
    raise ParseError(
        _("%(name)s は数値として使用できません。値が分からないときは null としてください。") % {"name": name},
        code="not_a_finite_number",
    )


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    content = dict(pairs)
    if len(content) < len(pairs):
        names = [name for name, _value in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise ParseError(_("「%(name)s」が2回書かれています。") % {"name": _shown(twice)}, code="duplicate_name")
    return content


def _shown(name: str) -> str:
    return name.encode("utf-8", "replace").decode()[:80]


def _check(content: Any) -> None:
    """Depth, and characters that cannot be stored (NUL, halves of surrogate pairs); without recursion."""
    waiting = [(content, 1)]
    while waiting:
        value, depth = waiting.pop()
        if depth > MOST_DEPTH:
            raise _too_deep()
        if isinstance(value, dict):
            waiting += [(name, depth + 1) for name in value]
            waiting += [(member, depth + 1) for member in value.values()]
        elif isinstance(value, list):
            waiting += [(member, depth + 1) for member in value]
        elif isinstance(value, str) and any(c == "\0" or "\ud800" <= c <= "\udfff" for c in value):
            raise ParseError(_("使用できない文字（NUL又は不完全な文字）が含まれています。"), code="bad_character")


class UploadParser(MultiPartParser):
    """Files. A body that says it is larger than a file may be is refused before it is read."""

    def parse(self, stream: Any, media_type: str | None = None, parser_context: dict[str, Any] | None = None) -> Any:
        """Fields and files. Raises ``UploadProblem`` (413) or ``ParseError`` (400)."""
        length = (parser_context or {})["request"].META.get("CONTENT_LENGTH") or "0"
        limit = settings.MAX_UPLOAD_BYTES
        if length.isdigit() and int(length) > limit + FORM_OVERHEAD:
            raise file_problems.too_large(int(length), limit)
        try:
            return super().parse(stream, media_type, parser_context)
        except (ParseError, MultiPartParserError):
            raise ParseError(_("multipart/form-data として読み取れません。"), code="not_multipart") from None
