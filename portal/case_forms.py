"""Forms around a case: starting it, handing in, withdrawing."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from applications.models import Organisation
from eligibility.rulebook.model import ProcedureStep
from portal.fact_text import words


class StartForm(forms.Form):
    """For whom, and with which step where the first one is optional. Asks only where there is a choice."""

    def __init__(
        self, organisations: list[Organisation], steps: list[ProcedureStep], *args: Any, **kwargs: Any
    ) -> None:
        super().__init__(*args, use_required_attribute=False, **kwargs)
        framed = {"class": "choices--framed"}
        if len(organisations) > 1:
            self.fields["organisation"] = forms.TypedChoiceField(
                label=_("どの申請者として申請しますか"),
                coerce=int,
                choices=[(one.pk, one.name) for one in organisations],
                widget=forms.RadioSelect(attrs=framed),
                error_messages={"required": _("どれか1つを選んでください。")},
            )
        if len(steps) > 1:
            self.fields["step"] = forms.ChoiceField(
                label=_("どの手続から始めますか"),
                choices=[(step.name, _choice(step)) for step in steps],
                widget=forms.RadioSelect(attrs=framed),
                error_messages={"required": _("どれか1つを選んでください。")},
            )


def _choice(step: ProcedureStep) -> str:
    if step.optional:
        return str(_("%(step)sから始める") % {"step": words(step.title)})
    return str(_("%(step)sから始める（その前の手続は済んでいる）") % {"step": words(step.title)})


class SubmitForm(forms.Form):
    """Consent to the terms; when a correction is answered, words to the official."""

    answer = forms.CharField(
        label=_("担当者への連絡"),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("直した点や、直せなかった点の理由などがあれば書いてください。"),
    )
    consent = forms.BooleanField(
        label=_("利用規約に同意し、申告の内容が事実であることを確認しました"),
        error_messages={"required": _("提出するには、内容を確認して同意してください。")},
    )

    def __init__(self, *args: Any, correcting: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, use_required_attribute=False, **kwargs)
        if not correcting:
            del self.fields["answer"]


class WithdrawForm(forms.Form):
    """Why a filing is taken back, if one wants to say."""

    reason = forms.CharField(
        label=_("理由"),
        required=False,
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("書かなくても取り下げられます。"),
    )
