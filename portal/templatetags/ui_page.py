"""Parts of a page: icons, links that may not exist yet, headings, banners, cards, accordions, tabs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django import template
from django.template.base import Node, NodeList, Parser, Token, token_kwargs
from django.template.context import Context
from django.template.loader import render_to_string
from django.urls import NoReverseMatch, reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from portal.components.states import KINDS, look

register = template.Library()


@register.simple_tag
def icon(name: str, label: str = "", css: str = "") -> SafeString:
    """An icon of the sprite. Without ``label`` it is decoration beside a word and hidden from screen readers."""
    classes = f"icon {css}".strip()
    if label:
        return format_html('<svg class="{}" role="img" aria-label="{}"><use href="#i-{}"/></svg>', classes, label, name)
    return format_html('<svg class="{}" aria-hidden="true"><use href="#i-{}"/></svg>', classes, name)


@register.simple_tag
def url_if(name: str, *args: Any, **kwargs: Any) -> str:
    """The address of a route, or nothing when there is no such route (yet): ``{% url_if 'kpi' as u %}``."""
    try:
        return reverse(name, args=args, kwargs=kwargs)
    except NoReverseMatch:
        return ""


@register.inclusion_tag("ui/nav_link.html", takes_context=True)
def nav_link(context: Context, name: str, label: str) -> dict[str, Any]:
    """An entry of a menu; nothing when the route is missing. Marked as current on its page and below it."""
    url = url_if(name)
    path = context["request"].path if "request" in context else ""
    below = url not in ("", "/") and path.startswith(url)
    return {"url": url, "label": label, "current": "page" if path == url else "true" if below else ""}


@register.inclusion_tag("ui/breadcrumb.html")
def breadcrumb(*pairs: Any) -> dict[str, Any]:
    """``{% breadcrumb "制度一覧" list_url "本社機能…" %}``: label and address in turn; the last label is this page.
    The home page stands first by itself."""
    crumbs = [(pairs[i], pairs[i + 1]) for i in range(0, len(pairs) - 1, 2)]
    return {"crumbs": crumbs, "here": pairs[-1] if len(pairs) % 2 else ""}


@register.inclusion_tag("ui/page_heading.html")
def page_heading(title: str, lead: str = "", eyebrow: str = "") -> dict[str, Any]:
    """The one h1 of a page, with a line above it and a sentence below."""
    return {"title": title, "lead": lead, "eyebrow": eyebrow}


@register.simple_block_tag
def banner(content: str, kind: str, title: str = "", live: bool = False) -> str:
    """``{% banner "success" title="…" %}…{% endbanner %}``. ``kind``: info, success, warning, error. ``live`` announces
    it (role=status, for errors role=alert): only for what has just happened."""
    return render_to_string(
        "ui/banner.html",
        {"kind": kind, "look": look(KINDS, kind, "kind of banner"), "title": title, "live": live, "content": content},
    )


@register.inclusion_tag("ui/inline_message.html")
def inline_message(kind: str, text: str, live: bool = False) -> dict[str, Any]:
    """One line with an icon beside the thing it speaks of."""
    return {"look": look(KINDS, kind, "kind of message"), "text": text, "live": live}


@register.simple_block_tag
def card(content: str, title: str = "", href: str = "", level: int = 3, eyebrow: str = "", css: str = "") -> str:
    """A framed piece of content. With ``href`` its title is a link and the whole card can be clicked."""
    return render_to_string(
        "ui/card.html",
        {"content": content, "title": title, "href": href, "heading": f"h{level}", "eyebrow": eyebrow, "css": css},
    )


@register.simple_block_tag
def accordion(content: str, title: str, open: bool = False, note: str = "") -> str:
    """Something to open: a native ``details``."""
    return render_to_string("ui/accordion.html", {"content": content, "title": title, "open": open, "note": note})


@register.inclusion_tag("ui/empty_state.html")
def empty_state(title: str, text: str = "", href: str = "", label: str = "") -> dict[str, Any]:
    """An empty list: what would fill it, and the way there."""
    return {"title": title, "text": text, "href": href, "label": label}


@dataclass(frozen=True, slots=True)
class Panel:
    """One tab with its content."""

    id: str
    title: str
    count: Any
    content: str


class TabsNode(Node):
    """Collects its ``{% tab %}`` children, then renders the list of tabs and the panels."""

    KEY = "ui.tabs"

    def __init__(self, nodelist: NodeList, options: dict[str, Any]) -> None:
        self.nodelist = nodelist
        self.options = options

    def render(self, context: Context) -> str:
        """Without JavaScript: links to sections, all of them open."""
        panels: list[Panel] = []
        around = context.render_context.get(self.KEY)
        context.render_context[self.KEY] = panels
        self.nodelist.render(context)
        context.render_context[self.KEY] = around
        options = {name: value.resolve(context) for name, value in self.options.items()}
        return render_to_string("ui/tabs.html", {"panels": panels, **options})


@register.tag
def tabs(parser: Parser, token: Token) -> TabsNode:
    """``{% tabs label="案件の記録" %}{% tab "history" "履歴" count=3 %}…{% endtab %}{% endtabs %}``."""
    name, *bits = token.split_contents()
    options = token_kwargs(bits, parser)
    if bits or set(options) != {"label"}:
        raise template.TemplateSyntaxError(f"{name} takes label=… and nothing else")
    nodelist = parser.parse(("endtabs",))
    parser.delete_first_token()
    return TabsNode(nodelist, options)


@register.simple_block_tag(takes_context=True)
def tab(context: Context, content: str, id: str, title: str, count: Any = None) -> str:
    """One tab; only inside ``{% tabs %}``. ``id`` is the anchor in the address."""
    panels = context.render_context.get(TabsNode.KEY)
    if panels is None:
        raise template.TemplateSyntaxError("{% tab %} stands inside {% tabs %}")
    panels.append(Panel(id, title, count, content))
    return ""
