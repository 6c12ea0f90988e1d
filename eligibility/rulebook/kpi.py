"""KPI frames and indicators: plans, periods, units and targets as data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from eligibility.language.reader import ExpressionError, read_fiscal_year
from eligibility.rulebook.files import Entry, Faults, read
from eligibility.rulebook.model import Text
from eligibility.rulebook.values import read_status
from eligibility.rulebook.vocabulary import NOTHING, Vocabulary
from eligibility.words import Status


@dataclass(frozen=True, slots=True)
class Frame:
    """A plan and its period in fiscal years, both ends included."""

    name: str
    title: Text
    first_year: int
    last_year: int
    status: Status
    assumption: str
    source: str

    def years(self) -> range:
        """The fiscal years of the plan."""
        return range(self.first_year, self.last_year + 1)


@dataclass(frozen=True, slots=True)
class Target:
    """What is to be reached in a frame. ``above``: the figure must be exceeded, not only reached."""

    value: int
    above: bool
    status: Status
    assumption: str


@dataclass(frozen=True, slots=True)
class Indicator:
    """評価指標. ``counts``: ``firm`` (each firm once in a frame), ``case`` (each case once) or ``figure`` (outside
    statistics, entered by officials)."""

    name: str
    title: Text
    unit: Text
    project: Text
    fed_by: str
    counts: str
    reference: Text
    note: Text
    targets: Mapping[str, Target]


@dataclass(frozen=True, slots=True)
class KpiBook:
    """All frames and indicators."""

    frames: Mapping[str, Frame]
    indicators: Mapping[str, Indicator]

    def frame_of(self, fiscal_year: int) -> Frame | None:
        """The frame that a fiscal year lies in."""
        for frame in self.frames.values():
            if fiscal_year in frame.years():
                return frame
        return None

    def assumptions(self) -> set[str]:
        """Keys of the assumptions that frames and targets rest on."""
        keys = [frame.assumption for frame in self.frames.values()]
        keys += [target.assumption for indicator in self.indicators.values() for target in indicator.targets.values()]
        return {key for written in keys for key in written.split()}


def load_kpi(root: Path, vocabulary: Vocabulary, faults: Faults) -> KpiBook:
    """Read ``kpi/*.yaml``."""
    frames: dict[str, Frame] = {}
    indicators: dict[str, Indicator] = {}
    for path in sorted((root / "kpi").glob("*.yaml")):
        content = read(path, root, faults)
        for name, entry in content.section("frames"):
            frames[name] = _frame(name, entry, vocabulary)
        for name, entry in content.section("indicators"):
            indicators[name] = _indicator(name, entry, vocabulary, frames)
        content.close("a KPI file")
    return KpiBook(frames, indicators)


def _frame(name: str, entry: Entry, vocabulary: Vocabulary) -> Frame:
    status, assumption = read_status(entry, vocabulary)
    years = []
    for key in ("from", "to"):
        try:
            years.append(read_fiscal_year(entry.need(key).string()))
        except ExpressionError as error:
            entry.need(key).complain(str(error))
            years.append(2000)
    frame = Frame(name, entry.words(), years[0], years[1], status, assumption, entry.need("source").string())
    entry.close("a frame")
    return frame


def _indicator(name: str, entry: Entry, vocabulary: Vocabulary, frames: Mapping[str, Frame]) -> Indicator:
    targets = {}
    for frame, child in entry.section("targets"):
        if frame not in frames:
            child.complain(f"unknown frame '{frame}'")
        status, assumption = read_status(child, vocabulary)
        targets[frame] = Target(int(child.need("value").string()), child.text_of("above") == "yes", status, assumption)
        child.close("a target")
    for key, allowed in (("fed_by", ("decisions", "officials")), ("counts", ("firm", "case", "figure"))):
        if entry.need(key).string() not in allowed:
            entry.need(key).complain(f"'{key}' is one of {', '.join(allowed)}")
    indicator = Indicator(
        name=name,
        title=entry.words(),
        unit=entry.words_of("unit") or NOTHING,
        project=entry.words_of("project") or NOTHING,
        fed_by=entry.text_of("fed_by"),
        counts=entry.text_of("counts"),
        reference=entry.words_of("reference") or NOTHING,
        note=entry.words_of("note") or NOTHING,
        targets=targets,
    )
    entry.close("an indicator")
    return indicator
