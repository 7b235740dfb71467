"""The account of a person who signs in: an e-mail address and a name of their choice, no more."""

from typing import Any, ClassVar

from allauth.account.models import EmailAddress
from django.contrib.auth.models import AbstractBaseUser, BaseUserManager, PermissionsMixin
from django.db import models, transaction
from django.db.models import Exists
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.functional import cached_property

from members.models.membership import Membership, Status

# Who signs what was written by a person who chose no name, and by one whose account is gone.
NAMELESS = "Adhérent·e"
GONE = "Ancien·ne adhérent·e"


class UserManager(BaseUserManager["User"]):
    def create_user(self, email: str, password: str | None = None, **extra: Any) -> "User":
        """Return a new saved account; without a password it cannot be signed in with one."""
        user = self.model(email=self.normalize_email(email), **extra)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **extra: Any) -> "User":
        return self.create_user(email, password, is_staff=True, is_superuser=True, **extra)

    @classmethod
    def normalize_email(cls, email: str | None) -> str:
        return (email or "").strip().lower()

    def get_by_natural_key(self, username: str | None) -> "User":
        return self.get(email=self.normalize_email(username))


class User(AbstractBaseUser, PermissionsMixin):
    """An account. `is_staff`: a mandate was once given; `is_officer`: one runs today.

    A mandate counts where a second factor was used. In a session without one, the request's user
    has `mandates_suspended`: an officer is then what their membership makes of them, no more.
    """

    email = models.EmailField("adresse e-mail", unique=True)
    display_name = models.CharField(
        "nom affiché",
        max_length=60,
        blank=True,
        help_text="Le nom montré à côté des réactions, visible des seul·es adhérent·es. "
        "Un pseudonyme convient.",
    )
    is_active = models.BooleanField("compte ouvert", default=True)
    is_staff = models.BooleanField("membre du bureau", default=False)
    date_joined = models.DateTimeField("compte créé le", default=timezone.now)

    objects = UserManager()

    mandates_suspended = False

    EMAIL_FIELD = "email"
    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    class Meta:
        verbose_name = "compte"
        verbose_name_plural = "comptes"
        ordering = ["email"]
        constraints = [
            models.UniqueConstraint(
                Lower("email"),
                name="one_account_per_email",
                violation_error_message="Un compte existe déjà avec cette adresse.",
            ),
            models.CheckConstraint(
                condition=~models.Q(email=""),
                name="account_has_an_email",
                violation_error_message="Un compte a une adresse.",
            ),
        ]

    def __str__(self) -> str:
        return self.email

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Save; a new account's address is known to be its owner's, for the section gave it."""
        is_new = self._state.adding
        with transaction.atomic():
            super().save(*args, **kwargs)
            if is_new:
                EmailAddress.objects.create(
                    user=self, email=self.email, verified=True, primary=True
                )

    def clean(self) -> None:
        self.email = UserManager.normalize_email(self.email)

    def get_full_name(self) -> str:
        return self.public_name

    def get_short_name(self) -> str:
        return self.public_name

    def addresses(self) -> set[str]:
        """Every address of the account, those that wait for confirmation too."""
        known = EmailAddress.objects.filter(user=self).values_list("email", flat=True)
        return {self.email, *known}

    @property
    def public_name(self) -> str:
        """The name shown beside reactions: chosen, never the legal name nor the address."""
        return self.display_name or NAMELESS

    @cached_property
    def member_status(self) -> Status | None:
        """The status of this person's membership today; None for who has none."""
        membership, _ = self._today
        return membership.status if membership else None

    @cached_property
    def running_roles(self) -> frozenset[str]:
        """The roles of the mandates that run today, whatever this session proved."""
        _, has_mandate = self._today
        if not has_mandate:
            return frozenset()
        return frozenset(self.mandates.running().values_list("role", flat=True))

    @cached_property
    def _today(self) -> tuple[Membership | None, bool]:
        """The membership, and whether a mandate runs: both, for each page, in one query."""
        people = User.objects.filter(pk=self.pk).select_related("membership")
        found = people.annotate(has_mandate=Exists(self.mandates.running())).first()
        if found is None:
            return None, False
        return getattr(found, "membership", None), found.has_mandate

    @property
    def roles(self) -> frozenset[str]:
        """The roles that count here."""
        return frozenset() if self.mandates_suspended else self.running_roles

    @property
    def is_officer(self) -> bool:
        """Whether the section entrusts something to this person today, or they are superuser."""
        return self.is_active and (self.is_superuser or bool(self.running_roles))

    @property
    def acts_as_superuser(self) -> bool:
        return self.is_active and self.is_superuser and not self.mandates_suspended

    @property
    def opens_admin(self) -> bool:
        """Whether the officers' desk opens today, in this session."""
        return self.is_officer and not self.mandates_suspended

    def has_perm(self, perm: str, obj: Any = None) -> bool:
        return not self.mandates_suspended and super().has_perm(perm, obj)

    def has_module_perms(self, app_label: str) -> bool:
        return not self.mandates_suspended and super().has_module_perms(app_label)
