"""The procedure of a version: its steps, what letters name, standard conditions, and what approvals count for."""

from __future__ import annotations

from eligibility.language import types as t
from eligibility.language.checker import suggestion
from eligibility.rulebook.expressions import ExpressionReader
from eligibility.rulebook.files import Entry
from eligibility.rulebook.head import words
from eligibility.rulebook.model import Counting, ProcedureStep, Scheme, Text
from eligibility.rulebook.values import read_status
from eligibility.rulebook.vocabulary import NOTHING


class ProcedureReader(ExpressionReader):
    """Reads what happens with an application; the expressions in it are over the names of the version."""

    scheme: Scheme

    def read_step(self, name: str, entry: Entry) -> ProcedureStep:
        """A step by its name."""
        facts = entry.strings("facts")
        for fact in facts:
            if fact not in self.book.facts:
                entry.need("facts").complain(f"unknown fact '{fact}'{suggestion(fact, self.book.facts)}")
        documents = []
        for document, needed in entry.section("documents"):
            if document not in self.book.documents:
                needed.complain(f"unknown document '{document}'{suggestion(document, self.book.documents)}")
            if needed.string() not in ("required", "optional"):
                needed.complain("a document is 'required' or 'optional'")
            documents.append((document, needed.string() == "required"))
        decides, refuses = entry.text_of("decides"), entry.text_of("refuses")
        if self.scheme.applied_elsewhere and (decides or refuses):
            entry.complain("the city decides nothing in a scheme that another body runs")
        for kind in (decides, refuses):
            if kind and kind not in self.book.decisions:
                entry.complain(f"unknown decision '{kind}'{suggestion(kind, self.book.decisions)}")
        due = entry.get("due")
        step = ProcedureStep(
            name=name,
            title=entry.words(),
            by=entry.text_of("by", "applicant"),
            facts=tuple(f for f in facts if f in self.book.facts),
            documents=tuple(documents),
            decides=decides,
            refuses=refuses,
            help=entry.words_of("help") or NOTHING,
            deadline=self.check(due.need("day"), None, t.DATE) if due is not None and due.get("day") else None,
            deadline_text=due.words() if due is not None else None,
            repeats=entry.text_of("repeats"),
            uses_criteria=entry.text_of("criteria") == "yes",
            optional=entry.text_of("optional") == "yes",
        )
        if due is not None:
            due.close("'due'")
        entry.close("a step")
        return step

    def read_letter_items(self, entry: Entry) -> tuple[str, ...]:
        """Facts and derived facts that letters name."""
        names = entry.strings("letter_items")
        for name in names:
            if name not in self.book.facts and name not in self.definitions:
                known = [*self.book.facts, *self.definitions]
                entry.need("letter_items").complain(f"unknown fact '{name}'{suggestion(name, known)}")
        return names

    def read_conditions(self, entry: Entry) -> dict[str, tuple[Text, ...]]:
        """Standard conditions by kind of decision."""
        found = {}
        for kind, child in entry.section("conditions"):
            if kind not in self.book.decisions:
                child.complain(f"unknown decision '{kind}'{suggestion(kind, self.book.decisions)}")
            found[kind] = tuple(words(e) for e in child.elements())
        return found

    def read_checked_at(self, entry: Entry, steps: tuple[ProcedureStep, ...]) -> str:
        """The step whose criteria a check looks at: the first one, unless the version names another."""
        names = [step.name for step in steps if step.uses_criteria]
        if not names:
            entry.complain("one step of the procedure needs 'criteria: yes'")
            return ""
        chosen = entry.text_of("checked_at", names[0])
        if chosen not in names:
            entry.need("checked_at").complain(f"'{chosen}' is no step with criteria{suggestion(chosen, names)}")
        return chosen

    def read_counting(self, entry: Entry, steps: tuple[ProcedureStep, ...]) -> Counting:
        """What an approval counts for, and at which steps."""
        status, assumption = read_status(entry, self.book)
        names = [step.name for step in steps]
        for key in ("planned_at", "actual_at"):
            if entry.need(key).string() not in names:
                entry.need(key).complain(f"unknown step '{entry.text_of(key)}'{suggestion(entry.text_of(key), names)}")
        counting = Counting(
            entry.need("indicator").string(),
            self.check(entry.need("when"), None, t.BOOL),
            entry.text_of("planned_at"),
            entry.text_of("actual_at"),
            status,
            assumption,
            entry.place,
        )
        entry.text_of("source")
        entry.close("'counts_for'")
        return counting
