"""``manage.py demo``: fill an empty database with demonstration data and print the accounts."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils import timezone

from portal.demo.build import Player, settle
from portal.demo.people import accounts, create_people
from portal.demo.stories import STORIES


class Command(BaseCommand):
    """Make invented firms, officials and cases; a second call only prints the accounts."""

    help = "Fill an empty database with demonstration data (demo mode only)"

    def handle(self, *args: Any, **options: Any) -> None:
        """Build once, print always."""
        if not settings.DEMO:
            raise CommandError("Demonstration data is only for PORTAL_MODE=demo: its password is public.")
        if not get_user_model().objects.exists():
            self.stdout.write("Making demonstration data … / デモデータを作成しています…")
            with transaction.atomic():
                create_people()
                player = Player(timezone.now())
                for story in STORIES:
                    player.play(story)
            settle()
        self.stdout.write(f"\n{settings.SITE_URL}/\n")
        for account in accounts():
            role = account["role"]
            self.stdout.write(f"  {account['email']:<26} {account['password']}   {role.ja} / {role.en}")  # type: ignore[attr-defined]
        self.stdout.write("")
