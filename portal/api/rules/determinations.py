"""判定: what the engine says to a set of facts. Stores nothing."""

from __future__ import annotations

import difflib
import re
import time
from collections.abc import Iterator
from datetime import date
from typing import Any

from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response

from applications.rules import engine, rule_book
from eligibility.combination.combine import combine
from eligibility.combination.render import combination_json
from eligibility.evaluation.facts import Facts, FactsError, read_leniently
from eligibility.evaluation.render import determination_json
from eligibility.evaluation.result import Determination
from eligibility.prove.offers import SECONDS, Offers, offers, offers_json
from eligibility.rulebook.vocabulary import EARLIEST, LATEST
from portal.api.answers import overlong
from portal.api.base import ApiView, StrictSerializer, body_of
from portal.api.openapi_examples import DETERMINATION_EXAMPLES
from portal.api.problems import Entry, Problem
from portal.api.rules.determination_shape import DeterminationsSerializer
from portal.api.throttling import AnonymousThrottle, DeterminationThrottle, UserThrottle


class DayField(serializers.DateField):
    """A calendar day, written ``2026-04-01`` and in no other way, within the years that the rule book knows."""

    def to_internal_value(self, value: Any) -> date:
        """The day, or a refusal that shows the form."""
        if not isinstance(value, str) or not re.fullmatch(r"\d{4}-\d{2}-\d{2}", value, re.ASCII):
            self._refuse()
        try:
            day = date.fromisoformat(value)
        except ValueError:
            self._refuse()
        if not EARLIEST <= day.toordinal() <= LATEST:
            first, last = date.fromordinal(EARLIEST), date.fromordinal(LATEST)
            raise serializers.ValidationError(
                _("%(first)sから%(last)sまでの日付を入力してください。") % {"first": first, "last": last},
                code="date_out_of_range",
            )
        return day

    def _refuse(self) -> Any:
        raise serializers.ValidationError(_("実在する日付を「2026-04-01」の形で入力してください。"), code="not_a_date")


class YesNoField(serializers.BooleanField):
    """``true`` or ``false``; a text such as "yes" is a mistake."""

    def to_internal_value(self, data: Any) -> bool:
        """The value itself."""
        if not isinstance(data, bool):
            self.fail("invalid", input=data)
        return data


class DeterminationRequestSerializer(StrictSerializer):
    """Facts, the date (today in Sendai by default), schemes (all by default), step (by default the one that checks look
    at), and whether the best combination is wanted."""

    facts = serializers.DictField(help_text="Facts by name; see GET /api/v1/facts/.")
    on = DayField(required=False)
    schemes = serializers.ListField(child=serializers.CharField(), required=False, max_length=100)
    step = serializers.CharField(required=False, allow_blank=True)
    combine = YesNoField(required=False, help_text="Answer with the best combination too.")
    changes = YesNoField(
        required=False,
        help_text="Also look for the smallest changes that would make the applicant eligible, or bring more. The search is "
        "limited to less than a second for the whole request; name few schemes. / 対象になるための、又は金額が増える最小の変更も探します"
        "（全体で１秒未満）。",
    )


class DeterminationView(ApiView):
    """Determinations for anybody."""

    tag = "determinations"
    permission_classes = [AllowAny]
    throttle_classes = [AnonymousThrottle, UserThrottle, DeterminationThrottle]
    facts_member = "facts"

    @extend_schema(
        operation_id="determine",
        summary="Determine / 判定",
        description="Determines schemes for a set of facts. Nothing is stored. A fact that is left out or null is not "
        "known; the answer says which missing facts still matter. With “combine” the answer also says which of the schemes "
        "are worth most together, and why. / 申告事項から制度ごとの判定を行います。何も保存しません。"
        "省略又は null の申告事項は「不明」として扱い、判定に必要なものを missing に示します。combine を true にすると、"
        "あわせて受けると最も有利な制度の組合せと理由も返します。",
        request=DeterminationRequestSerializer,
        responses=DeterminationsSerializer,
        examples=DETERMINATION_EXAMPLES,
    )
    def post(self, request: Request) -> Response:
        """Determinations in the order of the schemes asked for."""
        wanted = body_of(request, DeterminationRequestSerializer)
        facts = checked_facts(wanted["facts"])
        schemes = known_schemes(wanted.get("schemes", []))
        on = wanted.get("on") or localdate(self.at)
        step = wanted.get("step", "")
        _require_step(step, schemes, facts, on)
        machine = engine()
        results = [machine.determine(scheme, facts, on, step) for scheme in schemes]
        vocabulary = machine.book.vocabulary
        answers = [determination_json(result, vocabulary) for result in results]
        if wanted.get("changes"):
            for answer, found in zip(answers, _changes(results, facts), strict=True):
                answer["changes"] = offers_json(found, vocabulary)
        body: dict[str, Any] = {"on": on.isoformat(), "determinations": answers}
        if wanted.get("combine"):
            best = combine(machine, results, facts)
            body["combination"] = combination_json(best, machine.book.schemes, vocabulary)
        return Response(body)


def _changes(results: list[Determination], facts: Facts) -> Iterator[Offers]:
    """Proposals for each determination; all searches of a request share the time of one."""
    ends = time.monotonic() + SECONDS
    for result in results:
        yield offers(engine(), result, facts, max(0.0, ends - time.monotonic()))


def checked_facts(raw: dict[str, Any]) -> Facts:
    """Facts, or :class:`FactsError` with every problem."""
    problems = overlong(raw)
    if problems:
        raise FactsError(problems)
    facts, problems = read_leniently(raw, rule_book().vocabulary)
    if problems:
        raise FactsError(problems)
    return facts


def known_schemes(names: list[str]) -> list[str]:
    """Ids without repetition; all schemes when none is named. Refuses all unknown ones at once."""
    known = rule_book().schemes
    errors = [unknown_scheme(n, pointer=f"/schemes/{i}") for i, n in enumerate(names) if n not in known]
    if errors:
        raise Problem("unknown_scheme", errors=errors)
    return list(dict.fromkeys(names)) or list(known)


def unknown_scheme(name: str, **where: str) -> Entry:
    """That there is no scheme of this name, and which one is meant. ``where``: pointer or parameter."""
    entry: Entry = {
        **where,
        "code": "unknown_scheme",
        "message": _("「%(name)s」という制度は登録されていません。") % {"name": name[:80]},
    }
    close = difflib.get_close_matches(name, list(rule_book().schemes), n=1)
    return entry | ({"suggestion": close[0]} if close else {})


def _require_step(step: str, schemes: list[str], facts: Facts, on: date) -> None:
    """The step must exist in every version that governs; the engine would take an unknown one for the first."""
    if not step:
        return
    errors = []
    for scheme in schemes:
        version = engine().version_for(scheme, facts, on)
        names = [s.name for s in version.procedure] if version is not None else []
        if version is not None and step not in names:
            errors.append(
                {
                    "pointer": "/step",
                    "code": "unknown_step",
                    "message": _("「%(scheme)s」の版 %(version)s の手続は次のとおりです: %(steps)s")
                    % {"scheme": scheme, "version": version.name, "steps": ", ".join(names)},
                }
            )
    if errors:
        raise Problem("unknown_step", errors=errors)
