"""Tables in groups, where a group of few does not appear and cannot be had by subtraction (R-190)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from party_workflow.errors import Fault, InvalidInput
from party_workflow.policies.disclosure.masking import Leaf, MaskingProfile, plain


@dataclass(frozen=True, slots=True)
class Group:
    """One group of an aggregate: how many subjects, and the sums of what was added up, exact."""

    group: str
    count: int
    sums: Mapping[str, Fraction]


@dataclass(frozen=True, slots=True)
class Aggregate:
    """Rows in groups.  `suppressed` says how many groups had too few subjects, not which or how many in them.

    `count` and `sums` are over all rows, and absent where a suppressed group could be had by subtraction.
    """

    groups: tuple[Group, ...]
    suppressed: int
    threshold: int
    count: int | None
    sums: Mapping[str, Fraction] | None


def aggregate(
    rows: Sequence[Mapping[str, Any]],
    profile: MaskingProfile,
    *,
    by: str,
    subject: str,
    amounts: Iterable[str],
    at_least: int = 0,
) -> Aggregate:
    """The rows grouped by one field, adding up others; groups below the profile's threshold do not appear.

    `subject` is the field that names whom a row is about: a group counts its subjects, and each once.
    `at_least` is a further threshold, such as that of a kind of publication: the higher one counts.  Raises
    `InvalidInput` where the groups would be persons, or units that the profile does not show.
    """
    grouped: dict[str, list[Mapping[str, Any]]] = {}
    for row in rows:
        grouped.setdefault(str(row[by]), []).append(row)
    for name in grouped:
        leaf = plain(name)
        what = "place" if by in profile.places else leaf.what if isinstance(leaf, Leaf) else None
        if what == "person" or (what in ("unit", "place") and profile.treatment(what) != "full"):
            raise InvalidInput(
                Fault(by, f"The groups would be a {what} each.", "Group by something that may be shown.")
            )
    names = tuple(amounts)
    groups = [
        Group(name, len({str(row[subject]) for row in inside}), _sums(inside, names))
        for name, inside in sorted(grouped.items())
    ]
    threshold = max(profile.threshold, at_least)
    shown = tuple(item for item in groups if item.count >= threshold)
    whole = len(shown) == len(groups)
    return Aggregate(
        groups=shown,
        suppressed=len(groups) - len(shown),
        threshold=threshold,
        count=len({str(row[subject]) for row in rows}) if whole else None,
        sums=_sums(rows, names) if whole else None,
    )


def _sums(rows: Iterable[Mapping[str, Any]], names: Iterable[str]) -> dict[str, Fraction]:
    held = list(rows)
    return {name: sum((Fraction(row[name]) for row in held), Fraction(0)) for name in names}
