"""A mention: a reaction calls somebody who already takes part in the conversation."""

from django.conf import settings
from django.db import models

from articles.models.reaction import Reaction


class Mention(models.Model):
    """`name` is what the words have after the "@"; it links to nothing. It goes with the account.

    Whom it is about does not follow from the name: several people may have none.
    """

    reaction = models.ForeignKey(Reaction, on_delete=models.CASCADE, related_name="mentions")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="mentions"
    )
    name = models.CharField("nom", max_length=60)

    class Meta:
        verbose_name = "mention"
        verbose_name_plural = "mentions"
        constraints = [
            models.UniqueConstraint(
                fields=["reaction", "user"], name="one_mention_per_person_and_reaction"
            )
        ]

    def __str__(self) -> str:
        return f"mention dans la {self.reaction}"
