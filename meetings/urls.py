"""The public record: meetings, demands and the administration's commitments."""

from django.urls import path

from meetings import views

app_name = "meetings"

urlpatterns = [
    path("reunions/", views.meeting_list, name="list"),
    path("reunions/<slug:slug>/", views.meeting_detail, name="detail"),
    path("revendications/", views.demand_list, name="demand_list"),
    path("revendications/export.csv", views.demands_csv, name="demands_csv"),
    path("revendications/export.json", views.demands_json, name="demands_json"),
    path("revendications/<slug:reference>/", views.demand_detail, name="demand"),
    path("engagements/", views.commitment_list, name="commitment_list"),
]
