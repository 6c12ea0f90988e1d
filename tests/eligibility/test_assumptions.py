"""The go-live list."""

from __future__ import annotations

from eligibility.rulebook.assumptions import Kind, open_questions, readers, uses_in
from eligibility.rulebook.book import RuleBook
from eligibility.rulebook.checks import check_book
from eligibility.words import Status


def test_every_assumed_parameter_is_listed_with_its_value(book: RuleBook) -> None:
    listed = {
        (use.version.id, use.name): use
        for question in open_questions(book)
        for use in question.uses
        if use.kind is Kind.PARAMETER and use.version is not None
    }
    assumed = {
        (version.id, parameter.name)
        for version in book.versions()
        for parameter in version.parameters.values()
        if parameter.status is Status.ASSUMED
        or any(status is Status.ASSUMED for status, _ in parameter.statuses.values())
    }
    assert assumed
    assert set(listed) == assumed
    assert all(use.value and use.place is not None for use in listed.values())


def test_every_assumption_is_there_once_and_in_order(book: RuleBook) -> None:
    questions = open_questions(book)
    assert [q.assumption.key for q in questions] == list(book.vocabulary.assumptions)
    unused = {str(q.assumption.place) for q in questions if not q.uses}
    noted = {f.place for f in check_book(book) if f.message.startswith("nothing rests on the assumption")}
    assert unused == noted


def test_uses_say_who_reads_a_parameter(book: RuleBook) -> None:
    version = book.scheme("relocation/headquarters").version("V2026")
    assert readers(version, "former_minimum_investment") == ["former_minimum"]
    use = next(u for u in uses_in(version) if u.name == "former_minimum_investment")
    assert (use.key, use.value, use.read_by) == ("A-02", "10_000_000 yen", ("former_minimum",))
