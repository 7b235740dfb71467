"""What this app keeps of who writes and publishes; `reaction_holdings` tells of who reacts."""

from collections.abc import Iterator

from articles.models import (
    Article,
    Autosave,
    DraftLink,
    EditorialEvent,
    Revision,
)
from members.models import User
from members.personal_data import Holding, Row


def _articles(user: User) -> Iterator[Row]:
    own = Article.objects.visible_to(user).filter(author=user)
    readable = set(own.values_list("pk", flat=True))
    for article in Article.objects.filter(author=user).order_by("created_at", "pk"):
        yield {
            "title": article.title if article.pk in readable else "",
            "state": article.get_status_display(),
            "created_at": article.created_at,
            "published_at": article.published_at,
        }


def _editorial(user: User) -> Iterator[Row]:
    """Tell when and what, without the titles: some are reserved, or not out yet."""
    for at in Revision.objects.filter(author=user).values_list("created_at", flat=True):
        yield {"at": at, "action": "version enregistrée"}
    for event in EditorialEvent.objects.filter(by=user):
        yield {"at": event.at, "action": str(event.get_decision_display())}
    for at in DraftLink.objects.filter(created_by=user).values_list("created_at", flat=True):
        yield {"at": at, "action": "lien de relecture"}
    for at in Autosave.objects.filter(officer=user).values_list("saved_at", flat=True):
        yield {"at": at, "action": "saisie en cours"}


HOLDINGS = [
    Holding(
        name="articles",
        title="Les articles que vous avez rédigés pour la section",
        purpose="Que le bureau sache qui a préparé un article ; le site ne le montre pas.",
        kept="Tant que votre compte existe : les articles restent ensuite, sans votre nom.",
        fields={
            "title": "Titre",
            "state": "État",
            "created_at": "Créé",
            "published_at": "Publié",
        },
        export=_articles,
        answers_for=frozenset({"articles.Article.author"}),
        rank=3,
    ),
    Holding(
        name="editorial",
        title="Ce que vous avez fait pour les publications",
        purpose="Que le bureau sache qui a écrit, relu et publié chaque version d’un article.",
        kept="Tant que votre compte existe : les versions restent ensuite, sans votre nom.",
        fields={"at": "Quand", "action": "Action"},
        export=_editorial,
        answers_for=frozenset(
            {
                "articles.Revision.author",
                "articles.EditorialEvent.by",
                "articles.DraftLink.created_by",
                "articles.Autosave.officer",
            }
        ),
        rank=3,
    ),
]
