"""The adherent's own pages, under /espace/."""

from django.urls import path

from members import views
from members.sign_in import views as sign_in

app_name = "members"

urlpatterns = [
    path("", views.space, name="space"),
    path("second-facteur/", sign_in.second_factor, name="second_factor"),
    path("nouvelle-connexion/", sign_in.sign_in_again, name="sign_in_again"),
]
