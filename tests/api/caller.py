"""A caller of the API, as a partner system's HTTP client would be."""

from __future__ import annotations

import json
from typing import Any

from django.http import HttpResponse
from django.test import Client

from tests.api import contract

ROOT = "/api/v1/"


class Caller:
    """Calls with a token (or none) and a language. A failing view is an answer (500), not an exception."""

    def __init__(self, token: str | None = None, language: str = "ja") -> None:
        self.client = Client(raise_request_exception=False)
        self.token = token
        self.language = language

    def speaking(self, language: str) -> Caller:
        """The same caller in another language."""
        return Caller(self.token, language)

    def call(self, method: str, path: str, body: Any = None, **more: Any) -> HttpResponse:
        """``path`` below ``/api/v1/`` or absolute. ``body``: data to be sent as JSON, or raw bytes."""
        headers = {"Accept-Language": self.language, **more.pop("headers", {})}
        if self.token is not None:
            headers.setdefault("Authorization", f"Bearer {self.token}")
        address = path if path.startswith("/") else ROOT + path
        response = self._send(method, address, body, headers, more)
        contract.check(method, address, response)
        return response

    def _send(self, method: str, address: str, body: Any, headers: dict[str, str], more: dict[str, Any]) -> Any:
        if body is not None or method in ("POST", "PATCH", "PUT"):
            raw = body if isinstance(body, bytes) else json.dumps(body if body is not None else {}).encode()
            more.setdefault("content_type", "application/json")
            return self.client.generic(method, address, raw, headers=headers, **more)
        return self.client.generic(method, address, headers=headers, **more)

    def get(self, path: str, **more: Any) -> HttpResponse:
        return self.call("GET", path, **more)

    def post(self, path: str, body: Any = None, **more: Any) -> HttpResponse:
        return self.call("POST", path, body, **more)

    def patch(self, path: str, body: Any = None, **more: Any) -> HttpResponse:
        return self.call("PATCH", path, body, **more)

    def delete(self, path: str, **more: Any) -> HttpResponse:
        return self.call("DELETE", path, **more)

    def upload(self, path: str, file: Any, kind: str = "business_plan") -> HttpResponse:
        """A file as multipart/form-data."""
        headers = {"Accept-Language": self.language}
        if self.token is not None:
            headers["Authorization"] = f"Bearer {self.token}"
        response = self.client.post(ROOT + path, {"kind": kind, "file": file}, headers=headers)
        contract.check("POST", ROOT + path, response)
        return response


def problem(response: HttpResponse, status: int, name: str) -> dict[str, Any]:
    """The body of a problem of that status and type."""
    assert response.status_code == status, (response.status_code, response.content.decode()[:600])
    assert response.headers["Content-Type"] == "application/problem+json"
    body: dict[str, Any] = response.json()
    assert body["type"] == f"/api/v1/problems/{name}", body
    assert body["status"] == status
    assert body["title"]
    assert body["detail"]
    assert body["instance"].startswith("/api/v1/")
    return body


def ok(response: HttpResponse, status: int = 200) -> Any:
    """The body of a success."""
    assert response.status_code == status, (response.status_code, response.content.decode()[:800])
    return response.json() if response.content else None
