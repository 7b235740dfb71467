"""The pages of visitors, kept in memory until something that they show changes.

A view says that its page is the same for every visitor, and under which tags it is kept (`kept`);
whoever changes what readers see says which tags that concerns (`changed`), in the same transaction.
The first request after it, by any worker, makes the page again. Who has a session is never served
from here: `serving.py` asks that first. What pages count is `known` in the same way, whoever asks.
"""

from cgtdouanes.pages.changes import changed
from cgtdouanes.pages.keeping import kept
from cgtdouanes.pages.known import known

__all__ = ["changed", "kept", "known"]
