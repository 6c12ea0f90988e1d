"""Factories for rows."""

from __future__ import annotations

from datetime import UTC, datetime

import factory
from django.contrib.auth import get_user_model

from applications.corporate_number import check_digit
from applications.models import Case, Decision, Filing, KpiEntry, Membership, Official, Organisation

NOW = datetime(2026, 11, 20, 1, 0, tzinfo=UTC)
PASSWORD = "correct horse battery"

MINIMAL_PDF = b"""%PDF-1.4
1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj
2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj
3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]>>endobj
xref
0 4
0000000000 65535 f 
0000000009 00000 n 
0000000052 00000 n 
0000000101 00000 n 
trailer<</Size 4/Root 1 0 R>>
startxref
164
%%EOF
"""  # noqa: W291 - each entry of the table is twenty bytes long


def corporate_number(serial: int) -> str:
    """A valid corporate number that belongs to nobody."""
    base = f"{900000000000 + serial}"
    return f"{check_digit(base)}{base}"


class UserFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = get_user_model()
        skip_postgeneration_save = True

    email = factory.Sequence(lambda n: f"user{n}@example.com")
    name = factory.Sequence(lambda n: f"利用者{n}")
    password = factory.django.Password(PASSWORD)


class OrganisationFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Organisation

    kind = "corporation"
    name = factory.Sequence(lambda n: f"株式会社テスト{n}")
    corporate_number = factory.Sequence(corporate_number)
    address = "東京都千代田区丸の内一丁目1番1号"
    representative_title = "代表取締役"
    representative_name = "山田　太郎"


class MembershipFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Membership

    user = factory.SubFactory(UserFactory)
    organisation = factory.SubFactory(OrganisationFactory)


class OfficialFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Official

    user = factory.SubFactory(UserFactory)
    section = "企業立地課"
    title = "主任"


class CaseFactory(factory.django.DjangoModelFactory):
    """A case as a bare row, for tests of rows, lists and constraints; journeys go through the services."""

    class Meta:
        model = Case

    reference = factory.Sequence(lambda n: f"T2026-{n:05d}")
    organisation = factory.SubFactory(OrganisationFactory)
    scheme = "relocation/headquarters"
    state = "open"
    created_by = factory.SubFactory(UserFactory)
    created_at = NOW


class FilingFactory(factory.django.DjangoModelFactory):
    """A filing as a bare row."""

    class Meta:
        model = Filing

    case = factory.SubFactory(CaseFactory)
    step = "designation_application"
    state = "submitted"
    arrived_at = NOW
    saved_at = NOW
    created_at = NOW


class DecisionFactory(factory.django.DjangoModelFactory):
    """A decision as a bare row."""

    class Meta:
        model = Decision

    case = factory.SubFactory(CaseFactory)
    kind = "designation"
    on = NOW.date()
    engine = "1"
    drafted_by = factory.SubFactory(OfficialFactory)
    drafted_at = NOW


class KpiEntryFactory(factory.django.DjangoModelFactory):
    """A counted unit as a bare row."""

    class Meta:
        model = KpiEntry

    indicator = "firms_attracted"
    frame = "since_2024"
    fiscal_year = 2026
    case = factory.SubFactory(CaseFactory)
    organisation = factory.SelfAttribute("case.organisation")
    once_per_firm = True
    decision = factory.SubFactory(DecisionFactory, case=factory.SelfAttribute("..case"))
    at = NOW
