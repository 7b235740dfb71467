"""For migrations: what each officer's role may do in the admin, kept in the group of that name.

Each app grants what concerns it, so that no app needs to know the others'.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from django.apps.registry import Apps
from django.contrib.auth.management import create_permissions
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

Step = Callable[[Apps, BaseDatabaseSchemaEditor], None]
Grants = Mapping[str, Sequence[str]]


def grant(app_label: str, grants: Grants) -> Step:
    """Return a migration step that gives each role's group these permissions of the app.

    Raises Permission.DoesNotExist for a code name that the app does not have.
    """

    def step(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
        # Django makes an app's permissions after all migrations: here they are needed before.
        app_config: Any = apps.get_app_config(app_label)
        app_config.models_module = True
        create_permissions(app_config, apps=apps, verbosity=0)
        app_config.models_module = None
        for group, permissions in _pairs(apps, app_label, grants):
            group.permissions.add(*permissions)

    return step


def revoke(app_label: str, grants: Grants) -> Step:
    """Return the step that undoes `grant`."""

    def step(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
        for group, permissions in _pairs(apps, app_label, grants):
            group.permissions.remove(*permissions)

    return step


def _pairs(apps: Apps, app_label: str, grants: Grants) -> list[tuple[Any, list[Any]]]:
    group_model: Any = apps.get_model("auth", "Group")
    permission_model: Any = apps.get_model("auth", "Permission")
    of_app = permission_model.objects.filter(content_type__app_label=app_label)
    return [
        (
            group_model.objects.get_or_create(name=role)[0],
            [of_app.get(codename=codename) for codename in codenames],
        )
        for role, codenames in grants.items()
    ]
