"""Forms of the desk. They read what was typed; whether it is allowed is the services' answer."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from applications.models import FilingDocument
from applications.rules import rule_book
from applications.selectors import QUEUE_FILTERS
from portal.components.fields import DayField, YenField
from portal.desk_facts import FactRow
from portal.desk_words import document_title
from portal.fact_forms import words

VIEWS: dict[str, Any] = {
    "": _("市の対応待ちすべて"),
    "new": _("新着"),
    "review": _("審査中"),
    "correction": _("補正待ち"),
    "drafted": _("決裁待ち"),
    "approved": _("施行待ち"),
    "mine": _("自分の担当"),
    "closed": _("終了した手続"),
}
"""Names of the queue's views."""
if set(VIEWS) != {"", *QUEUE_FILTERS}:
    raise RuntimeError("each view of the queue needs a name")


def area(rows: int, most: int) -> forms.Textarea:
    """A text area that counts its characters."""
    return forms.Textarea(attrs={"rows": rows, "data-counter": str(most)})


class QueueForm(forms.Form):
    """Filters of the queue, in the address."""

    view = forms.ChoiceField(label=_("状態"), choices=list(VIEWS.items()), required=False)
    scheme = forms.ChoiceField(label=_("制度"), required=False)
    q = forms.CharField(label=_("受付番号・企業名・計画の名称"), required=False, max_length=100)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        of_the_city = [scheme for scheme in rule_book().schemes.values() if not scheme.applied_elsewhere]
        schemes = [(scheme.id, words(scheme.title)) for scheme in of_the_city]
        self.fields["scheme"].choices = [("", _("すべての制度")), *schemes]

    def chosen(self) -> dict[str, str]:
        """What was chosen; nonsense in the address counts as not chosen."""
        self.is_valid()
        return {name: self.cleaned_data.get(name) or "" for name in self.fields}


class EvidenceChoice(forms.ModelChoiceField):
    """One of the files that were handed in."""

    def label_from_instance(self, obj: FilingDocument) -> str:
        """``登記事項証明書：touki.pdf``."""
        return str(_("%(kind)s：%(name)s") % {"kind": document_title(obj.kind), "name": obj.file.name})


class FactChangeForm(forms.Form):
    """Why a declared value is replaced, and what proves it."""

    reason = forms.CharField(
        label=_("変更の理由"), help_text=_("決定の記録に残ります。"), max_length=2000, widget=area(3, 2000)
    )
    evidence = EvidenceChoice(
        label=_("根拠とした書類"),
        queryset=FilingDocument.objects.none(),
        required=False,
        empty_label=_("書類によらない"),
    )

    def __init__(self, *args: Any, documents: Iterable[FilingDocument], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        ids = [document.pk for document in documents]
        self.fields["evidence"].queryset = FilingDocument.objects.filter(pk__in=ids).select_related("file")


class CriterionForm(forms.Form):
    """The city's decision on a criterion that the rules leave to it."""

    accepted = forms.TypedChoiceField(
        label=_("判断"),
        choices=[("yes", _("認める")), ("no", _("認めない"))],
        coerce=lambda value: value == "yes",
        widget=forms.RadioSelect(attrs={"class": "choices--row"}),
        error_messages={"required": _("どちらかを選んでください。")},
    )
    reason = forms.CharField(
        label=_("判断の理由"),
        help_text=_("認めない場合は、そのまま通知書に記載されます。"),
        max_length=2000,
        widget=area(3, 2000),
    )


class CorrectionForm(forms.Form):
    """Until when a filing is to be mended."""

    due_on = DayField(
        label=_("補正の期限"),
        help_text=_("閉庁日（土日・祝日・年末年始）は指定できません。"),
        widget=forms.DateInput(attrs={"type": "date"}),
    )


class CorrectionItemForm(forms.Form):
    """One thing to be mended."""

    about = forms.ChoiceField(label=_("対象"), required=False)
    text = forms.CharField(
        label=_("何をどう直すか"),
        max_length=1000,
        widget=area(3, 1000),
        error_messages={"required": _("内容を入力するか、この行を削除してください。")},
    )

    def __init__(self, *args: Any, subjects: list[Any], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["about"].choices = subjects


CorrectionItems = forms.formset_factory(CorrectionItemForm, extra=0, max_num=30, validate_max=True, absolute_max=31)


def correction_subjects(rows: Iterable[FactRow], papers: Iterable[str]) -> list[Any]:
    """What an item may be about: facts of the filing and papers of the step."""
    return [
        ("", _("全体")),
        (_("申告事項"), [(row.fact.name, row.title) for row in rows]),
        (_("書類"), [(kind, document_title(kind)) for kind in papers]),
    ]


class DraftForm(forms.Form):
    """The parts of a decision that the drafter writes."""

    favourable = forms.TypedChoiceField(
        label=_("決定"), coerce=lambda value: value == "yes", widget=forms.RadioSelect(attrs={"class": "choices--row"})
    )
    amount = YenField(label=_("金額"), required=False)
    reason = forms.CharField(
        label=_("理由に加える文"),
        help_text=_("満たさない要件は自動で記載されます。ほかの理由があるときに入力します。"),
        required=False,
        max_length=2000,
        widget=area(4, 2000),
    )
    conditions = forms.CharField(
        label=_("付ける条件"),
        help_text=_("１行に１件。標準の条件は自動で記載されます。"),
        required=False,
        max_length=4000,
        widget=area(3, 4000),
    )
    note = forms.CharField(
        label=_("起案理由（決裁者あて）"),
        help_text=_("通知書には記載されません。"),
        required=False,
        max_length=2000,
        widget=area(4, 2000),
    )

    def __init__(self, *args: Any, choices: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["favourable"].choices = choices

    def conditions_given(self) -> list[str]:
        """One condition a line."""
        return [line.strip() for line in self.cleaned_data["conditions"].splitlines() if line.strip()]


class ApproveForm(forms.Form):
    """Approval of exactly what was shown (``seen``: its hash)."""

    seen = forms.CharField(widget=forms.HiddenInput)
    reason = forms.CharField(label=_("意見（任意）"), required=False, max_length=2000, widget=area(2, 2000))


class ReturnForm(forms.Form):
    """Return to the drafter."""

    reason = forms.CharField(label=_("差し戻す理由"), max_length=2000, widget=area(3, 2000))


class RevocationForm(forms.Form):
    """Why a decision is revoked and on what ground."""

    reason = forms.CharField(
        label=_("取消しの理由となる事実"),
        help_text=_("通知書にそのまま記載されます。いつ、何があったかが分かるように書いてください。"),
        max_length=2000,
        widget=area(5, 2000),
    )
    article = forms.CharField(
        label=_("根拠となる規定又は交付条件"), help_text=_("通知書にそのまま記載されます。"), max_length=300
    )


class ConfirmForm(forms.Form):
    """Acknowledging or confirming a notice."""

    note = forms.CharField(
        label=_("確認の内容"),
        help_text=_("現地で確認した日や資料など、確認の方法を残します。"),
        required=False,
        max_length=2000,
        widget=area(4, 2000),
    )
