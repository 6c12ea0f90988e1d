"""App configuration."""

from django.apps import AppConfig


class ApiConfig(AppConfig):
    """See the package's docstring."""

    name = "portal.api"
    label = "api"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Makes the security scheme known to the generator of the API description."""
        from portal.api import openapi  # noqa: F401
