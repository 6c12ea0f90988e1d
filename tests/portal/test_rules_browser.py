"""The rule author's pages in a real browser: accessible and never wider than the screen, also with results and errors."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from django.test import Client
from playwright.sync_api import Browser, BrowserContext, Page

from tests.applications import journey
from tests.portal.desk import quick_passwords  # noqa: F401
from tests.portal.test_frontend_browser import SIDEWAYS, SMALL_TARGETS, open_context

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

HQ = "/rulebook/relocation/headquarters/"


@pytest.fixture(params=[("ja", 1280), ("en", 375)], ids=["ja-1280", "en-375"])
def context(request: Any, browser: Browser, live_server: Any, reviewer: Any) -> Iterator[BrowserContext]:
    language, width = request.param
    client = Client()
    client.force_login(reviewer)
    made = open_context(browser, live_server.url, language, width)
    session = client.cookies[settings.SESSION_COOKIE_NAME].value
    made.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": session, "url": live_server.url}])
    yield made
    made.close()


def problems(page: Page, what: str) -> list[str]:
    page.evaluate("document.fonts.ready")
    small = [html for html in page.evaluate(SMALL_TARGETS) if "visually-hidden" not in html]
    found = [f"{what}: small target {html}" for html in small]
    if page.evaluate(SIDEWAYS) > 0:
        found.append(f"{what} scrolls sideways by {page.evaluate(SIDEWAYS)} px")
    for violation in Axe().run(page).response["violations"]:
        found.append(f"{what}: {violation['id']} {violation['nodes'][0]['html'][:200]}")
    return found


def press(page: Page, name: str) -> None:
    with page.expect_navigation():
        page.locator(f"button[name={name}]:not(.visually-hidden)").click()


def test_pages_with_results_and_errors(context: BrowserContext, live_server: Any, firm: Any, member: Any) -> None:
    journey.submitted(firm, member)
    page = context.new_page()
    noted: list[str] = []
    page.on("console", lambda message: noted.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: noted.append(str(error)))
    for path in ("/rulebook/", "/rulebook/assumptions/", f"{HQ}V2026/", f"{HQ}?old=V2024&new=V2026"):
        page.goto(live_server.url + path)
        noted += problems(page, path)

    page.goto(live_server.url + f"{HQ}V2026/draft/")
    text = page.locator("[name=draft-text]")
    right = text.input_value()
    text.fill(right.replace("holds: has_certified_plan", "holds: has_certifid_plan"))
    press(page, "check")
    assert page.locator(".fault").count() == 1
    noted += problems(page, "draft with a fault")
    page.locator("[name=draft-text]").fill(
        right.replace("value: 10_000_000 yen, source: S3", "value: 20_000_000 yen, source: S3")
    )
    press(page, "fill")
    press(page, "try")
    assert page.locator("#determination").count() == 1
    noted += problems(page, "draft with a determination")

    page.goto(live_server.url + f"{HQ}V2026/simulation/")
    row = page.locator("tr", has=page.locator("code", has_text="rent_months"))
    row.locator("input").fill("much")
    press(page, "run")
    noted += problems(page, "simulation with an error")
    page.locator("tr", has=page.locator("code", has_text="rent_months")).locator("input").fill("3 months..24 months")
    press(page, "run")
    assert page.locator("#people").count() == 1
    noted += problems(page, "simulation")
    assert noted == []
