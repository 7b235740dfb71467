"""The adherent's own pages, under /espace/."""

from django.urls import path

from members import views

app_name = "members"

urlpatterns = [
    path("", views.space, name="space"),
]
