"""Examples and parameters of the API description, in both languages."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import OpenApiExample, OpenApiParameter

from portal.api.problem_kinds import KINDS

IDEMPOTENCY_PARAMETER = OpenApiParameter(
    "Idempotency-Key",
    {"type": "string", "pattern": "^[!-~]{1,200}$"},
    OpenApiParameter.HEADER,
    description="A key of your choice for this request, kept for 48 hours. Sent again with the same body it gives the first "
    "answer again (header Idempotent-Replayed: true). / このリクエストを表す任意のキー（48時間保存）。同じ本文で送り直すと、"
    "最初の回答を返します。",
)
IF_MATCH_PARAMETER = OpenApiParameter(
    "If-Match",
    {"type": "string", "pattern": '^"[0-9]{1,9}"$'},
    OpenApiParameter.HEADER,
    description="The ETag of the filing as it was read; or send “revision” in the body. / 読み取ったときの ETag。本文の"
    "revision でも指定できます。",
)
LANGUAGE_PARAMETER = OpenApiParameter(
    "Accept-Language",
    {"type": "string", "enum": ["ja", "en"], "default": "ja"},
    OpenApiParameter.HEADER,
    description="Language of messages / メッセージの言語",
)
IF_NONE_MATCH_PARAMETER = OpenApiParameter(
    "If-None-Match",
    {"type": "string"},
    OpenApiParameter.HEADER,
    description="The ETag of the copy that you have; 304 when it is still right. / 手元の写しの ETag。変更がなければ304。",
)

_FACTS: dict[str, Any] = {
    "legal_form": "company",
    "sme_line": "services",
    "capital": 30000000,
    "regular_employees": 80,
    "head_office_place": "other_prefecture",
    "establishment_in_sendai": False,
    "establishment_kind": "new",
    "facility_function": "information_processing",
    "site_area": "city_centre",
    "site_tenure": "rented",
    "building_monthly_rent": 500000,
    "floor_area_rented": "120.5",
    "prior_consultation_on": "2026-11-02",
    "lease_contract_on": "2026-12-01",
}
_DETERMINATION: dict[str, Any] = {
    "scheme": "relocation/headquarters",
    "title": {"ja": "本社機能立地促進助成金", "en": "Headquarters relocation subsidy"},
    "on": "2026-11-20",
    "verdict": "eligible",
    "verdict_text": {"ja": "対象", "en": "Eligible"},
    "version": "V2026",
    "engine": "1",
    "findings": [
        {
            "criterion": "site_in_city",
            "outcome": "met",
            "effect": "refuse",
            "article": "",
            "text": {"ja": "仙台市内に立地すること", "en": "The site lies in Sendai City"},
            "source": "S1",
            "status": "verified",
        }
    ],
    "amount": {"kind": "range", "what": "grant", "min": 1500000, "max": 18000000},
    "missing": [],
    "assumed": [],
}
DETERMINATION_EXAMPLES = [
    OpenApiExample(
        "Headquarters relocation / 本社機能の立地",
        {"facts": _FACTS, "on": "2026-11-20", "schemes": ["relocation/headquarters"]},
        request_only=True,
    ),
    OpenApiExample(
        "Texts in both languages / 文言は日英併記（抜粋）",
        {"on": "2026-11-20", "determinations": [_DETERMINATION]},
        response_only=True,
    ),
]
CASE_EXAMPLES = [
    OpenApiExample(
        "From a check / 判定の内容から作成",
        {"organisation": 1, "scheme": "relocation/headquarters", "answers": {"capital": 30000000}},
        request_only=True,
    )
]
ANSWER_EXAMPLES = [
    OpenApiExample(
        "Set two answers, take one out / 二つ回答し、一つ削除",
        {
            "answers": {"capital": 30000000, "lease_contract_on": "2026-12-01", "floor_area_rented": None},
            "revision": 3,
        },
        request_only=True,
    )
]

_WORDS: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "facts": (
        {
            "errors": [
                {
                    "pointer": "/facts/capitl",
                    "path": "capitl",
                    "code": "unknown_fact",
                    "message": "「capitl」という申告事項はありません。",
                    "suggestion": "capital",
                }
            ]
        },
        {
            "errors": [
                {
                    "pointer": "/facts/capitl",
                    "path": "capitl",
                    "code": "unknown_fact",
                    "message": "There is no fact 'capitl' – did you mean 'capital'?.",
                    "suggestion": "capital",
                }
            ]
        },
    ),
    "incomplete": (
        {
            "errors": [
                {
                    "pointer": "/answers/capital",
                    "path": "capital",
                    "code": "answer_needed",
                    "message": "この項目に回答してください。",
                },
                {
                    "document": "business_plan",
                    "code": "document_missing",
                    "message": "「事業計画書」を添付してください。",
                },
            ]
        },
        {
            "errors": [
                {
                    "pointer": "/answers/capital",
                    "path": "capital",
                    "code": "answer_needed",
                    "message": "Please answer this.",
                },
                {
                    "document": "business_plan",
                    "code": "document_missing",
                    "message": "Attach the paper “Business plan”.",
                },
            ]
        },
    ),
    "already_submitted": ({"reference": "S2026-00012"}, {"reference": "S2026-00012"}),
    "stale_draft": (
        {"reference": "S2026-00012", "theirs": {"capital": 30000000}, "yours": {"capital": 35000000}, "revision": 4},
        {"reference": "S2026-00012", "theirs": {"capital": 30000000}, "yours": {"capital": 35000000}, "revision": 4},
    ),
}


def problem_examples(*names: str) -> dict[str, Any]:
    """Examples of problems, each in Japanese and English."""
    examples = {}
    for name in names:
        kind = KINDS[name]
        for language, more in zip(("ja", "en"), _WORDS.get(name, ({}, {})), strict=True):
            examples[f"{name}_{language}"] = {
                "summary": kind.title.of(language),
                "value": {
                    "type": kind.type,
                    "title": kind.title.of(language),
                    "status": kind.status,
                    "detail": kind.description.of(language),
                    "instance": "/api/v1/…",
                    **more,
                },
            }
    return examples


RESPONSES: dict[str, tuple[str, tuple[str, ...]]] = {
    "400": ("Malformed", ("malformed",)),
    "401": ("Unauthenticated", ("unauthenticated",)),
    "403": ("NotAllowed", ("not_allowed",)),
    "404": ("NotFound", ("not_found",)),
    "406": ("NotAcceptable", ("not_acceptable",)),
    "409": ("Conflict", ("conflict", "already_submitted", "stale_draft")),
    "413": ("TooLarge", ("too_large",)),
    "415": ("UnsupportedMediaType", ("unsupported_media_type",)),
    "422": ("Unprocessable", ("invalid", "facts", "incomplete")),
    "428": ("RevisionNeeded", ("revision_needed",)),
    "429": ("TooManyRequests", ("too_many_requests",)),
    "500": ("Internal", ("internal",)),
}
"""Status → name of the response component and the kinds that it shows as examples."""


def response_components() -> dict[str, Any]:
    """``components.responses``: one for each status, with examples in both languages."""
    return {
        name: {
            "description": " / ".join((KINDS[kinds[0]].title.en, KINDS[kinds[0]].title.ja)),
            "content": {
                "application/problem+json": {
                    "schema": {"$ref": "#/components/schemas/Problem"},
                    "examples": problem_examples(*kinds),
                }
            },
        }
        for name, kinds in RESPONSES.values()
    }
