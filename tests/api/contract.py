"""Every answer that a test gets must be one that the API description promises: status, media type, body, headers."""

from __future__ import annotations

import json
from functools import lru_cache
from typing import Any

from django.http import HttpResponse
from django.urls import Resolver404, resolve
from jsonschema import Draft202012Validator
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT202012

from portal.api.openapi import description

NOT_DESCRIBED = {"openapi-json", "schema", "docs", "redoc", "no-such-address"}
EVERYWHERE = {308, 405}
"""Answers that any address may give; the description says so once, in its introduction."""


@lru_cache(maxsize=1)
def _templates() -> dict[str, str]:
    """View name → path in the description."""
    from portal.api.urls import urlpatterns

    found = {}
    for pattern in urlpatterns:
        route = str(pattern.pattern)
        parts = ["{" + p[1:-1].split(":")[-1] + "}" if p.startswith("<") else p for p in route.split("/")]
        found[pattern.name] = "/api/v1/" + "/".join(parts)
    return found


@lru_cache(maxsize=1)
def _registry() -> Registry:
    exact = json.loads(json.dumps(description()))
    for schema in exact["components"]["schemas"].values():
        if "properties" in schema:
            schema.setdefault("additionalProperties", False)  # nothing is answered that is not described
    resource = Resource.from_contents(exact, default_specification=DRAFT202012)
    return Registry().with_resource("urn:api", resource)


@lru_cache(maxsize=256)
def _validator(*pointer: str) -> Draft202012Validator:
    escaped = "/".join(part.replace("~", "~0").replace("/", "~1") for part in pointer)
    return Draft202012Validator({"$ref": f"urn:api#/{escaped}"}, registry=_registry())


def check(method: str, path: str, response: HttpResponse) -> None:
    """Fails when the answer is not one that is described."""
    try:
        name = resolve(path.partition("?")[0]).url_name
    except Resolver404:
        return
    status = response.status_code
    if name in NOT_DESCRIBED or status in EVERYWHERE:
        return
    template = _templates()[name]
    operation = description()["paths"][template].get("get" if method == "HEAD" else method.lower())
    assert operation is not None, f"{method} {template} is not described, but answered {status}"
    described = operation["responses"].get(str(status))
    assert described is not None, f"{method} {template} answered {status}: {response.content.decode()[:500]}"
    pointer = ("paths", template, method.lower(), "responses", str(status))
    if "$ref" in described:
        pointer = ("components", "responses", described["$ref"].rsplit("/", 1)[1])
        described = description()["components"]["responses"][pointer[-1]]
    media_type = response.headers.get("Content-Type", "").split(";")[0]
    content = described.get("content")
    if content is None or method == "HEAD":
        return
    if media_type not in content:
        assert "application/octet-stream" in content, f"{method} {template} answered {media_type}"
        return
    if media_type.endswith("json"):
        body: Any = response.json()
        errors = list(_validator(*pointer, "content", media_type, "schema").iter_errors(body))
        assert not errors, f"{method} {template} {status}: {errors[0].json_path}: {errors[0].message[:400]}"
