"""The sitemap: every address of the site starts from one of these lines."""

from django.contrib import admin
from django.contrib.sitemaps.views import index as sitemap_index
from django.contrib.sitemaps.views import sitemap
from django.urls import include, path

from cgtdouanes import views
from cgtdouanes.sitemaps import SITEMAPS

urlpatterns = [
    path("", views.home, name="home"),
    path("recherche/", views.search, name="search"),
    path("", include("articles.urls")),
    path("", include("meetings.urls")),
    path("", include("members.urls")),
    path("compte/", include("members.sign_in.urls")),
    path("compte/", include("allauth.urls")),
    path("courrier/", include("members.mail.urls")),
    path("admin/", admin.site.urls),
    path("sitemap.xml", sitemap_index, {"sitemaps": SITEMAPS}, name="sitemap"),
    path(
        "sitemap-<section>.xml",
        sitemap,
        {"sitemaps": SITEMAPS},
        name="django.contrib.sitemaps.views.sitemap",
    ),
    path("robots.txt", views.robots, name="robots"),
    path("healthz", views.healthz, name="healthz"),
]

handler500 = "cgtdouanes.views.server_error"
