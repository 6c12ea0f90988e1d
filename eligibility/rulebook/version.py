"""One scheme version: its file, the libraries it uses and the version it is based on, checked into a SchemeVersion."""

from __future__ import annotations

import re

from eligibility.language import types as t
from eligibility.language.checker import Variables, suggestion
from eligibility.language.direct import prepare
from eligibility.language.nodes import Node, Not, Or, Variable
from eligibility.language.reader import ExpressionError, read_quantity
from eligibility.rulebook.files import Entry, Faults
from eligibility.rulebook.head import in_force, legal_nature, source, texts, window, words
from eligibility.rulebook.model import (
    Amount,
    AmountComponent,
    Criterion,
    ItemCriteria,
    Rounding,
    Scheme,
    SchemeVersion,
    Text,
)
from eligibility.rulebook.procedure import ProcedureReader
from eligibility.rulebook.values import read_status
from eligibility.rulebook.vocabulary import Vocabulary
from eligibility.words import Effect

AMOUNTS = frozenset({"grant", "contract_price", "fee", "tax_saving", "donation"})


class VersionReader(ProcedureReader):
    """Builds one SchemeVersion and notes every fault it meets."""

    def __init__(self, entry: Entry, scheme: Scheme, book: Vocabulary, faults: Faults) -> None:
        super().__init__(book, faults)
        self.entry = entry
        self.scheme = scheme
        self.articles_assumption = ""

    # -- the whole --------------------------------------------------------------------------------------------

    def read(self) -> SchemeVersion:
        """The checked version (its content hash is the caller's). Faults are in ``self.faults``."""
        entry = self.entry
        name = entry.need("version").string()
        if entry.need("scheme").string() != self.scheme.id:
            entry.need("scheme").complain(f"this file lies in the folder of {self.scheme.id}")
        first, last, status, assumption, note = in_force(entry.need("in_force"), self.book)
        sources = {key: source(key, child) for key, child in entry.section("sources")}
        self.articles_assumption = self._articles(entry.get("articles"))
        self.collect_names(entry)
        items = self._items(entry)
        self.scope.item_lists = frozenset(items)
        self.read_tables(entry)
        for definition_name in list(self.pending):
            try:
                self.definition(definition_name)
            except ExpressionError as error:
                self.pending[definition_name][0].complain(str(error))
                self.pending.pop(definition_name)
        self._fill_items(entry, items)
        groups = {key: words(child) for key, child in entry.section("groups")}
        steps = tuple(self.read_step(key, child) for key, child in entry.section("procedure"))
        criteria = tuple(
            self._criterion(key, child, {}, groups, [s.name for s in steps], Effect.REFUSE)
            for key, child in entry.section("criteria")
        )
        if not criteria:
            entry.complain("a version needs criteria")
        nature, nature_assumption = legal_nature(entry, self.scheme, self.book)
        version = SchemeVersion(
            scheme=self.scheme,
            name=name,
            covers=entry.strings("covers"),
            first_day=first,
            last_day=last,
            status=status,
            assumption=assumption,
            note=note,
            legal_nature=nature,
            legal_nature_assumption=nature_assumption,
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
            window=window(entry.get("window")),
            subject_to=texts(entry, "subject_to"),
            procedure=steps,
            counts_for=tuple(self.read_counting(child, steps) for _, child in entry.section("counts_for")),
            notes=texts(entry, "notes"),
            letter_items=self.read_letter_items(entry),
            conditions=self.read_conditions(entry),
            place=entry.place,
            checked_at=self.read_checked_at(entry, steps),
            content_hash="",
            slots=0,
        )
        for unused in ("based_on", "uses"):
            entry.get(unused)
        entry.close("a scheme version")
        self._check_sources(version)
        version.slots = self.scope.next_slot
        return version

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

    def _check_sources(self, version: SchemeVersion) -> None:
        cited = [(p.source, p.place) for p in version.parameters.values()]
        cited += [(c.source, c.place) for c in version.criteria]
        cited += [(c.source, c.place) for i in version.items.values() for c in i.criteria]
        cited += [(r.source, r.place) for table in version.tables.values() for r in table.rows]
        cited += [(c.source, c.place) for c in (version.amount.components if version.amount else ())]
        for keys, place in cited:
            for key in keys.split():
                if key not in version.sources:
                    self.faults.add(place, f"unknown source '{key}'{suggestion(key, version.sources)}")

    # -- tables and items -------------------------------------------------------------------------------------

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


def _condition(criterion: Criterion) -> Node:
    """The criterion as one condition: it does not apply, or it holds."""
    if criterion.when is None:
        return criterion.holds
    unless = Not(t.BOOL, f"not ({criterion.when.text})", criterion.when)
    return prepare(Or(t.BOOL, f"{unless.text} or ({criterion.holds.text})", (unless, criterion.holds)))
