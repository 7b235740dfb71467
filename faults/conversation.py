"""Adherents who post reactions all the time, and try again whatever had no answer."""

import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from threading import Event, Thread
from uuid import uuid4

from faults.filling import adherent
from faults.people import REPORT, NoAnswer, Person, signed_in, token_of
from faults.reports import Report
from faults.site import Site

# Each says its words again until they are acknowledged, or for so long after the fault.
PERSEVERANCE = 60
# All adherents wait so long between two attempts.
PAUSE = 0.05


@dataclass
class Reaction:
    """One reaction; `at` is when it was acknowledged."""

    words: str
    attempts: int = 0
    at: float = 0


@dataclass
class Conversation:
    """What was said and what was answered, while adherents post and visitors read."""

    site: Site
    reactions: list[Reaction] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    uncalm: list[str] = field(default_factory=list)
    unanswered: int = 0
    reads: int = 0
    slowest: float = 0
    name: str = field(default_factory=lambda: uuid4().hex)

    @contextmanager
    def going_on(self, adherents: int, visitors: int = 1) -> Iterator["Conversation"]:
        """Let them speak and read; at the end, wait until each has its last answer."""
        people = [signed_in(self.site.address, adherent(number)) for number in range(adherents)]
        self._ends = Event()
        threads = [Thread(target=self._speak, args=[person]) for person in people]
        threads += [Thread(target=self._read) for _ in range(visitors)]
        for thread in threads:
            thread.start()
        try:
            yield self
        finally:
            self._ends.set()
            for thread in threads:
                thread.join()

    def wait_for(self, number: int, seconds: float = 60) -> None:
        """Return once so many more are acknowledged. Raises TimeoutError."""
        before, deadline = self.acknowledged, time.monotonic() + seconds
        while self.acknowledged < before + number:
            if time.monotonic() > deadline:
                raise TimeoutError("nothing is acknowledged any more")
            time.sleep(0.02)

    def recovered_after(self, moment: float) -> float:
        """Seconds from this moment to the first acknowledgement after it. Raises TimeoutError."""
        deadline = time.monotonic() + PERSEVERANCE
        while time.monotonic() < deadline:
            if after := [each.at for each in list(self.reactions) if each.at > moment]:
                return min(after) - moment
            time.sleep(0.02)
        raise TimeoutError("nothing is acknowledged any more")

    @property
    def acknowledged(self) -> int:
        return sum(bool(each.at) for each in list(self.reactions))

    def report(self, report: Report) -> None:
        """Compare what was acknowledged with what is in the database."""
        stored = _stored(self.site, self.name)
        known = [each for each in self.reactions if each.at]
        report.acknowledged += len(known)
        report.found += len(stored)
        report.lost += sum(each.words not in stored for each in known)
        report.doubled += sum(count > 1 for count in stored.values())
        report.errors += len(self.errors)
        report.events += len(self.site.events())
        again = sum(each.attempts > 1 for each in known)
        report.done.append(
            f"{again} of the reactions were posted again after an error or no answer "
            f"({self.unanswered} cut, {len(self.errors)} error pages); visitors read {self.reads} "
            "pages"
        )
        report.expect(not self.uncalm, f"a page that is not calm: {self.uncalm[:1]}")

    def _speak(self, person: Person) -> None:
        token = token_of(person)
        given_up = 0.0
        while not self._ends.is_set():
            reaction = Reaction(f"Panne {self.name} {uuid4().hex}")
            self.reactions.append(reaction)
            while not reaction.at:
                if self._ends.is_set() and not given_up:
                    given_up = time.monotonic() + PERSEVERANCE
                if given_up and time.monotonic() > given_up:
                    return
                reaction.attempts += 1
                try:
                    with self._timed():
                        answer = person.react(token, reaction.words)
                except NoAnswer:
                    self.unanswered += 1
                else:
                    if answer.status == 302 and "#reaction-" in answer.headers["Location"]:
                        reaction.at = time.monotonic()
                    else:
                        self._note(answer.status, answer.text, answer.is_calm)
                time.sleep(PAUSE)

    def _read(self) -> None:
        visitor = Person(self.site.address)
        while not self._ends.is_set():
            with suppress(NoAnswer):
                with self._timed():
                    answer = visitor.get(REPORT)
                if answer.status == 200:
                    self.reads += 1
                else:
                    self._note(answer.status, answer.text, answer.is_calm)
            time.sleep(PAUSE)

    @contextmanager
    def _timed(self) -> Iterator[None]:
        begun = time.monotonic()
        try:
            yield
        finally:
            self.slowest = max(self.slowest, time.monotonic() - begun)

    def _note(self, status: int, text: str, is_calm: bool) -> None:
        self.errors.append(str(status))
        if not is_calm:
            self.uncalm.append(f"{status} {text[:300]}")


def _stored(site: Site, name: str) -> dict[str, int]:
    """How many times each reaction of a conversation is in the database, by its words."""
    counts = "SELECT body, count(*) FROM articles_reaction GROUP BY body"
    return {body: count for body, count in site.rows(counts) if body.startswith(f"Panne {name} ")}
