"""The way back from an import: what it changed, and what of it can still be undone."""

from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db.models import Field, ForeignObjectRel

from members.imports.columns import FIELDS
from members.imports.preview import Preview
from members.imports.resource import BATCH, belongs_to, store_changes
from members.models import ImportedRow, Membership, MembershipImport, User

REASON = "annulation de l’import"

Values = dict[str, str | None]


@dataclass(frozen=True)
class Kept:
    """A membership that stays as it is, in whole or in part, and why."""

    membership: Membership
    reason: str


@dataclass
class Undoing:
    """What undoing an import does. The memberships to restore already have their former values."""

    to_restore: list[Membership] = field(default_factory=list)
    to_delete: list[Membership] = field(default_factory=list)
    kept: list[Kept] = field(default_factory=list)

    @property
    def keys(self) -> list[int]:
        return [membership.pk for membership in self.to_restore + self.to_delete]

    def carry_out(self, officer: User) -> None:
        """Restore and delete, in the caller's transaction."""
        keys = self.keys
        store_changes(self.to_restore, officer, REASON)
        for start in range(len(self.to_restore), len(keys), BATCH):
            Membership.objects.filter(pk__in=keys[start : start + BATCH]).delete()


def remember(done: Preview, officer: User) -> MembershipImport:
    """Record an import and what undoing it needs; the earlier ones can no longer be undone."""
    ImportedRow.objects.all().delete()
    made = MembershipImport.objects.create(
        made_by=officer,
        created=len(done.created),
        changed=len(done.changed),
        unchanged=len(done.unchanged) + len(done.left_alone),
    )
    created = [
        ImportedRow(made_in=made, membership=row.membership, after=_values(row.membership, FIELDS))
        for row in done.created
        if row.membership
    ]
    changed = [
        ImportedRow(
            made_in=made,
            membership=row.membership,
            before={change.name: _stored(change.before) for change in row.changes},
            after={change.name: _stored(change.after) for change in row.changes},
        )
        for row in done.changed
    ]
    ImportedRow.objects.bulk_create(created + changed, batch_size=BATCH)
    return made


def plan(made: MembershipImport, officer: User, *, for_real: bool = False) -> Undoing:
    """Return what undoing this import would do today."""
    concerned = Membership.objects.filter(pk__in=made.rows.order_by().values("membership"))
    rows = concerned.select_for_update() if for_real else concerned
    memberships = {membership.pk: membership for membership in rows.order_by("pk")}
    in_use = _in_use(made)
    undoing = Undoing()
    for row in made.rows.order_by("pk"):
        membership = memberships[row.membership_id]
        if belongs_to(membership, officer):
            undoing.kept.append(Kept(membership, "c’est la vôtre"))
        elif row.before is None:
            _plan_deletion(undoing, membership, row.after, in_use)
        else:
            _plan_restoration(undoing, membership, row.before, row.after)
    return undoing


def _plan_deletion(
    undoing: Undoing, membership: Membership, after: Values, in_use: set[int]
) -> None:
    if _values(membership, after) != after or membership.override_until:
        undoing.kept.append(Kept(membership, "créée par l’import, modifiée depuis"))
    elif membership.user_id:
        undoing.kept.append(Kept(membership, "créée par l’import, rattachée depuis à un compte"))
    elif membership.pk in in_use:
        undoing.kept.append(Kept(membership, "créée par l’import, invitée ou utilisée depuis"))
    else:
        undoing.to_delete.append(membership)


def _plan_restoration(
    undoing: Undoing, membership: Membership, before: Values, after: Values
) -> None:
    current = _values(membership, after)
    changed_since = [name for name in after if current[name] != after[name]]
    if changed_since:
        labels = ", ".join(FIELDS[name] for name in changed_since)
        undoing.kept.append(Kept(membership, f"modifiée depuis ({labels})"))
    former = {name: value for name, value in before.items() if name not in changed_since}
    for name, value in former.items():
        setattr(membership, name, _read(name, value))
    if former:
        undoing.to_restore.append(membership)


def _in_use(made: MembershipImport) -> set[int]:
    """Return the keys of the created memberships that something else refers to."""
    created = made.rows.filter(before__isnull=True).order_by().values("membership")
    found: set[int] = set()
    for relation in Membership._meta.get_fields(include_hidden=True):
        if isinstance(relation, ForeignObjectRel) and relation.related_model is not ImportedRow:
            name = relation.field.name
            others: Any = relation.related_model
            rows = others._base_manager.filter(**{f"{name}__in": created}).order_by()
            found.update(rows.values_list(name, flat=True))
    return found


def _values(membership: Membership, names: Any) -> Values:
    return {name: _stored(getattr(membership, name)) for name in names}


def _stored(value: date | str | None) -> str | None:
    """Return a value as JSON keeps it; nothing and an empty text are the same."""
    return str(value) if value else None


def _read(name: str, value: str | None) -> Any:
    known = Membership._meta.get_field(name)
    assert isinstance(known, Field)  # noqa: S101  for the type checker
    return known.to_python(value) if value or known.null else ""
