"""The best combination in a real browser: accessible, never wider than the window, everything can be opened."""

from __future__ import annotations

from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from django.test import Client
from playwright.sync_api import Browser

from tests.portal.test_combination import HQ, MEASURE, SOFTWARE, TAX, keep, project
from tests.portal.test_frontend_browser import SIDEWAYS, SMALL_TARGETS, open_context

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.mark.parametrize(("language", "width"), [("ja", 320), ("en", 320), ("ja", 1280)])
def test_result_and_relations_are_accessible(browser: Browser, live_server: Any, language: str, width: int) -> None:
    visitor = Client()
    keep(visitor, [HQ, SOFTWARE, MEASURE, TAX], project())
    context = open_context(browser, live_server.url, language, width)
    session = visitor.cookies[settings.SESSION_COOKIE_NAME].value
    context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": session, "url": live_server.url}])
    page = context.new_page()
    problems: list[str] = []
    for path in ("/check/result/", f"/schemes/{HQ}/"):
        page.goto(live_server.url + path)
        page.evaluate("document.fonts.ready")
        page.evaluate("document.querySelectorAll('details').forEach((d) => (d.open = true))")
        if page.evaluate(SIDEWAYS) > 0:
            problems.append(f"{path} scrolls sideways by {page.evaluate(SIDEWAYS)} px")
        problems += [f"{path}: small target {html}" for html in page.evaluate(SMALL_TARGETS)]
        for violation in Axe().run(page).response["violations"]:
            problems.append(f"{path}: {violation['id']} {violation['nodes'][0]['html'][:150]}")
    context.close()
    assert not problems
