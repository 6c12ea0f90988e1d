"""App configuration."""

from django.apps import AppConfig


class ApplicationsConfig(AppConfig):
    """See the package's docstring."""

    name = "applications"
    default_auto_field = "django.db.models.BigAutoField"
