"""The moderators' desk: read a reaction, hide or restore it, always with a reason."""

import hashlib
from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest
from django.utils.text import Truncator

from articles import services
from articles.models import Reaction, ReactionStatus
from articles.permissions import can_moderate
from cgtdouanes.desk import DeskAdmin
from members.permissions import signed_in


def _mark(reaction: Reaction) -> str:
    """Tell one wording of a reaction from another."""
    return hashlib.sha256(reaction.body.encode()).hexdigest()


class ModerationForm(forms.ModelForm):
    HIDE, RESTORE = "hide", "restore"
    CHOICES = ((HIDE, "Masquer la réaction"), (RESTORE, "La montrer"))

    decision = forms.ChoiceField(
        label="Décision",
        choices=CHOICES,
        widget=forms.RadioSelect,
        error_messages={"required": "Choisissez de masquer la réaction ou de la montrer."},
    )
    seen = forms.CharField(widget=forms.HiddenInput, required=False)
    moderation_reason = forms.CharField(
        label="Motif",
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="Gardé avec la décision. La personne qui a écrit la réaction peut le lire : n’y "
        "nommez personne d’autre.",
        error_messages={"required": "Donnez le motif de la décision : il est gardé avec elle."},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Offer only the decisions that would change something; each needs its own reason."""
        super().__init__(*args, **kwargs)
        self.initial.pop("moderation_reason", None)
        decision = self.fields.get("decision")
        useless = {ReactionStatus.PUBLISHED: self.RESTORE, ReactionStatus.HIDDEN: self.HIDE}
        if isinstance(decision, forms.ChoiceField):
            decision.choices = [
                choice
                for choice in self.CHOICES
                if choice[0] != useless.get(ReactionStatus(self.instance.status))
            ]
        self.fields["seen"].initial = _mark(self.instance)

    class Meta:
        model = Reaction
        fields = ["moderation_reason"]

    def clean(self) -> dict[str, Any]:
        """Refuse a decision about words that are no longer those that were read."""
        cleaned = super().clean() or self.cleaned_data
        if cleaned.get("seen") not in {"", _mark(self.instance)}:
            raise forms.ValidationError(
                "Cette réaction a été modifiée pendant votre lecture : relisez-la, puis décidez."
            )
        return cleaned


@admin.register(Reaction)
class ReactionAdmin(DeskAdmin):
    form = ModerationForm
    list_display = ["excerpt", "status", "created_at", "author_name", "on"]
    list_select_related = ["author", "article"]
    list_filter = ["status"]
    ordering = ["-created_at", "-pk"]
    date_hierarchy = "created_at"
    search_fields = ["body", "article__title"]
    readonly_fields = [
        "article",
        "author_name",
        "created_at",
        "edited_at",
        "body",
        "status",
        "moderated_by_name",
        "moderated_at",
        "last_reason",
    ]
    fieldsets = [
        (None, {"fields": ["article", "author_name", "created_at", "edited_at", "body"]}),
        ("Situation", {"fields": ["status", "moderated_by_name", "moderated_at", "last_reason"]}),
        ("Décision", {"fields": ["decision", "moderation_reason", "seen"]}),
    ]

    @admin.display(description="réaction")
    def excerpt(self, reaction: Reaction) -> str:
        return Truncator(reaction.body).chars(70) or f"({reaction.get_status_display()})"

    @admin.display(description="article")
    def on(self, reaction: Reaction) -> str:
        return Truncator(reaction.article.title).chars(40)

    @admin.display(description="de")
    def author_name(self, reaction: Reaction) -> str:
        return reaction.author_name

    @admin.display(description="modérée par")
    def moderated_by_name(self, reaction: Reaction) -> str:
        return reaction.moderated_by.public_name if reaction.moderated_by else "—"

    @admin.display(description="motif de la dernière décision")
    def last_reason(self, reaction: Reaction) -> str:
        return reaction.moderation_reason or "—"

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Reaction | None = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Reaction | None = None) -> bool:
        deleted = obj is not None and obj.status == ReactionStatus.DELETED
        return can_moderate(request.user) and not deleted

    def save_model(self, request: HttpRequest, obj: Reaction, form: Any, change: bool) -> None:
        """Apply the decision through the service, which checks it and says who made it."""
        decide = {
            ModerationForm.HIDE: services.hide_reaction,
            ModerationForm.RESTORE: services.restore_reaction,
        }[form.cleaned_data["decision"]]
        decide(obj, signed_in(request), form.cleaned_data["moderation_reason"])
