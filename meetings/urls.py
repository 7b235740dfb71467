"""The public record: meetings, demands and the administration's commitments."""

from django.urls import path

from meetings import views

app_name = "meetings"

urlpatterns = [
    path("reunions/", views.meeting_list, name="list"),
    path("reunions/calendrier.ics", views.public_calendar, name="calendar"),
    path("reunions/calendrier/<str:token>.ics", views.personal_calendar, name="personal_calendar"),
    path("reunions/mon-calendrier/", views.my_calendar, name="my_calendar"),
    path("reunions/<slug:slug>/", views.meeting_detail, name="detail"),
    path("reunions/<slug:slug>/reunion.ics", views.meeting_ics, name="ics"),
    path("reunions/<slug:slug>/documents/<int:pk>/", views.document, name="document"),
    path("revendications/", views.demand_list, name="demand_list"),
    path("revendications/export.csv", views.demands_csv, name="demands_csv"),
    path("revendications/export.json", views.demands_json, name="demands_json"),
    path("revendications/<slug:reference>/", views.demand_detail, name="demand"),
    path("revendications/<slug:reference>/suivre/", views.follow, name="follow"),
    path("espace/revendications/", views.followed, name="followed"),
    path("engagements/", views.commitment_list, name="commitment_list"),
]
