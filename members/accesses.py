"""What a person may know of the list of adherents: who it was opened to, what they did with it."""

from collections.abc import Iterator
from itertools import chain
from typing import Any

from cgtdouanes.officers.journal import ChangeKind
from members.holdings import OF_MEMBERSHIP, values_of
from members.models import (
    AccessRequest,
    AuditEntry,
    ImportDraft,
    Invitation,
    Mandate,
    Membership,
    MembershipImport,
    Subject,
    User,
)
from members.personal_data import Holding, Row


def _accesses(user: User) -> Iterator[Row]:
    """Tell what was done with the membership and the account; the officer is not named here."""
    membership = Membership.objects.filter(user=user).first()
    entries = [AuditEntry.objects.about(Subject.ACCOUNTS, user.pk)]
    if membership:
        entries.append(AuditEntry.objects.about(Subject.MEMBERSHIPS, membership.pk))
    for entry in sorted(chain(*entries), key=lambda entry: entry.at):
        yield {"at": entry.at, "action": str(entry.get_action_display())}


def _former_values(user: User) -> Iterator[Row]:
    """Tell what the membership was, before it had this account too; an earlier account is not."""
    own = Membership.objects.filter(user=user).values("pk")
    for former in Membership.history.filter(id__in=own).order_by("history_date", "history_id"):
        yield values_of(former) | {"at": former.history_date}


def _done_with_the_list(user: User) -> Iterator[Row]:
    """Tell when and what, without anybody else."""
    for entry in AuditEntry.objects.filter(officer=user).order_by("pk"):
        yield {"at": entry.at, "action": str(entry.get_action_display())}
    for made_at in MembershipImport.objects.filter(made_by=user).values_list("made_at", flat=True):
        yield {"at": made_at, "action": "import d’adhérent·es"}
    for at in MembershipImport.objects.filter(undone_by=user).values_list("undone_at", flat=True):
        yield {"at": at, "action": "annulation d’un import"}
    for at in ImportDraft.objects.filter(officer=user).values_list("created_at", flat=True):
        yield {"at": at, "action": "aperçu d’un import"}
    for at in Invitation.objects.filter(invited_by=user).values_list("invited_at", flat=True):
        yield {"at": at, "action": "invitation"}
    for at in AccessRequest.objects.filter(decided_by=user).values_list("decided_at", flat=True):
        yield {"at": at, "action": "réponse à une demande d’accès"}
    for history, about in ((Membership.history, "adhésion"), (Mandate.history, "mandat")):
        yield from _changes(history.filter(history_user=user), about)


def _changes(rows: Any, about: str) -> Iterator[Row]:
    for at, kind in rows.order_by("history_id").values_list("history_date", "history_type"):
        yield {"at": at, "action": f"{about} : {ChangeKind(kind).label}"}


HOLDINGS = [
    Holding(
        name="former_values",
        title="Ce qui a changé dans votre adhésion",
        purpose="Retrouver une erreur, et revenir sur un import de la liste.",
        kept="Tant que votre compte existe.",
        fields={"at": "Enregistré"} | OF_MEMBERSHIP,
        export=_former_values,
        answers_for=frozenset(
            {
                "members.HistoricalMembership.user",
                "members.HistoricalMembership.email",
                "members.HistoricalMandate.user",
                "members.ImportedRow.membership",
            }
        ),
        rank=1,
    ),
    Holding(
        name="accesses",
        title="Quand le bureau a consulté votre dossier",
        purpose="Que personne ne lise la liste des adhérent·es sans laisser de trace. La personne "
        "du bureau n’est pas nommée ici : demandez-la au secrétariat.",
        kept="Aussi longtemps que le registre des accès ; il ne vous nomme pas.",
        fields={"at": "Quand", "action": "Action"},
        export=_accesses,
        rank=1,
    ),
    Holding(
        name="done_with_the_list",
        title="Ce que vous avez fait de la liste des adhérent·es",
        purpose="Que personne ne lise ni ne change la liste sans laisser de trace.",
        kept="Aussi longtemps que le registre des accès ; votre nom en disparaît avec le compte.",
        fields={"at": "Quand", "action": "Action"},
        export=_done_with_the_list,
        answers_for=frozenset(
            {
                "members.AuditEntry.officer",
                "members.MembershipImport.made_by",
                "members.MembershipImport.undone_by",
                "members.ImportDraft.officer",
                "members.Invitation.invited_by",
                "members.AccessRequest.decided_by",
                "members.HistoricalMembership.history_user",
                "members.HistoricalMandate.history_user",
            }
        ),
        rank=3,
    ),
]
