"""The officers' desk for what is published: articles, their versions, rubriques, moderation."""

from articles.admin import articles, categories, moderation, moving_in, pages

__all__ = ["articles", "categories", "moderation", "moving_in", "pages"]
