"""The documentation pages in a real browser, under the site's content security policy."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def page(browser):
    context = browser.new_context()
    yield context.new_page()
    context.close()


@pytest.mark.parametrize(("path", "words"), [("docs", "/api/v1/determinations/"), ("redoc", "Determine / 判定")])
def test_pages_work_under_the_policy(page, live_server, path, words):
    complaints, answers = [], []
    page.on("console", lambda message: message.type == "error" and complaints.append(message.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("response", lambda response: answers.append(response.url))
    page.goto(f"{live_server.url}/api/v1/{path}/")
    expect(page.get_by_text(words).locator("visible=true").first).to_be_visible(timeout=30_000)
    page.wait_for_timeout(500)
    # Redoc asks for its maker's logo; the policy blocks it, which is what we want
    assert [text for text in complaints if "cdn.redoc.ly" not in text] == []
    assert [url for url in answers if not url.startswith((live_server.url, "data:", "blob:"))] == []
