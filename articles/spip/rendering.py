"""The texts of a large import are made ready by a second processor, while the first one goes on."""

from collections.abc import Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from multiprocessing import get_context

import django

from articles.models import Article
from articles.texts import Texts, texts_of

# Under this number of articles, to start a process takes longer than it saves.
WORTH_IT = 300


class Rendering:
    """Makes the texts that readers are shown; without a process of its own, when they are asked."""

    def __init__(self, executor: ProcessPoolExecutor | None) -> None:
        self._executor = executor

    def begin(self, body: str) -> Future[Texts] | None:
        """Begin with a text; `finish` is given what this returns."""
        try:
            return self._executor.submit(texts_of, body) if self._executor else None
        except BrokenProcessPool:
            return None

    @staticmethod
    def finish(article: Article, begun: Future[Texts] | None) -> None:
        """Prepare the article as its own `prepare` does."""
        try:
            article.prepare(begun.result() if begun else None)
        except BrokenProcessPool:
            # The machine is short of memory, most likely: the work is done here.
            article.prepare()


@contextmanager
def rendering(articles: int) -> Iterator[Rendering]:
    """Open the process that so many articles are worth, and close it."""
    if articles < WORTH_IT:
        yield Rendering(None)
        return
    # A new interpreter: it shares no connection to the database.
    context = get_context("spawn")
    with ProcessPoolExecutor(1, mp_context=context, initializer=django.setup) as executor:
        yield Rendering(executor)
