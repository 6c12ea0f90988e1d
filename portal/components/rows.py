"""Adding and removing rows of a list (hires, assets, loans) without JavaScript.

The row editor's buttons submit the whole form with ``add=<prefix>`` or ``remove=<prefix>-<index>``. The view then shows
the page again with the rows changed. The forms are rebuilt *unbound* from what was typed, so that nothing typed is lost
and no error is shown before the firm has finished (failure 12 of the collection)::

    if asks_for_row(request.POST):
        form = as_typed(ProjectForm, request.POST)
        hires = rows_as_typed(HireFormSet, request.POST, prefix="hires")
        return render(...)
"""

from __future__ import annotations

from typing import Any

from django.forms import BaseForm, BaseFormSet
from django.http import QueryDict

ADD = "add"
REMOVE = "remove"


def asks_for_row(data: QueryDict) -> bool:
    """True when the form was sent by a button of a row editor, not to be saved or submitted."""
    return ADD in data or REMOVE in data


def as_typed(form_class: type[BaseForm], data: QueryDict, prefix: str | None = None, **options: Any) -> BaseForm:
    """The form as it was typed, unbound: without validation and without errors."""
    form = form_class(prefix=prefix, **options)
    form.initial = {**(form.initial or {}), **_typed(form, data)}
    return form


def rows_as_typed(formset_class: type[BaseFormSet], data: QueryDict, prefix: str, **options: Any) -> BaseFormSet:
    """The formset as it was typed, with the row added or removed that the pressed button asks for."""
    blank = formset_class(prefix=prefix, **options).empty_form
    rows = []
    for index in range(_count(data, prefix)):
        blank.prefix = f"{prefix}-{index}"
        rows.append(_typed(blank, data))
    most = formset_class.max_num
    if data.get(ADD) == prefix and len(rows) < most:
        rows.append({})
    elif data.get(REMOVE, "").startswith(f"{prefix}-"):
        index = data[REMOVE].removeprefix(f"{prefix}-")
        if index.isdecimal() and int(index) < len(rows):
            del rows[int(index)]
    formset = formset_class(prefix=prefix, initial=rows, **options)
    formset.extra = 0
    return formset


def _count(data: QueryDict, prefix: str) -> int:
    """Rows that were sent; what a stranger writes into the management form cannot make it large."""
    text = data.get(f"{prefix}-TOTAL_FORMS", "0")
    return min(int(text), 1000) if text.isdecimal() else 0


def _typed(form: BaseForm, data: QueryDict) -> dict[str, Any]:
    """What was typed into each field, as text."""
    return {
        name: field.widget.value_from_datadict(data, {}, form.add_prefix(name)) for name, field in form.fields.items()
    }
