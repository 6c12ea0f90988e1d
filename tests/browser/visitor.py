"""Somebody at a browser who reads the portal in one language and fills in its forms."""

from __future__ import annotations

import re
from typing import Any

from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext, pgettext
from playwright.sync_api import Browser, Locator, Page, expect

from tests.factories import PASSWORD

AXE = Axe()
SIDEWAYS = "document.documentElement.scrollWidth - document.documentElement.clientWidth"


class Visitor:
    """A browser window of one person."""

    def __init__(self, browser: Browser, url: str, language: str) -> None:
        self.url, self.language = url, language
        self.context = browser.new_context(viewport={"width": 1280, "height": 900}, accept_downloads=True)
        self.context.add_cookies([{"name": settings.LANGUAGE_COOKIE_NAME, "value": language, "url": url}])
        self.page: Page = self.context.new_page()
        self.page.set_default_timeout(20_000)
        self.problems: list[str] = []
        self.looked_at: set[str] = set()
        self.page.on("pageerror", lambda error: self.problems.append(str(error)))

    def words(self, japanese: str, context: str = "", **values: object) -> str:
        """A text of the portal in the visitor's language; it must have one."""
        with translation.override(self.language):
            text = pgettext(context, japanese) if context else gettext(japanese)
        assert self.language == "ja" or text != japanese, f"no English for {japanese}"
        return text % values if values else text

    def open(self, path: str) -> None:
        """Go to an address of the portal."""
        self.page.goto(self.url + path)

    def press(self, japanese: str, context: str = "") -> None:
        """Press the button, or follow the link, with this text, and wait for the next page."""
        name = re.compile(rf"^\s*{re.escape(self.words(japanese, context))}\s*$")
        main = self.page.get_by_role("main")  # not the menu, where a link may have the same name
        found = main.get_by_role("button", name=name).or_(main.get_by_role("link", name=name))
        with self.page.expect_navigation():
            self._only(found).click()

    def _only(self, found: Locator) -> Locator:
        return found.locator("visible=true").first

    def reads(self, japanese: str, **values: object) -> None:
        """The text stands on the page."""
        expect(self.page.locator("body")).to_contain_text(self.words(japanese, **values))

    def sees(self, text: str) -> None:
        """The text, which is the same in both languages, stands on the page."""
        expect(self.page.locator("body")).to_contain_text(text)

    def answer(self, name: str, value: Any) -> None:
        """Fill in one field, whatever it looks like."""
        fields = self.page.locator(f'main [name="{name}"]')
        kind = fields.first.evaluate("e => e.type || e.tagName")
        if isinstance(value, bool):
            value = "yes" if value else "no"
        if kind in ("radio", "checkbox") and fields.count() > 1:
            for one in value if isinstance(value, list) else [value]:
                self.page.locator(f'main [name="{name}"][value="{one}"]').check()
        elif kind in ("checkbox",):
            fields.set_checked(value == "yes")
        elif kind.startswith("select"):
            fields.select_option(str(value))
        else:
            fields.fill(str(value))

    def has_field(self, name: str) -> bool:
        """Whether the page asks for this."""
        return self.page.locator(f'main [name="{name}"]:visible').count() > 0

    def attach(self, name: str, *, file: str, content: bytes) -> None:
        """Choose a file."""
        self.page.locator(f'main input[type=file][name="{name}"]').set_input_files(
            {"name": file, "mimeType": "application/pdf", "buffer": content}
        )

    def sign_in(self, email: str) -> None:
        """Sign in with the tests' password."""
        self.open("/accounts/login/")
        self.answer("login", email)
        self.answer("password", PASSWORD)
        self.press("ログインする")
        self.page.wait_for_url(lambda url: "/accounts/login/" not in url)

    def check_page(self) -> None:
        """The page has no fault that axe finds and never scrolls sideways; a view is looked at once."""
        place = re.sub(r"[0-9]+", "0", self.page.url)
        if place in self.looked_at:
            return
        self.looked_at.add(place)
        found = AXE.run(self.page).response["violations"]
        assert not found, (place, [(one["id"], one["nodes"][0]["html"][:200]) for one in found])
        assert self.page.evaluate(SIDEWAYS) <= 0, place

    def leave(self) -> None:
        """Close the window; no script may have failed."""
        self.context.close()
        assert not self.problems
