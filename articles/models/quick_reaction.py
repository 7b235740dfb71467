"""A quick reaction: one word in one tap, about an article or what a colleague wrote of it."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from articles.models.article import Article
from articles.models.reaction import Reaction


class Word(models.TextChoices):
    AGREE = "agree", "D’accord"
    USEFUL = "useful", "Utile"
    THANKS = "thanks", "Merci"
    DISAGREE = "disagree", "Pas d’accord"


# A report is the section's: all four may be said of it. A colleague's words are not marked down:
# who disagrees with them answers.
OF_ARTICLE = tuple(Word)
OF_REACTION = (Word.AGREE, Word.THANKS)
OPPOSITE = {Word.AGREE: Word.DISAGREE, Word.DISAGREE: Word.AGREE}


class QuickReaction(models.Model):
    """Counted, and never named. Without `reaction`, it is about the article itself.

    Without `author`: of somebody who left since. When it was said is not kept.
    """

    article = models.ForeignKey(Article, on_delete=models.CASCADE, related_name="quick_reactions")
    reaction = models.ForeignKey(
        Reaction, on_delete=models.CASCADE, null=True, blank=True, related_name="quick_reactions"
    )
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        related_name="quick_reactions",
    )
    word = models.CharField("avis", max_length=8, choices=Word.choices)

    class Meta:
        verbose_name = "réaction rapide"
        verbose_name_plural = "réactions rapides"
        constraints = [
            models.UniqueConstraint(
                fields=["author", "article", "word"],
                condition=Q(reaction=None),
                name="one_word_per_person_and_article",
            ),
            models.UniqueConstraint(
                fields=["author", "reaction", "word"],
                condition=Q(reaction__isnull=False),
                name="one_word_per_person_and_reaction",
            ),
        ]

    def __str__(self) -> str:
        return str(self.get_word_display())
