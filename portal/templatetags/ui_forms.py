"""Forms: what the overridden Django form templates need, the error summary, uploads and the row editor."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django import forms, template
from django.forms import BaseForm, BaseFormSet
from django.forms.boundfield import BoundField
from django.utils.html import strip_tags

register = template.Library()


@register.filter
def attr(attrs: Any, name: str) -> Any:
    """An entry of a mapping whose name a template cannot spell: ``widget.attrs|attr:"data-unit"``."""
    return attrs.get(name, "") if attrs else ""


@register.filter
def unit(field: BoundField) -> Any:
    """The unit of a number field, or nothing."""
    return field.field.widget.attrs.get("data-unit", "")


@register.filter
def is_single_checkbox(field: BoundField) -> bool:
    """True for a lone checkbox: its label stands after it."""
    return isinstance(field.field.widget, forms.CheckboxInput)


@register.filter
def is_group(field: BoundField) -> bool:
    """True where a legend names several inputs. A file input is one input, whatever Django's default says."""
    return field.use_fieldset and not isinstance(field.field.widget, forms.ClearableFileInput)


@register.filter
def widget(field: BoundField) -> str:
    """The input itself, tied to its help and errors also where Django leaves that to a fieldset we do not use."""
    described = field.aria_describedby
    if field.use_fieldset and not is_group(field) and described:
        return field.as_widget(attrs={"aria-describedby": described})
    return field.as_widget()


@register.filter
def first_input(field: BoundField) -> str:
    """The id that a link in the error summary leads to: the input itself, or the first of a group."""
    if field.id_for_label:
        return field.id_for_label
    return f"{field.auto_id}_0"


@register.inclusion_tag("ui/error_summary.html")
def error_summary(*parts: BaseForm | BaseFormSet) -> dict[str, Any]:
    """All errors of one or more forms and formsets, with links to the fields; nothing when there are none.
    ``{{ form }}`` brings its own; use this where a page lays out its fields itself or has several forms in one."""
    return {"errors": [error for part in parts if part is not None for error in _errors(part)]}


def _errors(part: BaseForm | BaseFormSet) -> Iterator[dict[str, str]]:
    if isinstance(part, BaseFormSet):
        for message in part.non_form_errors() if part.is_bound else ():
            yield {"text": strip_tags(str(message)), "label": "", "target": f"rows-{part.prefix}"}
        for number, form in enumerate(part.forms, start=1):
            for error in _errors(form):
                yield {**error, "row": str(number)}
        return
    if not part.is_bound:
        return
    for message in part.non_field_errors():
        yield {"text": str(message), "label": "", "target": ""}
    for field in part:
        for message in field.errors:
            target = "" if field.is_hidden else first_input(field)
            yield {"text": str(message), "label": str(field.label), "target": target}


@register.inclusion_tag("ui/form_fields.html")
def form_fields(form: BaseForm) -> dict[str, Any]:
    """The fields of a form without the error summary (for a row, or beside ``{% error_summary %}``)."""
    return {"form": form, "fields": form.visible_fields(), "hidden_fields": form.hidden_fields()}


@register.inclusion_tag("ui/row_editor.html")
def row_editor(
    formset: BaseFormSet, title: str, item: str, help: str = "", add: str = "", empty: str = ""
) -> dict[str, Any]:
    """A list of records (hires, assets, loans), one fieldset for each. ``item`` names one record. Works by submit
    buttons ``add=<prefix>`` and ``remove=<prefix>-<n>`` (``portal.components.rows``); JavaScript does it in place."""
    return {
        "formset": formset,
        "title": title,
        "item": item,
        "help": help,
        "add": add,
        "empty": empty,
        "most": formset.max_num,
    }


@register.inclusion_tag("ui/question.html")
def question(field: BoundField, why: str = "", example: str = "") -> dict[str, Any]:
    """One question on its own screen: its label is the h1 of the page. ``why`` says in one line why we ask."""
    parts = (
        f"{field.auto_id}_why" if why else "",
        field.aria_describedby or "",
        f"{field.auto_id}_example" if example else "",
    )
    described = " ".join(part for part in parts if part)
    attrs = {"aria-describedby": described} if described and not is_group(field) else {}
    return {
        "field": field,
        "why": why,
        "example": example,
        "described": described,
        "widget": field.as_widget(attrs=attrs),
    }


@register.inclusion_tag("ui/upload.html")
def upload(field: BoundField, files: Any = (), remove_name: str = "remove_file") -> dict[str, Any]:
    """A file field with what is already stored below it."""
    return {"field": field, "files": files, "remove_name": remove_name}
