"""What a script prints at its end: what was done, and what became of each write."""

from dataclasses import dataclass, field

RECOVERY_SECONDS = 30


@dataclass
class Report:
    """`recovery` is in seconds, from the end of what was broken to the first write kept after it.

    `wrong` says what should not have been.
    """

    fault: str
    done: list[str] = field(default_factory=list)
    acknowledged: int = 0
    found: int = 0
    lost: int = 0
    doubled: int = 0
    recovery: float | None = None
    errors: int = 0
    events: int = 0
    wrong: list[str] = field(default_factory=list)

    def expect(self, is_so: bool, otherwise: str) -> None:
        """Note what is wrong."""
        if not is_so:
            self.wrong.append(otherwise)

    @property
    def is_good(self) -> bool:
        return not (
            self.wrong
            or self.lost
            or self.doubled
            or (self.recovery is not None and self.recovery > RECOVERY_SECONDS)
        )

    def __str__(self) -> str:
        recovery = "—" if self.recovery is None else f"{self.recovery:.1f} s"
        lines = [
            f"\n{self.fault}",
            *(f"  done       {each}" for each in self.done),
            f"  writes     acknowledged {self.acknowledged}, found {self.found}, "
            f"lost {self.lost}, doubled {self.doubled}",
            f"  recovery   {recovery}",
            f"  shown      {self.errors} error pages",
            f"  logged     {self.events} events",
            *(f"  WRONG      {each}" for each in self.wrong),
            f"  {'good' if self.is_good else 'BAD'}",
        ]
        return "\n".join(lines)
