"""Articles, their impressions, attachments and reactions; the rubriques."""

from django.urls import path

from articles import feeds, views
from articles.models import Page

app_name = "articles"

urlpatterns = [
    path("articles/", views.article_list, name="list"),
    path("articles/flux.atom", feeds.ArticleFeed(), name="feed"),
    path("articles/flux/<str:token>.atom", feeds.personal_feed, name="personal_feed"),
    path("articles/<slug:slug>/", views.article_detail, name="detail"),
    path("articles/<slug:slug>/impression/", views.article_print, name="print"),
    path("articles/<slug:slug>/impression.pdf", views.article_pdf, name="pdf"),
    path("articles/<slug:slug>/pieces-jointes/<int:pk>/", views.attachment, name="attachment"),
    path("articles/<slug:slug>/reactions/", views.react, name="react"),
    path(
        "articles/<slug:slug>/reactions/<int:pk>/modifier/",
        views.reaction_edit,
        name="reaction_edit",
    ),
    path(
        "articles/<slug:slug>/reactions/<int:pk>/supprimer/",
        views.reaction_delete,
        name="reaction_delete",
    ),
    path(
        "articles/<slug:slug>/reactions/<int:pk>/signaler/",
        views.reaction_flag,
        name="reaction_flag",
    ),
    path("articles/<slug:slug>/avis/", views.say, name="say"),
    path("articles/<slug:slug>/reactions/<int:pk>/avis/", views.say, name="say_of_reaction"),
    path("espace/reactions/", views.my_reactions, name="my_reactions"),
    path("espace/reactions/<int:pk>/recours/", views.reaction_appeal, name="reaction_appeal"),
    path("brouillon/<str:token>/", views.draft, name="draft"),
    path("brouillon/<str:token>/images/<uuid:key>/", views.draft_picture, name="draft_picture"),
    path(
        "brouillon/<str:token>/images/<uuid:key>/<int:width>/",
        views.draft_picture,
        name="draft_picture_copy",
    ),
    path("images/<uuid:key>/", views.picture, name="picture"),
    path("images/<uuid:key>/<int:width>/", views.picture, name="picture_copy"),
    path("rubriques/<slug:slug>/", views.category_detail, name="category"),
    path("rubriques/<slug:slug>/flux.atom", feeds.CategoryFeed(), name="category_feed"),
    *(path(f"{slug}/", views.page, {"slug": slug}, name=slug) for slug in Page.ADDRESSES),
]
