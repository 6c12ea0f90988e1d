"""How the API describes itself (drf-spectacular): security, problems on every operation, strict bodies."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from django.utils import translation
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.utils import OpenApiParameter
from rest_framework.permissions import AllowAny

from portal.api.openapi_examples import (
    IF_NONE_MATCH_PARAMETER,
    LANGUAGE_PARAMETER,
    RESPONSES,
    response_components,
)
from portal.api.openapi_shapes import ProblemSerializer

ALWAYS = ("406", "429", "500")
WITH_BODY = ("400", "413", "415", "422")
CONDITIONAL_HEADERS = [
    IF_NONE_MATCH_PARAMETER,
    OpenApiParameter("ETag", str, OpenApiParameter.HEADER, response=[200, 304], description="Hash of the document"),
]


class TokenScheme(OpenApiAuthenticationExtension):
    """``Authorization: Bearer <token>``."""

    target_class = "portal.api.authentication.TokenAuthentication"
    name = "token"

    def get_security_definition(self, auto_schema: AutoSchema) -> dict[str, Any]:
        """HTTP bearer."""
        return {
            "type": "http",
            "scheme": "bearer",
            "description": "A token made on the settings page of the portal. / ポータルの設定画面で発行したトークン。",
        }


class ApiSchema(AutoSchema):
    """Adds to each operation what all have in common."""

    def get_tags(self) -> list[str]:
        """The view's own tag."""
        return [self.view.tag]

    def get_override_parameters(self) -> list[Any]:
        """Language; and the headers of conditional requests where there is an ETag to ask with."""
        return [LANGUAGE_PARAMETER, *(CONDITIONAL_HEADERS if self.view.conditional else [])]

    def _map_serializer(self, serializer: Any, direction: str, bypass_extensions: bool = False) -> Any:
        """Strict bodies know no other members."""
        schema = super()._map_serializer(serializer, direction, bypass_extensions)
        if direction == "request" and getattr(serializer, "strict", False):
            schema["additionalProperties"] = False
        return schema

    def _get_response_bodies(self, direction: str = "response") -> dict[str, Any]:
        """The answers of the operation and the problems that it may have."""
        bodies: dict[str, Any] = super()._get_response_bodies(direction)
        for status, body in bodies.items():
            body["description"] = body.get("description") or f"{status} OK"
        self.resolve_serializer(ProblemSerializer, "response")
        if self.view.conditional:
            bodies["304"] = {"description": "Not modified / 変更なし"}
        for status in self._problem_statuses():
            bodies.setdefault(status, {"$ref": f"#/components/responses/{RESPONSES[status][0]}"})
        return bodies

    def _problem_statuses(self) -> list[str]:
        needs_token = not any(isinstance(p, AllowAny) for p in self.view.get_permissions())
        has_body = self.method in ("POST", "PATCH")
        statuses = {*ALWAYS, *(WITH_BODY if has_body else ())}
        if self.view.get_authenticators():
            statuses.add("401")
        if needs_token and self.method != "GET":
            statuses |= {"403", "409"}
        if "{" in self.path or (needs_token and has_body):
            statuses.add("404")
        statuses |= set(self.view.more_problems.get(self.method, ()))
        return sorted(statuses - (set() if self.view.throttle_classes else {"429"}))


def add_problems(result: dict[str, Any], **kwargs: Any) -> dict[str, Any]:
    """Post-processing hook: the problem responses that operations refer to."""
    result.setdefault("components", {})["responses"] = response_components()
    return result


@lru_cache(maxsize=1)
def description() -> dict[str, Any]:
    """The API description, worked out once. It is the same in every language."""
    with translation.override("ja"):
        found: dict[str, Any] = SchemaGenerator().get_schema(request=None, public=True)
        return found
