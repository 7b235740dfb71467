"""A form of the desk that is sent twice adds once: the answer to the first was lost on its way."""

import uuid
from datetime import timedelta
from typing import Any

from django.contrib import admin, messages
from django.contrib.admin.models import ADDITION, LogEntry
from django.contrib.auth import get_user_model
from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from django.db.models import Model
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone

# What names one form, in the form itself and in the desk's log.
FIELD = "_once"
# How long a browser may keep a form that it then sends again.
REMEMBERED = timedelta(days=1)
ALREADY = "Ce formulaire était déjà enregistré : voici ce qu’il a donné."


class AddsOnce(admin.ModelAdmin):
    """The desk of what has no key of its own that would refuse a second one."""

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> Any:
        """Show the form, or take it; lead to what the same form has added before."""
        form = _form_of(request)
        context = {FIELD[1:]: form or uuid.uuid4()} | (extra_context or {})
        if request.method != "POST" or object_id or not form:
            return super().changeform_view(request, object_id, form_url, context)
        with transaction.atomic():
            # The officer is held: of two that come together, the second finds what the first did.
            get_user_model()._default_manager.select_for_update().get(pk=request.user.pk or 0)
            if added := self._added_by(form, request):
                return self._leads_to(added, request)
            return super().changeform_view(request, object_id, form_url, context)

    def log_addition(self, request: HttpRequest, obj: Model, message: Any) -> Any:
        """Note which form it was; nothing of what it held."""
        if form := _form_of(request):
            message = [*message, {FIELD: str(form)}]
        return super().log_addition(request, obj, message)

    def _added_by(self, form: uuid.UUID, request: HttpRequest) -> LogEntry | None:
        return LogEntry.objects.filter(
            user=request.user.pk,
            content_type=ContentType.objects.get_for_model(self.model),
            action_flag=ADDITION,
            action_time__gt=timezone.now() - REMEMBERED,
            change_message__contains=str(form),
        ).first()

    def _leads_to(self, added: LogEntry, request: HttpRequest) -> HttpResponse:
        messages.info(request, ALREADY)
        name = f"admin:{self.opts.app_label}_{self.opts.model_name}_change"
        return redirect(name, added.object_id)


def _form_of(request: HttpRequest) -> uuid.UUID | None:
    try:
        return uuid.UUID(request.POST.get(FIELD, ""))
    except ValueError:
        return None
