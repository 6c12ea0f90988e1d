"""The shape of a determination, for the API description. The content is made by ``eligibility.evaluation.render``."""

from __future__ import annotations

from rest_framework import serializers

from eligibility.words import AmountKind, Outcome, Verdict
from portal.api.fields import ExactField, NumberField, TextSerializer, ValueField
from portal.api.rules.changes_shape import ChangesSerializer
from portal.api.rules.combination_shape import CombinationSerializer
from portal.api.rules.conditions import EFFECTS
from portal.api.rules.terms import STATUSES

OUTCOMES = [outcome.value for outcome in Outcome]
VERDICTS = [verdict.value for verdict in Verdict]
AMOUNT_KINDS = [kind.value for kind in AmountKind]
STEP_KINDS = ["derived", "component"]
ITEM_OUTCOMES = ["counts", "left_out", "unknown"]


class MeasuredSerializer(serializers.Serializer):
    """A comparison with the applicant's own figure beside the threshold."""

    own = TextSerializer()
    operator = serializers.CharField()
    needed = TextSerializer()
    expression = serializers.CharField()


class FindingSerializer(serializers.Serializer):
    """How one criterion came out."""

    criterion = serializers.CharField()
    outcome = serializers.ChoiceField(OUTCOMES)
    effect = serializers.ChoiceField(EFFECTS)
    article = serializers.CharField(allow_blank=True)
    text = TextSerializer()
    source = serializers.CharField(allow_blank=True)
    status = serializers.ChoiceField(STATUSES)
    assumption = serializers.CharField(required=False)
    group = serializers.CharField(required=False)
    hint = TextSerializer(required=False)
    measured = MeasuredSerializer(many=True, required=False)


class ItemFindingsSerializer(serializers.Serializer):
    """How one record of a list came out."""

    list = serializers.CharField()
    index = serializers.IntegerField()
    outcome = serializers.ChoiceField(ITEM_OUTCOMES)
    findings = FindingSerializer(many=True)


class GroupOutcomeSerializer(serializers.Serializer):
    """How a group of criteria came out on its own."""

    text = TextSerializer()
    outcome = serializers.ChoiceField(OUTCOMES)


class YearSumSerializer(serializers.Serializer):
    """Sum of one fiscal year."""

    fiscal_year = ExactField()
    yen = ExactField()


class AmountStepSerializer(serializers.Serializer):
    """One step of the calculation: a derived value, or a component of the amount with its rounding."""

    step = serializers.CharField()
    kind = serializers.ChoiceField(STEP_KINDS)
    text = TextSerializer()
    formula = serializers.CharField()
    source = serializers.CharField(allow_blank=True)
    article = serializers.CharField(allow_blank=True)
    value = ValueField(required=False)
    shown = TextSerializer(required=False)
    fiscal_year = ExactField(required=False)
    unrounded = ExactField(required=False)
    rounded_down_to = serializers.IntegerField(required=False)
    yen = ExactField(required=False)

    def get_fields(self) -> dict[str, serializers.Field]:
        """``for`` (arguments of a derived value) is a keyword of Python and cannot be declared above."""
        return {**super().get_fields(), "for": serializers.ListField(child=TextSerializer(), required=False)}


class AmountSerializer(serializers.Serializer):
    """算定額 in whole yen: ``yen`` when exact, ``min`` and ``max`` when a range (``null``: open), with every step."""

    kind = serializers.ChoiceField(AMOUNT_KINDS)
    what = serializers.CharField(required=False)
    yen = serializers.IntegerField(required=False)
    min = NumberField(required=False)
    max = NumberField(required=False)
    per_fiscal_year = YearSumSerializer(many=True, required=False)
    steps = AmountStepSerializer(many=True, required=False)
    note = TextSerializer(required=False)


class OtherAmountSerializer(AmountSerializer):
    """An amount beside the main one."""

    text = TextSerializer()


class PeriodSerializer(serializers.Serializer):
    """A version and its period."""

    version = serializers.CharField()
    to = serializers.DateField(allow_null=True)
    status = serializers.ChoiceField(STATUSES)

    def get_fields(self) -> dict[str, serializers.Field]:
        """``from`` is a keyword of Python and cannot be declared above."""
        return {**super().get_fields(), "from": serializers.DateField()}


class LaterSerializer(serializers.Serializer):
    """A criterion of a later step."""

    criterion = serializers.CharField()
    step = serializers.CharField()
    text = TextSerializer()


class MissingSerializer(serializers.Serializer):
    """A fact that is missing, and what it is needed for: criteria, or ``amount``."""

    fact = serializers.CharField()
    needed_for = serializers.ListField(child=serializers.CharField())
    text = TextSerializer()


class AssumedSerializer(serializers.Serializer):
    """An assumption that the answer rests on."""

    assumption = serializers.CharField()
    text = TextSerializer()
    question = TextSerializer()
    status = serializers.CharField()


class CitedSourceSerializer(serializers.Serializer):
    """A source of the version."""

    key = serializers.CharField()
    grade = serializers.CharField()
    text = TextSerializer()
    address = serializers.CharField(allow_blank=True)
    dated = serializers.CharField(allow_blank=True)


class RunBySerializer(serializers.Serializer):
    """The body that runs a scheme of others and receives the applications, and the address of its page."""

    text = TextSerializer()
    address = serializers.CharField()


class DeterminationSerializer(serializers.Serializer):
    """判定: what the engine says of one scheme at one date, with reasons, amount and every step of it. ``run_by`` is given
    for schemes of other bodies, which cannot be applied for here."""

    scheme = serializers.CharField()
    title = TextSerializer()
    on = serializers.DateField()
    verdict = serializers.ChoiceField(VERDICTS)
    verdict_text = TextSerializer()
    version = serializers.CharField(allow_null=True)
    engine = serializers.CharField()
    run_by = RunBySerializer(required=False)
    version_hash = serializers.CharField(required=False)
    step = serializers.CharField(required=False)
    in_force = PeriodSerializer(required=False)
    findings = FindingSerializer(many=True)
    items = ItemFindingsSerializer(many=True, required=False)
    groups = serializers.DictField(child=GroupOutcomeSerializer(), required=False)
    amount = AmountSerializer()
    other_amounts = serializers.DictField(child=OtherAmountSerializer(), required=False)
    later = LaterSerializer(many=True, required=False)
    missing = MissingSerializer(many=True)
    assumed = AssumedSerializer(many=True)
    subject_to = serializers.ListField(child=TextSerializer(), required=False)
    notes = serializers.ListField(child=TextSerializer(), required=False)
    sources = CitedSourceSerializer(many=True, required=False)
    periods = PeriodSerializer(many=True, required=False)
    reason = TextSerializer(required=False)
    faults = serializers.IntegerField(required=False)
    changes = ChangesSerializer(required=False)


class DeterminationsSerializer(serializers.Serializer):
    """The answer to a request for determinations."""

    on = serializers.DateField()
    determinations = DeterminationSerializer(many=True)
    combination = CombinationSerializer(required=False)
