"""What is kept of a person's wishes about their mail."""

from collections.abc import Iterator

from members.models import MailPreferences, Topic, User
from members.personal_data import Holding, Row


def _preferences(user: User) -> Iterator[Row]:
    for chosen in MailPreferences.objects.filter(user=user):
        yield {topic.value: str(chosen.choice(topic).label) for topic in Topic}


HOLDINGS = [
    Holding(
        name="mail_preferences",
        title="Vos choix de courrier",
        purpose="Ne vous écrire que de ce que vous voulez, et quand vous le voulez.",
        kept="Tant que votre compte existe.",
        fields={topic.value: str(topic.label).capitalize() for topic in Topic},
        export=_preferences,
        answers_for=frozenset({"members.MailPreferences.user"}),
        rank=2,
    ),
]
