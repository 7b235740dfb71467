"""A link that lets somebody without an account read one version of an article before it is out."""

from datetime import timedelta

from django.conf import settings
from django.core.signing import BadSignature, Signer
from django.db import models
from django.urls import reverse
from django.utils import timezone

from articles.models.revision import Revision

_signer = Signer(salt="articles.draft-link", sep="~")


class DraftLinkQuerySet(models.QuerySet["DraftLink"]):
    def open(self) -> "DraftLinkQuerySet":
        """Those that still lead somewhere."""
        return self.filter(revoked_at=None, expires_at__gt=timezone.now())

    def opened_by(self, token: str) -> "DraftLink | None":
        """Return the link of this token; None for one that was forged, revoked or has expired."""
        try:
            pk = _signer.unsign(token)
        except BadSignature:
            return None
        return self.open().select_related("revision__article").filter(pk=pk).first()


class DraftLink(models.Model):
    """Given to one reader, whose name stands across the page: `reader`."""

    revision = models.ForeignKey(Revision, on_delete=models.CASCADE, related_name="draft_links")
    reader = models.CharField("pour qui", max_length=80)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+"
    )
    created_at = models.DateTimeField("créé le", default=timezone.now)
    expires_at = models.DateTimeField("jusqu’au")
    revoked_at = models.DateTimeField("révoqué le", null=True)

    objects = DraftLinkQuerySet.as_manager()

    class Meta:
        verbose_name = "lien de relecture"
        verbose_name_plural = "liens de relecture"
        ordering = ["-created_at", "-pk"]

    def __str__(self) -> str:
        return f"lien de relecture de la {self.revision}"

    def save(self, *args: object, **kwargs: object) -> None:
        if not self.expires_at:
            self.expires_at = timezone.now() + timedelta(days=settings.DRAFT_LINK_DAYS)
        super().save(*args, **kwargs)  # type: ignore[arg-type]

    def secret_address(self) -> str:
        """The secret address: signed, so that no number leads to another's."""
        return reverse("articles:draft", args=[_signer.sign(str(self.pk))])

    @property
    def is_open(self) -> bool:
        return self.revoked_at is None and self.expires_at > timezone.now()
