"""The files attached to an article, on its form: beside what readers see once it is published."""

from typing import Any

from django import forms
from django.contrib import admin
from django.db import models
from django.forms.models import BaseInlineFormSet
from django.forms.widgets import Script

from articles import editorial
from articles.models import Article, Attachment


class AttachmentFormSet(BaseInlineFormSet):
    """The attachments of the working copy.

    Once the article is settled, what readers download does not change here: a new file waits, a
    replaced one is another file, and one that is taken away stays for the history.
    """

    instance: Article

    def get_queryset(self) -> Any:
        if not hasattr(self, "_working"):
            article = self.instance
            self._working = editorial.working_attachments(article) if article.pk else []
        return self._working

    def save(self, commit: bool = True) -> Any:
        """Save, and remember in `attached` what the revision is to list."""
        self.replaced: dict[int, Attachment] = {}
        saved = super().save(commit)
        deleted = {form.instance.pk for form in self.deleted_forms}
        kept = [form.instance for form in self.initial_forms if form.instance.pk not in deleted]
        self.attached = [self.replaced.get(each.pk, each) for each in kept] + self.new_objects
        return saved

    def save_new(self, form: Any, commit: bool = True) -> Any:
        form.instance.is_shown = not self.instance.is_settled
        return super().save_new(form, commit)

    def save_existing(self, form: Any, obj: Any, commit: bool = True) -> Any:
        if not self.instance.is_settled:
            return super().save_existing(form, obj, commit)
        if "file" not in form.changed_data:
            return form.instance
        facts = {name: getattr(obj, name) for name in ("file", *editorial.DESCRIBED)}
        other = Attachment.objects.create(article=self.instance, is_shown=False, **facts)
        self.replaced[obj.pk] = other
        return other

    def delete_existing(self, obj: Any, commit: bool = True) -> None:
        if not self.instance.is_settled:
            super().delete_existing(obj, commit)


class AttachmentInline(admin.StackedInline):
    model = Attachment
    formset = AttachmentFormSet
    view_on_site = False
    template = "admin/articles/attachments_inline.html"
    extra = 1
    fields = ["file", "title", "kind", "visibility"]
    formfield_overrides = {models.FileField: {"widget": forms.FileInput}}

    class Media:
        js = [Script("js/formset.js", type="module")]
