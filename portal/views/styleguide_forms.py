"""Forms of the style guide: every kind of field, a question on its own screen, and a list of records."""

from __future__ import annotations

from typing import Any

from django import forms

from portal.components.fields import CodeField, DayField, DecimalTextField, WholeNumberField, YenField, YesNoField
from portal.views.styleguide_samples import say


class ProjectForm(forms.Form):
    """Every kind of field."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields.update(
            {
                "firm": forms.CharField(label=say("法人名", "Name of the firm"), max_length=60),
                "capital": YenField(
                    label=say("資本金", "Capital"),
                    help_text=say(
                        "登記されている額。1,200万 のように入力することもできます。",
                        "As registered. You may also write 12,000,000.",
                    ),
                ),
                "floor_area": DecimalTextField(label=say("床面積", "Floor area"), unit="㎡", required=False),
                "staff": WholeNumberField(label=say("従業員数", "Employees"), unit=say("人", "people")),
                "contract_date": DayField(
                    label=say("賃貸借契約を結ぶ日", "Day on which the lease is signed"),
                    help_text=say(
                        "契約の前に申請が必要な制度があります。",
                        "Some schemes must be applied for before the contract.",
                    ),
                ),
                "kind": forms.ChoiceField(
                    label=say("事業所の種類", "Kind of premises"),
                    choices=[
                        ("", say("選んでください", "Please choose")),
                        ("hq", say("本社・支店", "Head office or branch")),
                        ("lab", say("研究所", "Laboratory")),
                        ("plant", say("工場", "Factory")),
                    ],
                ),
                "from_capital_zone": YesNoField(
                    label=say(
                        "東京23区から本社機能を移しますか",
                        "Are you moving head-office functions from the 23 wards of Tokyo?",
                    )
                ),
                "opening": CodeField(
                    label=say("進出の形", "How you come to Sendai"),
                    required=False,
                    choices=[
                        ("new", say("新しく事業所を開く", "Opening new premises")),
                        ("extend", say("いまの事業所を広げる", "Extending existing premises")),
                    ],
                    widget=forms.RadioSelect(attrs={"class": "choices--framed"}),
                ),
                "industries": forms.MultipleChoiceField(
                    label=say("業種（あてはまるものすべて）", "Industries (all that apply)"),
                    required=False,
                    widget=forms.CheckboxSelectMultiple,
                    choices=[
                        ("it", say("情報通信", "Information and communication")),
                        ("bio", say("医薬・バイオ", "Biotechnology")),
                        ("semi", say("半導体", "Semiconductors")),
                    ],
                ),
                "plan": forms.CharField(
                    label=say("事業計画の概要", "Outline of the business plan"),
                    max_length=400,
                    widget=forms.Textarea,
                    required=False,
                ),
                "accounts": forms.FileField(
                    label=say("決算書（直近2期）", "Accounts (last two years)"),
                    required=False,
                    help_text=say("PDF、10MBまで", "PDF, up to 10 MB"),
                ),
                "email": forms.EmailField(label=say("担当者のメールアドレス", "Email of the person in charge")),
                "agree": forms.BooleanField(
                    label=say("申告の内容に間違いはありません", "What I have stated is correct")
                ),
            }
        )


class QuestionForm(forms.Form):
    """One question on its own screen."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["zone"] = YesNoField(
            label=say(
                "東京23区から本社機能を移しますか", "Are you moving head-office functions from the 23 wards of Tokyo?"
            ),
            widget=forms.RadioSelect(attrs={"class": "choices--framed"}),
        )


class HireForm(forms.Form):
    """One record of a list fact."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields.update(
            {
                "home": forms.ChoiceField(
                    label=say("居住地", "Home"),
                    choices=[
                        ("sendai", say("仙台市内", "In Sendai")),
                        ("metro", say("仙台都市圏", "Sendai metropolitan area")),
                        ("other", say("その他", "Elsewhere")),
                    ],
                ),
                "hired_on": DayField(label=say("採用日", "Hired on")),
                "wage": YenField(label=say("年間給与", "Yearly wage")),
                "regular": YesNoField(label=say("正社員ですか", "Regular employment?"), unknown=False),
            }
        )


HireFormSet = forms.formset_factory(HireForm, extra=0, max_num=5, validate_max=True)
