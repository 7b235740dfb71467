"""The adherent's own pages, under /espace/, and those by which one comes to have an account."""

from django.urls import include, path

from members import views
from members.joining import views as joining
from members.sign_in import views as sign_in

app_name = "members"

space = [
    path("", views.space, name="space"),
    path("second-facteur/", sign_in.second_factor, name="second_factor"),
    path("nouvelle-connexion/", sign_in.sign_in_again, name="sign_in_again"),
]

urlpatterns = [
    path("espace/", include(space)),
    path("invitation/<str:token>/", joining.invitation, name="invitation"),
    path("demande-d-acces/", joining.access_request, name="access_request"),
    path("demande-d-acces/envoyee/", joining.access_request_sent, name="access_request_sent"),
]
