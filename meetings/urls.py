"""The public record: meetings, demands and the administration's commitments."""

from django.urls import path

from meetings.views import commitments, demands, meetings

app_name = "meetings"

urlpatterns = [
    path("reunions/", meetings.meeting_list, name="list"),
    path("reunions/<slug:slug>/", meetings.meeting_detail, name="detail"),
    path("revendications/", demands.demand_list, name="demand_list"),
    path("revendications/export.csv", demands.demands_csv, name="demands_csv"),
    path("revendications/export.json", demands.demands_json, name="demands_json"),
    path("revendications/<slug:reference>/", demands.demand_detail, name="demand"),
    path("engagements/", commitments.commitment_list, name="commitment_list"),
]
