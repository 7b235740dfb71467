"""The adherent's own pages, under /espace/."""

from django.urls import path

from members import views

app_name = "members"

urlpatterns = [
    path("", views.space, name="space"),
    path("donnees/", views.data, name="data"),
    path("donnees/copie/", views.data_download, name="data_download"),
    path("depart/", views.departure, name="departure"),
    path("depart/confirmation/", views.departure_confirm, name="departure_confirm"),
    path("depart/fait/", views.departed, name="departed"),
]
