"""The officers' desk: the Django admin behind the site's own sign-in.

It is open while a mandate runs, in a session where a second factor was used. Every page of it is
made by `admin_view`, which asks `has_permission`: lists that search and their scripts too.
"""

from typing import Any

from django.conf import settings
from django.contrib import admin
from django.contrib.admin.views.autocomplete import AutocompleteJsonView
from django.contrib.auth.views import LogoutView, redirect_to_login
from django.core.exceptions import PermissionDenied
from django.db.models import Model
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.views.i18n import JavaScriptCatalog

from cgtdouanes.officers.desk import DeskAdmin
from cgtdouanes.officers.officers_home import panels_for


class Autocomplete(AutocompleteJsonView):
    """What a list that searches proposes, in the words of its desk's `autocomplete_label`."""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Tell the desk what is about to be proposed."""
        context = super().get_context_data(**kwargs)
        if isinstance(self.model_admin, DeskAdmin):
            self.model_admin.note_suggestions(self.request, context["object_list"])
        return context

    def serialize_result(self, obj: Model, to_field_name: str) -> dict[str, str]:
        """Describe one proposal."""
        label = getattr(self.model_admin, "autocomplete_label", str)
        return super().serialize_result(obj, to_field_name) | {"text": label(obj)}


class OfficersSite(admin.AdminSite):
    site_title = "Bureau de la section"
    site_header = "Bureau de la section"
    index_title = "Que voulez-vous faire ?"
    site_url = "/"

    def has_permission(self, request: HttpRequest) -> bool:
        """Tell whether this session may open the admin: asked at each request."""
        return bool(request.user.is_authenticated and request.user.opens_admin)

    def get_urls(self) -> list[Any]:
        """Leave out the page that turns any id into an address: it would name what is reserved."""
        return [url for url in super().get_urls() if getattr(url, "name", "") != "view_on_site"]

    def index(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> TemplateResponse:
        """Show what waits for this officer, above what they may do."""
        context = {"panels": panels_for(request.user)} | (extra_context or {})
        return super().index(request, context)

    def login(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Send a visitor to the site's sign-in page, and an officer to their second factor.

        Who is signed in without a mandate is refused.
        """
        if self.has_permission(request):
            return redirect("admin:index")
        destination = request.GET.get("next") or reverse("admin:index")
        if not request.user.is_authenticated:
            return redirect_to_login(destination, reverse("account_login"))
        if not request.user.is_officer:
            raise PermissionDenied
        return redirect_to_login(destination, reverse(settings.SECOND_FACTOR_URL))

    def logout(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> Any:
        """Sign out, and come back to the site."""
        return LogoutView.as_view(next_page="home")(request)

    def autocomplete_view(self, request: HttpRequest) -> Any:
        """Answer the lists that search."""
        return Autocomplete.as_view(admin_site=self)(request)

    def password_change(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> Any:
        """Send officers to the page where everybody changes their password."""
        return redirect("account_change_password")

    def i18n_javascript(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> Any:
        """Serve the French of the admin's scripts together with that of the rich text editor."""
        return JavaScriptCatalog.as_view(packages=["django.contrib.admin", "django_prose_editor"])(
            request
        )
