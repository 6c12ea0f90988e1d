"""Python syntax tree → typed nodes. Every name is resolved and every operand typed; what does not fit is refused."""

from __future__ import annotations

import ast
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import TYPE_CHECKING

from eligibility.language import nodes as n
from eligibility.language.builtins import BUILTINS
from eligibility.language.reader import (
    LITERAL,
    ExpressionError,
    parse,
    read_date,
    read_fiscal_year,
    read_quantity,
    unparse,
)
from eligibility.language.types import (
    BOOL,
    DATE,
    FISCAL_YEAR,
    NUMBER,
    CodeSetType,
    CodeType,
    ListType,
    NumberType,
    RecordType,
    TextType,
    Type,
)

if TYPE_CHECKING:
    from eligibility.rulebook.model import CodeList, Definition, Fact, Parameter, Table

_COMPARISONS: dict[type[ast.cmpop], str] = {
    ast.Eq: "==",
    ast.NotEq: "!=",
    ast.Lt: "<",
    ast.LtE: "<=",
    ast.Gt: ">",
    ast.GtE: ">=",
}
_OPERATORS: dict[type[ast.operator], str] = {ast.Add: "+", ast.Sub: "-", ast.Mult: "*", ast.Div: "/"}
_QUANTIFIERS = frozenset({"any", "all", "count", "sum", "min", "max"})


@dataclass
class Scope:
    """The names that an expression may use."""

    facts: Mapping[str, Fact]
    codes: Mapping[str, CodeList]
    parameters: Mapping[str, Parameter] = field(default_factory=dict)
    tables: Mapping[str, Table] = field(default_factory=dict)
    definition: Callable[[str], Definition | None] = lambda name: None
    item_lists: frozenset[str] = frozenset()
    next_slot: int = 0

    def names(self) -> list[str]:
        """For spelling suggestions."""
        return [*self.facts, *self.parameters, *self.tables, *BUILTINS, *self.codes]


Variables = dict[str, n.Variable]


class Checker:
    """Types one expression after another in a scope; loop variables get slots of their own."""

    def __init__(self, scope: Scope) -> None:
        self.scope = scope

    def check(self, text: str, variables: Variables | None = None, expected: Type | None = None) -> n.Node:
        """Typed node of an expression. Raises :class:`ExpressionError`."""
        node = self._node(parse(text), variables or {}, expected)
        if expected is not None and node.type != expected and not _zero_fits(node, expected):
            raise ExpressionError(f"'{text.strip()}' is a {node.type}, but a {expected} is needed here")
        return node

    def new_slot(self) -> int:
        """Number of a fresh variable."""
        self.scope.next_slot += 1
        return self.scope.next_slot - 1

    # -- dispatch ---------------------------------------------------------------------------------------------

    def _node(self, tree: ast.expr, names: Variables, expected: Type | None = None) -> n.Node:
        match tree:
            case ast.Constant():
                return self._constant(tree, expected)
            case ast.Name():
                return self._name(tree, names, expected)
            case ast.Attribute():
                return self._attribute(tree, names)
            case ast.BoolOp():
                return self._logic(tree, names)
            case ast.UnaryOp(op=ast.Not()):
                operand = self._boolean(tree.operand, names)
                return n.Not(BOOL, unparse(tree), operand)
            case ast.UnaryOp(op=ast.USub()):
                operand = self._node(tree.operand, names)
                if not isinstance(operand.type, NumberType):
                    raise ExpressionError(f"'-' needs a number, not a {operand.type}")
                return n.Arithmetic(operand.type, unparse(tree), "-", _number(0, operand.type), operand)
            case ast.BinOp():
                return self._arithmetic(tree, names)
            case ast.Compare():
                return self._comparison(tree, names)
            case ast.IfExp():
                return self._conditional(tree, names, expected)
            case ast.Call():
                return self._call(tree, names)
            case ast.ListComp():
                return self._filter(tree, names)
            case ast.Set() | ast.List() | ast.Tuple():
                raise ExpressionError("sets of codes are parameters: name them and give their source")
        raise ExpressionError(f"'{ast.unparse(tree)}' is not part of the rule language")

    def _boolean(self, tree: ast.expr, names: Variables) -> n.Node:
        node = self._node(tree, names, BOOL)
        if node.type != BOOL:
            raise ExpressionError(f"'{unparse(tree)}' is a {node.type}, but yes or no is needed here")
        return node

    # -- leaves -----------------------------------------------------------------------------------------------

    def _constant(self, tree: ast.Constant, expected: Type | None) -> n.Node:
        value = tree.value
        if isinstance(value, bool):
            return n.Constant(BOOL, str(value), value)
        if isinstance(value, int):
            return n.Constant(NUMBER, str(value), value)
        if isinstance(value, float):
            raise ExpressionError(f"{value} is a floating-point number; write a fraction (7/10) or a percentage (70 %)")
        if isinstance(value, str) and isinstance(expected, CodeType):
            return self._code(value, expected)
        if isinstance(value, str):
            raise ExpressionError(f"'{value}': quoted text is only allowed as a code compared with a coded fact")
        raise ExpressionError(f"{value!r} is not part of the rule language")

    def _code(self, code: str, type_: CodeType) -> n.Node:
        listed = self.scope.codes[type_.codes].codes
        if code not in listed:
            raise ExpressionError(f"'{code}' is not in the code list {type_.codes}{suggestion(code, listed)}")
        return n.Constant(type_, code, code)

    def _name(self, tree: ast.Name, names: Variables, expected: Type | None) -> n.Node:
        name, scope = tree.id, self.scope
        if name in names:
            return names[name]
        if (
            isinstance(expected, CodeType)
            and name in scope.codes[expected.codes].codes
            and (name in scope.facts or name in scope.parameters or scope.definition(name) is not None)
        ):
            raise ExpressionError(
                f"'{name}' is both a name and a code of {expected.codes}: write '\"{name}\"' for the code"
            )
        if name == "on":
            return n.OnDate(DATE, name)
        if name in scope.facts:
            fact = scope.facts[name]
            if isinstance(fact.type, TextType):
                raise ExpressionError(f"'{name}' is free text; rules cannot compute with it")
            return n.FactRef(fact.type, name, fact)
        if name in scope.parameters:
            parameter = scope.parameters[name]
            if parameter.values is not None:
                raise ExpressionError(f"'{name}' has a value for each {parameter.key_type}: write {name}(…)")
            return n.ParameterRef(parameter.type, name, parameter)
        definition = scope.definition(name)
        if definition is not None:
            if definition.parameters:
                wanted = ", ".join(p for p, _, _ in definition.parameters)
                raise ExpressionError(f"'{name}' needs arguments: {name}({wanted})")
            return n.DefinitionRef(definition.type, name, definition, ())
        if isinstance(expected, CodeType) and name in scope.codes[expected.codes].codes:
            return n.Constant(expected, name, name)
        if name.startswith("FY") and name[2:].isdigit():
            return n.Constant(FISCAL_YEAR, name, read_fiscal_year(name))
        if name in scope.codes:
            listed = scope.codes[name]
            return n.Constant(ListType(CodeType(name)), name, tuple((code, True) for code in listed.codes))
        known = [*scope.names(), *names]
        if isinstance(expected, CodeType):
            known += scope.codes[expected.codes].codes
            raise ExpressionError(
                f"'{name}' is neither defined nor a code of {expected.codes}{suggestion(name, known)}"
            )
        raise ExpressionError(f"'{name}' is not defined{suggestion(name, known)}")

    def _attribute(self, tree: ast.Attribute, names: Variables) -> n.Node:
        owner = tree.value
        if isinstance(owner, ast.Call) and isinstance(owner.func, ast.Name) and owner.func.id in self.scope.tables:
            table = self.scope.tables[owner.func.id]
            if tree.attr not in table.columns:
                raise ExpressionError(
                    f"table {table.name} has no column '{tree.attr}'{suggestion(tree.attr, table.columns)}"
                )
            arguments = self._arguments(table.name, owner, [t for _, _, t in table.parameters], names)
            return n.TableCell(table.columns[tree.attr], unparse(tree), table, arguments, tree.attr)
        record = self._node(owner, names)
        if not isinstance(record.type, RecordType):
            raise ExpressionError(f"'{unparse(owner)}' is a {record.type} and has no field '{tree.attr}'")
        fields = self.scope.facts[record.type.record].fields
        if tree.attr not in fields:
            raise ExpressionError(
                f"items of {record.type.record} have no field '{tree.attr}'{suggestion(tree.attr, fields)}"
            )
        field_ = fields[tree.attr]
        if isinstance(field_.type, TextType):
            raise ExpressionError(f"'{unparse(tree)}' is free text; rules cannot compute with it")
        return n.FieldRef(field_.type, unparse(tree), record, field_)

    # -- operators --------------------------------------------------------------------------------------------

    def _logic(self, tree: ast.BoolOp, names: Variables) -> n.Node:
        operands = tuple(self._boolean(value, names) for value in tree.values)
        kind = n.And if isinstance(tree.op, ast.And) else n.Or
        return kind(BOOL, unparse(tree), operands)

    def _arithmetic(self, tree: ast.BinOp, names: Variables) -> n.Node:
        operator = _OPERATORS.get(type(tree.op))
        if operator is None:
            raise ExpressionError(f"the operator in '{unparse(tree)}' is not part of the rule language")
        left, right = self._node(tree.left, names), self._node(tree.right, names)
        a, b = left.type, right.type
        text = unparse(tree)
        if isinstance(a, NumberType) and isinstance(b, NumberType):
            if operator in "*/":
                if operator == "/":
                    _require_constant_divisor(right)
                sign = 1 if operator == "*" else -1
                word = a.word if b.unit == NUMBER.unit else b.word if a.unit == NUMBER.unit else ""
                return _folded(n.Arithmetic(NumberType(a.unit.times(b.unit, sign), word), text, operator, left, right))
            if a != b and not _zero_fits(left, b) and not _zero_fits(right, a):
                raise ExpressionError(f"'{text}' adds or subtracts a {a} and a {b}")
            return n.Arithmetic(b if _zero_fits(left, b) else a, text, operator, left, right)
        if a in (DATE, FISCAL_YEAR):
            if operator in "+-" and b == NUMBER:
                return n.Arithmetic(a, text, operator, left, right)
            if operator == "-" and b == a:
                return n.Arithmetic(NumberType(word="days" if a == DATE else "years"), text, operator, left, right)
        raise ExpressionError(f"'{text}': '{operator}' does not work on a {a} and a {b}")

    def _comparison(self, tree: ast.Compare, names: Variables) -> n.Node:
        parts = []
        left = tree.left
        for operator, right in zip(tree.ops, tree.comparators, strict=True):
            parts.append(self._compare_one(left, operator, right, names))
            left = right
        return parts[0] if len(parts) == 1 else n.And(BOOL, unparse(tree), tuple(parts))

    def _compare_one(self, left: ast.expr, operator: ast.cmpop, right: ast.expr, names: Variables) -> n.Node:
        text = unparse(ast.Compare(left, [operator], [right]))
        if isinstance(operator, ast.In | ast.NotIn):
            item, options = self._node(left, names), self._node(right, names)
            if not isinstance(item.type, CodeType) or options.type != CodeSetType(item.type.codes):
                raise ExpressionError(
                    f"'{text}': 'in' needs a code and a set of the same codes, not a {item.type} and a {options.type}"
                )
            inside = n.Membership(BOOL, text, item, options)
            return inside if isinstance(operator, ast.In) else n.Not(BOOL, text, inside)
        symbol = _COMPARISONS.get(type(operator))
        if symbol is None:
            raise ExpressionError(f"the comparison in '{text}' is not part of the rule language")
        a, b = self._pair(left, right, names)
        if isinstance(a.type, CodeType):
            if a.type != b.type or symbol not in ("==", "!="):
                raise ExpressionError(f"'{text}': a {a.type} can only be == or != to a code of the same list")
        elif not (isinstance(a.type, NumberType) or a.type in (DATE, FISCAL_YEAR)):
            raise ExpressionError(
                f"'{text}': a {a.type} cannot be compared"
                + ("; write the condition itself, or 'not'" if a.type == BOOL else "")
            )
        elif a.type != b.type and not _zero_fits(a, b.type) and not _zero_fits(b, a.type):
            raise ExpressionError(f"'{text}' compares a {a.type} with a {b.type}")
        return n.Compare(BOOL, text, symbol, a, b)

    def _pair(self, left: ast.expr, right: ast.expr, names: Variables) -> tuple[n.Node, n.Node]:
        """Type both sides; a bare code takes its list from the other side."""
        try:
            a = self._node(left, names)
        except ExpressionError as error:
            try:
                b = self._node(right, names)
            except ExpressionError:
                raise error from None
            return self._node(left, names, b.type), b
        return a, self._node(right, names, a.type)

    def _conditional(self, tree: ast.IfExp, names: Variables, expected: Type | None) -> n.Node:
        test = self._boolean(tree.test, names)
        then = self._node(tree.body, names, expected)
        other = self._node(tree.orelse, names, expected or then.type)
        if then.type != other.type and not _zero_fits(then, other.type) and not _zero_fits(other, then.type):
            raise ExpressionError(f"'{unparse(tree)}' gives a {then.type} or a {other.type}")
        type_ = other.type if _zero_fits(then, other.type) else then.type
        return n.Conditional(type_, unparse(tree), test, then, other)

    # -- calls and loops --------------------------------------------------------------------------------------

    def _call(self, tree: ast.Call, names: Variables) -> n.Node:
        if not isinstance(tree.func, ast.Name) or tree.keywords:
            raise ExpressionError(f"'{unparse(tree)}' is not part of the rule language")
        name = tree.func.id
        if name == LITERAL:
            return _literal(tree)
        if len(tree.args) == 1 and isinstance(tree.args[0], ast.GeneratorExp):
            return self._quantified(name, tree.args[0], names)
        if name == "count" and len(tree.args) == 1:
            return self._count_all(tree, names)
        if name == "qualifies":
            return self._qualifies(tree, names)
        if name in self.scope.parameters:
            return self._lookup(self.scope.parameters[name], tree, names)
        definition = self.scope.definition(name)
        if definition is not None:
            arguments = self._arguments(name, tree, [t for _, _, t in definition.parameters], names)
            return n.DefinitionRef(definition.type, unparse(tree), definition, arguments)
        if name in BUILTINS:
            given = tuple(self._node(argument, names) for argument in tree.args)
            return n.Call(BUILTINS[name].typed([g.type for g in given]), unparse(tree), BUILTINS[name], given)
        raise ExpressionError(f"'{name}()' is not defined{suggestion(name, self.scope.names())}")

    def _arguments(self, name: str, tree: ast.Call, wanted: list[Type], names: Variables) -> tuple[n.Node, ...]:
        if len(tree.args) != len(wanted):
            raise ExpressionError(f"{name}() takes {len(wanted)} argument(s), not {len(tree.args)}")
        given = tuple(self._node(a, names, w) for a, w in zip(tree.args, wanted, strict=True))
        for position, (node, type_) in enumerate(zip(given, wanted, strict=True), 1):
            if node.type != type_:
                raise ExpressionError(f"argument {position} of {name}() must be a {type_}, not a {node.type}")
        return given

    def _lookup(self, parameter: Parameter, tree: ast.Call, names: Variables) -> n.Node:
        if parameter.values is None or parameter.key_type is None:
            raise ExpressionError(f"'{parameter.name}' has one value: write it without brackets")
        (key,) = self._arguments(parameter.name, tree, [parameter.key_type], names)
        return n.ParameterLookup(parameter.type, unparse(tree), parameter, key)

    def _qualifies(self, tree: ast.Call, names: Variables) -> n.Node:
        if len(tree.args) != 1:
            raise ExpressionError("qualifies() takes one item of a list")
        record = self._node(tree.args[0], names)
        if not isinstance(record.type, RecordType) or record.type.record not in self.scope.item_lists:
            raise ExpressionError(f"qualifies() needs an item of a list with item criteria, not a {record.type}")
        return n.Qualifies(BOOL, unparse(tree), record, record.type.record)

    def _count_all(self, tree: ast.Call, names: Variables) -> n.Node:
        source = self._node(tree.args[0], names)
        if not isinstance(source.type, ListType):
            raise ExpressionError(f"count() needs a list, not a {source.type}")
        return n.Quantified(
            NumberType(word="times"),
            unparse(tree),
            "count",
            self.new_slot(),
            "_",
            source,
            None,
            None,
            self._items_of(source),
        )

    def _loop(
        self, tree: ast.GeneratorExp | ast.ListComp, names: Variables
    ) -> tuple[n.Variable, n.Node, n.Node | None, Variables]:
        if len(tree.generators) != 1 or tree.generators[0].is_async:
            raise ExpressionError("one 'for' at a time: name the inner list as a definition")
        loop = tree.generators[0]
        if not isinstance(loop.target, ast.Name):
            raise ExpressionError("the loop variable must be a single name")
        source = self._node(loop.iter, names)
        if not isinstance(source.type, ListType):
            raise ExpressionError(f"'for {loop.target.id} in …' needs a list, not a {source.type}")
        variable = n.Variable(source.type.item, loop.target.id, self.new_slot(), loop.target.id)
        inner = {**names, variable.name: variable}
        conditions = [self._boolean(condition, inner) for condition in loop.ifs]
        condition = None
        if conditions:
            joined = " and ".join(c.text for c in conditions)
            condition = conditions[0] if len(conditions) == 1 else n.And(BOOL, joined, tuple(conditions))
        return variable, source, condition, inner

    def _quantified(self, kind: str, tree: ast.GeneratorExp, names: Variables) -> n.Node:
        if kind not in _QUANTIFIERS:
            raise ExpressionError(f"'{kind}(… for …)' is not defined; use any, all, count, sum, min or max")
        variable, source, condition, inner = self._loop(tree, names)
        text = f"{kind}({unparse(tree)[1:-1]})"
        items = self._items_of(source)
        if kind == "count":
            if not (isinstance(tree.elt, ast.Name) and tree.elt.id == variable.name):
                raise ExpressionError(f"write count({variable.name} for {variable.name} in … if …)")
            return n.Quantified(
                NumberType(word="times"), text, kind, variable.slot, variable.name, source, condition, None, items
            )
        if kind in ("any", "all"):
            body = self._boolean(tree.elt, inner)
            return n.Quantified(BOOL, text, kind, variable.slot, variable.name, source, condition, body, items)
        body = self._node(tree.elt, inner)
        summable = isinstance(body.type, NumberType)
        if not summable and not (kind in ("min", "max") and body.type in (DATE, FISCAL_YEAR)):
            raise ExpressionError(f"{kind}() cannot work on a {body.type}")
        return n.Quantified(body.type, text, kind, variable.slot, variable.name, source, condition, body, items)

    def _items_of(self, source: n.Node) -> Fact | None:
        record = record_of(source.type)
        return self.scope.facts[record] if record else None

    def _filter(self, tree: ast.ListComp, names: Variables) -> n.Node:
        variable, source, condition, _ = self._loop(tree, names)
        if not (isinstance(tree.elt, ast.Name) and tree.elt.id == variable.name) or condition is None:
            raise ExpressionError(f"write [{variable.name} for {variable.name} in … if …]")
        return n.Filtered(source.type, unparse(tree), variable.slot, variable.name, source, condition)


def record_of(type_: Type) -> str:
    """Name of the record that a list holds, or an empty string."""
    return type_.item.record if isinstance(type_, ListType) and isinstance(type_.item, RecordType) else ""


def suggestion(name: str, known: object) -> str:
    """`` – did you mean 'x'?`` when a known name is close."""
    from difflib import get_close_matches

    close = get_close_matches(name, [str(k) for k in known], n=1)  # type: ignore[attr-defined]
    return f" – did you mean '{close[0]}'?" if close else ""


def _literal(tree: ast.Call) -> n.Node:
    kind, text = (argument.value for argument in tree.args if isinstance(argument, ast.Constant))
    if kind == "date":
        return n.Constant(DATE, str(text), read_date(str(text)).toordinal())
    value, type_ = read_quantity(str(text))
    return n.Constant(type_, str(text), value)


def _number(value: int | Fraction, type_: Type) -> n.Node:
    return n.Constant(type_, str(value), value)


def _zero_fits(node: n.Node, type_: Type) -> bool:
    """A literal 0 has every unit."""
    return (
        isinstance(node, n.Constant)
        and node.value == 0
        and not isinstance(node.value, bool)
        and isinstance(type_, NumberType)
    )


def _require_constant_divisor(node: n.Node) -> None:
    value = (
        node.value
        if isinstance(node, n.Constant)
        else (node.parameter.value if isinstance(node, n.ParameterRef) else None)
    )
    if not isinstance(value, int | Fraction) or value == 0:
        raise ExpressionError(
            f"'/ {node.text}': divide by a number or a parameter that is not zero; "
            "to compare quotients, multiply the other side"
        )


def _folded(node: n.Arithmetic) -> n.Node:
    """``1/2`` and the like become one constant."""
    if isinstance(node.left, n.Constant) and isinstance(node.right, n.Constant):
        value = (
            Fraction(node.left.value) / node.right.value if node.operator == "/" else node.left.value * node.right.value
        )
        if isinstance(value, Fraction) and value.denominator == 1:
            value = value.numerator
        return n.Constant(node.type, node.text, value)
    return node
