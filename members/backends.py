"""Officers' rights: those of the groups named after the roles of the mandates that run today."""

from typing import Any

from django.contrib.auth.backends import ModelBackend
from django.contrib.auth.models import Permission
from django.db.models import QuerySet

from members.models import User


class MandateBackend(ModelBackend):
    """Permissions by mandate. It signs nobody in: accounts sign in through django-allauth."""

    def authenticate(self, request: Any, **credentials: Any) -> None:  # type: ignore[override]
        return None

    def _get_user_permissions(self, user_obj: User) -> QuerySet[Permission]:
        return Permission.objects.none()

    def _get_group_permissions(self, user_obj: User) -> QuerySet[Permission]:
        return Permission.objects.filter(group__name__in=user_obj.roles)
