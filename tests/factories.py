"""What tests make: the section's cast, meetings, articles in every state, reactions."""

from datetime import date, timedelta

import factory
from django.utils import timezone

from articles.models import (
    Article,
    ArticleVisibility,
    Attachment,
    AttachmentVisibility,
    Category,
    Flag,
    FlagReason,
    LegacyUrl,
    MeetingProposal,
    ModerationDecision,
    Picture,
    Reaction,
    ReactionStatus,
    SpipImport,
    SpipImportLine,
    Status,
    Verdict,
)
from meetings.models import (
    AgendaItem,
    Commitment,
    DeadlineRule,
    Demand,
    DemandState,
    DemandStep,
    DemandVisibility,
    Document,
    DocumentKind,
    DocumentVisibility,
    Kind,
    Meeting,
    MeetingStatus,
    MeetingVisibility,
)
from members.models import (
    AccessRequest,
    Action,
    AuditEntry,
    ImportedRow,
    Invitation,
    Mandate,
    Membership,
    MembershipImport,
    OutgoingMail,
    Role,
    Subject,
    User,
)
from tests.files import PDF

PASSWORD = "une phrase de passe assez longue"


class UserFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = User
        skip_postgeneration_save = True

    email = factory.Sequence(lambda n: f"personne{n}@exemple.test")
    display_name = factory.Sequence(lambda n: f"Personne {n}")
    password = factory.django.Password(PASSWORD)

    class Params:
        adherent = factory.Trait(
            membership=factory.RelatedFactory("tests.factories.MembershipFactory", "user")
        )
        pending = factory.Trait(
            membership=factory.RelatedFactory(
                "tests.factories.MembershipFactory", "user", pending=True
            )
        )
        lapsed = factory.Trait(
            membership=factory.RelatedFactory(
                "tests.factories.MembershipFactory", "user", lapsed=True
            )
        )
        superuser = factory.Trait(is_superuser=True, is_staff=True)

    @factory.post_generation
    def role(self, create, role, **kwargs):
        if role:
            MandateFactory(user=self, role=role)


class MembershipFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Membership

    number = factory.Sequence(lambda n: f"A{n:05}")
    first_name = "Camille"
    last_name = factory.Sequence(lambda n: f"Martin{n}")
    joined_on = factory.LazyFunction(lambda: timezone.localdate() - timedelta(days=400))
    paid_until = factory.LazyFunction(lambda: timezone.localdate() + timedelta(days=100))

    class Params:
        invitable = factory.Trait(email=factory.Sequence(lambda n: f"adherent{n}@exemple.test"))
        pending = factory.Trait(joined_on=None, paid_until=None)
        lapsed = factory.Trait(
            paid_until=factory.LazyFunction(lambda: timezone.localdate() - timedelta(days=300))
        )


class MembershipImportFactory(factory.django.DjangoModelFactory):
    """An import that changed the membership `of`, and can be undone."""

    class Meta:
        model = MembershipImport
        skip_postgeneration_save = True

    created = 0
    changed = 1
    unchanged = 0

    @factory.post_generation
    def of(self, create, membership, **kwargs):
        if membership:
            ImportedRow.objects.create(
                made_in=self,
                membership=membership,
                before={"first_name": "Camile"},
                after={"first_name": membership.first_name},
            )


class AuditEntryFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = AuditEntry

    officer = factory.SubFactory(UserFactory)
    action = Action.LIST
    subject = Subject.MEMBERSHIPS
    count = 0


class InvitationFactory(factory.django.DjangoModelFactory):
    """A link as it is after its letter has left; `token` is what the letter bears."""

    class Meta:
        model = Invitation

    membership = factory.SubFactory(MembershipFactory, invitable=True)

    @classmethod
    def _create(cls, model_class, membership, **changes):
        invitation = Invitation.prepare(membership, None, timezone.now())
        for field, value in changes.items():
            setattr(invitation, field, value)
        invitation.save()
        return invitation


class AccessRequestFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = AccessRequest

    first_name = "Camille"
    last_name = factory.Sequence(lambda n: f"Durand{n}")
    email = factory.Sequence(lambda n: f"demande{n}@exemple.test")


class MandateFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Mandate

    user = factory.SubFactory(UserFactory)
    starts_on = factory.LazyFunction(lambda: timezone.localdate() - timedelta(days=30))


class OutgoingMailFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = OutgoingMail

    kind = "article"
    event = factory.Sequence(lambda n: f"article/{n}")
    recipient = factory.SubFactory(UserFactory)

    class Params:
        failed = factory.Trait(next_try_at=None, failure="refusé par le serveur (550)")


class MeetingFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Meeting

    kind = Kind.TECHNICAL
    title = factory.Sequence(lambda n: f"Réunion {n}")
    slug = factory.Sequence(lambda n: f"reunion-{n}")
    starts_at = factory.LazyFunction(lambda: timezone.now() + timedelta(days=20))

    class Params:
        held = factory.Trait(
            status=MeetingStatus.HELD,
            starts_at=factory.LazyFunction(lambda: timezone.now() - timedelta(days=20)),
        )
        members_only = factory.Trait(visibility=MeetingVisibility.MEMBERS)


class AgendaItemFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = AgendaItem

    meeting = factory.SubFactory(MeetingFactory, held=True)
    title = factory.Sequence(lambda n: f"Point {n}")
    position = factory.Sequence(lambda n: n)


class DocumentFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Document

    meeting = factory.SubFactory(MeetingFactory, held=True)
    title = "Ordre du jour"
    kind = DocumentKind.CONVENING_NOTICE
    file = factory.django.FileField(data=PDF, filename="convocation.pdf")
    visibility = DocumentVisibility.PUBLIC

    class Params:
        members_only = factory.Trait(visibility=DocumentVisibility.MEMBERS)


class DemandFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Demand

    title = factory.Sequence(lambda n: f"Revendication {n}")
    text = "Ce que la section demande."
    theme = "Effectifs"
    raised_on = factory.LazyFunction(lambda: timezone.localdate() - timedelta(days=40))

    class Params:
        members_only = factory.Trait(visibility=DemandVisibility.MEMBERS)


class DemandStepFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = DemandStep

    demand = factory.SubFactory(DemandFactory)
    meeting = factory.SubFactory(MeetingFactory, held=True)
    state = DemandState.UNDER_REVIEW


class CommitmentFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Commitment

    agenda_item = factory.SubFactory(AgendaItemFactory)
    wording = factory.Sequence(lambda n: f"Nous le ferons, promesse {n}")
    made_by = "la directrice régionale"

    class Params:
        overdue = factory.Trait(
            due_on=factory.LazyFunction(lambda: timezone.localdate() - timedelta(days=5))
        )


class DeadlineRuleFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = DeadlineRule

    kind = Kind.TECHNICAL
    convening_notice_days = 15
    documents_days = 8
    minutes_days = 30
    answers_days = 60
    source = "protocole du 3 mai 2022"


class CategoryFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Category

    title = factory.Sequence(lambda n: f"Rubrique {n}")
    slug = factory.Sequence(lambda n: f"rubrique-{n}")


class ArticleFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Article

    title = factory.Sequence(lambda n: f"Article {n}")
    slug = factory.Sequence(lambda n: f"article-{n}")
    lead = "Le chapo."
    body = "<p>Le début.</p><p>La suite.</p>"
    category = factory.SubFactory(CategoryFactory)

    class Params:
        published = factory.Trait(
            status=Status.PUBLISHED,
            published_at=factory.LazyFunction(lambda: timezone.now() - timedelta(days=2)),
        )
        teaser = factory.Trait(
            visibility=ArticleVisibility.TEASER,
            body='<p>Le début.</p><hr class="cut"><p>La suite réservée.</p>',
        )
        members_only = factory.Trait(visibility=ArticleVisibility.MEMBERS)


class AttachmentFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Attachment

    article = factory.SubFactory(ArticleFactory, published=True)
    title = "Déclaration liminaire"
    file = factory.django.FileField(data=PDF, filename="déclaration.pdf")
    visibility = AttachmentVisibility.PUBLIC

    class Params:
        members_only = factory.Trait(visibility=AttachmentVisibility.MEMBERS)


class PictureFactory(factory.django.DjangoModelFactory):
    """A picture given for an article; `stand` puts it in a text."""

    class Meta:
        model = Picture

    article = factory.SubFactory(ArticleFactory, published=True)
    file = factory.django.ImageField(width=1200, height=8, filename="IMG_0042.jpg")
    alt = "Un quai"


class ReactionFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Reaction

    article = factory.SubFactory(ArticleFactory, published=True)
    author = factory.SubFactory(UserFactory, adherent=True)
    body = factory.Sequence(lambda n: f"Une réaction, la {n}e.")


class DecisionFactory(factory.django.DjangoModelFactory):
    """What an officer decided: to hide it, and it is hidden."""

    class Meta:
        model = ModerationDecision

    reaction = factory.SubFactory(ReactionFactory, status=ReactionStatus.HIDDEN)
    verdict = Verdict.HIDE
    reason = "Attaque personnelle"
    by = factory.SubFactory(UserFactory, role=Role.MODERATOR)


class FlagFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Flag

    reaction = factory.SubFactory(ReactionFactory)
    by = factory.SubFactory(UserFactory, adherent=True)
    reason = FlagReason.INSULT


class LegacyUrlFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = LegacyUrl

    path = factory.Sequence(lambda n: f"/Ancienne-adresse-{n}")


class SpipImportFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = SpipImport

    dump = "spip.sqlite"
    counts = [
        {
            "kind": "articles",
            "created": 1,
            "updated": 0,
            "unchanged": 0,
            "conflict": 0,
            "skipped": 0,
        }
    ]


class SpipImportLineFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = SpipImportLine

    made_in = factory.SubFactory(SpipImportFactory)
    section = "to_read"
    subject = "article 12"
    detail = "trop long"


class MeetingProposalFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = MeetingProposal

    article = factory.SubFactory(ArticleFactory, published=True)
    kind = Kind.WORKING_GROUP
    title = factory.Sequence(lambda n: f"Effectifs {n}")
    on = date(2024, 3, 12)
