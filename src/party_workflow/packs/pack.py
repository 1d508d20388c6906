"""Packs: vocabularies, definitions and role books as one frozen value, read from TOML text.

`Pack.read` is pure: what it is given is text.  The packs that come with the library lie beside this module as
data files and are read when their module is imported, like its code (`shipped`; see ADR 0015).
"""

from __future__ import annotations

import tomllib
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from importlib import resources
from typing import Final, Literal, Self, TypeVar

from party_workflow import canonical
from party_workflow.errors import Fault, InvalidDefinition, InvalidInput
from party_workflow.packs.reading import LANGUAGES, MANIFEST, Entry, Label, Reading, Validator, fold
from party_workflow.policies.taxonomy import Taxonomy

__all__ = ["LANGUAGES", "Entry", "Label", "Pack", "Tongue", "shipped"]

T = TypeVar("T")

Tongue = Literal["en", "zh", "zh_hant"]
"""English, Chinese simplified, Chinese traditional."""


@dataclass(frozen=True)
class Pack:
    """A vocabulary pack.  Equal content gives an equal `digest`, in whatever order and layout it was written.

    `definitions` stand in the order of kind, code and version.  `roles` has the duties by role.  `kinds` says
    of what kinds a code is: ``role``, the kind of a definition, the taxonomy it belongs to, or the heading
    under which its label stands.
    """

    name: str
    version: int
    languages: tuple[str, ...]
    definitions: tuple[Entry, ...]
    labels: Mapping[str, Label]
    roles: Mapping[str, tuple[str, ...]]
    kinds: Mapping[str, frozenset[str]] = field(default_factory=dict)

    @classmethod
    def read(
        cls,
        files: Mapping[str, str],
        *,
        validators: Mapping[str, Validator],
        duties: Collection[str] | None = None,
    ) -> Self:
        """The pack that these files hold, text by file name.  Raises `InvalidDefinition` with every fault.

        `validators` judge the bodies, by kind of definition.  `duties` are those there are; without them
        only the form of the duties of roles is judged.
        """
        reading = Reading(validators, duties)
        reading.read(files)
        reading.faults.raise_if_any(InvalidDefinition)
        entries = sorted((entry for _, entry in reading.entries), key=lambda e: (e.kind, e.code, e.version))
        return cls(
            reading.name,
            reading.version,
            reading.languages,
            tuple(entries),
            dict(sorted(reading.labels.items())),
            dict(sorted(reading.roles.items())),
            {code: frozenset(kinds) for code, kinds in sorted(reading.kinds.items())},
        )

    @cached_property
    def digest(self) -> str:
        """SHA-256 over everything that matters, labels included: what genesis records."""
        return canonical.digest(
            {
                "name": self.name,
                "version": self.version,
                "definitions": [entry.data() for entry in self.definitions],
                "labels": {
                    code: [label.en, label.zh, label.zh_hant, *label.also]
                    for code, label in self.labels.items()
                },
                "kinds": {code: sorted(kinds) for code, kinds in self.kinds.items()},
                "roles": {role: list(duties) for role, duties in self.roles.items()},
            }
        )

    def versions(self, code: str) -> tuple[Entry, ...]:
        """Every version of a definition, the earliest first.  Raises `InvalidInput` if there is none."""
        found = tuple(entry for entry in self.definitions if entry.code == code)
        if not found:
            raise InvalidInput(
                Fault(code, f"The pack {self.name} has no such definition.", "Check the code.")
            )
        return found

    def definition(self, code: str, version: int | None = None) -> Entry:
        """A definition by code, the latest version unless one is named.  Raises `InvalidInput` if none is."""
        found = [entry for entry in self.versions(code) if version in (None, entry.version)]
        if not found:
            raise InvalidInput(Fault(code, f"There is no version {version}.", "Check the version."))
        return found[-1]

    def read_as(self, model: type[T], code: str, version: int | None = None) -> T:
        """What the validator read in a definition, as the type that it is known to be."""
        value = self.definition(code, version).value
        if not isinstance(value, model):
            raise InvalidInput(Fault(code, f"This is no {model.__name__}.", "Check the code."))
        return value

    def of_kind(self, kind: str) -> tuple[Entry, ...]:
        """The definitions of a kind."""
        return tuple(entry for entry in self.definitions if entry.kind == kind)

    @property
    def taxonomies(self) -> Mapping[str, tuple[Taxonomy, ...]]:
        """The versions of each taxonomy, by its code."""
        found: dict[str, tuple[Taxonomy, ...]] = {}
        for entry in self.definitions:
            if isinstance(entry.value, Taxonomy):
                found[entry.code] = (*found.get(entry.code, ()), entry.value)
        return found

    def declaring(self, requirement: str) -> tuple[Entry, ...]:
        """The definitions that say they express a requirement."""
        return tuple(entry for entry in self.definitions if requirement in entry.requirements)

    def label(self, code: str, language: Tongue = "en") -> str:
        """What people call a code; the code itself, readable, where the pack has no word."""
        found = self.labels.get(code)
        if found is None:
            return code.replace("_", " ")
        if language == "zh_hant":
            return found.zh_hant or found.zh
        return found.en if language == "en" else found.zh

    def code_of(self, text: str, kind: str | None = None) -> str:
        """The code that somebody means, who writes it in any language or script, or the code itself.

        Width, case and blanks do not matter.  `kind` narrows what can be meant.  Raises `InvalidInput` if
        nothing is meant or several codes are, which it then lists.
        """
        within = {code for code in self.labels if kind is None or kind in self.kinds.get(code, ())}
        if text in within:
            return text
        found = sorted(self._forms.get(fold(text), frozenset()) & within)
        if len(found) == 1:
            return found[0]
        where = self.name if kind is None else f"{self.name} {kind}"
        if not found:
            raise InvalidInput(
                Fault(where, "No code has a label of this wording.", "Check the wording, or use the code.")
            )
        raise InvalidInput(
            Fault(
                where, f"This can mean {', '.join(found)}.", "Name the kind that is meant, or use the code."
            )
        )

    @cached_property
    def _forms(self) -> Mapping[str, frozenset[str]]:
        found: dict[str, set[str]] = {}
        for code, label in self.labels.items():
            for form in label.forms:
                found.setdefault(fold(form), set()).add(code)
        return {form: frozenset(codes) for form, codes in found.items()}


_HERE: Final = "party_workflow.packs"


def shipped(name: str) -> Mapping[str, str]:
    """The files of a pack that comes with the library, as its manifest lists them: text by file name.

    This and `shipped_document` are all in the library that reads anything: parts of the library itself.
    """
    folder = resources.files(_HERE) / name
    manifest = (folder / MANIFEST).read_text("utf-8")
    listed = tomllib.loads(manifest).get("pack", {}).get("files", [])
    return {MANIFEST: manifest} | {file: (folder / file).read_text("utf-8") for file in listed}


def shipped_document(name: str, code: str) -> str:
    """The text of a rule document that comes with a pack, as the library wrote it."""
    return (resources.files(_HERE) / name / "documents" / f"{code}.toml").read_text("utf-8")
