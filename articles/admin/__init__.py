"""The officers' desk for what is published: articles, their versions, rubriques, moderation."""

from articles.admin import articles, categories, moderation, pages

__all__ = ["articles", "categories", "moderation", "pages"]
