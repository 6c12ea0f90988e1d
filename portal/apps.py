"""App configuration."""

from django.apps import AppConfig


class PortalConfig(AppConfig):
    """See the package's docstring."""

    name = "portal"
    default_auto_field = "django.db.models.BigAutoField"
