"""Letters as HTML for the browser and as PDF/A for the file, from the same templates and stylesheet.

Nothing is fetched: the only files read are the fonts beside this package. The same letter gives the same bytes.
"""

from __future__ import annotations

import logging
from datetime import datetime
from functools import cache
from pathlib import Path
from threading import Lock
from typing import Any, Final

from django.template.loader import render_to_string
from fontTools.ttLib import TTFont
from weasyprint import CSS, HTML, Attachment
from weasyprint.text.fonts import FontConfiguration
from weasyprint.urls import URLFetcher

from documents.letters.content import Letter
from documents.letters.layout import parts
from documents.wording import JAPAN

PACKAGE: Final = Path(__file__).resolve().parent.parent
FONTS: Final = PACKAGE / "fonts"
STYLES: Final = Path(__file__).resolve().parent
PDF_VARIANT: Final = "pdf/a-3a"
"""Archive format with tags for screen readers and room for an attached record."""
AUTHOR: Final = "仙台市"
RECORD_NAME: Final = "determination.json"
MOST_PAGES: Final = 300
"""Pages up to which the first page is numbered."""

_one_at_a_time = Lock()
"""Pango's font map is shared by all letters of a process and must not be used by two threads at once."""

logging.getLogger("weasyprint").setLevel(logging.ERROR)
logging.getLogger("fontTools").setLevel(logging.WARNING)


class RenderError(RuntimeError):
    """A PDF could not be made. The decision stands; rendering may be tried again."""


def letter_html(letter: Letter, *, nonce: str = "") -> str:
    """The letter as a complete page for the browser. ``nonce`` is the one of the page's content security policy."""
    return _html(letter, nonce=nonce, style=_style("letter.css"))


def render_letter(letter: Letter, *, record: bytes | None = None) -> bytes:
    """The letter as PDF. ``record`` (JSON of the determination) is embedded as ``determination.json``.

    Threads of a process take turns. Raises :class:`RenderError`; the decision stands all the same.
    """
    html = _html(letter)
    if missing := _unprintable(html):
        raise RenderError(f"letter '{letter.number or letter.kind}': the fonts lack {' '.join(missing)}")
    try:
        with _one_at_a_time:
            return _pdf(html, letter, record)
    except Exception as error:
        raise RenderError(f"letter '{letter.number or letter.kind}' could not be rendered: {error}") from error


def unprintable_characters(letter: Letter) -> str:
    """Characters of the letter that its fonts lack, such as rare forms in names; with any of them it is not printed."""
    return _unprintable(_html(letter))


def _unprintable(html: str) -> str:
    used = {ord(character) for character in html} - _printable()
    return "".join(chr(code) for code in sorted(used))


@cache
def _printable() -> frozenset[int]:
    """Code points that the fonts have or that print nothing: white space and selectors of variants of a character."""
    blank = {
        *range(0x20),
        0xA0,
        0xAD,
        *range(0x200B, 0x2010),
        0x2060,
        *range(0xFE00, 0xFE10),
        0xFEFF,
        *range(0xE0100, 0xE01F0),
    }
    with TTFont(FONTS / "BIZUDMincho-Regular.ttf", lazy=True) as font:
        return frozenset(blank | font.getBestCmap().keys())


def _html(letter: Letter, **extra: str) -> str:
    html: str = render_to_string(
        "documents/letter/letter.html", {"letter": letter, "parts": parts(letter), "author": AUTHOR, **extra}
    )
    return html


def _pdf(html: str, letter: Letter, record: bytes | None) -> bytes:
    fonts, style = _prepared()
    pdf: bytes = HTML(string=html, url_fetcher=_NOTHING).write_pdf(
        font_config=fonts, stylesheets=[style], pdf_variant=PDF_VARIANT, attachments=_attachments(letter, record)
    )
    return pdf


def _attachments(letter: Letter, record: bytes | None) -> list[Attachment] | None:
    if record is None:
        return None
    # A fixed time keeps the bytes the same each time a letter is rendered.
    day = letter.issued_on
    at = datetime(day.year, day.month, day.day, tzinfo=JAPAN) if day else datetime(1970, 1, 1, tzinfo=JAPAN)
    return [
        Attachment(
            string=record,
            name=RECORD_NAME,
            description="Determination that the decision rests on",
            created=at,
            modified=at,
            relationship="Data",
        )
    ]


class _Fetcher(URLFetcher):
    """Opens files below one folder and nothing else."""

    def __init__(self, folder: Path | None) -> None:
        super().__init__(allowed_protocols=("file",))
        self._prefix = f"{folder.as_uri()}/" if folder else ""

    def fetch(self, url: str, headers: Any = None) -> Any:
        """The file, or ``ValueError``."""
        if not self._prefix or not url.startswith(self._prefix) or ".." in url:
            raise ValueError(f"letters load nothing from {url}")
        return super().fetch(url, headers)


_NOTHING: Final = _Fetcher(None)


@cache
def _prepared() -> tuple[FontConfiguration, CSS]:
    """Fonts and stylesheet, read once in a process: they cost as much as a letter."""
    fonts = FontConfiguration()
    rules = "\n".join((_style("fonts.css"), _style("letter.css"), _first_page_number()))
    return fonts, CSS(string=rules, base_url=f"{FONTS.as_uri()}/", url_fetcher=_Fetcher(FONTS), font_config=fonts)


def _first_page_number() -> str:
    """A letter of one page carries no page number. CSS has no condition for that, but a list of what to print for each
    number of pages."""
    numbers = " ".join(f'"1 / {pages}"' for pages in range(2, MOST_PAGES + 1))
    return f'@page :first {{ @bottom-center {{ content: counter(pages, symbols(fixed "" {numbers})) }} }}'


@cache
def _style(name: str) -> str:
    return (STYLES / name).read_text(encoding="utf-8")
