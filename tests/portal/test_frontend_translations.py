"""Every text of the portal has an English translation, and no placeholder is lost in it."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import polib
import pytest
from django.conf import settings
from django.utils.translation.template import templatize

ROOT = Path(settings.BASE_DIR)
PACKAGES = ("applications", "documents", "eligibility", "portal")
CATALOGUE = ROOT / "portal" / "locale" / "en" / "LC_MESSAGES" / "django.po"
CALLS = {
    "_": (1, False),
    "gettext": (1, False),
    "gettext_lazy": (1, False),
    "gettext_noop": (1, False),
    "ngettext": (2, False),
    "ngettext_lazy": (2, False),
    "pgettext": (1, True),
    "pgettext_lazy": (1, True),
    "npgettext": (2, True),
    "npgettext_lazy": (2, True),
}
STRING = r"""u?(?:'(?:\\.|[^'\\])*'|"(?:\\.|[^"\\])*")"""
JAPANESE = re.compile(r"[\u3000-\u30ff\u3400-\u9fff\uff00-\uffef]")

Message = tuple[str | None, str]


@pytest.fixture(scope="module")
def catalogue() -> polib.POFile:
    return polib.pofile(str(CATALOGUE))


def messages_of_template(path: Path) -> Iterator[Message]:
    """Context and msgid of every translate tag, as ``makemessages`` sees them."""
    source = templatize(path.read_text(encoding="utf-8"))
    for name, arguments in re.findall(rf"\b({'|'.join(CALLS)})\(\s*({STRING}(?:\s*,\s*{STRING})*)", source):
        values = [ast.literal_eval(text) for text in re.findall(STRING, arguments)]
        yield (values[0], values[1]) if CALLS[name][1] else (None, values[0])


def messages_of_module(path: Path) -> Iterator[Message]:
    """Context and msgid of every gettext call with literal texts."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in CALLS:
            values = [a.value for a in node.args if isinstance(a, ast.Constant) and isinstance(a.value, str)]
            if values:
                yield (values[0], values[1]) if CALLS[node.func.id][1] else (None, values[0])


def all_messages() -> dict[Message, Path]:
    """Where each message is used."""
    found: dict[Message, Path] = {}
    for package in PACKAGES:
        for path in sorted((ROOT / package).glob("**/templates/**/*.*")):
            found.update(dict.fromkeys(messages_of_template(path), path))
        for path in sorted((ROOT / package).rglob("*.py")):
            if "migrations" not in path.parts:
                found.update(dict.fromkeys(messages_of_module(path), path))
    return found


def test_nothing_is_untranslated_or_fuzzy(catalogue: polib.POFile) -> None:
    assert not [entry.msgid for entry in catalogue.untranslated_entries()]
    assert not [entry.msgid for entry in catalogue.fuzzy_entries()]
    assert not [entry.msgid for entry in catalogue if "fuzzy" in entry.flags]


def test_every_text_is_in_the_catalogue(catalogue: polib.POFile) -> None:
    known = {(entry.msgctxt, entry.msgid) for entry in catalogue if not entry.obsolete}
    used = all_messages()
    assert len(used) > 1500
    missing = {message: str(path.relative_to(ROOT)) for message, path in used.items() if message not in known}
    assert not missing, "run: make messages, then translate the new entries of en.po"
    left_over = known - set(used) - {(None, "")}
    assert not left_over, "run: make messages, then remove what is obsolete"


def test_placeholders_survive_translation(catalogue: polib.POFile) -> None:
    shape = re.compile(r"%\([a-z_]+\)[sd]|\{[a-z]+\}|<[a-z/][^>]*>")
    for entry in catalogue:
        for text in entry.msgstr_plural.values() if entry.msgid_plural else [entry.msgstr]:
            assert sorted(shape.findall(text)) == sorted(shape.findall(entry.msgid)), entry.msgid


def test_english_contains_no_japanese(catalogue: polib.POFile) -> None:
    for entry in catalogue:
        for text in entry.msgstr_plural.values() if entry.msgid_plural else [entry.msgstr]:
            assert not JAPANESE.search(text), text
