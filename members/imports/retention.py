"""What the imports keep of people, and for how long."""

from members.models import ImportDraft, ImportedRow


def forget() -> int:
    """Delete the files of expired previews and the former values of old imports; say how many."""
    drafts, _ = ImportDraft.objects.expired().delete()
    rows, _ = ImportedRow.objects.expired().delete()
    return drafts + rows
