"""The adherent's own pages, under /espace/, and those by which one comes to have an account."""

from django.urls import include, path

from members import views
from members.joining import views as joining
from members.mail import views as mail
from members.sign_in import views as sign_in

app_name = "members"

space = [
    path("", views.space, name="space"),
    path("second-facteur/", sign_in.second_factor, name="second_factor"),
    path("nouvelle-connexion/", sign_in.sign_in_again, name="sign_in_again"),
    path("notifications/", mail.notifications, name="notifications"),
    path("nouvelles/", mail.news, name="news"),
    path("nouvelles/<uuid:reference>/", mail.one_news, name="one_news"),
    path("donnees/", views.data, name="data"),
    path("donnees/copie/", views.data_download, name="data_download"),
    path("depart/", views.departure, name="departure"),
    path("depart/confirmation/", views.departure_confirm, name="departure_confirm"),
    path("depart/fait/", views.departed, name="departed"),
]

urlpatterns = [
    path("espace/", include(space)),
    path("invitation/<str:token>/", joining.invitation, name="invitation"),
    path("demande-d-acces/", joining.access_request, name="access_request"),
    path("demande-d-acces/envoyee/", joining.access_request_sent, name="access_request_sent"),
]
