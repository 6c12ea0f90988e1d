"""Forms of the rule book: which versions to compare, the text of a draft, what a simulation works on."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import MaxLengthValidator
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from eligibility.rulebook.drafts import MOST_TEXT
from eligibility.rulebook.model import SchemeVersion
from eligibility.rulebook.vocabulary import constant
from eligibility.simulation.settings import Slot
from portal.components.fields import DayField, WholeNumberField
from portal.fact_text import words
from portal.rules_reading import shown

MOST_PEOPLE = 3_000
"""Invented applicants of one run on the page (the command takes more)."""
CODE = {"lang": "ja", "class": "code", "spellcheck": "false", "autocapitalize": "off", "autocomplete": "off"}


SHORT_ENOUGH = MaxLengthValidator(MOST_TEXT)
"""A validator and no ``maxlength``: a counter of characters left says nothing to the author of a draft."""
DRAFT_PREFIX = "draft"
"""Of the fields of drafts, so that they never have the name of a fact."""


class CompareForm(forms.Form):
    """Which two versions to put side by side."""

    old = forms.ChoiceField(label=_("前の版"))
    new = forms.ChoiceField(label=_("後の版"))
    everything = forms.BooleanField(label=_("同じ項目も表示する"), required=False)

    def __init__(self, *args: Any, versions: list[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, place in (("old", -2), ("new", -1)):
            field = self.fields[name]
            field.choices = [(version, version) for version in versions]  # type: ignore[attr-defined]
            field.initial = versions[max(place, -len(versions))] if versions else ""


class DraftForm(forms.Form):
    """The text of a draft, pasted or as a file, and for which day and step to determine."""

    text = forms.CharField(
        label=_("版の草案（YAML）"),
        required=False,
        strip=False,
        validators=[SHORT_ENOUGH],
        widget=forms.Textarea(attrs={"rows": 28, "wrap": "off", **CODE}),
        help_text=_("規定集のファイルと同じ書き方です。ここで書き換えても、規定集には保存されません。"),
    )
    file = forms.FileField(
        label=_("または草案のファイル"),
        required=False,
        help_text=_("選ぶと、上の欄の代わりにファイルの内容を読み込みます。"),
    )
    on = DayField(label=_("判定の基準日"))
    step = forms.ChoiceField(label=_("手続"), required=False)
    facts = forms.CharField(
        label=_("申告事項（YAML又はJSON）"),
        required=False,
        strip=False,
        validators=[SHORT_ENOUGH],
        widget=forms.Textarea(attrs={"rows": 8, "wrap": "off", **CODE}),
        help_text=_("書くと、下の入力欄の代わりにこの内容で判定します。例：capital: 30000000"),
    )

    def __init__(self, *args: Any, version: SchemeVersion, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        steps = [(step.name, words(step.title)) for step in version.procedure if step.uses_criteria]
        self.fields["step"].choices = [("", _("事前の確認と同じ手続")), *steps]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """The text of the file takes the place of the text."""
        found: dict[str, Any] = super().clean() or {}
        upload = found.get("file")
        if upload:
            try:
                if upload.size > 4 * MOST_TEXT:
                    raise ValidationError(_("ファイルが大きすぎます。"), code="too_large")
                found["text"] = upload.read().decode("utf-8-sig")
            except UnicodeDecodeError:
                self.add_error("file", _("UTF-8の文字ファイルではありません。"))
            except ValidationError as error:
                self.add_error("file", error)
        if not found.get("text", "").strip() and not self.errors:
            self.add_error("text", _("草案を入力するか、ファイルを選んでください。"))
        return found


class SimulationForm(forms.Form):
    """What changes, and on whom it is tried. ``value-<slot>`` is the new value of a parameter."""

    cases = forms.ChoiceField(
        label=_("これまでの案件"),
        choices=[("all", _("すべて")), ("decided", _("決定したものだけ")), ("none", _("使わない"))],
        initial="all",
        widget=forms.RadioSelect(attrs={"class": "choices--row"}),
    )
    people = WholeNumberField(label=_("架空の申請者の数"), most=MOST_PEOPLE, initial=500, unit=_("件"))
    seed = WholeNumberField(
        label=_("乱数の種"), most=2**31, initial=1, help_text=_("同じ種からは、いつも同じ申請者ができます。")
    )
    on = DayField(label=_("架空の申請者の基準日"))
    text = forms.CharField(
        label=_("版の草案（YAML）"),
        required=False,
        strip=False,
        validators=[SHORT_ENOUGH],
        widget=forms.Textarea(attrs={"rows": 16, "wrap": "off", **CODE}),
        help_text=_("書くと、数値の変更の代わりに、この草案の全体と比べます。"),
    )

    def __init__(self, *args: Any, slots: list[Slot], on: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["on"].initial = on
        self.slots = slots
        for number, slot in enumerate(slots):
            self.fields[f"value-{number}"] = forms.CharField(
                label=slot_title(slot),
                required=False,
                max_length=2_000,
                initial=slot.written,
                widget=forms.TextInput(attrs=CODE),
            )

    def rows(self) -> list[tuple[Slot, Any]]:
        """Each parameter with its field."""
        return [(slot, self[f"value-{number}"]) for number, slot in enumerate(self.slots)]

    def settings(self) -> dict[str, str]:
        """What was typed for each parameter; an emptied field leaves it as it is."""
        return {
            slot.name: self.cleaned_data.get(f"value-{number}") or slot.written
            for number, slot in enumerate(self.slots)
        }

    def refuse(self, name: str, message: str) -> None:
        """Put a message beside the parameter of that name."""
        for number, slot in enumerate(self.slots):
            if slot.name == name:
                self.add_error(f"value-{number}", message)
                return
        self.add_error(None, message)


def slot_title(slot: Slot) -> str:
    """The name of a parameter, with its key."""
    title = words(slot.parameter.title)
    key_type = slot.parameter.key_type
    if key_type is None:
        return title
    return gettext("%(name)s（%(key)s）") % {"name": title, "key": shown(constant(slot.key, key_type), key_type)}
