"""Every refusal of a service has its own type of problem."""

from __future__ import annotations

import ast
from pathlib import Path

from portal.api.problem_kinds import KINDS

ROOT = Path(__file__).resolve().parents[2]
CALLED = ("start", "draft", "submit", "common")
"""Services that the API calls, and what they share."""


def codes_of_services() -> dict[str, int]:
    """Codes of refusals, with the status that each is answered with."""
    found = {}
    for name in CALLED:
        source = (ROOT / "applications" / "services" / f"{name}.py").read_text(encoding="utf-8")
        for node in ast.walk(ast.parse(source)):
            kind = getattr(getattr(node, "func", None), "id", "")
            if kind in ("DomainError", "Conflict"):
                found[ast.literal_eval(node.args[0])] = 409 if kind == "Conflict" else 422
    return found


def test_every_refusal_has_its_type():
    codes = codes_of_services() | {"stale_draft": 409, "incomplete": 422}
    assert len(codes) > 15
    assert {code: status for code, status in codes.items() if code not in KINDS or KINDS[code].status != status} == {}
