"""The template components: what they render, in both languages, and what they refuse."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.paginator import Paginator
from django.template import Context, Template, TemplateSyntaxError
from django.template.loader import get_template
from django.test import RequestFactory
from django.utils.translation import override

from eligibility.rulebook.model import Text

TEMPLATES = Path(settings.BASE_DIR) / "portal" / "templates"


def render(source: str, path: str = "/", **values: Any) -> str:
    """A template with the library loaded, as text with single spaces."""
    context = Context({"request": RequestFactory().get(path), **values})
    return re.sub(r"\s+", " ", Template("{% load ui %}" + source).render(context)).strip()


def text(html: str) -> str:
    """What is left without tags."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]*>", "", html)).strip()


def test_all_templates_compile() -> None:
    for file in TEMPLATES.rglob("*.*"):
        get_template(str(file.relative_to(TEMPLATES)))


def test_every_icon_is_in_the_sprite() -> None:
    sprite = (TEMPLATES / "ui" / "icons.html").read_text(encoding="utf-8")
    drawn = set(re.findall(r'id="i-([a-z-]+)"', sprite))
    used = set()
    for file in [*TEMPLATES.rglob("*.html"), *(Path(settings.BASE_DIR) / "portal").glob("components/*.py")]:
        source = file.read_text(encoding="utf-8")
        used |= set(re.findall(r'{% icon "([a-z-]+)"', source))
        used |= set(re.findall(r'icon(?:_after)?="([a-z-]+)"', source))
        used |= set(re.findall(r'"(?:positive|negative|caution|info|neutral)", "([a-z-]+)"', source))
    assert used - {"name"} <= drawn  # "name" stands in a comment


def test_links_appear_only_when_their_route_exists() -> None:
    assert render('{% url_if "home" as u %}[{{ u }}]') == "[/]"
    assert render('{% url_if "no_such_route" 5 as u %}[{{ u }}]') == "[]"
    assert render('{% nav_link "no_such_route" "x" %}') == ""
    assert 'aria-current="page"' in render('{% nav_link "home" "ホーム" %}')
    assert 'aria-current="true"' in render('{% nav_link "account_email" "x" %}', path="/accounts/email/more/")
    assert "aria-current" not in render('{% nav_link "account_email" "x" %}', path="/")


def test_buttons() -> None:
    html = render('{% button "申請する" icon_after="arrow-right" name="go" value="1" data_extra="x" %}')
    assert html.startswith("<button")
    assert 'type="submit"' in html
    assert 'name="go"' in html
    assert 'data-extra="x"' in html
    assert "data-busy=" in html
    link = render('{% button "見る" href=url kind="secondary" size="small" %}', url="/x/?a=1&b=2")
    assert link.startswith("<a")
    assert 'href="/x/?a=1&amp;b=2"' in link
    assert "type=" not in link
    assert "data-busy" not in link
    assert "data-busy" not in render('{% button "x" type="button" %}')
    with pytest.raises(ValueError, match="kind is one of"):
        render('{% button "x" kind="loud" %}')


def test_everything_given_is_escaped() -> None:
    bad = "<b>&</b>"
    for source in (
        "{% button bad %}",
        "{% page_heading bad bad bad %}",
        "{% label bad %}",
        "{% empty_state bad bad %}",
        "{% inline_message 'info' bad %}",
        "{% breadcrumb bad '/' bad %}",
        "{% copy_button bad %}",
        "{% card title=bad href=bad eyebrow=bad %}{{ bad }}{% endcard %}",
        "{% assumed note=bad %}",
        "{% accordion title=bad note=bad %}{% endaccordion %}",
        "{% table caption=bad %}{% endtable %}",
    ):
        assert "<b>" not in render(source, bad=bad)


def test_breadcrumb_ends_with_this_page() -> None:
    html = render('{% breadcrumb "制度一覧" "/schemes/" "本社機能" %}')
    assert '<a href="/">' in html
    assert '<a href="/schemes/">制度一覧</a>' in html
    assert '<span aria-current="page">本社機能</span>' in html


def test_banners_say_their_kind_and_are_announced_only_when_new() -> None:
    quiet = render('{% banner "warning" title="注意" %}<p>x</p>{% endbanner %}')
    assert 'role="status"' not in quiet
    assert 'aria-label="注意"' in quiet
    assert "<p>x</p>" in quiet
    assert 'role="status"' in render('{% banner "success" live=True %}x{% endbanner %}')
    assert 'role="alert"' in render('{% banner "error" live=True %}x{% endbanner %}')
    with pytest.raises(ValueError, match="unknown kind of banner"):
        render('{% banner "shout" %}{% endbanner %}')


@pytest.mark.parametrize(
    ("tag", "ja", "en"),
    [
        ('verdict_label "refer"', "要確認（市が判断）", "Referred (the city decides)"),
        ('verdict_label "no_terms"', "規定なし", "No rules on record"),
        ('state_label "correction_requested"', "補正待ち", "Correction requested"),
        ('state_label "lapsed"', "失効", "Lapsed"),
        ('finding_label "not_met"', "満たしていません", "Not met"),
    ],
)
def test_labels_are_a_word_with_an_icon(tag: str, ja: str, en: str) -> None:
    for language, word in (("ja", ja), ("en", en)):
        with override(language):
            html = render(f"{{% {tag} %}}")
            assert text(html) == word
            assert "<use href=" in html


def test_assumed_is_marked_in_words_and_explained() -> None:
    assert text(render("{% assumed %}")) == "仮定値・市の確認待ち"
    html = render('{% assumed note="率は前年度のもの" key="A-01" %}')
    assert "<details" in html
    assert "率は前年度のもの" in html
    assert "A-01" in html


def test_yen_shows_the_readable_and_keeps_the_exact_figure() -> None:
    html = render("{% yen 123400000 %}")
    assert text(html) == "1億2,340万円"
    assert '<data class="yen" value="123400000" title="123,400,000円">' in html
    assert text(render("{% yen 123400000 exact=True %}")) == "123,400,000円"
    assert text(render("{% yen 123400000 both=True %}")) == "1億2,340万円123,400,000円"
    assert text(render("{% yen 10000000 30000000 %}")) == "1,000万円～3,000万円"
    assert text(render("{% yen 5000000 None %}")) == "500万円以上"
    assert text(render("{% yen 0 50000000 %}")) == "最大5,000万円"
    assert text(render("{% yen None %}")) == "―"
    assert text(render("{% yen 0 %}")) == "0円"
    with override("en"):
        assert text(render("{% yen 10000000 30000000 %}")) == "¥10 million–¥30 million"
        assert text(render("{% yen 5000000 None %}")) == "¥5 million or more"
    assert render("{{ n|yen_text }}/{{ n|yen_exact }}", n=10_000) == "1万円/10,000円"


def test_deadline_says_how_many_days_are_left() -> None:
    html = render("{% deadline until today %}", until=date(2026, 12, 1), today=date(2026, 11, 22))
    assert text(html) == "12月1日まで（あと9日）"
    assert 'datetime="2026-12-01"' in html
    assert render("{% deadline until %}", until=None) == ""
    with override("en"):
        html = render("{% deadline until today %}", until=date(2026, 12, 1), today=date(2026, 11, 30))
        assert text(html) == "until 1 December(1 day left)"


def test_texts_of_the_rule_book_follow_the_language() -> None:
    title = Text("制度", "Scheme")
    assert render("{{ t|words }}", t=title) == "制度"
    with override("en"):
        assert render("{{ t|words }}", t=title) == "Scheme"
    assert render("{{ t|words }}", t="そのまま") == "そのまま"


def test_steps_say_done_current_and_later() -> None:
    html = render(
        "{% step_path steps %}",
        steps=[
            {"title": "事前協議", "state": "done", "date": date(2026, 9, 4)},
            {"title": "指定申請", "state": "current"},
            {"title": "交付申請", "state": "later"},
        ],
    )
    assert html.count('aria-current="step"') == 1
    for word in ("完了", "2026年9月4日", "いまここ", "これから"):
        assert word in html


def test_question_progress_counts_what_is_left() -> None:
    html = render("{% question_progress left=4 answered=8 %}")
    assert "あと約<strong>4</strong>問" in html
    assert 'max="12" value="8"' in html
    assert "質問は終わりです" in render("{% question_progress left=0 answered=0 %}")


def test_criteria_show_the_own_figure_beside_the_threshold() -> None:
    html = render(
        "{% criteria_list c %}",
        c=[
            {
                "outcome": "not_met",
                "text": "雇用5人以上",
                "own": "3人",
                "threshold": "5人以上",
                "article": "要綱 第3条",
                "hint": "あと2人",
            }
        ],
    )
    for part in (
        "満たしていません",
        "雇用5人以上",
        "<dt>貴社</dt><dd>3人</dd>",
        "<dt>基準</dt><dd>5人以上</dd>",
        "要綱 第3条",
        "こうすれば対象になります",
        "あと2人",
    ):
        assert part in html
    with pytest.raises(ValueError, match="unknown outcome"):
        render("{% criteria_list c %}", c=[{"outcome": "maybe", "text": "x"}])


def test_calculation_adds_up_to_its_total() -> None:
    html = render(
        "{% calculation lines total=5000000 %}",
        lines=[
            {"label": "雇用加算", "yen": 5_000_000, "formula": "5人 × 100万円", "assumed": True},
            {"label": "範囲", "low": 0, "high": 10},
            {"label": "なし", "yen": 0},
        ],
    )
    assert "<caption>" in html
    assert 'scope="row"' in html
    assert "仮定値・市の確認待ち" in html
    assert text(html).endswith("合計5,000,000円")
    assert "最大10円" in text(html)
    assert "0円" in text(html)


def test_files_show_name_size_and_digest() -> None:
    html = render(
        '{% file_list files remove_name="drop" %}',
        files=[
            {"name": "a.pdf", "size": 1_482_113, "sha256": "ab" * 32, "key": "7"},
            {"name": "b.pdf", "size": 1, "sha256": "cd" * 32},
        ],
    )
    assert html.count("<button") == 1
    assert 'name="drop" value="7"' in html
    assert "abababababab…" in html
    assert "1.4" in html
    assert render("{% file_list files %}", files=[]) == ""


def test_charts_carry_their_figures_as_a_table() -> None:
    html = render(
        '{% kpi_chart columns title="進出企業" unit="社" target=150 %}',
        columns=[
            {"label": "2022", "name": "2022年度", "actual": 30, "url": "/kpi/2022/"},
            {"label": "2023", "actual": 28, "planned": 4},
        ],
    )
    assert 'role="group"' in html
    assert 'aria-label="2022年度 30社"' in html
    assert "目標 150社" in html
    assert "<table" in html
    assert ">32<" in html
    assert "url(#hatch)" in html
    assert 'role="img"' in render('{% kpi_chart c title="t" unit="" %}', c=[{"label": "1", "actual": 1}])


def test_a_budget_says_when_it_is_exceeded() -> None:
    parts = [{"label": "支出済み", "value": 120, "kind": "paid"}]
    assert "予算を20円超えています。" in text(render('{% budget_bar parts total=100 title="t" %}', parts=parts))
    assert "超えています" not in render('{% budget_bar parts total=120 title="t" %}', parts=parts)


def test_tabs_are_links_to_sections_without_javascript() -> None:
    html = render(
        '{% tabs label="記録" %}{% tab "a" "履歴" count=0 %}A{% endtab %}'
        '{% tab "b" "通知書" %}B{% endtab %}{% endtabs %}'
    )
    assert 'href="#a" id="tab-a"' in html
    assert '<section class="tabs__panel" id="b" aria-labelledby="tab-b">B' in html
    assert '<span class="tabs__count">0</span>' in html
    with pytest.raises(TemplateSyntaxError, match="stands inside"):
        render('{% tab "a" "x" %}{% endtab %}')
    with pytest.raises(TemplateSyntaxError, match="label="):
        Template("{% load ui %}{% tabs %}{% endtabs %}")


def test_pagination_keeps_the_other_parameters() -> None:
    pages = Paginator(range(100), 10)
    html = render("{% pagination page %}", path="/q/?scheme=hq&page=3", page=pages.page(3))
    assert "?scheme=hq&amp;page=2" in html
    assert "?scheme=hq&amp;page=4" in html
    assert 'aria-current="page"' in html
    assert "全100件のうち21～30件目" in html
    assert render("{% pagination page %}", page=Paginator([1], 10).page(1)) == ""


def test_sorting_by_address() -> None:
    html = render('{% sort_header "金額" "amount" %}', path="/q/?page=2")
    assert 'href="?sort=amount"' in html
    assert "aria-sort" not in html
    html = render('{% sort_header "金額" "amount" %}', path="/q/?sort=amount&state=draft")
    assert 'aria-sort="ascending"' in html
    assert "sort=-amount" in html
    assert "state=draft" in html


def test_filters_are_a_get_form() -> None:
    html = render("{% filter_bar active=True %}<input name=q>{% endfilter_bar %}", path="/q/?sort=amount")
    assert 'method="get"' in html
    assert 'role="search"' in html
    assert 'name="sort" value="amount"' in html
    assert "条件を消す" in html


def test_tables_have_a_caption_and_scroll_with_the_keyboard_when_they_do_not_stack() -> None:
    assert "<caption>案件</caption>" in render('{% table caption="案件" %}{% endtable %}')
    html = render('{% table caption="案件" stack=False %}{% endtable %}')
    assert 'tabindex="0" role="region" aria-label="案件"' in html


def test_dialogs_have_a_way_without_javascript() -> None:
    html = render(
        '{% dialog_button "w" "取り下げる" href="/withdraw/" %}{% dialog id="w" title="確認" %}本文{% enddialog %}'
    )
    assert '<a class="button button--secondary" data-dialog-open="w" href="/withdraw/">' in html
    assert '<dialog class="dialog" id="w" aria-labelledby="w-title">' in html


def test_empty_lists_say_what_would_fill_them() -> None:
    html = render('{% empty_state "まだありません" "申請すると並びます" href="/" label="調べる" %}')
    assert text(html) == "まだありません 申請すると並びます 調べる"


def test_large_figures_open_the_list_behind_them() -> None:
    html = render('{% stat 12 "新着" unit="件" href="/new/" %}')
    assert '<a href="/new/">新着</a>' in html
    assert text(html) == "新着 12件"


def test_key_values_take_pairs_and_mappings() -> None:
    html = render(
        "{% key_values rows %}", rows=[("番号", "R8-1"), ("額", "1円", "見込み"), {"label": "状態", "value": "審査中"}]
    )
    assert html.count("<dt>") == 3
    assert "見込み" in html
