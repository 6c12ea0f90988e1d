"""Random requests to the public addresses, right and wrong ones, made from the API description itself."""

from __future__ import annotations

from functools import lru_cache

import pytest
import schemathesis
from django.core.cache import cache
from django.core.wsgi import get_wsgi_application
from hypothesis import HealthCheck, given, settings
from schemathesis import GenerationMode
from schemathesis.specs.openapi.checks import negative_data_rejection, positive_data_acceptance

from portal.api.openapi import description

# The WSGI application ends its connections itself, which a test inside of a transaction would not survive.
pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]
EXAMPLES = 25
PUBLIC = [
    (path, method)
    for path, item in description()["paths"].items()
    for method, operation in item.items()
    if operation["security"] != [{"token": []}]
]
FACTS_ARE_NOT_DESCRIBED = [positive_data_acceptance, negative_data_rejection]
"""The description says only that facts are an object (the vocabulary is data), and that names in paths are names."""


@lru_cache(maxsize=1)
def described() -> schemathesis.BaseSchema:
    return schemathesis.openapi.from_wsgi("/api/v1/openapi.json", get_wsgi_application())


@pytest.mark.parametrize("mode", list(GenerationMode), ids=str)
@pytest.mark.parametrize(("path", "method"), PUBLIC, ids=lambda part: str(part))
def test_public_addresses_keep_their_promises(path, method, mode):
    strategy = described()[path][method].as_strategy(generation_mode=mode)

    @settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=list(HealthCheck), database=None)
    @given(strategy)
    def conforms(case):
        cache.clear()
        case.call_and_validate(excluded_checks=FACTS_ARE_NOT_DESCRIBED)

    conforms()
