"""A mapping that is extended without being copied as a whole: what a state of ten thousand people needs.

Every event gives a new state and leaves the old one as it was.  Copying the whole mapping for each made
registering quadratic; here a thin layer of recent entries is copied, and merged into the thick one below
whenever it has grown to the square root of that.  A hash-array trie from a package of its own would be
faster still, and one more thing to install: this is enough by an order of magnitude.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final, TypeVar

K = TypeVar("K")
V = TypeVar("V")

_THIN: Final = 16
"""A layer below this size is never worth merging."""


class Layered(Mapping[K, V]):
    """An immutable mapping in the order of first entry.  Equal to any mapping with the same entries."""

    __slots__ = ("_added", "_base", "_size")

    def __init__(self, base: Mapping[K, V] | None = None) -> None:
        self._base: dict[K, V] = dict(base or {})
        self._added: dict[K, V] = {}
        self._size = len(self._base)

    def put(self, key: K, value: V) -> Layered[K, V]:
        """The same mapping with one entry added or replaced; this one stays as it is."""
        found: Layered[K, V] = Layered.__new__(Layered)
        found._size = self._size + (key not in self)
        added = {**self._added, key: value}
        if len(added) > _THIN and len(added) ** 2 > len(self._base):
            found._base, found._added = {**self._base, **added}, {}
        else:
            found._base, found._added = self._base, added
        return found

    def drop(self, key: K) -> Layered[K, V]:
        """The same mapping without an entry, if it was there.  It takes as long as the mapping is big."""
        if key not in self:
            return self
        return Layered({name: value for name, value in self.items() if name != key})

    def __getitem__(self, key: K) -> V:
        return self._added[key] if key in self._added else self._base[key]

    def __contains__(self, key: object) -> bool:
        return key in self._added or key in self._base

    def __iter__(self) -> Iterator[K]:
        yield from self._base
        yield from (key for key in self._added if key not in self._base)

    def __len__(self) -> int:
        return self._size

    def __repr__(self) -> str:
        return f"Layered({dict(self.items())!r})"
