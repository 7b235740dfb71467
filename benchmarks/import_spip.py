"""How fast a large SPIP site is imported, and how much memory it takes.

    .venv/bin/python -m benchmarks.import_spip 10000

makes a site of as many articles in a temporary folder, imports it into an empty database there
(DATABASE_URL names another empty one), and says how many articles a second, and the peak of memory.
"""

import os
import random
import re
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from tests.articles.spip.old_site import OldSite

_TALE = (
    "la réunion technique portait sur les effectifs de la brigade et le plan de protection des "
    "agents l’administration a présenté un bilan que la section conteste le tableau ne compte ni "
    "les départs ni les postes vacants nous demandons une réponse écrite avant la prochaine séance"
)
_WORDS = re.findall(r"\S+", _TALE)
_MANAGE = [sys.executable, "manage.py"]


def main(articles: int) -> None:
    """Make the site, import it in a process of its own, and print what it took."""
    with tempfile.TemporaryDirectory() as folder:
        site = _make_site(Path(folder), articles)
        environment = {
            "DATABASE_URL": f"sqlite:///{folder}/db.sqlite3",
            **os.environ,
            "MEDIA_ROOT": f"{folder}/media",
            "CACHE_URL": f"filecache://{folder}/cache",
        }
        subprocess.run([*_MANAGE, "migrate", "-v0"], env=environment, check=True)  # noqa: S603
        command = [*_MANAGE, "import_spip", str(site.dump), "--documents", str(site.images)]
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        start = time.monotonic()
        subprocess.run(command, env=environment, check=True, stdout=subprocess.DEVNULL)  # noqa: S603
        seconds = time.monotonic() - start
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    busy = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    print(f"{articles} articles in {seconds:.1f} s: {articles / seconds:.0f} articles a second")
    print(f"of which {busy:.1f} s of a processor: {articles / busy:.0f} articles a second")
    print(f"peak of memory: {after.ru_maxrss / 1024:.0f} MB")


def _make_site(folder: Path, articles: int) -> OldSite:
    """A site whose articles have what those of a section have: some three thousand characters."""
    chance = random.Random(1)  # noqa: S311  the same site each time
    site = OldSite(folder)
    rubriques = [site.rubrique(titre=f"Rubrique {number}", id_parent=1) for number in range(20)]
    for number in range(1, articles + 1):
        site.article(
            id_rubrique=chance.choice(rubriques),
            titre=f"GT du {number % 28 + 1} mars : {_sentence(chance, 6)}",
            chapo=_sentence(chance, 30),
            texte=_text(chance, articles),
            date=f"{2010 + number % 14}-03-{number % 28 + 1:02} 10:00:00",
        )
        site.url(f"Titre-numero-{number}", "article", number)
        if number % 5 == 0:
            site.document(f"pdf/document-{number}.pdf", number, titre=f"Document {number}")
        if number % 2 == 0:
            site.message(number, auteur=f"Personne {number}", texte=_sentence(chance, 25))
    site.close()
    return site


def _text(chance: random.Random, articles: int) -> str:
    def sentence(words: int = 45) -> str:
        return _sentence(chance, words)

    return "\n\n".join(
        [
            sentence(),
            "{{{Ce que dit l’administration}}}",
            f"{sentence()}[[{sentence(12)}]].",
            f"Voir [le précédent->art{chance.randint(1, articles)}].",
            f"-* {sentence(15)}\n-* {sentence(15)}\n-** {sentence(10)}",
            "| {{Service}} | {{Postes}} |\n| Port | 12 |\n| Aéroport | 9 |",
            "{{{Ce que nous demandons}}}",
            f"{sentence()} {{{sentence(5)}}} et {{{{{sentence(5)}}}}}.",
            f"<quote>{sentence(30)}</quote>",
            sentence(),
            sentence(),
        ]
    )


def _sentence(chance: random.Random, words: int) -> str:
    return f"{' '.join(chance.choices(_WORDS, k=words)).capitalize()}"


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 10_000)
