"""No text that people see exists in Japanese alone: in Python, templates or scripts.

A Japanese literal is either looked up in the catalogue (see ``test_frontend_translations.py``) or stands beside its
English. What else is Japanese is listed here with the reason.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings

from tests.portal.test_frontend_translations import CALLS

ROOT = Path(settings.BASE_DIR)
PACKAGES = ("applications", "documents", "eligibility", "portal")
JAPANESE = re.compile(r"[\u3000-\u30ff\u3400-\u9fff\uff00-\uffef]")
"""Letters, and also the wide brackets, colons, commas and spaces of Japanese text."""
LATIN = re.compile(r"[A-Za-z]{2}|[(),.:;|/-]|^\s*\S?\s*$")
"""What an English counterpart has: a word, or punctuation."""
BOTH_IN_ONE = re.compile(r"[A-Za-z]{2}.*( / |\n\n)", re.S)
"""``Attach a file / 書類を添付する``, as the API's documentation has it."""
OFFICIAL_TERM = re.compile(r"\([\u3000-\u30ff\u3400-\u9fff]+\)")
"""``a request for review (審査請求)``: the legal term itself, in brackets."""
TAKES_BOTH = {"Text", "_kind", "refuse", "say", "item", "fixed", "reasons", "Builtin"}
"""Calls that take a text in Japanese and in English."""
READS = {"compile", "sub", "split", "replace", "removesuffix", "rpartition", "rstrip", "maketrans", "fullmatch"}
"""Calls that look for characters and show nothing."""
ALLOWED = {
    "documents/wording.py": "the notation of Japanese official documents; each form has an English one beside it",
    "eligibility/batch/cells.py": "words that are read from tables, in both languages",
    "eligibility/evaluation/citations.py": "names of statutes and the signs of their articles, with their English",
    "portal/components/dates.py": "the Japanese way to write dates; the English one stands beside it",
    "portal/components/money.py": "the Japanese way to write yen; the English one stands beside it",
    "portal/demo/answers.py": "what invented firms of Sendai typed",
    "portal/demo/build.py": "what invented firms and officials of Sendai typed",
    "portal/demo/people.py": "names of invented firms and people",
    "portal/demo/stories.py": "what invented firms of Sendai typed",
}
"""Modules that may hold Japanese, and why."""
ALLOWED_LITERALS = {
    ("applications/services/letters.py", "第"): "the number of a letter is a name",
    ("applications/services/letters.py", "号"): "the number of a letter is a name",
    ("documents/letters/layout.py", "："): "the English line is returned before it",
    ("documents/letters/render.py", "仙台市"): "author in the properties of a PDF",
    ("documents/problems.py", "（拡張子なし）"): "the English sentence says it itself",
    ("eligibility/evaluation/reading.py", " ＋ "): "signs of Japanese formulas; the English ones stand beside them",
    ("eligibility/evaluation/reading.py", " かつ "): "the English words are returned before it",
    ("eligibility/evaluation/reading.py", " 又は "): "the English words are returned before it",
    ("portal/accounts/models.py", "日本語"): "a language is named in itself",
    ("portal/settings.py", "日本語"): "a language is named in itself",
    ("portal/settings.py", "仙台市 経済支援制度ポータル API"): "title of the API description; pages translate it",
}
"""Single literals that may be Japanese, and why."""
JAPANESE_TEMPLATES = {
    "portal/templates/includes/header.html": "the switch names each language in itself",
    "documents/templates/documents/letter/letter.html": "the wide space of Japanese letters between name and number",
    "documents/templates/documents/letter/part.html": "the wide space of Japanese letters between contacts",
}


def parents_of(tree: ast.AST) -> dict[ast.AST, ast.AST]:
    """The parent of each node."""
    return {child: node for node in ast.walk(tree) for child in ast.iter_child_nodes(node)}


def texts_in(node: ast.AST) -> str:
    """All literal characters below a node, as one."""
    return "".join(n.value for n in ast.walk(node) if isinstance(n, ast.Constant) and isinstance(n.value, str))


def is_english(node: ast.AST) -> bool:
    """A text that could be the English beside a Japanese one: literal without Japanese, or made by an expression."""
    literal = OFFICIAL_TERM.sub("", texts_in(node))
    made = not isinstance(node, ast.Constant) and not literal
    return not JAPANESE.search(literal) and (made or bool(LATIN.search(literal)))


def name_called(node: ast.Call) -> str:
    """``gettext`` of ``gettext(…)`` and of ``translation.gettext(…)``."""
    return getattr(node.func, "id", None) or getattr(node.func, "attr", "")


def has_english(literal: ast.Constant, parents: dict[ast.AST, ast.AST]) -> bool:
    """The literal is looked up, stands beside its English, or is not shown at all."""
    node: ast.AST = literal
    while node in parents and not isinstance(node, ast.stmt):
        child, node = node, parents[node]
        if isinstance(node, ast.Expr) and child is literal:
            return True  # a docstring
        if isinstance(node, ast.Compare):
            return True
        if isinstance(node, ast.Call):
            name = name_called(node)
            if name in CALLS or name in READS:
                return True
            if name in TAKES_BOTH and any(is_english(other) for other in node.args if other is not child):
                return True
        if isinstance(node, ast.IfExp) and child is not node.test:
            other = node.orelse if child is node.body else node.body
            if is_english(other):
                return True
        if isinstance(node, ast.Dict) and _key(child, node).startswith("ja"):
            return any(texts_in(key).startswith("en") for key in node.keys if key is not None)
        if isinstance(node, ast.Tuple) and len(node.elts) > 1:
            place = node.elts.index(child)
            if any(is_english(other) for other in node.elts[place + 1 : place + 3]):
                return True
    return False


def _key(value: ast.AST, node: ast.Dict) -> str:
    key = next((k for k, v in zip(node.keys, node.values, strict=True) if v is value), None)
    return texts_in(key) if key is not None else ""


def japanese_alone(path: Path) -> Iterator[str]:
    """Japanese literals of a module that have no English."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    parents = parents_of(tree)
    for node in ast.walk(tree):
        if not isinstance(node, ast.Constant) or not isinstance(node.value, str):
            continue
        shown = OFFICIAL_TERM.sub("", node.value)
        if JAPANESE.search(shown) and not BOTH_IN_ONE.search(shown) and not has_english(node, parents):
            yield node.value


def modules() -> list[Path]:
    """Every module of the product but migrations, whose labels are those of the models."""
    found = [path for package in PACKAGES for path in (ROOT / package).rglob("*.py")]
    return sorted(path for path in found if "migrations" not in path.parts)


def test_no_text_in_python_is_japanese_alone() -> None:
    found = {str(path.relative_to(ROOT)): set(japanese_alone(path)) for path in modules()}
    assert len(found) > 150
    alone = {(name, text) for name, texts in found.items() for text in texts}
    assert {(name, text) for name, text in alone - set(ALLOWED_LITERALS) if name not in ALLOWED} == set()
    assert set(ALLOWED_LITERALS) <= alone, "no longer needed"
    assert {name for name in ALLOWED if not found.get(name)} == set(), "no longer needed"


@pytest.mark.parametrize(
    "source",
    [
        'DomainError("closed", "終了しました。")',
        'messages.success(request, f"{name}を登録しました。")',
        'title = "制度"',
        'Text("制度", "制度")',
        '{"ja": "制度", "name": "Scheme"}',
        'label = "対象" if open else "対象外"',
    ],
)
def test_what_is_japanese_alone_is_found(source: str, tmp_path: Path) -> None:
    module = tmp_path / "module.py"
    module.write_text(source, encoding="utf-8")
    assert list(japanese_alone(module))


@pytest.mark.parametrize(
    "source",
    [
        'def f():\n    """制度."""',
        'DomainError("closed", _("終了しました。"))',
        'Text("制度", "Scheme")',
        'Text(f"{name}の制度", f"Scheme of {name}")',
        '{"ja": "制度", "en": "Scheme"}',
        'label = "scheme" if english else "制度"',
        'summary = "Schemes / 制度の一覧"',
        're.compile("円$")',
    ],
)
def test_what_stands_beside_its_english_is_not(source: str, tmp_path: Path) -> None:
    module = tmp_path / "module.py"
    module.write_text(source, encoding="utf-8")
    assert not list(japanese_alone(module))


def test_no_template_is_japanese_outside_of_a_translation() -> None:
    """Also not with a wide bracket, colon, comma or space."""
    found = {}
    for package in PACKAGES:
        for path in sorted((ROOT / package).glob("**/templates/**/*.*")):
            name = str(path.relative_to(ROOT))
            source = path.read_text(encoding="utf-8")
            for translated in (
                r"{% blocktranslate.*?{% endblocktranslate %}",
                r"{#.*?#}",
                r"{% translate .*?%}",
                r'\b_\("[^"]*"\)',
            ):
                source = re.sub(translated, "", source, flags=re.S)
            if JAPANESE.search(source) and name not in JAPANESE_TEMPLATES:
                found[name] = sorted(set(JAPANESE.findall(source)))
    assert found == {}


def test_no_script_holds_texts() -> None:
    """Scripts take their words from the page, where they are translated."""
    scripts = sorted((ROOT / "portal" / "static").rglob("*.js"))
    assert scripts
    for path in scripts:
        source = re.sub(r"/\*.*?\*/|//[^\n]*", "", path.read_text(encoding="utf-8"), flags=re.S)
        assert not JAPANESE.search(source), path
