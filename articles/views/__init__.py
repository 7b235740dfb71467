"""The pages about articles: reading, printing, reacting."""

from articles.views.drafts import draft
from articles.views.impression import article_pdf, article_print
from articles.views.own_reactions import my_reactions, reaction_appeal
from articles.views.pages import page
from articles.views.pictures import draft_picture, picture
from articles.views.reactions import react, reaction_delete, reaction_edit, reaction_flag, say
from articles.views.reading import article_detail, article_list, attachment, category_detail

__all__ = [
    "article_detail",
    "article_list",
    "article_pdf",
    "article_print",
    "attachment",
    "category_detail",
    "my_reactions",
    "draft",
    "draft_picture",
    "page",
    "picture",
    "react",
    "reaction_delete",
    "reaction_appeal",
    "reaction_edit",
    "reaction_flag",
    "say",
]
