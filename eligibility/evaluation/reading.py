"""Expressions in plain Japanese and English: names instead of identifiers, and the values they had.

``読み``: 「固定資産税等相当額（年額）170,001.02円 × 基本額の割合 100%」.
"""

from __future__ import annotations

from eligibility.evaluation.render import value_text
from eligibility.language import nodes as n
from eligibility.language import types as t
from eligibility.language.env import Env
from eligibility.rulebook.model import Text
from eligibility.rulebook.vocabulary import Vocabulary

_OPERATORS = {"+": " ＋ ", "-": " − ", "*": " × ", "/": " ÷ "}
_OPERATORS_EN = {"+": " + ", "-": " − ", "*": " × ", "/": " ÷ "}
_COMPARED = {
    "ja": {
        ">=": "{0} が {1} 以上",
        ">": "{0} が {1} を超える",
        "<=": "{0} が {1} 以下",
        "<": "{0} が {1} 未満",
        "==": "{0} が {1}",
        "!=": "{0} が {1} でない",
    },
    "en": {
        ">=": "{0} is at least {1}",
        ">": "{0} is more than {1}",
        "<=": "{0} is at most {1}",
        "<": "{0} is less than {1}",
        "==": "{0} is {1}",
        "!=": "{0} is not {1}",
    },
    "ja_date": {
        ">=": "{0} が {1} 以後",
        ">": "{0} が {1} より後",
        "<=": "{0} が {1} 以前",
        "<": "{0} が {1} より前",
        "==": "{0} が {1} と同じ日",
        "!=": "{0} が {1} と別の日",
    },
    "en_date": {
        ">=": "{0} is on or after {1}",
        ">": "{0} is after {1}",
        "<=": "{0} is on or before {1}",
        "<": "{0} is before {1}",
        "==": "{0} is the same day as {1}",
        "!=": "{0} is another day than {1}",
    },
}
_QUANTIFIED = {
    "ja": {
        "any": "{source}のいずれかについて（{body}）",
        "all": "{source}のすべてについて（{body}）",
        "count": "{source}の件数",
        "sum": "{source}の（{body}）の合計",
        "min": "{source}の（{body}）の最小",
        "max": "{source}の（{body}）の最大",
    },
    "en": {
        "any": "for any of {source}: {body}",
        "all": "for all {source}: {body}",
        "count": "number of {source}",
        "sum": "sum over {source} of {body}",
        "min": "smallest {body} of {source}",
        "max": "largest {body} of {source}",
    },
}


def read_both(node: n.Node, vocabulary: Vocabulary, env: Env | None = None) -> Text:
    """An expression in both languages; with ``env``, names are followed by the values they had."""
    return Text(Reader(vocabulary, "ja", env).read(node), Reader(vocabulary, "en", env).read(node))


class Reader:
    """Reads expressions aloud in one language."""

    def __init__(self, vocabulary: Vocabulary, language: str, env: Env | None) -> None:
        self.vocabulary = vocabulary
        self.language = language
        self.env = env
        self.english = language == "en"
        self.loops = 0

    def read(self, node: n.Node) -> str:
        """The words of a node."""
        match node:
            case n.Constant():
                return self._value(node.value, node.type)
            case n.OnDate():
                return "the date of determination" if self.english else "判定の基準日"
            case n.FactRef():
                return self._named(node.fact.title, node)
            case n.FieldRef():
                return node.fact.title.of(self.language)
            case n.Variable():
                return self._variable(node)
            case n.ParameterRef():
                return self._named(node.parameter.title, node)
            case n.ParameterLookup():
                return self._named(node.parameter.title, node)
            case n.DefinitionRef():
                title = node.definition.title
                return self._named(title, node) if title is not None else self.read(node.definition.body)
            case n.TableCell():
                return node.table.title.of(self.language)
            case n.Qualifies():
                return "the item meets its conditions" if self.english else "要件を満たす明細"
            case n.Not():
                inner = self.read(node.operand)
                return f"not ({inner})" if self.english else f"（{inner}）でない"
            case n.And() | n.Or():
                return self._joined(node)
            case n.Compare():
                return self._compared(node)
            case n.Membership():
                item, options = self.read(node.item), self.read(node.options)
                return f"{item} is one of: {options}" if self.english else f"{item}が「{options}」に当たる"
            case n.Arithmetic():
                return self._arithmetic(node)
            case n.Conditional():
                chosen = self._chosen(node)
                if chosen is not node:
                    return self.read(chosen)
                test, then, other = (self.read(part) for part in node.parts())
                return (
                    f"{then} if {test}, otherwise {other}"
                    if self.english
                    else f"{test}場合は {then}、それ以外は {other}"
                )
            case n.Call():
                return self._call(node)
            case n.Quantified():
                return self._quantified(node)
            case n.Filtered():
                return self.read(node.source)
        return node.text

    def _value(self, value: object, type_: t.Type) -> str:
        if isinstance(type_, t.ListType):
            return type_.item.codes if isinstance(type_.item, t.CodeType) else ""
        return value_text(value, type_, self.vocabulary, self.language)

    def _named(self, title: Text, node: n.Node) -> str:
        name = title.of(self.language)
        if self.env is None or self.loops or isinstance(node.type, t.ListType):
            return name
        if isinstance(node.type, t.CodeSetType) and isinstance(node, n.ParameterRef):
            return name
        value = self._value(node.run(self.env), node.type)
        return f"{name} ({value})" if self.english else f"{name}（{value}）"

    def _variable(self, node: n.Variable) -> str:
        if self.env is not None and node.type == t.FISCAL_YEAR and self.env.slots[node.slot] is not None:
            return self._value(self.env.slots[node.slot], node.type)
        if isinstance(node.type, t.CodeType):
            return self.vocabulary.codes[node.type.codes].title.of(self.language)
        if node.type == t.FISCAL_YEAR:
            return "the fiscal year" if self.english else "当該年度"
        return "each" if self.english else "各明細"

    def _joined(self, node: n.And | n.Or) -> str:
        words = [self.read(operand) for operand in node.operands]
        words = [f"({w})" if isinstance(o, n.And | n.Or) else w for w, o in zip(words, node.operands, strict=True)]
        if self.english:
            return (" and " if isinstance(node, n.And) else " or ").join(words)
        return (" かつ " if isinstance(node, n.And) else " 又は ").join(words)

    def _compared(self, node: n.Compare) -> str:
        kind = f"{self.language}_date" if node.left.type == t.DATE else self.language
        return _COMPARED[kind][node.operator].format(self.read(node.left), self.read(node.right))

    def _arithmetic(self, node: n.Arithmetic) -> str:
        signs = _OPERATORS_EN if self.english else _OPERATORS
        left, right = self.read(node.left), self.read(node.right)
        if node.operator in "*/":
            left, right = self._bracketed(node.left, left), self._bracketed(node.right, right)
        elif node.operator == "-" and isinstance(node.right, n.Arithmetic) and node.right.operator in "+-":
            right = self._brackets(right)
        return f"{left}{signs[node.operator]}{right}"

    def _chosen(self, node: n.Node) -> n.Node:
        """The branch of a conditional whose test is settled; any other node as it is."""
        while isinstance(node, n.Conditional) and self.env is not None and not self.loops:
            decided = node.test.run(self.env)
            if decided is None:
                break
            node = node.then if decided else node.other
        return node

    def _bracketed(self, node: n.Node, words: str) -> str:
        node = self._chosen(node)
        loose = isinstance(node, n.Conditional) or (isinstance(node, n.Arithmetic) and node.operator in "+-")
        return self._brackets(words) if loose else words

    def _brackets(self, words: str) -> str:
        return f"({words})" if self.english else f"（{words}）"

    def _call(self, node: n.Call) -> str:
        function = node.function
        words = [self.read(argument) for argument in node.arguments]
        if function.name in ("min", "max"):
            joined = (" and " if self.english else " と ").join(words)
            return (function.en if self.english else function.ja).format(joined)
        return (function.en if self.english else function.ja).format(*words)

    def _quantified(self, node: n.Quantified) -> str:
        self.loops += 1
        try:
            body = self.read(node.body) if node.body is not None else ""
            source = node.items.title.of(self.language) if node.items is not None else self.read(node.source)
            return _QUANTIFIED[self.language][node.kind].format(source=source, body=body)
        finally:
            self.loops -= 1
