"""How a line of a file becomes a membership, and what makes a line refused."""

from collections import defaultdict
from typing import Any

from django.core.exceptions import ValidationError
from import_export.fields import Field
from import_export.instance_loaders import BaseInstanceLoader
from import_export.resources import ModelResource
from simple_history.utils import bulk_create_with_history

from members.imports.cells import DayWidget, EmailWidget, NumberWidget, StateWidget, TextWidget
from members.imports.columns import FIELDS, STATE
from members.models import Membership, User

LINE = "line"
REASON = "import"
BATCH = 500
_REQUIRED = ("number", "last_name", "first_name")


def key_of(number: str) -> str:
    """Return what two spellings of a number have in common: « d-0142 » is D-0142."""
    return number.casefold().replace(" ", "")


def belongs_to(membership: Membership, officer: User) -> bool:
    """Tell the membership of the officer who imports: nobody renews their own."""
    return membership.user_id == officer.pk or membership.email.lower() == officer.email


def store_changes(memberships: list[Membership], officer: User | None, reason: str) -> None:
    """Store what a file may fill of these memberships, with its history.

    As rows that are already there: it takes a tenth of the time of an update of many rows.
    """
    Membership.objects.bulk_create(
        memberships,
        batch_size=BATCH,
        update_conflicts=True,
        update_fields=[name for name in FIELDS if name != "number"],
        unique_fields=["id"],
    )
    Membership.history.bulk_history_create(
        memberships,
        batch_size=BATCH,
        update=True,
        default_user=officer,
        default_change_reason=reason,
    )


def _field(name: str, widget: Any) -> Field:
    """An empty cell says nothing: it does not erase what is known."""
    return Field(attribute=name, column_name=FIELDS[name], widget=widget, saves_null_values=False)


class KnownMemberships(BaseInstanceLoader):
    """Finds the membership of a line among those that the resource has read at once."""

    def get_instance(self, row: dict[str, Any]) -> Membership | None:
        found: Membership | None = self.resource.find(row)
        return found


class MembershipResource(ModelResource):
    """The list of adherents as a file, in and out. `officer`: who imports; `for_real`: it is done.

    A dry run writes nothing. A real one runs in the caller's transaction, holds the memberships,
    and raises the database's errors.
    """

    number = _field("number", NumberWidget())
    last_name = _field("last_name", TextWidget())
    first_name = _field("first_name", TextWidget())
    email = _field("email", EmailWidget())
    joined_on = _field("joined_on", DayWidget())
    paid_until = _field("paid_until", DayWidget())
    state = Field(attribute="status", column_name=STATE, widget=StateWidget(), readonly=True)
    resigned_on = _field("resigned_on", DayWidget())
    excluded_on = _field("excluded_on", DayWidget())

    class Meta:
        model = Membership
        fields = (*FIELDS, "state")
        import_id_fields = ("number",)
        export_order = (*list(FIELDS)[:6], "state", *list(FIELDS)[6:])
        instance_loader_class = KnownMemberships
        skip_unchanged = True
        report_skipped = True
        skip_html_diff = True
        store_instance = True
        use_bulk = True
        batch_size = BATCH

    def __init__(self, officer: User | None = None, for_real: bool = False) -> None:
        super().__init__()
        self.officer = officer
        self.for_real = for_real
        self._known: dict[str, Membership] = {}
        self._as_written: dict[str, Membership] = {}
        self._without_zeros: dict[str, str] = {}
        self._first_lines: dict[str, int] = {}
        self._owners: dict[str, dict[str, str]] = defaultdict(dict)

    def find(self, row: dict[str, Any]) -> Membership | None:
        """Return the known membership of this number, as it is written rather than alike."""
        number = self._cell("number", row)
        return self._as_written.get(number) or self._known.get(key_of(number))

    def before_import(self, dataset: Any, **kwargs: Any) -> None:
        """Read all the memberships at once, and who would have each address in the end."""
        rows = Membership.objects.order_by("pk")
        known = rows.select_for_update() if self.for_real else rows
        self._known = {key_of(each.number): each for each in known}
        self._as_written = {each.number: each for each in known}
        self._without_zeros = {key.lstrip("0"): each.number for key, each in self._known.items()}
        addresses = {key: each.email.lower() for key, each in self._known.items()}
        places = {key: f"du n° {each.number}" for key, each in self._known.items()}
        for row in dataset.dict:
            key = key_of(self._cell("number", row))
            places[key] = f"de la ligne {row[LINE]}"
            if address := self._cell("email", row):
                addresses[key] = address
        for key, address in addresses.items():
            self._owners[address][key] = places[key]

    def import_instance(self, instance: Membership, row: dict[str, Any], **kwargs: Any) -> None:
        """Read the cells. Raises ValidationError with all that is wrong with the line."""
        new = instance.pk is None
        known_number, known_address = instance.number, instance.email
        errors: dict[str, Any] = {}
        try:
            super().import_instance(instance, row, **kwargs)
        except ValidationError as error:
            errors = error.update_error_dict(errors)
        number = self._cell("number", row)
        if not new:
            # As it is known: the case of its letters is not a change.
            instance.number = known_number
        problems = {"number": self._problem_of_number(number, row[LINE], new)}
        if instance.email != known_address:
            problems["email"] = self._problem_of_address(number, instance.email)
        problems |= {name: "Il manque." for name in _REQUIRED if not getattr(instance, name)}
        for name, problem in problems.items():
            if problem:
                errors.setdefault(name, ValidationError(problem))
        if errors:
            raise ValidationError(errors)

    def validate_instance(
        self,
        instance: Membership,
        import_validation_errors: dict[str, Any] | None = None,
        validate_unique: bool = True,
    ) -> None:
        """Check the fields, without a query: what needs the database has been read at once."""
        errors = dict(import_validation_errors or {})
        others = {field.name for field in Membership._meta.fields} - set(FIELDS)
        try:
            instance.clean_fields(exclude=others | set(errors))
        except ValidationError as error:
            errors = error.update_error_dict(errors)
        if errors:
            raise ValidationError(errors)

    def skip_row(
        self,
        instance: Membership,
        original: Membership,
        row: dict[str, Any],
        import_validation_errors: dict[str, Any] | None = None,
    ) -> bool:
        """Leave what would not change, and whatever the file says of the officer who imports."""
        officer = self.officer
        if officer and (belongs_to(original, officer) or belongs_to(instance, officer)):
            return True
        skipped: bool = super().skip_row(instance, original, row, import_validation_errors)
        return skipped

    def bulk_create(
        self,
        using_transactions: bool,
        dry_run: bool,
        raise_errors: bool,
        batch_size: int | None = None,
        result: Any = None,
    ) -> None:
        if self.create_instances and not dry_run:
            bulk_create_with_history(
                self.create_instances,
                Membership,
                batch_size=BATCH,
                default_user=self.officer,
                default_change_reason=REASON,
            )
        self.create_instances.clear()

    def bulk_update(
        self,
        using_transactions: bool,
        dry_run: bool,
        raise_errors: bool,
        batch_size: int | None = None,
        result: Any = None,
    ) -> None:
        if self.update_instances and not dry_run:
            store_changes(self.update_instances, self.officer, REASON)
        self.update_instances.clear()

    def _cell(self, name: str, row: dict[str, Any]) -> str:
        """Return a cell that identifies, empty where it cannot be read."""
        field = self.fields[name]
        try:
            return field.clean(row) or "" if field.column_name in row else ""
        except ValueError:
            return ""

    def _problem_of_number(self, number: str, line: int, new: bool) -> str:
        key = key_of(number)
        if not key:
            return ""
        if (first := self._first_lines.setdefault(key, line)) != line:
            return f"Le numéro {number} est déjà à la ligne {first}."
        if new and (other := self._without_zeros.get(key.lstrip("0"))):
            return (
                f"Le numéro {number} n’est pas connu, mais {other} l’est : le tableur a sans doute "
                "changé les zéros du début. Corrigez le numéro."
            )
        return ""

    def _problem_of_address(self, number: str, address: str) -> str:
        others = [place for key, place in self._owners[address].items() if key != key_of(number)]
        if not address or not others:
            return ""
        return (
            f"L’adresse {address} est aussi celle {' et '.join(others)}. Chacun·e a besoin de la "
            "sienne : laissez vide celle que vous ne connaissez pas."
        )
