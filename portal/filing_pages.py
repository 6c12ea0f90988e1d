"""The form of a filing: which facts it asks for, which of them are needed, which papers belong to it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from django import forms
from django.forms.boundfield import BoundField
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from applications.models import CorrectionRequest, Filing, FilingDocument
from applications.procedure import facts_that_count, form_facts, lenient_facts, scheme_of, version_of
from applications.rules import engine, rule_book
from applications.selectors import open_correction
from documents.uploads import ALLOWED
from eligibility.evaluation.explain import facts_behind
from eligibility.evaluation.questionnaire import fact_name
from eligibility.language.env import Env
from eligibility.rulebook.model import Fact, ProcedureStep, SchemeVersion
from eligibility.words import Outcome
from portal.case_words import paper_title, step_named
from portal.fact_text import words

FILE: Final = "file-"
"""``file-<kind>`` is the upload of a kind of paper."""
OTHER: Final = "other"
"""Papers that no step asks for may still be handed in."""
SLOTS: Final = 1
"""Enough variables for the conditions of the vocabulary."""


@dataclass(frozen=True)
class Sheet:
    """What the form of a filing is made of. ``facts`` are asked for; ``needed`` are those without which it cannot be
    handed in; ``notes`` is what an official asked about a fact or a paper, by name."""

    filing: Filing
    version: SchemeVersion | None
    step: ProcedureStep | None
    facts: list[Fact]
    hidden: list[Fact]
    needed: frozenset[str]
    correction: CorrectionRequest | None
    notes: Mapping[str, list[str]]

    def sent(self, names: str) -> list[Fact]:
        """The facts that a page which was loaded earlier has asked for (its hidden list of names)."""
        wanted = set(names.split())
        return [fact for fact in [*self.facts, *self.hidden] if fact.name in wanted]


def sheet(filing: Filing, today: date) -> Sheet:
    """Work out the form of a filing from its answers."""
    case = filing.case
    version = version_of(case, filing.answers, today)
    shown_by = version or _nearest(filing, today)
    step = next((s for s in shown_by.procedure if s.name == filing.step), None) or step_named(case, filing.step)
    correction = open_correction(filing)
    notes: dict[str, list[str]] = {}
    if isinstance(correction, CorrectionRequest):
        for item in correction.items:
            notes.setdefault(item["about"], []).append(item["text"])
    asked = form_facts(case, shown_by, step) if step is not None else []
    values = lenient_facts(filing.answers).values
    hidden = [fact for fact in asked if fact.name not in notes and _does_not_arise(fact, values)]
    facts = [fact for fact in asked if fact not in hidden]
    needed = _needed(filing, version, step, today) if version is not None and step is not None else frozenset()
    found = correction if isinstance(correction, CorrectionRequest) else None
    return Sheet(filing, version, step, facts, hidden, needed, found, notes)


def _nearest(filing: Filing, today: date) -> SchemeVersion:
    """While no terms apply to the dates that were entered, the form of the current or newest version is shown: that is
    where the dates can be mended."""
    scheme = scheme_of(filing.case)
    return scheme.version_on(today.toordinal()) or scheme.versions[-1]


def _does_not_arise(fact: Fact, values: dict[str, Any]) -> bool:
    return fact.asked_if is not None and fact.asked_if.run(Env(values, 0, SLOTS)) is False


def _needed(filing: Filing, version: SchemeVersion, step: ProcedureStep, today: date) -> frozenset[str]:
    """The step's own facts, those of indicators, and those that criteria read or still wait for."""
    names = {*step.facts, *(fact.name for fact in facts_that_count(version, step.name))}
    if not step.uses_criteria:
        return frozenset(names)
    result = engine().determine(filing.case.scheme, lenient_facts(filing.answers), today, step.name, version)
    for path, purposes in result.missing.items():
        if any(purpose != "amount" for purpose in purposes):
            names.add(fact_name(path))
    if result.env is not None:
        for found in result.findings:
            if found.outcome is not Outcome.NOT_APPLICABLE:
                behind = facts_behind(found.criterion, result.env, rule_book().vocabulary)
                names |= {fact.name for fact, _value in behind if fact.name in result.env.given}
    return frozenset(names)


# --- papers --------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Paper:
    """A kind of paper with its upload field, the files handed in so far, and what an official asked about it."""

    kind: str
    title: str
    required: bool
    field: BoundField | None
    files: list[dict[str, Any]]
    notes: list[str]

    @property
    def present(self) -> bool:
        """At least one file is there."""
        return bool(self.files)


class PapersForm(forms.Form):
    """One upload field for each kind of paper."""

    def __init__(self, kinds: Mapping[str, bool], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, use_required_attribute=False, **kwargs)
        for kind in kinds:
            self.fields[f"{FILE}{kind}"] = _upload_field(kind)

    def ask_for(self, kinds: Mapping[str, bool]) -> None:
        """Show fields for exactly these kinds (saving may have changed which there are), required ones marked. After
        validation, because a draft may be saved without them."""
        for kind, required in kinds.items():
            field = self.fields.setdefault(f"{FILE}{kind}", _upload_field(kind))
            field.required = required


def _upload_field(kind: str) -> forms.FileField:
    documents = rule_book().vocabulary.documents
    return forms.FileField(
        label=paper_title(kind),
        help_text=words(documents[kind].help) if kind in documents else "",
        required=False,
        widget=forms.FileInput(attrs={"accept": ",".join(sorted(ALLOWED))}),
        error_messages={"empty": _("ファイルの中身がありません（0バイト）。")},
    )


def paper_kinds(found: Sheet, files: list[FilingDocument]) -> dict[str, bool]:
    """Kinds of papers of a filing, and whether each is required."""
    kinds = dict(found.step.documents) if found.step is not None else {}
    kinds |= {kind: kinds.get(kind, False) for kind in found.notes if kind in rule_book().vocabulary.documents}
    kinds |= {file.kind: kinds.get(file.kind, False) for file in files}
    return kinds if OTHER in kinds else {**kinds, OTHER: False}


def papers(found: Sheet, files: list[FilingDocument], form: PapersForm | None) -> list[Paper]:
    """The papers for the page. Without a form they are only shown."""
    kinds = paper_kinds(found, files)
    return [
        Paper(
            kind,
            paper_title(kind),
            required,
            form[f"{FILE}{kind}"] if form is not None else None,
            [file_line(file, found.filing, removable=form is not None) for file in files if file.kind == kind],
            found.notes.get(kind, []),
        )
        for kind, required in kinds.items()
    ]


def file_line(document: FilingDocument, filing: Filing, *, removable: bool) -> dict[str, Any]:
    """A file for ``{% file_list %}``."""
    line = {
        "name": document.file.name,
        "size": document.file.size,
        "sha256": document.file.sha256,
        "uploaded": document.added_at,
        "url": reverse("file_download", args=[filing.case.reference, document.pk]),
    }
    return {**line, "key": document.pk} if removable else line


def files_of(filing: Filing) -> list[FilingDocument]:
    """Files of a filing that have not been removed."""
    return list(filing.documents.filter(removed_at__isnull=True).select_related("file"))
