"""What is published: categories, articles, their attachments and the reactions to them."""

from articles.models.article import Article, ArticleVisibility, ReactionsPolicy, Status
from articles.models.attachment import Attachment, AttachmentKind, AttachmentVisibility
from articles.models.category import Category
from articles.models.reaction import Reaction, ReactionStatus

__all__ = [
    "Article",
    "ArticleVisibility",
    "Attachment",
    "AttachmentKind",
    "AttachmentVisibility",
    "Category",
    "Reaction",
    "ReactionStatus",
    "ReactionsPolicy",
    "Status",
]
