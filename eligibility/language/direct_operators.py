"""Direct evaluation of three-valued logic, comparisons and arithmetic."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from eligibility.language import nodes as n
from eligibility.language.env import Env, Run, join
from eligibility.language.ranges import Range, equal
from eligibility.language.types import CodeType


def not_(node: n.Not) -> Run:
    """Not."""
    operand = node.operand.run

    def run(env: Env) -> bool | None:
        value = operand(env)
        return None if value is None else not value

    return run


def and_(node: n.And) -> Run:
    """And: one False decides."""
    operands = [operand.run for operand in node.operands]

    def run(env: Env) -> bool | None:
        answer: bool | None = True
        for operand in operands:
            value = operand(env)
            if value is False:
                return False
            if value is None:
                answer = None
        return answer

    return run


def or_(node: n.Or) -> Run:
    """Or: one True decides."""
    operands = [operand.run for operand in node.operands]

    def run(env: Env) -> bool | None:
        answer: bool | None = False
        for operand in operands:
            value = operand(env)
            if value is True:
                return True
            if value is None:
                answer = None
        return answer

    return run


def compare(node: n.Compare) -> Run:
    """A comparison of numbers, dates or codes."""
    left, right = node.left.run, node.right.run
    if isinstance(node.left.type, CodeType):
        return _compare_codes(node)
    if isinstance(node.right, n.Constant):
        return _compare_with(node.operator, left, node.right.value)
    match node.operator:
        case "==":
            return lambda env: equal(left(env), right(env))
        case "!=":

            def unequal(env: Env) -> bool | None:
                same = equal(left(env), right(env))
                return None if same is None else not same

            return unequal
        case "<":
            return lambda env: left(env) < right(env)
        case "<=":
            return lambda env: left(env) <= right(env)
        case ">":
            return lambda env: left(env) > right(env)
    return lambda env: left(env) >= right(env)


def _compare_codes(node: n.Compare) -> Run:
    left, right, wanted = node.left.run, node.right.run, node.operator == "=="
    if isinstance(node.right, n.Constant):  # nearly always: without a call for what is fixed
        fixed = node.right.value

        def with_code(env: Env) -> bool | None:
            code = left(env)
            return None if code is None else (code == fixed) is wanted

        return with_code

    def codes(env: Env) -> bool | None:
        a, b = left(env), right(env)
        return None if a is None or b is None else (a == b) is wanted

    return codes


def _compare_with(operator: str, left: Run, limit: Any) -> Run:
    """A number against a constant, without a call for the constant."""
    match operator:
        case "==":
            return lambda env: equal(left(env), limit)
        case "!=":

            def unequal(env: Env) -> bool | None:
                same = equal(left(env), limit)
                return None if same is None else not same

            return unequal
        case "<":
            return lambda env: left(env) < limit
        case "<=":
            return lambda env: left(env) <= limit
        case ">":
            return lambda env: left(env) > limit
    return lambda env: left(env) >= limit


def membership(node: n.Membership) -> Run:
    """Whether a code is in a set."""
    item, options = node.item.run, node.options.run

    def run(env: Env) -> bool | None:
        code, chosen = item(env), options(env)
        if chosen == frozenset():
            return False
        return None if code is None or chosen is None else code in chosen

    return run


def conditional(node: n.Conditional) -> Run:
    """One of two values; what they have in common while the test is open."""
    test, then, other, type_ = node.test.run, node.then.run, node.other.run, node.type

    def run(env: Env) -> Any:
        value = test(env)
        if value is None:
            return join(then(env), other(env), type_)
        return then(env) if value else other(env)

    return run


def arithmetic(node: n.Arithmetic) -> Run:
    """+ − × ÷."""
    left, right = node.left.run, node.right.run
    match node.operator:
        case "+":
            return lambda env: left(env) + right(env)
        case "-":
            return lambda env: left(env) - right(env)
        case "*":
            return lambda env: left(env) * right(env)

    def divide(env: Env) -> Any:
        dividend, divisor = left(env), right(env)
        return dividend / divisor if isinstance(dividend, Range) else Fraction(dividend) / divisor

    return divide


def call(node: n.Call) -> Run:
    """A function of the language."""
    function = node.function.run
    runs = tuple(argument.run for argument in node.arguments)
    if len(runs) == 1:
        only = runs[0]
        return lambda env: function(only(env))
    if len(runs) == 2:
        first, second = runs
        return lambda env: function(first(env), second(env))
    return lambda env: function(*[run(env) for run in runs])
