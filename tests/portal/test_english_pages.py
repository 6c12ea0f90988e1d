"""Every kind of page in English: whoever follows the links of the portal meets no Japanese."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from html.parser import HTMLParser
from urllib.parse import urldefrag, urljoin, urlsplit

import pytest
from django.conf import settings
from django.test import Client
from django.urls import resolve, reverse
from django.urls.exceptions import Resolver404

from applications.models import Filing
from tests.portal.desk import at, quick_passwords, signed_in  # noqa: F401
from tests.portal.english_city import City
from tests.portal.firm import HQ

pytestmark = pytest.mark.django_db

JAPANESE = re.compile(r"[\u3000-\u30ff\u3400-\u9fff\uff00-\uffef]")
LETTER_NUMBER = re.compile(r"R\d+[\u4e00-\u9fff]+第\d+号(の\d+)?")
"""The number of a letter is a name."""
SHOWN = ("alt", "title", "aria-label", "placeholder", "content")
VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}
EACH_KIND = 2
"""Pages of a kind that each visitor looks at."""
MORE = {"desk_case": 16, "desk_decision": 9, "case_page": 20, "filing_form": 4, "kpi": 4}
"""Pages of these look different from case to case."""
LEFT_ALONE = ("/accounts/logout", "/api/")


class Reader(HTMLParser):
    """The links of a page, and the Japanese in what its readers see or hear, apart from parts marked as Japanese."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.open: list[tuple[str, bool]] = []
        self.japanese: list[str] = []
        self.links: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        skipped = self._skipping() or given.get("lang") == "ja" or tag in ("script", "style")
        if tag not in VOID:
            self.open.append((tag, skipped))
        if tag == "a" and given.get("href"):
            self.links.append(given["href"] or "")
        for name, value in attrs:
            if not skipped and (name in SHOWN or name.startswith("data-")):
                self._look(value or "", f"{tag} {name}")

    def handle_endtag(self, tag: str) -> None:
        while self.open and self.open.pop()[0] != tag:
            pass

    def handle_data(self, data: str) -> None:
        if not self._skipping():
            self._look(data, self.open[-1][0] if self.open else "")

    def _skipping(self) -> bool:
        return bool(self.open) and self.open[-1][1]

    def _look(self, text: str, where: str) -> None:
        if JAPANESE.search(LETTER_NUMBER.sub("", text)):
            self.japanese.append(f"{where}: {' '.join(text.split())}")


def pages(client: Client, first: list[str], looked_at: Counter[str]) -> Iterator[tuple[str, Reader]]:
    """Pages that links lead to, some of each kind. ``looked_at``: how many pages of each kind have been looked at."""
    waiting, seen = list(first), set(first)
    while waiting:
        url = waiting.pop(0)
        try:
            kind = resolve(urlsplit(url).path).view_name
        except Resolver404:
            kind = ""
        if looked_at[kind] >= MORE.get(kind, EACH_KIND) or url.startswith(LEFT_ALONE):
            continue
        looked_at[kind] += 1
        response = client.get(url)
        targets = [response["Location"]] if response.status_code == 302 else []
        if response.headers["Content-Type"].startswith("text/html") and not targets:
            reader = Reader(response.content.decode())
            yield kind, reader
            targets = reader.links
        for target in targets:
            target = urldefrag(urljoin(url, target))[0]
            if target.startswith("/") and target not in seen:
                seen.add(target)
                waiting.append(target)


def test_pages_in_english_hold_no_japanese() -> None:
    city = City()
    city.play()
    draft = Filing.objects.filter(state="draft", case__scheme=HQ).first()
    assert draft is not None
    check = ["/check/question/", "/check/question/capital/", "/check/answers/", "/check/result/", "/check/restart/"]
    visitors = {
        "nobody": ["/", "/styleguide/", "/accounts/password/reset/", "/no-such-page/", *check],
        "member": [
            *("/cases/", "/organisation/", "/organisation/tokens/", "/accounts/email/"),
            reverse("filing_summary", args=[draft.case.reference, draft.pk]),
        ],
        "approver": ["/approvals/"],
        "reviewer": ["/desk/", "/desk/?view=closed", "/rulebook/"],
        "auditor": ["/desk/health/"],
        "keeper": ["/kpi/figures/"],
    }
    found: dict[str, set[str]] = {}
    public, by_firms, by_officials = Counter[str](), Counter[str](), Counter[str]()
    with at():
        for visitor, first in visitors.items():
            user = getattr(city, visitor, None)
            client = signed_in(user, "en") if user is not None else Client()
            client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
            if visitor == "nobody":
                client.post("/check/", {"schemes": [HQ, "fixed_asset_tax/advanced_equipment"]})
            looked_at = {"nobody": public, "member": by_firms}.get(visitor, by_officials)
            for kind, reader in pages(client, first, looked_at):
                for text in reader.japanese:
                    found.setdefault(text, set()).add(f"{visitor}: {kind}")
    assert found == {}
    kinds = {kind for counted in (public, by_firms, by_officials) for kind in counted}
    assert len(kinds) > 50, sorted(kinds)
