"""The user: an e-mail address, a name and a language. What a user may do is decided by memberships and offices
(``applications.models``), never by the user row itself."""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.db import models
from django.utils.translation import gettext_lazy as _


class UserManager(BaseUserManager["User"]):
    """Creates users by e-mail address; addresses are compared without regard to case."""

    use_in_migrations = True

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> User:
        """A user who can sign in. Raises ``ValueError`` without an address."""
        if not email:
            raise ValueError("a user needs an e-mail address")
        user = self.model(email=email.strip().lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> User:
        """A system administrator. Administrators keep the system running; they decide no cases."""
        return self.create_user(email, password, is_staff=True, is_superuser=True, **fields)

    def get_by_natural_key(self, username: str | None) -> User:
        """The user with that address, in whatever case it is typed."""
        return self.get(email=(username or "").strip().lower())


class User(AbstractBaseUser, PermissionsMixin):
    """Somebody (or some system) that signs in."""

    class Language(models.TextChoices):
        """Language of screens and mails."""

        JA = "ja", "日本語"
        EN = "en", "English"

    email = models.EmailField(_("メールアドレス"), unique=True, max_length=254)
    name = models.CharField(_("氏名"), max_length=100, blank=True)
    language = models.CharField(_("言語"), max_length=2, choices=Language, default=Language.JA)
    is_active = models.BooleanField(default=True)
    is_staff = models.BooleanField(default=False)
    date_joined = models.DateTimeField(auto_now_add=True)

    objects = UserManager()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    def __str__(self) -> str:
        return self.name or self.email
