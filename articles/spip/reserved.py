"""What the old site kept from visitors: the zones of its plugin for restricted access."""

from articles.spip import rubriques
from articles.spip.source import Dump


class Reserved:
    """Tells what only some could read there, and only adherents read here.

    `rubriques` are the numbers of those that are reserved with all that they hold.
    """

    def __init__(self, dump: Dump) -> None:
        tops, self._articles = dump.reserved()
        self.rubriques = rubriques.within(dump.rubriques(), tops)

    def holds(self, article: int, rubrique: int) -> bool:
        """Whether the article of this number, in this rubrique, is reserved."""
        return article in self._articles or rubrique in self.rubriques
