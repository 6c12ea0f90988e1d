"""Accounts: who signs in."""

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    """User accounts, signed in with an e-mail address."""

    name = "portal.accounts"
    label = "accounts"
    default_auto_field = "django.db.models.BigAutoField"
