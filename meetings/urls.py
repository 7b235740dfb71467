"""The public record: meetings, demands and the administration's commitments."""

from django.urls import path

from meetings import views

app_name = "meetings"

urlpatterns = [
    path("reunions/", views.meeting_list, name="list"),
    path("reunions/<slug:slug>/", views.meeting_detail, name="detail"),
]
