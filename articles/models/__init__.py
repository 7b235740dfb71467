"""What is published: categories, articles with their revisions, attachments and reactions."""

from articles.models.article import Article, ArticleVisibility, ReactionsPolicy, Status
from articles.models.attachment import Attachment, AttachmentKind, AttachmentVisibility
from articles.models.category import Category
from articles.models.draft_link import DraftLink
from articles.models.page import Page
from articles.models.reaction import Reaction, ReactionStatus
from articles.models.revision import Autosave, Decision, EditorialEvent, Revision

__all__ = [
    "Article",
    "ArticleVisibility",
    "Attachment",
    "AttachmentKind",
    "AttachmentVisibility",
    "Autosave",
    "Category",
    "Decision",
    "DraftLink",
    "EditorialEvent",
    "Page",
    "Reaction",
    "ReactionStatus",
    "ReactionsPolicy",
    "Revision",
    "Status",
]
