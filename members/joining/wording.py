"""What is said to officers of who was invited, and of who cannot be."""

from members.joining.invitations import Report, Verdict
from members.models import Membership

# For each verdict, what is said of one person and of several.
WORDS = {
    Verdict.INVITED: ("une personne est invitée", "{} personnes sont invitées"),
    Verdict.WAITING: ("une invitation est déjà en cours", "{} invitations sont déjà en cours"),
    Verdict.HAS_ACCOUNT: ("une personne a déjà un compte", "{} personnes ont déjà un compte"),
    Verdict.NO_ADDRESS: (
        "une personne n’a pas d’adresse e-mail",
        "{} personnes n’ont pas d’adresse e-mail",
    ),
    Verdict.ENDED: (
        "une adhésion n’ouvre plus de droits",
        "{} adhésions n’ouvrent plus de droits",
    ),
    Verdict.SHARED_ADDRESS: (
        "une adresse sert aussi à une autre adhésion, et un compte n’est qu’à une personne",
        "{} adresses servent à plusieurs adhésions, et un compte n’est qu’à une personne",
    ),
    Verdict.ADDRESS_TAKEN: (
        "une adresse est celle du compte d’une autre adhésion",
        "{} adresses sont celles de comptes d’autres adhésions",
    ),
    Verdict.ACCOUNT_CLOSED: (
        "un compte est fermé : rouvrez-le d’abord, dans « Comptes »",
        "{} comptes sont fermés : rouvrez-les d’abord, dans « Comptes »",
    ),
}
# Why an officer has something to do before these people can be invited.
TO_CORRECT = [
    Verdict.NO_ADDRESS,
    Verdict.ENDED,
    Verdict.SHARED_ADDRESS,
    Verdict.ADDRESS_TAKEN,
    Verdict.ACCOUNT_CLOSED,
]


def sentence(report: Report, verdict: Verdict) -> str:
    """Say how many memberships have this verdict."""
    number = report.counts[verdict]
    one, several = WORDS[verdict]
    words = one if number == 1 else several.format(number)
    return words[0].upper() + words[1:]


def names(report: Report, verdict: Verdict) -> list[str]:
    """Name the people of a verdict, the first ones where they are many."""
    people = []
    for each in report.people[verdict]:
        status = f", {each.status.label}" if verdict == Verdict.ENDED else ""
        people.append(f"{titled(each)} ({each.number}{status})")
    return people


def of_one(verdict: Verdict) -> str:
    """Say the verdict of one membership, within a sentence."""
    return WORDS[verdict][0]


def titled(membership: Membership) -> str:
    """Name a person as officers know them."""
    return f"{membership.first_name} {membership.last_name}"
