"""Forms of the check: what to look into, and one question on its own screen."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils.html import format_html
from django.utils.timezone import localdate
from django.utils.translation import gettext_lazy as _

from applications.rules import rule_book
from eligibility.rulebook.model import Fact
from portal.check import FIRM, schemes_for
from portal.components.fields import UNKNOWN, CodeField, YesNoField
from portal.fact_fields import Place
from portal.fact_forms import FactsForm
from portal.fact_text import words
from portal.scheme_pages import NO_TERMS, standings


class StartForm(forms.Form):
    """What to look into: goals, single schemes, or everything (``everything`` is the name of a button)."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        framed = forms.CheckboxSelectMultiple(attrs={"class": "choices--framed"})
        goals = rule_book().vocabulary.goals.values()
        self.fields["goals"] = forms.MultipleChoiceField(
            label=_("目的から選ぶ（いくつでも）"),
            required=False,
            widget=framed,
            choices=[
                (goal.name, format_html("<strong>{}</strong><br>{}", words(goal.title), words(goal.help)))
                for goal in goals
            ],
        )
        self.fields["schemes"] = forms.MultipleChoiceField(
            label=_("制度から選ぶ（いくつでも）"),
            required=False,
            widget=forms.CheckboxSelectMultiple,
            choices=_scheme_choices(),
        )

    def clean(self) -> dict[str, Any]:
        """At least one thing is chosen."""
        found: dict[str, Any] = super().clean() or {}
        if not self.errors and not self.chosen():
            raise ValidationError(
                _("目的か制度を1つ以上選ぶか、「全部まとめて調べる」を押してください。"), code="nothing"
            )
        return found

    def chosen(self) -> list[str]:
        """Ids of the schemes to look into."""
        return schemes_for(
            self.cleaned_data.get("goals", []),
            self.cleaned_data.get("schemes", []),
            everything="everything" in self.data,
        )


def _scheme_choices() -> list[tuple[str, str]]:
    choices = []
    for one in standings(localdate()):
        title: Any = one.title
        if one.state == NO_TERMS:
            title = format_html("{} {}", one.title, _("（いまは規定がありません）"))
        choices.append((one.scheme.id, title))
    return choices


def person_schemes() -> list[dict[str, str]]:
    """Schemes that a person applies for; firms are not asked about them unless they choose them."""
    return [
        {"id": scheme.id, "title": words(scheme.title), "summary": words(scheme.summary)}
        for scheme in rule_book().schemes.values()
        if scheme.audience != FIRM
    ]


class QuestionForm(FactsForm):
    """One fact on its own screen. Something must be answered: a value, わからない, or for lists and sets なし."""

    def __init__(self, fact: Fact, answers: dict[str, Any], data: QueryDict | None = None) -> None:
        self.fact = fact
        super().__init__([fact], answers, data, required=[fact.name], place=Place.QUESTION)
        if data is not None and fact.is_list and not self.errors and not self.answers().get(fact.name):
            self.mark(fact.name, str(_("1件以上入力してください。なければ「なし」を押してください。")))

    @property
    def field(self) -> forms.boundfield.BoundField:
        """The field of a fact that is not a list."""
        return self.form[self.fact.name]

    @property
    def rows(self) -> forms.BaseFormSet:
        """The rows of a list fact."""
        return self.formsets[self.fact.name]

    @property
    def value(self) -> Any:
        """The answer as JSON; ``None`` means わからない."""
        return self.answers()[self.fact.name]

    @property
    def offers_unknown(self) -> bool:
        """わからない is one of the choices, so no button for it is needed."""
        return self.fact.name in self.form.fields and isinstance(
            self.form.fields[self.fact.name], YesNoField | CodeField
        )

    def show_skipped(self) -> None:
        """Tick わからない where the visitor chose it before."""
        if self.offers_unknown:
            self.form.initial[self.fact.name] = UNKNOWN
