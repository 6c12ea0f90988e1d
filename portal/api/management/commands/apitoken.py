"""``manage.py apitoken``: a token for the account of a partner system."""

from __future__ import annotations

from argparse import ArgumentParser
from datetime import timedelta
from typing import Any

from django.contrib.auth import get_user_model
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone, translation

from applications.errors import DomainError
from portal.api.tokens import create_token


class Command(BaseCommand):
    """Create a token and print it, once."""

    help = "Creates an API token for an account and prints it. It cannot be shown again."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Options."""
        parser.add_argument("email", help="e-mail address of the account")
        parser.add_argument(
            "--name", required=True, help="what the token is for, for example the partner system's name"
        )
        parser.add_argument("--days", type=int, help="days until it expires (default: API_TOKEN_DAYS)")

    def handle(self, *args: Any, **options: Any) -> None:
        """Create and print."""
        user = get_user_model().objects.filter(email=options["email"].strip().lower()).first()
        if user is None:
            raise CommandError(f"there is no account {options['email']}")
        if not user.is_active:
            raise CommandError(f"the account {options['email']} is not active")
        days = options["days"]
        expires = timezone.now() + timedelta(days=days) if days is not None else None
        with translation.override("en"):
            try:
                token, plain = create_token(user, options["name"], expires)
            except DomainError as error:
                raise CommandError(str(error)) from None
        self.stderr.write(f"token '{token.name}' of {user.email}, expires {timezone.localdate(token.expiry)}:")
        self.stdout.write(plain)
