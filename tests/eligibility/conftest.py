import pytest

from eligibility.evaluation.engine import Engine, Mode
from eligibility.rulebook.book import RuleBook, load


@pytest.fixture(scope="session")
def book() -> RuleBook:
    return load()


@pytest.fixture(scope="session")
def engine(book: RuleBook) -> Engine:
    return Engine(book)


@pytest.fixture(scope="session")
def engines(book: RuleBook) -> dict[str, Engine]:
    return {mode.value: Engine(book, mode) for mode in Mode}
