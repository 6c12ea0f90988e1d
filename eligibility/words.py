"""The words of the domain that the engine answers with. One spelling for code, screens, letters and API."""

from __future__ import annotations

from enum import StrEnum

ENGINE_VERSION = "1"
"""Stored with each decision. Raise it when the same facts and rules could give another answer."""


class Verdict(StrEnum):
    """判定結果: what the engine says of one scheme at one date."""

    ELIGIBLE = "eligible"
    NOT_ELIGIBLE = "not_eligible"
    REFER = "refer"
    UNDETERMINED = "undetermined"
    NO_TERMS = "no_terms"


class Outcome(StrEnum):
    """要件判定: result of one criterion."""

    MET = "met"
    NOT_MET = "not_met"
    UNKNOWN = "unknown"
    REFERRED = "referred"
    NOT_APPLICABLE = "not_applicable"


class Effect(StrEnum):
    """What failing a criterion means."""

    REFUSE = "refuse"
    REFER = "refer"
    ADVISE = "advise"
    LEAVE_OUT = "leave_out"
    """Only for criteria on an item of a list: the item does not count, the scheme goes on."""


class AmountKind(StrEnum):
    """算定額: how well the amount is known."""

    EXACT = "exact"
    RANGE = "range"
    NONE = "none"


class Status(StrEnum):
    """Standing of a parameter, a validity or a criterion."""

    VERIFIED = "verified"
    ASSUMED = "assumed"


class InteractionKind(StrEnum):
    """制度間の関係: what one scheme means for another."""

    EXCLUDES = "excludes"
    """Not both for the same investment or cost."""
    UNKNOWN = "unknown"
    """The sources do not say; the city must be asked."""
    REDUCES = "reduces"
    """Taking one shrinks the base of the other's amount."""
    NOTE = "note"
    """Worth knowing; decides nothing."""
