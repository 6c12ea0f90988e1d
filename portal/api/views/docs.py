"""The API description as JSON and YAML, and two pages that show it (Swagger UI, Redoc; nothing from foreign servers)."""

from __future__ import annotations

from csp.constants import NONCE, SELF
from csp.decorators import csp_replace
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe
from drf_spectacular.renderers import OpenApiYamlRenderer
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request

from portal.api.openapi import description
from portal.api.published import PublishedView
from portal.api.renderers import FileRenderer

REDOC_STYLES = [
    "'sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU='",
    "'sha256-QMIg+bpjm3JdElJ388KYke01izlUW0UoNOeKjpMxdgc='",
]
"""Two fixed inline styles that Redoc's scroll bar adds without the nonce (one of them empty)."""


@extend_schema(exclude=True)
class OpenApiJsonView(PublishedView):
    """The description as JSON."""

    def get(self, request: Request) -> HttpResponse:
        """OpenAPI 3.1."""
        return self.respond(request, (), description)


@extend_schema(exclude=True)
class OpenApiYamlView(PublishedView):
    """The description as YAML, equal to ``docs/openapi.yaml``."""

    renderer_classes = [FileRenderer]

    def get(self, request: Request) -> HttpResponse:
        """OpenAPI 3.1."""
        return self.respond_with(request, (), yaml_description, "application/yaml")


def yaml_description() -> bytes:
    """The description as the command ``spectacular`` writes it."""
    content: bytes = OpenApiYamlRenderer().render(description(), renderer_context={})
    return content


@require_safe
def swagger(request: HttpRequest) -> HttpResponse:
    """Swagger UI. Its one script of our own carries the nonce; the site's policy holds unchanged."""
    return render(request, "api/swagger.html")


@require_safe
@csp_replace({"worker-src": [SELF, "blob:"], "style-src": [SELF, NONCE, *REDOC_STYLES]})
def redoc(request: HttpRequest) -> HttpResponse:
    """Redoc. It searches in a worker that it makes itself; its styles carry the nonce."""
    return render(request, "api/redoc.html")
