"""App configuration."""

from django.apps import AppConfig


class EligibilityConfig(AppConfig):  # type: ignore[misc]
    """See the package's docstring."""

    name = "eligibility"
    default_auto_field = "django.db.models.BigAutoField"
