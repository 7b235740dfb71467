"""What is published: categories, articles with their revisions, attachments and reactions."""

from articles.models.article import ARTICLES, Article
from articles.models.attachment import Attachment, AttachmentKind, AttachmentVisibility
from articles.models.category import CATEGORIES, Category
from articles.models.draft_link import DraftLink
from articles.models.legacy_url import LegacyUrl
from articles.models.mention import Mention
from articles.models.moderation import (
    Appeal,
    Flag,
    FlagReason,
    ModerationDecision,
    Verdict,
)
from articles.models.moving_in import (
    MeetingProposal,
    ProposalState,
    Section,
    SpipImport,
    SpipImportLine,
    SpipKind,
    SpipObject,
)
from articles.models.page import Page
from articles.models.pdf import Pdf, PdfDue
from articles.models.picture import Picture, Place
from articles.models.publication import ArticleVisibility, ReactionsPolicy, Status
from articles.models.quick_reaction import QuickReaction, Word
from articles.models.reaction import Reaction, ReactionStatus, Wording
from articles.models.revision import Autosave, Decision, EditorialEvent, Revision

__all__ = [
    "ARTICLES",
    "CATEGORIES",
    "Appeal",
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
    "Flag",
    "FlagReason",
    "LegacyUrl",
    "MeetingProposal",
    "Mention",
    "ModerationDecision",
    "Page",
    "Pdf",
    "PdfDue",
    "Picture",
    "Place",
    "ProposalState",
    "QuickReaction",
    "Reaction",
    "ReactionStatus",
    "ReactionsPolicy",
    "Revision",
    "Section",
    "SpipImport",
    "SpipImportLine",
    "SpipKind",
    "SpipObject",
    "Status",
    "Verdict",
    "Word",
    "Wording",
]
