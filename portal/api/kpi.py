"""評価指標: frames, indicators, targets and progress. Public: counts only, no case and no firm."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.db.models import Count, Q
from django.http import Http404
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from applications.models import KpiEntry, KpiFigure
from applications.rules import rule_book
from applications.selectors import Progress, YearFigures, current_frame, latest_figures
from eligibility.rulebook.kpi import Frame, Indicator
from portal.api.base import PublicView
from portal.api.fields import AssumptionsField, TextField
from portal.api.rules.terms import STATUSES

COUNTS = ["firm", "case", "figure"]


class FrameSerializer(serializers.Serializer):
    """A plan and its period in fiscal years, both included."""

    frame = serializers.CharField(source="name")
    title = TextField()
    first_year = serializers.IntegerField()
    last_year = serializers.IntegerField()
    status = serializers.ChoiceField(STATUSES)
    assumptions = AssumptionsField(source="assumption")
    source = serializers.CharField()


class TargetSerializer(serializers.Serializer):
    """What is to be reached in a frame; with ``above`` it must be exceeded."""

    value = serializers.IntegerField()
    above = serializers.BooleanField()
    status = serializers.ChoiceField(STATUSES)
    assumptions = AssumptionsField(source="assumption")


class YearFiguresSerializer(serializers.Serializer):
    """Units counted in a fiscal year."""

    fiscal_year = serializers.IntegerField(source="year")
    planned = serializers.IntegerField()
    actual = serializers.IntegerField()


class ProgressSerializer(serializers.Serializer):
    """An indicator in a frame. ``percent``: whole per cent of the target reached by actual units, cut."""

    frame = serializers.CharField(source="frame.name")
    target = TargetSerializer(allow_null=True)
    planned = serializers.IntegerField()
    actual = serializers.IntegerField()
    percent = serializers.IntegerField(allow_null=True)
    reached = serializers.BooleanField()
    years = YearFiguresSerializer(many=True)


class FigureSerializer(serializers.Serializer):
    """A figure from outside statistics, entered by an official. The last one of a year counts."""

    fiscal_year = serializers.IntegerField()
    value = serializers.SerializerMethodField()
    source = serializers.CharField()
    as_of = serializers.DateField()

    @extend_schema_field({"type": "string", "pattern": r"^-?\d+(\.\d+)?$", "description": "An exact decimal."})
    def get_value(self, figure: KpiFigure) -> str:
        """Digits without trailing zeros."""
        return f"{Decimal(figure.value).normalize():f}"


class IndicatorSerializer(serializers.Serializer):
    """An indicator. ``fed_by`` decisions: ``progress`` by frame; ``fed_by`` officials: ``figures``."""

    indicator = serializers.CharField()
    title = TextField()
    unit = TextField()
    project = TextField(allow_null=True)
    fed_by = serializers.ChoiceField(["decisions", "officials"])
    counts = serializers.ChoiceField(COUNTS)
    reference = TextField(allow_null=True)
    note = TextField(allow_null=True)
    progress = ProgressSerializer(many=True)
    figures = FigureSerializer(many=True)


class KpiSerializer(serializers.Serializer):
    """Frames and indicators."""

    current_frame = serializers.CharField()
    frames = FrameSerializer(many=True)
    indicators = IndicatorSerializer(many=True)


class KpiView(PublicView):
    """All indicators."""

    tag = "kpi"

    @extend_schema(
        operation_id="readKpi",
        summary="KPI / 評価指標",
        description="Frames, indicators, targets, and by fiscal year the units planned (approved) and actual (operation "
        "confirmed); figures entered by officials. / 計画期間、指標、目標と、年度ごとの見込み（決定済み）・実績（操業確認済み）、"
        "職員が入力した統計値。",
        responses=KpiSerializer,
    )
    def get(self, request: Request) -> Response:
        """Two queries, whatever the number of entries."""
        kpi = rule_book().kpi
        content = {
            "current_frame": current_frame().name,
            "frames": FrameSerializer(kpi.frames.values(), many=True).data,
            "indicators": indicators_json(list(kpi.indicators.values())),
        }
        return Response(content, headers={"Content-Language": "ja, en"})


class IndicatorView(PublicView):
    """One indicator."""

    tag = "kpi"

    @extend_schema(
        operation_id="readIndicator",
        summary="One indicator / 指標",
        description="One indicator with its targets, progress and figures. / 指標の目標・進捗・統計値。",
        responses=IndicatorSerializer,
    )
    def get(self, request: Request, indicator: str) -> Response:
        """The indicator of that name."""
        found = rule_book().kpi.indicators.get(indicator)
        if found is None:
            raise Http404
        return Response(indicators_json([found])[0], headers={"Content-Language": "ja, en"})


def indicators_json(indicators: list[Indicator]) -> list[dict[str, Any]]:
    """Indicators with progress and figures."""
    frames = list(rule_book().kpi.frames.values())
    counted = [i for i in indicators if i.fed_by == "decisions"]
    progress = progress_of(counted, frames)
    figures = latest_figures([i.name for i in indicators if i.fed_by == "officials"])
    return [
        {
            "indicator": i.name,
            "title": i.title.as_dict(),
            "unit": i.unit.as_dict(),
            "project": i.project.as_dict() if i.project.ja else None,
            "fed_by": i.fed_by,
            "counts": i.counts,
            "reference": i.reference.as_dict() if i.reference.ja else None,
            "note": i.note.as_dict() if i.note.ja else None,
            "progress": ProgressSerializer(progress.get(i.name, []), many=True).data,
            "figures": FigureSerializer(figures.get(i.name, []), many=True).data,
        }
        for i in indicators
    ]


def progress_of(indicators: list[Indicator], frames: list[Frame]) -> dict[str, list[Progress]]:
    """Progress of several indicators in all frames, as ``applications.selectors.progress`` gives it, in one query."""
    if not indicators:
        return {}
    rows = (
        KpiEntry.objects.filter(indicator__in=[i.name for i in indicators])
        .values("indicator", "frame", "fiscal_year")
        .annotate(
            actual=Count("pk", filter=Q(state=KpiEntry.State.ACTUAL)),
            planned=Count("pk", filter=Q(state=KpiEntry.State.PLANNED)),
        )
        .order_by()
    )
    counts = {(r["indicator"], r["frame"], r["fiscal_year"]): (r["actual"], r["planned"]) for r in rows}
    return {
        indicator.name: [
            Progress(
                indicator,
                frame,
                indicator.targets.get(frame.name),
                tuple(
                    YearFigures(year, *counts.get((indicator.name, frame.name, year), (0, 0))) for year in frame.years()
                ),
            )
            for frame in frames
        ]
        for indicator in indicators
    }
