"""Letters as they are printed: text, pages, fonts, tags, language, embedded record, no access to anything outside."""

from __future__ import annotations

import io
import os
import re
import socket
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from pypdf import PdfReader

from documents.letters import render
from documents.letters.content import Calculation, CalculationLine, LegalNature, Letter
from documents.letters.decision import DecisionData, Kind
from documents.letters.kinds import KINDS, compose
from documents.letters.render import RenderError, letter_html, render_letter, unprintable_characters
from eligibility.rulebook.model import Text
from tests.documents.samples import (
    ALL_KINDS,
    CAPITAL,
    FIRM,
    INVESTMENT,
    LONG_NAME,
    MAYOR,
    OFFICE,
    OLD_FORMS,
    REASONS,
    addressed_to,
    decision,
)


def reader(letter: Letter, **extra: Any) -> PdfReader:
    return PdfReader(io.BytesIO(render_letter(letter, **extra)))


def text_of(pdf: PdfReader) -> str:
    """The text without line ends and blanks, which depend on the layout."""
    return squeezed("".join(page.extract_text() for page in pdf.pages))


def squeezed(text: str) -> str:
    return re.sub(r"[\s　]", "", text)


def fonts_of(pdf: PdfReader) -> dict[str, bool]:
    """Names of all fonts and whether they are embedded."""
    found = {}
    for page in pdf.pages:
        for reference in page["/Resources"]["/Font"].values():
            font = reference.get_object()
            descriptor = font["/DescendantFonts"][0].get_object()["/FontDescriptor"].get_object()
            found[font["/BaseFont"]] = any(name in descriptor for name in ("/FontFile", "/FontFile2", "/FontFile3"))
    return found


@pytest.mark.parametrize("kind", ALL_KINDS)
def test_every_kind_is_printed_with_long_names_and_old_forms(kind: Kind) -> None:
    assert len(LONG_NAME) == 60
    data = addressed_to(LONG_NAME, decision(kind))
    letter = compose(data)
    pdf = reader(letter)
    text = text_of(pdf)
    for expected in (
        LONG_NAME,
        "R8経企立第123号",
        "令和8年11月24日",
        "仙台市長郡和子",
        letter.subject.ja,
        "記",
        "以上",
        "（担当）経済局企業立地課電話022-214-8276",
        *(text.ja for text in letter.opening),
    ):
        assert squeezed(expected) in text, expected
    if data.addressee.representative_title.ja:
        assert squeezed(f"代表取締役{OLD_FORMS}様") in text
    assert ("（公印省略）" in text) != KINDS[kind].sealed
    assert "参考" not in text
    assert "Reference translation" not in text
    assert pdf.metadata is not None
    assert pdf.metadata.title == f"{letter.title.ja}　R8経企立第123号"
    assert pdf.metadata.author == "仙台市"
    assert pdf.root_object["/Lang"] == "ja"
    assert pdf.root_object["/MarkInfo"]["/Marked"]
    assert all(fonts_of(pdf).values())
    assert any("BIZ-UDMincho" in name for name in fonts_of(pdf))


@pytest.mark.parametrize("kind", ALL_KINDS)
def test_every_kind_is_printed_without_its_optional_data(kind: Kind) -> None:
    needed = {name: getattr(decision(kind), name) for name in KINDS[kind].needs | {"reasons", "requested"}}
    bare = DecisionData(
        kind=kind,
        scheme=Text("○○助成金", "Subsidy"),
        legal_nature=LegalNature.DISPOSITION,
        addressee=replace(FIRM, postal_address=()),
        sender=MAYOR,
        contact=replace(OFFICE, email=""),
        number="R8第1号",
        issued_on=date(2019, 5, 1),
        **needed,
        **({"amount": 8_234_000} if kind is Kind.REVOCATION else {}),
    )
    text = text_of(reader(compose(bare)))
    assert "令和元年5月1日" in text
    assert "None" not in text
    assert "〒" not in text
    assert "電子メール" not in text
    assert "確認コード" not in text
    assert "備考次の" not in text


def test_refusal_gives_every_criterion_and_nothing_of_a_grant() -> None:
    text = text_of(reader(compose(decision(Kind.NON_GRANT))))
    for reason in REASONS:
        for expected in (reason.criterion, reason.article, *(fact.label for fact in reason.facts)):
            assert squeezed(expected.ja) in text
    assert "下記のとおり交付しないことに決定したので通知します。" in text
    for absent in ("交付することに決定", "助成金の額", "審査請求", "取消しの訴え", "教示"):
        assert absent not in text


def test_disposition_prints_both_notices() -> None:
    text = text_of(reader(compose(decision(Kind.NON_GRANT, legal_nature=LegalNature.DISPOSITION))))
    assert "教示１この決定に不服があるときは" in text
    assert "２この決定の取消しの訴えは、この決定があったことを知った日の翌日から起算して６か月以内に" in text


def test_tax_disposition_prints_the_three_exceptions() -> None:
    text = text_of(reader(compose(decision(Kind.TAX_REFUSAL))))
    assert "裁決を経た後でなければ提起することができません" in text
    for exception in ("(1)審査請求があった日", "(2)決定、決定の執行", "(3)その他裁決を経ないこと"):
        assert exception in text


def test_revocation_shows_where_the_seal_goes() -> None:
    text = text_of(reader(compose(decision(Kind.REVOCATION))))
    assert "仙台市長郡和子印" in text
    assert "公印省略" not in text


def test_page_numbers_only_on_letters_of_several_pages() -> None:
    one = reader(compose(decision(Kind.REVOCATION)))
    assert len(one.pages) == 1
    assert not re.search(r"\d / \d", one.pages[0].extract_text())
    several = reader(compose(decision(Kind.GRANT)))
    assert len(several.pages) == 3
    for number, page in enumerate(several.pages, start=1):
        assert f"{number} / 3" in page.extract_text()
        assert page.extract_text().count("R8経企立第123号") == 1


def test_long_calculation_repeats_its_head_and_loses_no_row() -> None:
    lines = tuple(
        CalculationLine(
            Text(f"基本額{row:03d}", "Base"), Text("固定資産税等相当額　617,000円 × 200％", "x"), row, 2026 + row // 40
        )
        for row in range(1, 121)
    )
    total = sum(line.yen for line in lines)
    pdf = reader(
        compose(decision(Kind.GRANT, calculation=Calculation(lines, total), amount=total, years=(), conditions=()))
    )
    text = text_of(pdf)
    assert len(pdf.pages) >= 5
    for line in lines:
        assert text.count(line.component.ja) == 1
    with_table = [page.extract_text() for page in pdf.pages if "基本額" in page.extract_text()]
    assert all(re.search(r"項目\s*算式\s*金額", page) for page in with_table)
    assert "令和11年度" in text
    assert "合計7,260円" in text
    assert "以上" in with_table[-1] or "以上" in pdf.pages[-1].extract_text()


def test_the_last_page_never_holds_the_contact_alone() -> None:
    """One more line at a time, until a page break has moved through the foot of the letter."""
    pages = set()
    for lines in range(10, 22):
        remarks = tuple(Text("あ" * 30 + "。", "x") for _ in range(lines))
        pdf = reader(compose(decision(Kind.CERTIFICATION_FIRM, remarks=remarks)))
        pages.add(len(pdf.pages))
        last = squeezed(pdf.pages[-1].extract_text())
        assert not last.removeprefix("R8経企立第123号").startswith(("（担当）", "以上")), lines
    assert pages == {1, 2}


def test_reference_translation_starts_a_new_page() -> None:
    pdf = reader(compose(decision(Kind.NON_GRANT, reference_translation=True)))
    japanese, english = pdf.pages[0].extract_text(), pdf.pages[1].extract_text()
    assert "Reference translation (the Japanese text is authoritative)" in english
    assert "Reference translation" not in japanese
    assert "下記のとおり" in japanese
    assert "decided not to pay the subsidy" in " ".join(english.split())
    for reason in REASONS:
        assert squeezed(reason.criterion.en) in text_of(pdf)
    assert any("BIZ-UDPMincho" in name for name in fonts_of(pdf))
    short = reader(compose(decision(Kind.CERTIFICATION_FIRM, reference_translation=True)))
    assert ["Reference translation" in page.extract_text() for page in short.pages] == [False, True]


def test_reading_order_is_the_order_of_the_letter() -> None:
    text = text_of(reader(compose(decision(Kind.GRANT))))
    order = [
        "R8経企立第123号",
        "令和8年11月24日",
        "株式会社杜の都",
        "仙台市長",
        "の交付決定について（通知）",
        "令和8年10月1日付け",
        "記",
        "１助成金の額金8,234,000円",
        "２対象事業本社機能",
        "６年度別の内訳",
        "７算定の内訳",
        "８条件",
        "(1)事情変更",
        "(15)関係書類",
        "１０実績報告書の提出期限令和9年4月9日",
        "以上",
        "備考",
        "（担当）",
        "確認コード7K4M-2XQP-9TDA",
    ]
    places = [text.index(part) for part in order]
    assert places == sorted(places)


def test_line_ends_in_texts_are_kept() -> None:
    measure = Text("一行目です。\r\n二行目です。", "First line.\nSecond line.")
    lines = reader(compose(decision(Kind.CORRECTION_REQUEST, measure=measure))).pages[0].extract_text().splitlines()
    assert any(line.endswith("一行目です。") for line in lines)
    assert any(line.startswith("二行目です。") for line in lines)


def test_names_are_never_read_as_html() -> None:
    name = '<script>alert(1)</script>&amp;<img src="http://127.0.0.1/x.png"><style>p{display:none}</style>'
    letter = compose(addressed_to(name, decision(Kind.NON_GRANT)))
    assert squeezed(name) in text_of(reader(letter))
    html = letter_html(letter)
    assert "<script" not in html
    assert "<img" not in html
    assert "&lt;script&gt;" in html


def test_preview_is_the_same_letter() -> None:
    letter = compose(decision(Kind.GRANT, reference_translation=True))
    html = letter_html(letter, nonce="abc123")
    assert html.count('nonce="abc123"') == html.count("<style") == 2
    assert "style=" not in html
    assert "http" not in html.replace("https://portal.example/verify", "")
    for expected in (
        *(text.ja for text in letter.opening),
        "金8,234,000円",
        "Reference translation",
        '<html lang="ja">',
    ):
        assert expected in html


def test_drafts_are_marked() -> None:
    draft = reader(compose(decision(Kind.NON_GRANT, number="", issued_on=None)))
    assert draft.pages[0].extract_text().lstrip().startswith("（案）")
    assert "（文書番号）" in text_of(draft)
    assert "（施行日）" in text_of(draft)
    assert "（案）" not in text_of(reader(compose(decision(Kind.NON_GRANT))))


def test_determination_is_embedded() -> None:
    record = b'{"verdict": "not_eligible"}'
    pdf = reader(compose(decision(Kind.NON_GRANT)), record=record)
    assert pdf.attachments == {"determination.json": [record]}
    assert reader(compose(decision(Kind.NON_GRANT))).attachments == {}


def test_the_file_is_an_archive_file_with_tags() -> None:
    pdf = reader(compose(decision(Kind.GRANT)))
    xmp = pdf.root_object["/Metadata"].get_object().get_data().decode()
    assert 'pdfaid:part="3"' in xmp
    assert 'pdfaid:conformance="A"' in xmp
    assert pdf.root_object["/OutputIntents"]
    kinds = set()

    def walk(element: Any) -> None:
        element = element.get_object()
        if not isinstance(element, dict):
            return
        kinds.add(element.get("/S"))
        children = element.get("/K", [])
        for child in children if isinstance(children, list) else [children]:
            if not isinstance(child, int):
                walk(child)

    walk(pdf.root_object["/StructTreeRoot"])
    assert {"/Document", "/H1", "/H2", "/P", "/Table", "/TH", "/TD"} <= kinds


def test_the_same_letter_gives_the_same_bytes_in_any_thread() -> None:
    letters = [compose(decision(kind)) for kind in (Kind.GRANT, Kind.NON_GRANT, Kind.REVOCATION)] * 2
    alone = [render_letter(letter, record=b"{}") for letter in letters]
    assert alone[:3] == alone[3:]
    with ThreadPoolExecutor(max_workers=4) as pool:
        assert list(pool.map(lambda letter: render_letter(letter, record=b"{}"), letters)) == alone


def test_nothing_is_fetched(monkeypatch: pytest.MonkeyPatch) -> None:
    def forbidden(*args: Any, **kwargs: Any) -> None:
        raise AssertionError("the network was used")

    monkeypatch.setattr(socket.socket, "connect", forbidden)
    render._prepared.cache_clear()
    assert all(fonts_of(reader(compose(decision(Kind.REVOCATION)))).values())
    for url in ("http://127.0.0.1/x", "file:///etc/passwd", f"{render.FONTS.as_uri()}/../letters/letter.css"):
        for fetcher in (render._NOTHING, render._Fetcher(render.FONTS)):
            with pytest.raises(ValueError, match="load nothing"):
                fetcher.fetch(url)


WITHOUT_SYSTEM_FONTS = """
import sys, django
django.setup()
from documents.letters.kinds import compose
from documents.letters.render import render_letter
from tests.documents.samples import Kind, decision
sys.stdout.buffer.write(render_letter(compose(decision(Kind.GRANT, reference_translation=True))))
"""


@pytest.mark.slow
def test_fonts_come_from_the_repository_only(tmp_path: Path) -> None:
    """A machine without any font prints the same bytes."""
    (tmp_path / "fonts.conf").write_text(f"<fontconfig><cachedir>{tmp_path}/cache</cachedir></fontconfig>")
    environment = {
        **os.environ,
        "FONTCONFIG_FILE": str(tmp_path / "fonts.conf"),
        "PORTAL_MODE": "test",
        "DJANGO_SETTINGS_MODULE": "portal.settings",
    }
    elsewhere = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", WITHOUT_SYSTEM_FONTS],
        env=environment,
        cwd=render.PACKAGE.parent,
        stdout=subprocess.PIPE,
        check=True,
    ).stdout
    assert elsewhere == render_letter(compose(decision(Kind.GRANT, reference_translation=True)))
    names = fonts_of(PdfReader(io.BytesIO(elsewhere)))
    assert {name.partition("+")[2] for name in names} == {"BIZ-UDMincho", "BIZ-UDPMincho", "BIZ-UDGothic"}


@pytest.mark.parametrize(
    ("name", "missing"), [("𠮷野商店", "𠮷"), ("髙﨑邊邉德神瀨濵①㈱Ⅲ葛󠄀城", ""), ("김앤張", "김앤")]
)
def test_characters_that_cannot_be_printed_are_named(name: str, missing: str) -> None:
    letter = compose(addressed_to(name, decision(Kind.NON_GRANT)))
    assert unprintable_characters(letter) == missing
    if missing:
        with pytest.raises(RenderError, match=missing[0]):
            render_letter(letter)
    else:
        assert "髙﨑邊邉德" in text_of(reader(letter))


def test_faults_of_the_printer_are_render_errors(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*args: Any) -> None:
        raise RuntimeError("no font map")

    monkeypatch.setattr(render, "_pdf", broken)
    with pytest.raises(RenderError, match="no font map"):
        render_letter(compose(decision(Kind.GRANT)))


def test_reasons_appear_once_each() -> None:
    text = text_of(reader(compose(decision(Kind.NON_GRANT))))
    assert text.count(squeezed(CAPITAL.criterion.ja)) == text.count(squeezed(INVESTMENT.criterion.ja)) == 1
