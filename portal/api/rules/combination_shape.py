"""The shape of a combination, for the API description. The content is made by ``eligibility.combination.render``."""

from __future__ import annotations

from rest_framework import serializers

from eligibility.combination.combine import Why
from eligibility.words import InteractionKind, Verdict
from portal.api.fields import NumberField, TextSerializer
from portal.api.rules.terms import STATUSES

VERDICTS = [verdict.value for verdict in Verdict]
WHYS = [why.value for why in Why]
INTERACTION_KINDS = [kind.value for kind in InteractionKind]


class WorthSerializer(serializers.Serializer):
    """Whole yen: at least ``min``, at most ``max`` (``null``: open)."""

    min = serializers.IntegerField()
    max = NumberField()


class YearWorthSerializer(WorthSerializer):
    """The part of one fiscal year."""

    fiscal_year = serializers.IntegerField()


class BecauseSerializer(serializers.Serializer):
    """Another scheme, and the interaction that connects it with this one."""

    scheme = serializers.CharField()
    interaction = serializers.CharField()
    text = TextSerializer()


class CombinedSchemeSerializer(serializers.Serializer):
    """A scheme as the combination sees it. ``what`` is empty where there is no amount."""

    scheme = serializers.CharField()
    title = TextSerializer()
    verdict = serializers.ChoiceField(VERDICTS)
    version = serializers.CharField(allow_null=True)
    what = serializers.CharField(allow_blank=True)
    amount = WorthSerializer()
    pays = WorthSerializer()
    reason = TextSerializer()


class ChosenSerializer(CombinedSchemeSerializer):
    """A scheme of the combination: ``amount`` beside the others, ``alone`` by itself, ``pays`` what the applicant pays."""

    alone = WorthSerializer()
    per_fiscal_year = YearWorthSerializer(many=True)
    undated = WorthSerializer()
    reduced_by = BecauseSerializer(many=True)


class LeftOutSerializer(CombinedSchemeSerializer):
    """A scheme that is not in the combination. ``total_with_it``: of the best combination with this scheme."""

    why = serializers.ChoiceField(WHYS)
    because_of = BecauseSerializer(many=True)
    total_with_it = WorthSerializer(allow_null=True)


class InteractionSerializer(serializers.Serializer):
    """A rule between schemes."""

    interaction = serializers.CharField()
    kind = serializers.ChoiceField(INTERACTION_KINDS)
    text = TextSerializer()
    article = serializers.CharField(allow_blank=True)
    source = serializers.CharField()
    status = serializers.ChoiceField(STATUSES)
    assumptions = serializers.ListField(child=serializers.CharField())
    schemes = serializers.ListField(child=serializers.CharField())


class AssumptionQuestionSerializer(serializers.Serializer):
    """The question that settles an assumption."""

    assumption = serializers.CharField()
    text = TextSerializer()


class QuestionSerializer(InteractionSerializer):
    """What to ask the city. ``blocks``: only one of the schemes counts until the city answers."""

    blocks = serializers.BooleanField()
    questions = AssumptionQuestionSerializer(many=True)


class TotalsSerializer(serializers.Serializer):
    """``guaranteed``: what the chosen schemes bring at least. ``possible``: the most that could come about with everything
    that is still open, besides ``open_ended`` schemes without an upper end."""

    guaranteed = serializers.IntegerField()
    chosen = WorthSerializer()
    possible = serializers.IntegerField()
    open_ended = serializers.IntegerField()
    pays = WorthSerializer()
    per_fiscal_year = YearWorthSerializer(many=True)
    undated = WorthSerializer()


class CombinationSerializer(serializers.Serializer):
    """The schemes that are worth most together, the others with the reason, and what the city must be asked."""

    on = serializers.DateField()
    audience = serializers.CharField()
    interactions_hash = serializers.CharField(allow_blank=True)
    totals = TotalsSerializer()
    chosen = ChosenSerializer(many=True)
    left_out = LeftOutSerializer(many=True)
    questions = QuestionSerializer(many=True)
    notes = InteractionSerializer(many=True)
