"""Appeal notices (教示) by the legal nature of a decision.

The wording is a proposal that the city's legal section has to approve (dossier on procedure and letters, 3.4); periods
are those of the two national acts on administrative appeals and suits.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from documents.letters.content import LegalNature
from eligibility.rulebook.model import Text

REVIEW: Final = Text(
    "この決定に不服があるときは、この決定があったことを知った日の翌日から起算して３か月以内に、仙台市長に審査請求を"
    "することができます（決定の日の翌日から起算して１年を過ぎると、できなくなります。）。",
    "If you object to this decision, you may file a request for review (審査請求) with the Mayor of Sendai within "
    "three months from the day after you learned of the decision (not later than one year from the day after the "
    "decision).",
)

SUIT: Final = Text(
    "この決定の取消しの訴えは、この決定があったことを知った日の翌日から起算して６か月以内に、仙台市を被告（代表者　"
    "仙台市長）として提起することができます（決定の日の翌日から起算して１年を過ぎると、できなくなります。）。審査請求を"
    "したときは、その裁決があったことを知った日の翌日から起算します。",
    "You may bring a suit to annul this decision against the City of Sendai (represented by the Mayor of Sendai) "
    "within six months from the day after you learned of the decision (not later than one year from the day after "
    "the decision). If you file a request for review, the period counts from the day after you learned of the "
    "ruling.",
)

SUIT_AFTER_RULING: Final = Text(
    "この決定の取消しの訴えは、前記の審査請求に対する裁決を経た後でなければ提起することができません。この訴えは、裁決が"
    "あったことを知った日の翌日から起算して６か月以内に、仙台市を被告（代表者　仙台市長）として提起することができます"
    "（裁決の日の翌日から起算して１年を過ぎると、できなくなります。）。ただし、次のいずれかに該当するときは、裁決を経ないで"
    "提起することができます。\n"
    "(1) 審査請求があった日の翌日から起算して３か月を経過しても裁決がないとき。\n"
    "(2) 決定、決定の執行又は手続の続行により生ずる著しい損害を避けるため緊急の必要があるとき。\n"
    "(3) その他裁決を経ないことについて正当な理由があるとき。",
    "A suit to annul this decision may be brought only after the ruling on that request for review. It may be brought "
    "against the City of Sendai (represented by the Mayor of Sendai) within six months from the day after you learned "
    "of the ruling (not later than one year from the day after the ruling). It may be brought without a ruling\n"
    "(1) if no ruling is given within three months from the day after the request,\n"
    "(2) if there is urgent need to avoid serious damage from the decision, its execution or the continuation of the "
    "procedure, or\n"
    "(3) for other good cause.",
)

APPEAL_NOTICES: Final[Mapping[LegalNature, tuple[Text, ...]]] = {
    LegalNature.CONTRACT: (),
    LegalNature.DISPOSITION: (REVIEW, SUIT),
    LegalNature.DISPOSITION_TAX: (REVIEW, SUIT_AFTER_RULING),
}
"""What a letter tells about appeals. On a contract nothing: a notice would promise a remedy that does not exist."""
