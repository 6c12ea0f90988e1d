"""The front end in a real browser: accessibility (axe), no sideways scrolling, keyboard, life without JavaScript."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from playwright.sync_api import Browser, BrowserContext, Page, expect

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

PAGES = (
    "/",
    "/accounts/login/",
    "/accounts/signup/",
    "/accounts/password/reset/",
    "/styleguide/",
    "/styleguide/home/",
    "/styleguide/form/",
    "/styleguide/question/",
    "/styleguide/result/",
    "/styleguide/desk/",
    "/styleguide/case/",
)
SIDEWAYS = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
SMALL_TARGETS = """() => [...document.querySelectorAll("button, summary, select, input:not([type=hidden])")]
  .filter((e) => e.offsetParent && !e.closest("dialog"))
  .map((e) => [e.outerHTML.slice(0, 90), e.getBoundingClientRect()])
  .filter(([, box]) => box.width < 24 || box.height < 24)
  .map(([html]) => html)"""


def open_context(browser: Browser, url: str, language: str = "ja", width: int = 1280, **options: Any) -> BrowserContext:
    """A browser window of a width, in a language."""
    context = browser.new_context(viewport={"width": width, "height": 800}, **options)
    context.add_cookies([{"name": settings.LANGUAGE_COOKIE_NAME, "value": language, "url": url}])
    return context


@pytest.fixture
def page(browser: Browser, live_server: Any) -> Iterator[Page]:
    context = open_context(browser, live_server.url)
    made = context.new_page()
    problems: list[str] = []
    made.on("pageerror", lambda error: problems.append(str(error)))
    made.on("console", lambda message: problems.append(message.text) if message.type == "error" else None)
    yield made
    context.close()
    assert not problems


@pytest.mark.parametrize("width", [320, 768, 1280])
@pytest.mark.parametrize("language", ["ja", "en"])
def test_pages_are_accessible_and_never_scroll_sideways(
    browser: Browser, live_server: Any, language: str, width: int
) -> None:
    context = open_context(browser, live_server.url, language, width)
    problems: list[str] = []
    page = context.new_page()
    page.on("console", lambda message: problems.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: problems.append(str(error)))
    for path in PAGES:
        page.goto(live_server.url + path)
        page.evaluate("document.fonts.ready")
        assert page.locator("html").get_attribute("lang") == language
        if page.evaluate(SIDEWAYS) > 0:
            problems.append(f"{path} scrolls sideways by {page.evaluate(SIDEWAYS)} px")
        problems += [f"{path}: small target {html}" for html in page.evaluate(SMALL_TARGETS)]
        for violation in Axe().run(page).response["violations"]:
            problems.append(f"{path}: {violation['id']} {violation['nodes'][0]['html'][:150]}")
    context.close()
    assert not problems


def test_a_refused_form_takes_the_focus_to_its_errors(page: Page, live_server: Any) -> None:
    page.goto(live_server.url + "/styleguide/form/")
    page.get_by_role("button", name="確認する").click()
    expect(page.locator("[data-error-summary]")).to_be_focused()
    assert page.title().startswith("エラー：")
    assert not Axe().run(page).response["violations"]
    page.locator("[data-error-summary] a", has_text="東京23区").click()
    expect(page.locator("#id_from_capital_zone_0")).to_be_focused()


def test_rows_are_added_and_removed_in_place(page: Page, live_server: Any) -> None:
    page.goto(live_server.url + "/styleguide/form/")
    page.fill("[name=capital]", "1,000万")
    add = page.locator("[data-row-add]")
    for _ in range(5):
        add.click()
    expect(add).to_be_hidden()
    page.fill('[name="hires-1-wage"]', "360万")
    page.locator("[data-row-remove]").first.click()
    expect(page.locator('[name="hires-0-wage"]')).to_have_value("360万")
    expect(page.locator('[name="hires-TOTAL_FORMS"]')).to_have_value("4")
    expect(page.locator('[name="capital"]')).to_have_value("1,000万")
    expect(page.locator("[data-row-remove]").first).to_be_focused()
    inputs = page.locator("[data-rows-list] input:not([type=radio]), [data-rows-list] select")
    names = inputs.evaluate_all("all => all.map(e => e.name)")
    assert len(names) == len(set(names)) == 12
    assert not Axe().run(page).response["violations"]


def test_everything_works_without_javascript(browser: Browser, live_server: Any) -> None:
    context = open_context(browser, live_server.url, java_script_enabled=False)
    page = context.new_page()
    page.goto(live_server.url + "/styleguide/form/")
    page.fill("[name=capital]", "abc")
    page.locator("[data-row-add]").click()
    page.fill('[name="hires-0-wage"]', "360万")
    page.locator("[data-row-add]").click()
    expect(page.locator('[name="hires-0-wage"]')).to_have_value("360万")
    expect(page.locator('[name="capital"]')).to_have_value("abc")
    expect(page.locator(".errorlist")).to_have_count(0)
    page.locator('[name=remove][value="hires-1"]').click()
    expect(page.locator('[name="hires-TOTAL_FORMS"]')).to_have_value("1")
    page.get_by_role("button", name="確認する").click()
    expect(page.locator("[data-error-summary]")).to_be_visible()
    page.goto(live_server.url + "/styleguide/")
    expect(page.locator("#history")).to_be_visible()
    expect(page.locator("#letters")).to_be_visible()
    page.get_by_role("button", name="English").click()
    expect(page.locator("html")).to_have_attribute("lang", "en")
    assert page.url == live_server.url + "/styleguide/"
    context.close()


def test_a_form_goes_only_once(page: Page, live_server: Any) -> None:
    sent: list[str] = []
    page.on("request", lambda request: sent.append(request.url) if request.method == "POST" else None)
    page.goto(live_server.url + "/styleguide/form/")
    page.route("**/styleguide/form/", lambda route: None)  # the server does not answer
    after = page.evaluate("""() => {
      const button = document.querySelector("button[name=check]");
      button.click(); button.click(); button.click();
      return [button.getAttribute("aria-disabled"), button.disabled, button.innerText];
    }""")
    page.wait_for_timeout(300)
    assert len(sent) == 1
    assert after == ["true", False, "送信しています…"]


def test_typed_text_is_not_lost_by_leaving(page: Page, live_server: Any) -> None:
    asked: list[str] = []
    page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.dismiss()))
    page.goto(live_server.url + "/styleguide/form/")
    page.locator("[name=firm]").press_sequentially("あおば")
    page.evaluate("location.href = '/styleguide/'")
    page.wait_for_timeout(300)
    assert asked == ["beforeunload"]
    assert page.url.endswith("/styleguide/form/")
    expect(page.locator("[name=firm]")).to_have_value("あおば")


def test_tabs_by_keyboard_and_by_address(page: Page, live_server: Any) -> None:
    page.goto(live_server.url + "/styleguide/#letters")
    expect(page.locator("#letters")).to_be_visible()
    expect(page.locator("#history")).to_be_hidden()
    page.locator("#tab-letters").focus()
    page.keyboard.press("ArrowRight")
    expect(page.locator("#tab-history")).to_be_focused()
    expect(page.locator("#history")).to_be_visible()
    page.keyboard.press("End")
    expect(page.locator("#letters")).to_be_visible()
    assert page.url.endswith("#letters")


def test_a_dialog_opens_closes_and_gives_the_focus_back(page: Page, live_server: Any) -> None:
    page.goto(live_server.url + "/styleguide/")
    opener = page.locator("[data-dialog-open]")
    opener.click()
    expect(page.locator("dialog#withdraw")).to_be_visible()
    assert not Axe().run(page).response["violations"]
    page.keyboard.press("Escape")
    expect(page.locator("dialog#withdraw")).to_be_hidden()
    expect(opener).to_be_focused()
    opener.click()
    page.locator("dialog [data-dialog-close]").last.click()
    expect(page.locator("dialog#withdraw")).to_be_hidden()


def test_characters_are_counted_as_the_server_counts_them(page: Page, live_server: Any) -> None:
    page.goto(live_server.url + "/styleguide/form/")
    counter = page.locator("[data-counter=id_plan]")
    expect(counter).to_have_text("あと400文字")
    page.fill("#id_plan", "𠮷野\n家")  # 4 characters and a line break that is sent as two
    expect(counter).to_have_text("あと395文字")
    page.fill("#id_plan", "あ" * 412)
    expect(counter).to_have_text("12文字超えています")


def test_the_first_tab_stop_leads_to_the_content(page: Page, live_server: Any) -> None:
    page.goto(live_server.url + "/styleguide/")
    page.keyboard.press("Tab")
    link = page.locator(".skip-link")
    expect(link).to_be_focused()
    expect(link).to_be_in_viewport()
    page.keyboard.press("Enter")
    expect(page.locator("#main")).to_be_focused()


def test_the_printed_page_opens_what_is_folded_up(page: Page, live_server: Any) -> None:
    page.goto(live_server.url + "/styleguide/result/")
    page.emulate_media(media="print")
    expect(page.locator(".site-nav")).to_be_hidden()
    page.evaluate("window.dispatchEvent(new Event('beforeprint'))")
    assert page.locator("main details:not([open])").count() == 0
    page.evaluate("window.dispatchEvent(new Event('afterprint'))")
    assert page.locator("main details[open]").count() == 0
