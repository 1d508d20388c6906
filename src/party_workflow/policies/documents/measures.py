"""Measures: a figure by subject, and by further dimensions where a clause keeps them apart."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from party_workflow.canonical import fraction_text
from party_workflow.policies.figure import Absent, Figure

Key = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Measure:
    """What a clause computed: by subject, and by the value of each of `dims`, a figure.

    A key is ``(subject, value of dims[0], …)``.  Keys are in sorted order.
    """

    code: str
    dims: tuple[str, ...]
    figures: Mapping[Key, Figure]

    def of(self, subject: str) -> Figure:
        """The figure of a subject in a measure without dimensions.  Raises KeyError for one unknown."""
        return self.figures[(subject,)]

    def within(self, subject: str) -> Iterator[tuple[Key, Figure]]:
        """The figures of a subject with their keys."""
        return ((key, figure) for key, figure in self.figures.items() if key[0] == subject)

    def grouped(self, over: Sequence[str]) -> dict[Key, list[tuple[Key, Figure]]]:
        """The figures by what is left of their keys without the dimensions `over`, in key order."""
        left = [0, *(index for index, dim in enumerate(self.dims, start=1) if dim not in over)]
        found: dict[Key, list[tuple[Key, Figure]]] = {}
        for key, figure in self.figures.items():
            found.setdefault(tuple(key[index] for index in left), []).append((key, figure))
        return found

    def data(self) -> dict[str, Any]:
        """The measure as canonical data: its values without what they rest on, which `Figure.data` has."""
        return {
            "code": self.code,
            "dims": list(self.dims),
            "values": [
                {
                    "key": list(key),
                    "value": {"absent": figure.value.kind}
                    if isinstance(figure.value, Absent)
                    else fraction_text(figure.value),
                    "displayed": figure.displayed,
                }
                for key, figure in self.figures.items()
            ],
        }


def label(code: str, key: Key) -> str:
    """The name of one figure of a measure: its code, and the values of its dimensions in brackets."""
    return code if len(key) < 2 else f"{code}[{','.join(key[1:])}]"
