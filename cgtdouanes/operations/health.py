"""Whether the site can answer: its database does, and soon."""

from threading import Event, Lock, Thread

from django.db import Error, connection
from django.db.migrations.recorder import MigrationRecorder

# In seconds: whoever watches the site asks every few seconds, and gives up as soon.
PATIENCE = 2.0


class Question:
    """One question to the database, asked aside: a database that hangs keeps nobody waiting."""

    def __init__(self) -> None:
        self.answered = Event()
        self.is_good = False
        # A daemon: a worker that stops does not wait for a database that hangs.
        Thread(target=self._ask, name="healthz", daemon=True).start()

    def _ask(self) -> None:
        try:
            # A table is read: SQLite would answer "1" of a file that is not there.
            self.is_good = MigrationRecorder.Migration.objects.exists()
        except Error:
            self.is_good = False
        finally:
            connection.close()
            self.answered.set()


_lock = Lock()
_asked: Question | None = None


def database_answers(patience: float = PATIENCE) -> bool:
    """Tell within that many seconds; while one question has no answer, no other is asked."""
    global _asked
    with _lock:
        if _asked is None or _asked.answered.is_set():
            _asked = Question()
        question = _asked
    return question.answered.wait(patience) and question.is_good
