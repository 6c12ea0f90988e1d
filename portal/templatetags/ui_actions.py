"""Things to press: buttons, dialogs, copying, pages of a list, filters and sorting."""

from __future__ import annotations

from typing import Any

from django import template
from django.core.paginator import Page
from django.forms.utils import flatatt
from django.http import HttpRequest, QueryDict
from django.template.context import Context
from django.template.loader import render_to_string

register = template.Library()

KINDS = ("primary", "secondary", "text", "danger")
SIZES = ("", "large", "small")


def _attributes(attrs: dict[str, Any]) -> dict[str, Any]:
    """``data_copy="x"`` and ``aria_label="y"`` as HTML spells them; empty ones are left out."""
    return {
        name.rstrip("_").replace("_", "-"): value for name, value in attrs.items() if value not in ("", None, False)
    }


@register.inclusion_tag("ui/button.html")
def button(
    text: str,
    href: str = "",
    kind: str = "primary",
    size: str = "",
    type: str = "submit",
    icon: str = "",
    icon_after: str = "",
    busy: str = "",
    full: bool = False,
    **attrs: Any,
) -> dict[str, Any]:
    """A button, or a link that looks like one when ``href`` is given. Further attributes: ``name="save"``,
    ``form="…"``, ``aria_describedby="…"``, ``data_…``. ``busy`` is the word shown once it has been pressed."""
    if kind not in KINDS or size not in SIZES:
        raise ValueError(f"button: kind is one of {KINDS}, size one of {SIZES}")
    classes = ["button", f"button--{kind}", f"button--{size}" if size else "", "button--full" if full else ""]
    found = {"class": " ".join(c for c in classes if c), **_attributes(attrs)}
    if href:
        found["href"] = href
    else:
        found["type"] = type
    return {
        "text": text,
        "href": href,
        "attrs": flatatt(found),
        "icon": icon,
        "icon_after": icon_after,
        "busy": busy,
        "submits": not href and type == "submit",
    }


@register.simple_block_tag
def dialog(content: str, id: str, title: str) -> str:
    """A native dialog, opened by ``{% dialog_button %}``. Its content brings its own form and buttons; a button with
    ``data-dialog-close`` closes it."""
    return render_to_string("ui/dialog.html", {"content": content, "id": id, "title": title})


@register.inclusion_tag("ui/button.html")
def dialog_button(
    dialog: str, text: str, href: str, kind: str = "secondary", size: str = "", icon: str = "", **attrs: Any
) -> dict[str, Any]:
    """Opens a dialog. ``href`` is the page that asks the same; the way without JavaScript."""
    return button(text, href=href, kind=kind, size=size, icon=icon, data_dialog_open=dialog, **attrs)


@register.inclusion_tag("ui/copy_button.html")
def copy_button(text: str, label: str = "") -> dict[str, Any]:
    """Copies ``text``. Appears only where JavaScript runs, so the text itself must be readable beside it."""
    return {"text": text, "label": label}


def _query(request: HttpRequest, **changes: Any) -> str:
    """The address of this page with some parameters changed; ``None`` removes one."""
    query: QueryDict = request.GET.copy()
    for name, value in changes.items():
        if value is None:
            query.pop(name, None)
        else:
            query[name] = str(value)
    return f"?{query.urlencode()}" if query else request.path


@register.inclusion_tag("ui/pagination.html", takes_context=True)
def pagination(context: Context, page: Page, param: str = "page") -> dict[str, Any]:
    """Pages of a list (Django's ``Page``); nothing when there is only one. Other parameters stay in the address."""
    request, paginator = context["request"], page.paginator
    numbers = []
    for number in paginator.get_elided_page_range(page.number, on_each_side=1, on_ends=1):
        url = _query(request, **{param: number}) if isinstance(number, int) else ""
        numbers.append({"number": number, "url": url, "here": number == page.number})
    return {
        "page": page,
        "numbers": numbers,
        "several": paginator.num_pages > 1,
        "total": paginator.count,
        "previous": _query(request, **{param: page.previous_page_number()}) if page.has_previous() else "",
        "next": _query(request, **{param: page.next_page_number()}) if page.has_next() else "",
    }


@register.inclusion_tag("ui/sort_header.html", takes_context=True)
def sort_header(context: Context, label: str, key: str, param: str = "sort", number: bool = False) -> dict[str, Any]:
    """A column heading that sorts by address: ``?sort=amount``, pressed again ``?sort=-amount``."""
    now = context["request"].GET.get(param, "")
    state = {key: "ascending", f"-{key}": "descending"}.get(now, "")
    target = f"-{key}" if state == "ascending" else key
    return {
        "label": label,
        "state": state,
        "number": number,
        "url": _query(context["request"], page=None, **{param: target}),
    }


@register.simple_block_tag(takes_context=True)
def filter_bar(context: Context, content: str, label: str = "", active: bool = False) -> str:
    """Filters of a table in the address: a GET form around its fields. ``active`` offers to clear them."""
    request = context["request"]
    return render_to_string(
        "ui/filter_bar.html",
        {
            "content": content,
            "label": label,
            "active": active,
            "path": request.path,
            "sort": request.GET.get("sort", ""),
        },
    )
