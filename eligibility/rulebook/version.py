"""One scheme version: its file, the libraries it uses and the version it is based on, checked into a SchemeVersion."""

from __future__ import annotations

import copy
import re
from datetime import date
from typing import Any

from eligibility.language import types as t
from eligibility.language.checker import Checker, Scope, Variables, suggestion
from eligibility.language.direct import prepare
from eligibility.language.nodes import Constant, Node, Not, Or, Variable
from eligibility.language.reader import ExpressionError, read_date, read_quantity
from eligibility.rulebook.files import Entry, Faults
from eligibility.rulebook.model import (
    Amount,
    AmountComponent,
    Counting,
    Criterion,
    Definition,
    ItemCriteria,
    Parameter,
    ProcedureStep,
    Rounding,
    Scheme,
    SchemeVersion,
    Source,
    Table,
    TableRow,
    Text,
    Window,
)
from eligibility.rulebook.values import read_parameter, read_status, read_value
from eligibility.rulebook.vocabulary import NOTHING, Vocabulary, read_type
from eligibility.words import Effect, Status

MERGED = frozenset(
    {
        "sources",
        "parameters",
        "definitions",
        "tables",
        "items",
        "groups",
        "criteria",
        "amount",
        "other_amounts",
        "procedure",
        "counts_for",
        "conditions",
        "subject_to",
        "notes",
    }
)
"""Sections that a version takes over from its libraries and from the version it is based on, entry by entry (a list as a
whole)."""
AMOUNTS = frozenset({"grant", "contract_price", "fee", "tax_saving", "donation"})
LEGAL_NATURES = frozenset({"contract", "disposition", "disposition_tax"})
OTHERS = "others"
"""Legal nature of the versions of a scheme that another body runs: the city decides nothing and sends no letter."""


def merged(entry: Entry, bases: list[Entry]) -> Entry:
    """``entry`` completed by its bases: merged sections key by key down to single values, everything else only where
    it is missing. ``name: remove`` takes an inherited entry out.
    """
    result = Entry("map", entry.place, entry.faults)
    for base in [*bases, entry]:
        for key, child in base.children.items():
            known = result.children.get(key)
            result.children[key] = _joined(known, child) if key in MERGED else child
    return fresh(result)


def _joined(known: Entry | None, child: Entry) -> Entry:
    if child.kind != "map":
        return child
    section = Entry("map", child.place, child.faults)
    section.children = dict(known.children) if known is not None and known.kind == "map" else {}
    for key, inner in child.children.items():
        if inner.kind == "text" and inner.text == "remove":
            section.children.pop(key, None)
        else:
            section.children[key] = _joined(section.children.get(key), inner)
    return section


def fresh(entry: Entry) -> Entry:
    """A copy that nobody has read from yet (files serve several versions)."""
    duplicate = copy.copy(entry)
    duplicate.used = set()
    if entry.kind == "map":
        duplicate.children = {key: fresh(child) for key, child in entry.children.items()}
    elif entry.kind == "list":
        duplicate.children = [fresh(child) for child in entry.children]
    return duplicate


class VersionReader:
    """Builds one SchemeVersion and notes every fault it meets."""

    def __init__(self, entry: Entry, scheme: Scheme, book: Vocabulary, faults: Faults) -> None:
        self.entry = entry
        self.scheme = scheme
        self.book = book
        self.faults = faults
        self.parameters: dict[str, Parameter] = {}
        self.tables: dict[str, Table] = {}
        self.definitions: dict[str, Definition] = {}
        self.pending: dict[str, tuple[Entry, Entry | None]] = {}
        self.open: list[str] = []
        self.scope = Scope(book.facts, book.codes, self.parameters, self.tables, self.definition)
        self.checker = Checker(self.scope)

    # -- expressions ------------------------------------------------------------------------------------------

    def check(self, entry: Entry, names: Variables | None = None, expected: t.Type | None = None) -> Node:
        """Typed and compiled expression; a fault and a neutral constant when it is not one."""
        try:
            return prepare(self.checker.check(entry.expression(), names, expected))
        except ExpressionError as error:
            entry.complain(str(error))
            type_ = expected or t.BOOL
            return prepare(Constant(type_, "?", True if type_ == t.BOOL else 0))

    def definition(self, name: str) -> Definition | None:
        """A derived fact by name, typed on first use. Raises ``ExpressionError`` when definitions go in a circle."""
        if name in self.open:
            circle = " → ".join([*self.open[self.open.index(name) :], name])
            raise ExpressionError(f"definitions go in a circle: {circle}")
        if name in self.definitions or name not in self.pending:
            return self.definitions.get(name)
        self.open.append(name)
        try:
            return self._define(name)
        finally:
            self.open.pop()

    def _define(self, name: str) -> Definition:
        key_entry, signature = self.pending[name]
        parameters, names = self._signature(signature, key_entry)
        title: Text | None = None
        article = source = ""
        status, assumption = Status.VERIFIED, ""
        body_entry = key_entry
        if key_entry.kind == "map":
            title = key_entry.words()
            status, assumption = read_status(key_entry, self.book)
            article, source = key_entry.text_of("article"), key_entry.text_of("source")
            body_entry = key_entry.need("is")
            key_entry.close("a definition")
        body = self.checker.check(body_entry.expression(), names)
        definition = Definition(
            name,
            parameters,
            body.type,
            title,
            key_entry.place,
            body_entry.expression().strip(),
            article,
            source,
            status,
            assumption,
        )
        definition.body = prepare(body)
        self.definitions[name] = definition
        return definition

    def _signature(
        self, signature: Entry | None, place: Entry
    ) -> tuple[tuple[tuple[str, int, t.Type], ...], Variables]:
        parameters: list[tuple[str, int, t.Type]] = []
        names: Variables = {}
        for part in signature.text.split(",") if signature is not None else []:
            matched = re.fullmatch(r"\s*([a-z_]\w*)\s*:\s*([\w ]+?)\s*", part)
            if not matched:
                raise ExpressionError(f"'{part.strip()}' is not 'name: type'")
            if matched[1] in names or matched[1] in self.book.facts or matched[1] in self.parameters:
                raise ExpressionError(f"the name '{matched[1]}' is taken")
            type_ = read_type(matched[2], self.book)
            slot = self.checker.new_slot()
            parameters.append((matched[1], slot, type_))
            names[matched[1]] = Variable(type_, matched[1], slot, matched[1])
        return tuple(parameters), names

    # -- the whole --------------------------------------------------------------------------------------------

    def read(self) -> SchemeVersion:
        """The checked version (its content hash is the caller's). Faults are in ``self.faults``."""
        entry = self.entry
        name = entry.need("version").string()
        if entry.need("scheme").string() != self.scheme.id:
            entry.need("scheme").complain(f"this file lies in the folder of {self.scheme.id}")
        first, last, status, assumption, note = self._in_force(entry.need("in_force"))
        sources = {key: self._source(key, child) for key, child in entry.section("sources")}
        self.articles_assumption = self._articles(entry.get("articles"))
        self._collect_names(entry)
        items = self._items(entry)
        self.scope.item_lists = frozenset(items)
        self._read_tables(entry)
        for definition_name in list(self.pending):
            try:
                self.definition(definition_name)
            except ExpressionError as error:
                self.pending[definition_name][0].complain(str(error))
                self.pending.pop(definition_name)
        self._fill_items(entry, items)
        groups = {key: self._words(child) for key, child in entry.section("groups")}
        steps = tuple(self._step(key, child) for key, child in entry.section("procedure"))
        criteria = tuple(
            self._criterion(key, child, {}, groups, [s.name for s in steps], Effect.REFUSE)
            for key, child in entry.section("criteria")
        )
        if not criteria:
            entry.complain("a version needs criteria")
        legal_nature, legal_nature_assumption = self._legal_nature(entry)
        version = SchemeVersion(
            scheme=self.scheme,
            name=name,
            covers=entry.strings("covers"),
            first_day=first,
            last_day=last,
            status=status,
            assumption=assumption,
            note=note,
            legal_nature=legal_nature,
            legal_nature_assumption=legal_nature_assumption,
            articles_assumption=self.articles_assumption,
            sources=sources,
            parameters=self.parameters,
            definitions=self.definitions,
            tables=self.tables,
            items=items,
            groups=groups,
            criteria=criteria,
            amount=self._amount(entry.get("amount")),
            other_amounts=self._other_amounts(entry),
            window=self._window(entry.get("window")),
            subject_to=self._texts(entry, "subject_to"),
            procedure=steps,
            counts_for=tuple(self._counting(child, steps) for _, child in entry.section("counts_for")),
            notes=self._texts(entry, "notes"),
            letter_items=self._letter_items(entry),
            conditions=self._conditions(entry),
            place=entry.place,
            checked_at=self._checked_at(entry, steps),
            content_hash="",
            slots=0,
        )
        for unused in ("based_on", "uses"):
            entry.get(unused)
        entry.close("a scheme version")
        self._check_sources(version)
        version.slots = self.scope.next_slot
        return version

    def _collect_names(self, entry: Entry) -> None:
        for name, child in entry.section("parameters"):
            if self._free(name, child):
                self.parameters[name] = read_parameter(name, child, self.book)
        for key, child in entry.section("definitions"):
            matched = re.fullmatch(r"([a-z_]\w*)(?:\((.*)\))?", key)
            if not matched:
                child.complain(f"'{key}' is not a name, or a name with (parameter: type)")
                continue
            if self._free(matched[1], child):
                signature = None
                if matched[2] is not None:
                    signature = Entry("text", child.place, self.faults)
                    signature.text = matched[2]
                self.pending[matched[1]] = (child, signature)

    def _free(self, name: str, entry: Entry) -> bool:
        for kind, names in (
            ("fact", self.book.facts),
            ("parameter", self.parameters),
            ("definition", self.pending),
            ("code list", self.book.codes),
        ):
            if name in names:
                entry.complain(f"'{name}' is already the name of a {kind}")
                return False
        return True

    def _in_force(self, entry: Entry) -> tuple[date, date | None, Status, str, Text | None]:
        status, assumption = read_status(entry, self.book)
        days: list[date | None] = []
        for key in ("from", "to"):
            text = entry.text_of(key)
            try:
                days.append(read_date(text) if text and text != "open" else None)
            except ExpressionError as error:
                entry.need(key).complain(str(error))
                days.append(None)
        first, last = days
        if first is None:
            entry.complain("'from' is missing")
            first = date(2000, 1, 1)
        if last is not None and last < first:
            entry.complain("'to' lies before 'from'")
        note = entry.words_of("note")
        entry.text_of("source")
        entry.close("'in_force'")
        return first, last, status, assumption, note

    def _source(self, key: str, entry: Entry) -> Source:
        grade = entry.need("grade").string()
        if grade not in ("official", "secondary", "weak", "project"):
            entry.complain(f"unknown grade '{grade}' (official, secondary, weak or project)")
        what = entry.need("what")
        text = what.words() if what.kind == "map" else Text(what.string(), what.string())
        source = Source(key, grade, text, entry.text_of("address"), entry.text_of("dated"))
        entry.close("a source")
        return source

    def _legal_nature(self, entry: Entry) -> tuple[str, str]:
        if self.scheme.applied_elsewhere:
            if entry.get("legal_nature") is not None:
                entry.need("legal_nature").complain("a scheme that another body runs has no 'legal_nature' here")
            return OTHERS, ""
        child = entry.need("legal_nature")
        value = child.need("value").string()
        if value not in LEGAL_NATURES:
            child.complain(f"unknown legal nature '{value}' ({', '.join(sorted(LEGAL_NATURES))})")
        _, assumption = read_status(child, self.book)
        child.text_of("source")
        child.close("'legal_nature'")
        return value, assumption

    def _articles(self, entry: Entry | None) -> str:
        """The question to the city for the articles that are not on record; empty when every criterion names its own."""
        if entry is None:
            return ""
        key = entry.need("not_on_record").string()
        if key not in self.book.assumptions:
            entry.need("not_on_record").complain(f"unknown assumption '{key}'{suggestion(key, self.book.assumptions)}")
        entry.close("'articles'")
        return key

    def _article(self, what: str, entry: Entry) -> str:
        """The article that a criterion or a part of the amount rests on: a refusal has to cite it."""
        article = entry.text_of("article")
        if not article and not self.articles_assumption and not self.scheme.applied_elsewhere:
            entry.complain(
                f"the {what} names no article; add 'article', or say in the version that the articles are not on record "
                "(articles: {not_on_record: KEY})"
            )
        return article

    def _words(self, entry: Entry) -> Text:
        text = entry.words()
        entry.close("a text")
        return text

    def _texts(self, entry: Entry, key: str) -> tuple[Text, ...]:
        child = entry.get(key)
        return tuple(self._words(e) for e in child.elements()) if child is not None else ()

    def _check_sources(self, version: SchemeVersion) -> None:
        cited = [(p.source, p.place) for p in version.parameters.values()]
        cited += [(c.source, c.place) for c in version.criteria]
        cited += [(c.source, c.place) for i in version.items.values() for c in i.criteria]
        cited += [(r.source, r.place) for table in version.tables.values() for r in table.rows]
        cited += [(c.source, c.place) for c in (version.amount.components if version.amount else ())]
        for source, place in cited:
            for key in source.split():
                if key not in version.sources:
                    self.faults.add(place, f"unknown source '{key}'{suggestion(key, version.sources)}")

    # -- tables and items -------------------------------------------------------------------------------------

    def _read_tables(self, entry: Entry) -> None:
        for name, child in entry.section("tables"):
            matched = re.fullmatch(r"([a-z_]\w*)\((.*)\)", name)
            if not matched:
                child.complain(f"'{name}': a table is written name(parameter: type)")
                continue
            if not self._free(matched[1], child):
                continue
            signature = Entry("text", child.place, self.faults)
            signature.text = matched[2]
            try:
                parameters, names = self._signature(signature, child)
            except ExpressionError as error:
                child.complain(str(error))
                continue
            otherwise, columns = self._cells(child.need("otherwise"), {})
            rows = []
            for key, row in child.need("rows").items():
                status, assumption = read_status(row, self.book)
                cells, _ = self._cells(row.need("gives"), columns)
                rows.append(
                    TableRow(
                        key,
                        self.check(row.need("when"), names, t.BOOL),
                        cells,
                        status,
                        row.text_of("source"),
                        assumption,
                        row.place,
                    )
                )
                row.close("a row")
            self.tables[matched[1]] = Table(
                matched[1], child.words(), parameters, columns, tuple(rows), otherwise, child.place
            )
            child.close("a table")

    def _cells(self, entry: Entry, columns: dict[str, t.Type]) -> tuple[dict[str, Any], dict[str, t.Type]]:
        cells: dict[str, Any] = {}
        types: dict[str, t.Type] = {}
        for column, child in entry.items():
            try:
                cells[column], types[column] = read_value(child.string())
            except ExpressionError as error:
                child.complain(str(error))
                cells[column], types[column] = 0, t.NUMBER
        if columns and (set(cells) != set(columns) or any(types[c] != columns[c] for c in cells)):
            entry.complain(f"the cells must be {', '.join(f'{c} ({k})' for c, k in columns.items())}")
        return cells, types

    def _items(self, entry: Entry) -> dict[str, ItemCriteria]:
        items = {}
        for record, child in entry.section("items"):
            if record not in self.book.facts or not self.book.facts[record].is_list:
                child.complain(f"'{record}' is not a list fact")
                continue
            variable = child.need("each").string()
            items[record] = ItemCriteria(record, variable, self.checker.new_slot(), child.words(), ())
        return items

    def _fill_items(self, entry: Entry, items: dict[str, ItemCriteria]) -> None:
        for record, child in entry.section("items"):
            if record not in items:
                continue
            block = items[record]
            names = {block.variable: Variable(t.RecordType(record), block.variable, block.slot, block.variable)}
            block.criteria = tuple(
                self._criterion(key, c, names, {}, [], Effect.LEAVE_OUT) for key, c in child.need("criteria").items()
            )
            child.close("an item block")

    # -- criteria and amounts ---------------------------------------------------------------------------------

    def _criterion(
        self, name: str, entry: Entry, names: Variables, groups: dict[str, Text], steps: list[str], default: Effect
    ) -> Criterion:
        status, assumption = read_status(entry, self.book)
        effect = entry.text_of("otherwise", default)
        allowed = [Effect.LEAVE_OUT] if default is Effect.LEAVE_OUT else [Effect.REFUSE, Effect.REFER, Effect.ADVISE]
        if effect not in allowed:
            entry.need("otherwise").complain(f"'otherwise' is one of {', '.join(allowed)}, not '{effect}'")
            effect = default
        if not entry.text_of("source"):
            entry.complain(f"the criterion '{name}' names no source")
        group, step = entry.text_of("group"), entry.text_of("step")
        if group and group not in groups:
            entry.need("group").complain(f"unknown group '{group}'{suggestion(group, groups)}")
        if step and step not in steps:
            entry.need("step").complain(f"unknown step '{step}'{suggestion(step, steps)}")
        change = entry.strings("firm_can_change")
        for fact in change:
            if fact not in self.book.facts:
                entry.complain(f"unknown fact '{fact}'{suggestion(fact, self.book.facts)}")
        when = entry.get("when")
        criterion = Criterion(
            name=name,
            text=entry.words(),
            holds=self.check(entry.need("holds"), names, t.BOOL),
            when=self.check(when, names, t.BOOL) if when is not None else None,
            effect=Effect(effect),
            article=self._article(f"criterion '{name}'", entry),
            source=entry.text_of("source"),
            status=status,
            assumption=assumption,
            group=group,
            step=step,
            place=entry.place,
            hint=entry.words_of("hint"),
            firm_can_change=change,
        )
        criterion.condition = _condition(criterion)
        entry.close("a criterion")
        return criterion

    def _amount(self, entry: Entry | None) -> Amount | None:
        if entry is None:
            return None
        what = entry.need("what").string()
        if what not in AMOUNTS:
            entry.complain(f"'what' is one of {', '.join(sorted(AMOUNTS))}")
        components = tuple(self._component(name, child) for name, child in entry.need("components").items())
        amount = Amount(what, components, entry.words_of("note"))
        for unused in ("ja", "en"):
            entry.get(unused)
        entry.close("an amount")
        return amount

    def _other_amounts(self, entry: Entry) -> dict[str, tuple[Text, Amount]]:
        found = {}
        for name, child in entry.section("other_amounts"):
            amount = self._amount(child)
            if amount is not None:
                found[name] = (child.words(), amount)
        return found

    def _component(self, name: str, entry: Entry) -> AmountComponent:
        names: Variables = {}
        years: Node | None = None
        slot = -1
        each = entry.get("each")
        if each is not None:
            matched = re.fullmatch(r"([a-z_]\w*) in (.+)", each.expression().strip(), re.DOTALL)
            if matched is None:
                each.complain("write 'each: fy in years(first, how_many)'")
            else:
                wanted = t.ListType(t.FISCAL_YEAR)
                inner = Entry("text", each.place, self.faults)
                inner.text = matched[2]
                years = self.check(inner, None, wanted)
                slot = self.checker.new_slot()
                names[matched[1]] = Variable(t.FISCAL_YEAR, matched[1], slot, matched[1])
        status, assumption = read_status(entry, self.book)
        when = entry.get("when")
        if not entry.text_of("source"):
            entry.complain(f"the component '{name}' names no source")
        cap = entry.get("at_most")
        component = AmountComponent(
            name=name,
            title=entry.words(),
            yen=self.check(entry.need("yen"), names, t.MONEY),
            when=self.check(when, names, t.BOOL) if when is not None else None,
            years=years,
            slot=slot,
            rounding=self._rounding(entry.need("round")),
            at_most=self.check(cap, names, t.MONEY) if cap is not None else None,
            article=self._article(f"component '{name}'", entry),
            source=entry.text_of("source"),
            status=status,
            assumption=assumption,
            place=entry.place,
        )
        entry.close("a component")
        return component

    def _rounding(self, entry: Entry) -> Rounding:
        matched = re.fullmatch(r"down to ([\d_]+ yen)", entry.string())
        if not matched:
            entry.complain("write 'round: down to 1 yen' (or 100, 1_000 …)")
            return Rounding(1)
        return Rounding(int(read_quantity(matched[1])[0]))

    def _window(self, entry: Entry | None) -> Window | None:
        if entry is None:
            return None
        days: list[date | None] = []
        for key in ("opens", "closes"):
            text = entry.text_of(key, "unknown")
            try:
                days.append(None if text == "unknown" else read_date(text))
            except ExpressionError as error:
                entry.need(key).complain(str(error))
                days.append(None)
        window = Window(days[0], days[1], entry.need("source").string())
        entry.close("'window'")
        return window

    # -- procedure and KPI ------------------------------------------------------------------------------------

    def _step(self, name: str, entry: Entry) -> ProcedureStep:
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

    def _letter_items(self, entry: Entry) -> tuple[str, ...]:
        names = entry.strings("letter_items")
        for name in names:
            if name not in self.book.facts and name not in self.definitions:
                known = [*self.book.facts, *self.definitions]
                entry.need("letter_items").complain(f"unknown fact '{name}'{suggestion(name, known)}")
        return names

    def _conditions(self, entry: Entry) -> dict[str, tuple[Text, ...]]:
        found = {}
        for kind, child in entry.section("conditions"):
            if kind not in self.book.decisions:
                child.complain(f"unknown decision '{kind}'{suggestion(kind, self.book.decisions)}")
            found[kind] = tuple(self._words(e) for e in child.elements())
        return found

    def _checked_at(self, entry: Entry, steps: tuple[ProcedureStep, ...]) -> str:
        names = [step.name for step in steps if step.uses_criteria]
        if not names:
            entry.complain("one step of the procedure needs 'criteria: yes'")
            return ""
        chosen = entry.text_of("checked_at", names[0])
        if chosen not in names:
            entry.need("checked_at").complain(f"'{chosen}' is no step with criteria{suggestion(chosen, names)}")
        return chosen

    def _counting(self, entry: Entry, steps: tuple[ProcedureStep, ...]) -> Counting:
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


def _condition(criterion: Criterion) -> Node:
    """The criterion as one condition: it does not apply, or it holds."""
    if criterion.when is None:
        return criterion.holds
    unless = Not(t.BOOL, f"not ({criterion.when.text})", criterion.when)
    return prepare(Or(t.BOOL, f"{unless.text} or ({criterion.holds.text})", (unless, criterion.holds)))
