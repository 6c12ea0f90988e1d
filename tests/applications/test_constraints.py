"""Every "never" of the models stands in the database: the forbidden row itself is refused."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.apps import apps
from django.db import IntegrityError, connection, models, transaction

from applications.models import (
    Approval,
    Case,
    CorrectionRequest,
    Counter,
    CriterionReview,
    FactReview,
    Filing,
    FilingRevision,
    KpiEntry,
    Letter,
    Membership,
    Organisation,
    OutboxMail,
)
from documents.models import StoredFile
from tests.factories import (
    NOW,
    CaseFactory,
    DecisionFactory,
    FilingFactory,
    KpiEntryFactory,
    MembershipFactory,
    OfficialFactory,
    OrganisationFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db

DAY = NOW.date()
CASES: dict[str, tuple[Callable[[], Any], Callable[[Any], Any]]] = {}
"""By constraint: makes what is allowed (and is the test's proof that it is), then what is forbidden."""


def never(name: str, *, before: Callable[[], Any] = lambda: None):
    """Registers the forbidden act of a constraint."""

    def register(act: Callable[[Any], Any]) -> Callable[[Any], Any]:
        CASES[name] = (before, act)
        return act

    return register


# --- people ----------------------------------------------------------------------------------------------------


@never("one_organisation_per_corporate_number", before=OrganisationFactory)
def _(first: Organisation) -> None:
    OrganisationFactory(corporate_number=first.corporate_number)


@never("corporations_have_a_corporate_number", before=lambda: OrganisationFactory(kind="person", corporate_number=""))
def _(person: Organisation) -> None:
    Organisation.objects.filter(pk=person.pk).update(kind="corporation")


@never("only_corporations_have_a_corporate_number", before=OrganisationFactory)
def _(firm: Organisation) -> None:
    Organisation.objects.filter(pk=firm.pk).update(kind="person")


@never("one_membership_each", before=MembershipFactory)
def _(first: Membership) -> None:
    Membership.objects.create(user=first.user, organisation=first.organisation, role="member")


# --- cases -----------------------------------------------------------------------------------------------------


@never("one_draft_case_per_scheme", before=lambda: CaseFactory(state="draft"))
def _(first: Case) -> None:
    CaseFactory(state="draft", organisation=first.organisation)


@never("one_filing_per_step_and_number", before=FilingFactory)
def _(first: Filing) -> None:
    FilingFactory(case=first.case, state="issued")


@never("one_draft_filing_per_case", before=lambda: FilingFactory(state="draft", arrived_at=None))
def _(first: Filing) -> None:
    FilingFactory(case=first.case, state="draft", arrived_at=None, step="grant_application")


@never("a_submitted_filing_has_arrived", before=lambda: FilingFactory(state="withdrawn", arrived_at=None))
def _(filing: Filing) -> None:
    Filing.objects.filter(pk=filing.pk).update(state="submitted")


@never(
    "one_filing_per_step_and_fiscal_year",
    before=lambda: FilingFactory(step="grant_application", fiscal_year=2026, state="issued"),
)
def _(first: Filing) -> None:
    FilingFactory(case=first.case, step="grant_application", fiscal_year=2026, number=2)


def revision(filing: Filing) -> FilingRevision:
    return FilingRevision.objects.create(
        filing=filing, number=1, answers={}, documents=[], terms="x", submitted_by=UserFactory(), submitted_at=NOW
    )


@never("one_revision_per_number", before=lambda: revision(FilingFactory()))
def _(first: FilingRevision) -> None:
    revision(first.filing)


@never("one_counter_per_code_and_year", before=lambda: Counter.objects.create(code="case", fiscal_year=2026))
def _(first: Counter) -> None:
    Counter.objects.create(code="case", fiscal_year=2026)


# --- reviews ---------------------------------------------------------------------------------------------------


def fact_review(filing: Filing, **more: Any) -> FactReview:
    return FactReview.objects.create(
        filing=filing, fact="capital", **{"changed": False, "official": OfficialFactory(), "at": NOW} | more
    )


@never("one_current_review_per_fact", before=lambda: fact_review(FilingFactory()))
def _(first: FactReview) -> None:
    fact_review(first.filing)


@never("a_changed_fact_has_a_reason", before=lambda: fact_review(FilingFactory(), changed=True, reason="x"))
def _(review: FactReview) -> None:
    FactReview.objects.filter(pk=review.pk).update(reason="")


def criterion_review(filing: Filing) -> CriterionReview:
    return CriterionReview.objects.create(
        filing=filing, criterion="former_plan", accepted=True, reason="x", official=OfficialFactory(), at=NOW
    )


@never("one_current_review_per_criterion", before=lambda: criterion_review(FilingFactory()))
def _(first: CriterionReview) -> None:
    criterion_review(first.filing)


@never("a_criterion_review_has_a_reason", before=lambda: criterion_review(FilingFactory()))
def _(review: CriterionReview) -> None:
    CriterionReview.objects.filter(pk=review.pk).update(reason="")


def request(filing: Filing) -> CorrectionRequest:
    return CorrectionRequest.objects.create(filing=filing, items=[], due_on=DAY, official=OfficialFactory(), at=NOW)


@never("one_open_correction_per_filing", before=lambda: request(FilingFactory()))
def _(first: CorrectionRequest) -> None:
    request(first.filing)


# --- decisions -------------------------------------------------------------------------------------------------


@never("one_live_decision_per_filing", before=lambda: DecisionFactory(filing=FilingFactory()))
def _(first: Any) -> None:
    DecisionFactory(case=first.case, filing=first.filing, state="approved")


@never("a_decided_amount_is_not_negative", before=lambda: DecisionFactory(amount=0))
def _(decision: Any) -> None:
    type(decision).objects.filter(pk=decision.pk).update(amount=-1)


@never(
    "an_issued_decision_was_approved", before=lambda: DecisionFactory(state="issued", approved_at=NOW, issued_at=NOW)
)
def _(decision: Any) -> None:
    type(decision).objects.filter(pk=decision.pk).update(approved_at=None)


@never("a_return_has_a_reason")
def _(_: None) -> None:
    Approval.objects.create(
        decision=DecisionFactory(), official=OfficialFactory(), act="return", reason="", content_hash="x", at=NOW
    )


# --- indicators ------------------------------------------------------------------------------------------------


@never("a_firm_counts_once_in_a_frame", before=KpiEntryFactory)
def _(first: KpiEntry) -> None:
    KpiEntryFactory(case=CaseFactory(organisation=first.organisation))


@never("a_case_counts_once", before=lambda: KpiEntryFactory(once_per_firm=False, frame="growth_strategy_2023"))
def _(first: KpiEntry) -> None:
    KpiEntryFactory(case=first.case, once_per_firm=False)


@never("a_reversal_names_its_decision", before=KpiEntryFactory)
def _(entry: KpiEntry) -> None:
    KpiEntry.objects.filter(pk=entry.pk).update(state="reversed")


@never("an_actual_entry_names_its_confirmation", before=KpiEntryFactory)
def _(entry: KpiEntry) -> None:
    KpiEntry.objects.filter(pk=entry.pk).update(state="actual")


# --- files -----------------------------------------------------------------------------------------------------


@never("stored_file_is_not_empty")
def _(_: None) -> None:
    StoredFile(name="x.pdf", media_type="application/pdf", size=0, sha256="0" * 64, file="a.pdf").save()


@never("stored_file_has_sha256")
def _(_: None) -> None:
    StoredFile(name="x.pdf", media_type="application/pdf", size=1, sha256="X" * 64, file="a.pdf").save()


# --- all of them -----------------------------------------------------------------------------------------------


def named_constraints() -> set[str]:
    return {
        constraint.name
        for app in ("applications", "documents")
        for model in apps.get_app_config(app).get_models()
        for constraint in model._meta.constraints
    }


def test_every_constraint_has_its_forbidden_row():
    assert set(CASES) == named_constraints()


@pytest.mark.parametrize("name", CASES)
def test_the_forbidden_row_is_refused(name):
    before, act = CASES[name]
    allowed = before()
    with pytest.raises(IntegrityError) as refused, transaction.atomic():
        act(allowed)
    if connection.vendor == "postgresql":
        assert refused.value.__cause__.diag.constraint_name == name


# --- unique columns --------------------------------------------------------------------------------------------


def letter(**more: Any) -> Letter:
    return Letter.objects.create(
        **{"case": CaseFactory(), "kind": "grant", "number": "R8経企立第1号", "issued_on": DAY, "content": {}} | more
    )


def stored(path: str = "a.pdf") -> StoredFile:
    file = StoredFile(name="x.pdf", media_type="application/pdf", size=1, sha256="0" * 64, file=path)
    file.save()
    return file


UNIQUE: dict[str, Callable[[], Any]] = {
    "Case.reference": lambda: [CaseFactory(reference="S2026-00001") for _ in range(2)],
    "Letter.number": lambda: [letter() for _ in range(2)],
    "Letter.decision": lambda: (lambda decision: [letter(decision=decision, number=f"第{n}号") for n in range(2)])(
        DecisionFactory()
    ),
    "Letter.file": lambda: (lambda file: [letter(file=file, number=f"第{n}号") for n in range(2)])(stored()),
    "OutboxMail.key": lambda: [
        OutboxMail.objects.create(key="k", recipient="a@example.com", language="ja", template="x", created_at=NOW)
        for _ in range(2)
    ],
    "Official.user": lambda: (lambda user: [OfficialFactory(user=user) for _ in range(2)])(UserFactory()),
    "StoredFile.file": lambda: [stored() for _ in range(2)],
}


def unique_columns() -> set[str]:
    return {
        f"{model.__name__}.{field.name}"
        for app in ("applications", "documents")
        for model in apps.get_app_config(app).get_models()
        for field in model._meta.concrete_fields
        if field.unique and not field.primary_key
    }


def test_every_unique_column_has_its_forbidden_row():
    assert set(UNIQUE) == unique_columns()


@pytest.mark.parametrize("column", UNIQUE)
def test_a_second_row_with_the_same_value_is_refused(column):
    with pytest.raises(IntegrityError), transaction.atomic():
        UNIQUE[column]()


def test_nothing_cascades_but_what_belongs_to_a_person():
    """Deleting a row never takes a case, a filing, a decision, a letter or history with it."""
    cascading = {
        f"{model.__name__}.{field.name}"
        for model in apps.get_app_config("applications").get_models()
        for field in model._meta.concrete_fields
        if isinstance(field, models.ForeignKey) and field.remote_field.on_delete is models.CASCADE
    }
    assert cascading == {"Membership.user", "Membership.organisation", "Official.user"}
