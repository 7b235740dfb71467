"""What a mail links to that needs no signing in, under /courrier/."""

from django.urls import path

from members.mail import views

app_name = "mail"

urlpatterns = [
    path("arret/<str:token>/", views.unsubscribe, name="unsubscribe"),
]
