"""Django forms made from the vocabulary: one field a fact, a row editor for list facts.

Answers go in and out as the JSON that ``eligibility.evaluation.facts`` reads. What cannot be read is kept as it was
typed, so that nothing is lost; its message stands beside the field.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.forms.boundfield import BoundField
from django.http import QueryDict
from django.utils.html import strip_tags
from django.utils.translation import gettext_lazy as _

from applications.rules import rule_book
from eligibility.evaluation.facts import Problem, read_leniently
from eligibility.language.env import Env
from eligibility.rulebook.model import Fact
from portal.components.fields import UNKNOWN
from portal.components.rows import rows_as_typed
from portal.fact_fields import Place, field_for, to_initial, to_json
from portal.fact_text import words

NONE = "none"
"""``<fact>-none`` is the box 「該当なし」 of a list."""
SLOTS = 1
"""The condition of a record's field uses one variable: the record."""
ROW = re.compile(r"\[(\d+)\](?:\.(\w+))?$")


class RecordForm(forms.Form):
    """One row of a list fact. Subclasses are made by :func:`record_formset`."""

    list_fact: Fact

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, fact in self.list_fact.fields.items():
            self.fields[name] = field_for(fact, unknown=False, label=words(fact.title), place=Place.ROW)

    def __iter__(self) -> Iterator[BoundField]:
        """The fields to show: a field with a condition only once the row's own entries call for it. The others keep what
        was typed into them all the same."""
        asked = _asked_fields(self.list_fact, self._typed())
        return (self[name] for name in self.fields if name in asked)

    def _typed(self) -> dict[str, Any]:
        if not self.is_bound:
            return {name: to_json(value) for name, value in self.initial.items() if value not in (None, "", [])}
        self.is_valid()
        return self.answers()

    def answers(self) -> dict[str, Any]:
        """The row as JSON; unreadable entries as typed, blank ones left out."""
        found = {}
        for name, field in self.fields.items():
            raw = field.widget.value_from_datadict(self.data, self.files, self.add_prefix(name))
            value = self.cleaned_data.get(name) if name in getattr(self, "cleaned_data", {}) else raw
            if value not in (None, "", []):
                found[name] = to_json(value)
        return found


def _asked_fields(fact: Fact, row: Mapping[str, Any]) -> set[str]:
    """Fields of a list fact that make sense for a row as far as it is filled in."""
    conditional = [field for field in fact.fields.values() if field.asked_if is not None]
    asked = {field.name for field in fact.fields.values() if field.asked_if is None}
    if not conditional:
        return asked
    known = {name: value for name, value in row.items() if name in asked}
    read, _ = read_leniently({fact.name: [known]}, rule_book().vocabulary)
    env = Env({}, 0, SLOTS)
    (env.slots[0], _), *_ = read.values[fact.name]
    return asked | {f.name for f in conditional if f.asked_if is not None and f.asked_if.run(env) is True}


def record_formset(fact: Fact) -> type[forms.BaseFormSet]:
    """Formset class of a list fact, shown with ``{% row_editor %}``."""
    form = type("Record", (RecordForm,), {"list_fact": fact})
    return forms.formset_factory(form, extra=0, max_num=fact.most, validate_max=True, absolute_max=fact.most + 1)


@dataclass(frozen=True, slots=True)
class Entry:
    """One fact of a form as a template shows it: ``field``, or ``rows`` with the box ``none`` for a list. ``notes`` are
    what an official asked about it."""

    fact: Fact
    field: BoundField | None
    rows: forms.BaseFormSet | None
    none: BoundField | None
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Group:
    """The facts of one topic."""

    name: str
    title: str
    entries: tuple[Entry, ...]


class FactsForm:
    """A form over several facts, list facts included.

    Unbound it shows stored answers without errors; bound it holds what was typed. ``answers`` merges into a draft.
    ``required`` names facts without which the form is not valid; ``marked`` those that are only marked as required,
    because a draft may be saved without them.
    """

    def __init__(
        self,
        facts: Sequence[Fact],
        answers: Mapping[str, Any],
        data: QueryDict | None = None,
        *,
        required: Iterable[str] = (),
        marked: Iterable[str] = (),
        unknown: bool = True,
        place: Place = Place.FORM,
    ) -> None:
        self.facts = list(facts)
        self.data = data
        self.required = set(required)
        self._checked = False
        self._options = {"unknown": unknown, "place": place}
        initial = {f.name: to_initial(f, answers.get(f.name)) for f in self.facts if not f.is_list}
        initial |= {f"{f.name}-{NONE}": answers.get(f.name) == [] for f in self.facts if f.is_list}
        self.form = self._plain_form(data, initial)
        self.formsets: dict[str, forms.BaseFormSet] = {}
        for fact in self.facts:
            if fact.is_list:
                rows = _initial_rows(fact, answers.get(fact.name))
                self.formsets[fact.name] = record_formset(fact)(data, prefix=fact.name, initial=rows)
        if data is not None:
            self.is_valid()
        self._mark(marked)

    @classmethod
    def as_typed(cls, facts: Sequence[Fact], data: QueryDict, **options: Any) -> FactsForm:
        """The form as it was typed, unbound and without errors, with the row added or removed that the pressed button
        asks for (:mod:`portal.components.rows`)."""
        made = cls(facts, {}, **options)
        for name, field in made.form.fields.items():
            made.form.initial[name] = field.widget.value_from_datadict(data, {}, name)
        for fact in made.facts:
            if fact.is_list:
                made.formsets[fact.name] = rows_as_typed(record_formset(fact), data, prefix=fact.name)
        return made

    def _plain_form(self, data: QueryDict | None, initial: dict[str, Any]) -> forms.Form:
        form = forms.Form(data, initial=initial, use_required_attribute=False)
        for fact in self.facts:
            if fact.is_list:
                form.fields[f"{fact.name}-{NONE}"] = forms.BooleanField(label=_("該当なし"), required=False)
            else:
                form.fields[fact.name] = field_for(fact, required=fact.name in self.required, **self._options)
        return form

    def _mark(self, names: Iterable[str]) -> None:
        """After validation, because these fields may be left blank in a draft."""
        for name in names:
            if name in self.form.fields:
                self.form.fields[name].required = True

    # -- what was typed ---------------------------------------------------------------------------------------

    def is_valid(self) -> bool:
        """Whether everything that was typed can be read, and nothing required is missing."""
        if self.data is None:
            return False
        if not self._checked:
            self._checked = True
            self.form.is_valid()
            for formset in self.formsets.values():
                formset.is_valid()
            for problem in self._problems_of_values():
                self.mark(problem.path, words(problem.message))
        return not self.errors

    def _problems_of_values(self) -> list[Problem]:
        """What the vocabulary says of values that the fields could read (a date out of range, for example)."""
        given = {
            name: value for name, value in self.answers().items() if value is not None and name not in self._refused()
        }
        return read_leniently(given, rule_book().vocabulary)[1]

    def _refused(self) -> set[str]:
        return set(self.form.errors) | {name for name, rows in self.formsets.items() if not rows.is_valid()}

    def answers(self) -> dict[str, Any]:
        """Everything that was typed as JSON answers: readable values converted, unreadable ones as typed, blank ones
        (and 「わからない」) as ``None``. A list that was not sent at all is left out, so that it is not emptied."""
        found: dict[str, Any] = {}
        for fact in self.facts:
            if fact.is_list:
                rows = self.formsets[fact.name]
                if rows.is_bound and rows.management_form.is_valid():
                    records = [row for row in (form.answers() for form in rows.forms) if row]
                    none = self.form.cleaned_data.get(f"{fact.name}-{NONE}", False)
                    found[fact.name] = records or ([] if none else None)
                continue
            field = self.form.fields[fact.name]
            raw = field.widget.value_from_datadict(self.form.data, self.form.files, fact.name)
            value = self.form.cleaned_data.get(fact.name, raw)
            found[fact.name] = to_json(None if value in ("", UNKNOWN) else value)
        return found

    def mark(self, path: str, message: str) -> None:
        """Put a message beside the field of a fact path (``capital``, ``assets[0].cost``) of a bound form."""
        name = path.split("[", 1)[0]
        if name in self.form.fields:
            self.form.add_error(name, message)
            return
        place = ROW.search(path)
        rows = self.formsets.get(name)
        if rows is not None and place is not None and int(place[1]) < len(rows.forms):
            row = rows.forms[int(place[1])]
            row.add_error(place[2] if place[2] in row.fields else None, message)
        elif f"{name}-{NONE}" in self.form.fields:
            self.form.add_error(f"{name}-{NONE}", message)

    # -- for templates ----------------------------------------------------------------------------------------

    @property
    def errors(self) -> list[dict[str, str]]:
        """Every message with the field it belongs to, for ``ui/error_summary.html``; empty while unbound."""
        return list(self._errors()) if self.data is not None else []

    def _errors(self) -> Iterator[dict[str, str]]:
        for fact in self.facts:
            if not fact.is_list:
                yield from _errors_of(self.form, fact.name)
                continue
            yield from _errors_of(self.form, f"{fact.name}-{NONE}", words(fact.title))
            rows = self.formsets[fact.name]
            for message in rows.non_form_errors():
                yield {"text": strip_tags(str(message)), "label": words(fact.title), "target": f"rows-{rows.prefix}"}
            for number, row in enumerate(rows.forms, start=1):
                for message in row.non_field_errors():
                    yield {"text": str(message), "label": "", "target": f"rows-{rows.prefix}", "row": str(number)}
                for name in row.fields:
                    for error in _errors_of(row, name):
                        yield {**error, "row": str(number)}

    def groups(self, notes: Mapping[str, Sequence[str]] | None = None) -> list[Group]:
        """The facts by topic, in the order in which they were given."""
        topics = rule_book().vocabulary.topics
        sorted_in: dict[str, list[Entry]] = {}
        for fact in self.facts:
            sorted_in.setdefault(fact.topic, []).append(self.entry(fact, tuple((notes or {}).get(fact.name, ()))))
        return [Group(name, words(topics[name].title), tuple(entries)) for name, entries in sorted_in.items()]

    def entry(self, fact: Fact, notes: tuple[str, ...] = ()) -> Entry:
        """One fact of the form."""
        if fact.is_list:
            return Entry(fact, None, self.formsets[fact.name], self.form[f"{fact.name}-{NONE}"], notes)
        return Entry(fact, self.form[fact.name], None, None, notes)


def _initial_rows(fact: Fact, stored: Any) -> list[dict[str, Any]]:
    if not isinstance(stored, list):
        return []
    return [
        {name: to_initial(fact.fields[name], value) for name, value in row.items() if name in fact.fields}
        for row in stored
        if isinstance(row, Mapping)
    ]


def _errors_of(form: forms.BaseForm, name: str, label: str = "") -> Iterator[dict[str, str]]:
    field = form[name]
    for message in field.errors:
        target = field.id_for_label or f"{field.auto_id}_0"
        yield {"text": str(message), "label": label or str(field.label), "target": target}


def field_id(fact: Fact) -> str:
    """The id to which a link to a fact's field leads (its first input, or the list of records)."""
    if fact.is_list:
        return f"rows-{fact.name}"
    field = forms.Form()
    field.fields[fact.name] = field_for(fact)
    bound = field[fact.name]
    return bound.id_for_label or f"{bound.auto_id}_0"
