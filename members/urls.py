"""The adherent's own pages, under /espace/."""

from django.urls import path

from members import views
from members.mail import views as mail

app_name = "members"

urlpatterns = [
    path("", views.space, name="space"),
    path("notifications/", mail.notifications, name="notifications"),
    path("nouvelles/", mail.news, name="news"),
    path("nouvelles/<uuid:reference>/", mail.one_news, name="one_news"),
]
