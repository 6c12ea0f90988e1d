"""The expressions of a version: its parameters, definitions and tables, typed and compiled."""

from __future__ import annotations

import re
from typing import Any

from eligibility.language import types as t
from eligibility.language.checker import Checker, Scope, Variables
from eligibility.language.direct import prepare
from eligibility.language.nodes import Constant, Node, Variable
from eligibility.language.reader import ExpressionError
from eligibility.rulebook.files import Entry, Faults
from eligibility.rulebook.model import Definition, Parameter, Table, TableRow, Text
from eligibility.rulebook.values import read_parameter, read_status, read_value
from eligibility.rulebook.vocabulary import Vocabulary, read_type
from eligibility.words import Status


class ExpressionReader:
    """Types and compiles expressions over the vocabulary and the names of one version; notes every fault it meets."""

    def __init__(self, book: Vocabulary, faults: Faults) -> None:
        self.book = book
        self.faults = faults
        self.parameters: dict[str, Parameter] = {}
        self.tables: dict[str, Table] = {}
        self.definitions: dict[str, Definition] = {}
        self.pending: dict[str, tuple[Entry, Entry | None]] = {}
        self.open: list[str] = []
        self.scope = Scope(book.facts, book.codes, self.parameters, self.tables, self.definition)
        self.checker = Checker(self.scope)

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

    def collect_names(self, entry: Entry) -> None:
        """Read the parameters, and note the definitions: each is typed when it is first used."""
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

    def read_tables(self, entry: Entry) -> None:
        """Read the tables: rows with a condition and cells of the same types."""
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
