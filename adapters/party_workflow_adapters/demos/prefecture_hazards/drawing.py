"""The hazards of the year, drawn from one seed: where, in which mode, found when, and what became of them.

Whatever the source does not say is taken from SHA-256 of the seed and of what it is for.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Final

SEED: Final = "prefecture-hazards-2025"
YEAR_END: Final = date(2025, 12, 31)
FIRST: Final = date(2025, 1, 6)
SECTIONS: Final = ("u-h1", "u-h2", "u-h3", "u-h4")
SORTS: Final = (
    "bridge",
    "drainage",
    "guard_rail",
    "landslide",
    "road_surface",
    "signs",
    "tunnel",
    "work_site",
)
DRIVES: Final = (
    (date(2025, 6, 3), date(2025, 6, 20)),
    (date(2025, 9, 8), date(2025, 9, 26)),
    (date(2025, 12, 1), date(2025, 12, 12)),
)
"""The three concentrated drives of the year; at all other times enforcement is regular."""
TERM: Final = 30
"""Days that putting right may take: the clock of the kind."""


@dataclass(frozen=True, slots=True)
class Figures:
    """How much of everything there is.  Those of `FULL` are published; `SMALL` keeps every feature.

    `found` and `rectified` count major hazards too, of which there are eight, two of them open at the end.
    """

    found: int
    rectified: int
    found_late: int
    open_late: int
    failed: int
    slow: int
    extended: int


FULL: Final = Figures(found=857, rectified=748, found_late=130, open_late=85, failed=31, slow=20, extended=14)
SMALL: Final = Figures(found=66, rectified=54, found_late=14, open_late=8, failed=4, slow=4, extended=3)
MAJOR: Final = 8
MAJOR_OPEN: Final = 2
PROMOTED: Final = 5
"""So many major hazards were found as ordinary ones first."""


@dataclass(frozen=True, slots=True)
class Hazard:
    """One hazard: numbered from 1, with the days on which things happened to it.

    `done` is when it was reported put right, `failed` when somebody saw that it was not, after which it is
    reported again on `again`; `verified` when it was seen that it is.
    """

    number: int
    section: str
    sort: str
    mode: str
    found: date
    assigned: date
    done: date
    verified: date
    failed: date | None = None
    again: date | None = None
    extended: date | None = None
    promoted: bool = False

    @property
    def key(self) -> str:
        """The key of its case."""
        return f"hazard-2025-{self.number:03d}"

    @property
    def due(self) -> date:
        """The last day of the term, before any extension."""
        return self.assigned + timedelta(days=TERM)

    @property
    def last_reported(self) -> date:
        """The day from which it counts as rectified."""
        return self.again or self.done


def draw(*what: object) -> int:
    """A number from 0 up to, not including, 2^64 for whatever is named."""
    named = "/".join(str(item) for item in (SEED, *what))
    return int.from_bytes(hashlib.sha256(named.encode()).digest()[:8])


def between(low: int, high: int, *what: object) -> int:
    """A number from `low` to `high`, both included."""
    return low + draw(*what) % (high - low + 1)


def chosen(number: int, candidates: Sequence[int], what: str) -> frozenset[int]:
    """So many of the candidates."""
    return frozenset(sorted(candidates, key=lambda item: (draw(what, item), item))[:number])


def hazards(figures: Figures) -> tuple[Hazard, ...]:
    """All that were found as ordinary hazards, those promoted later among them, in the order of finding."""
    total = figures.found - MAJOR + PROMOTED
    days = sorted(_day_found(number, figures) for number in range(total))
    numbers = list(range(1, total + 1))
    late = numbers[-figures.found_late :]
    early = numbers[: -figures.found_late]
    promoted = frozenset(number for number in early[20 : 20 + 5 * 7 : 7])
    plain = [number for number in early if number not in promoted]
    still_open = figures.found - figures.rectified - MAJOR_OPEN
    open_early = chosen(still_open - figures.open_late, plain[len(plain) // 2 :], "open")
    open_ = open_early | chosen(figures.open_late, late, "open-late")
    # Whatever takes its time is found early enough to be done before the year ends.
    settled = [number for number in plain if number not in open_ and days[number - 1] < date(2025, 10, 1)]
    slow = chosen(figures.slow, settled, "slow")
    extended = chosen(figures.extended, [n for n in settled if n not in slow], "extended")
    failed = chosen(figures.failed, [n for n in settled if n not in slow | extended], "failed")
    # Some of what is still open was reported once, and seen not to be.
    failed |= chosen(max(2, figures.failed // 5), sorted(open_early), "failed-open")
    found = []
    for number, day in zip(numbers, days, strict=True):
        hazard = _hazard(number, day, fast=number in late and number not in open_)
        if number in slow:
            hazard = replace(hazard, done=hazard.due + timedelta(days=between(2, 24, "slow-by", number)))
        if number in extended:
            done = hazard.due + timedelta(days=between(3, 25, "extended-by", number))
            hazard = replace(hazard, extended=hazard.due, done=done)
        if number in failed:
            hazard = _failing(hazard)
        if number in open_:
            hazard = _left_open(hazard)
        hazard = replace(hazard, promoted=number in promoted)
        found.append(replace(hazard, verified=hazard.last_reported + timedelta(days=_until_seen(number))))
    return tuple(found)


def _day_found(number: int, figures: Figures) -> date:
    """About two in five are found in the drives; the last lot is all found in December."""
    share = draw("when", number) % 100
    if number < figures.found_late:
        return date(2025, 12, 1) + timedelta(days=between(0, 28, "december", number))
    if share < 36:
        first, last = DRIVES[draw("drive", number) % 2]
    else:
        first, last = FIRST, date(2025, 11, 27)
    return first + timedelta(days=between(0, (last - first).days, "day", number))


def _hazard(number: int, day: date, *, fast: bool) -> Hazard:
    assigned = day + timedelta(days=1)
    done = assigned + timedelta(days=between(5, 27, "took", number))
    if fast:  # found in December and put right before the year ended
        done = min(assigned + timedelta(days=between(1, 12, "took", number)), YEAR_END)
    drive = any(first <= day <= last for first, last in DRIVES)
    return Hazard(
        number=number,
        section=SECTIONS[draw("section", number) % len(SECTIONS)],
        sort=SORTS[draw("sort", number) % len(SORTS)],
        mode="concentrated" if drive else "regular",
        found=day,
        assigned=assigned,
        done=done,
        verified=done,
    )


def _failing(hazard: Hazard) -> Hazard:
    failed = hazard.done + timedelta(days=_until_seen(hazard.number))
    again = failed + timedelta(days=between(2, 6, "again", hazard.number))
    return replace(hazard, failed=failed, again=again)


def _left_open(hazard: Hazard) -> Hazard:
    """Everything that is open at the end of the year is put right in January."""
    january = date(2026, 1, 5) + timedelta(days=between(0, 18, "january", hazard.number))
    if hazard.failed is not None:
        return replace(hazard, again=january)
    return replace(hazard, done=january)


def _until_seen(number: int) -> int:
    return between(1, 4, "seen", number)
