"""Reads the files of a pack: from TOML text to definitions, labels and roles, with every fault at once.

A file may hold these tables; entries of one table may stand in several files, in any order::

    [pack]                          once, in pack.toml: name, version, languages, files
    [[definition]]                  kind, requirements, basis, and the body that its validator reads
    [labels]                        code = ["English", "简体"], perhaps with the traditional form as a third
    [labels.<kind>]                 the same for codes of one kind, which must not share a label
    [roles]                         role = ["category.verb", …]
    [traditional]                   "简体" = ["簡體", "further form that is understood"]: tools/traditional.py

A fault says the file, the table and the entry; where the file is no TOML, the line as well.  What is said
in other files cannot be judged while one of them cannot be read: then only its syntax is a fault.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Collection, Iterator, Mapping
from copy import deepcopy
from dataclasses import dataclass, field
from datetime import date, datetime
from fractions import Fraction
from typing import Any, Final

from pydantic import BaseModel, TypeAdapter, ValidationError

from party_workflow import canonical
from party_workflow.codec import faults_of
from party_workflow.errors import Fault, Faults, InvalidInput
from party_workflow.packs.parsing import tables
from party_workflow.policies.ranking import Band, Bands
from party_workflow.policies.rule import Rule
from party_workflow.policies.taxonomy import KIND as TAXONOMY
from party_workflow.policies.taxonomy import Taxonomy, dropped
from party_workflow.values import CODE_PATTERN, KEY_PATTERN, CodedDocument

Validator = Callable[[dict[str, Any]], object]
"""Judges the body of a definition of one kind; see `party_workflow.domain.definition`."""

LANGUAGES: Final = ("en", "zh", "zh_hant")
"""The languages a label can have; every label has the first two."""

MANIFEST: Final = "pack.toml"
TABLES: Final = ("definition", "labels", "pack", "roles", "traditional")
CITING: Final = frozenset({"basis", "code", "codes", "counts", "outcomes"})
"""The keys of a body under which a code stands that people get to read, and which therefore has a label."""

_LAST_REQUIREMENT: Final = 213
_CODE: Final = re.compile(CODE_PATTERN)
_KEY: Final = re.compile(KEY_PATTERN)
_REQUIREMENT: Final = re.compile(r"R-([0-9]{3})")
_DUTY: Final = re.compile(r"[a-z][a-z_]*\.[a-z][a-z_]*")
_CODED: Final = TypeAdapter(CodedDocument)
_BESIDE_HAN: Final = re.compile(r"(?<=[^\x00-\x7f]) | (?=[^\x00-\x7f])")


@dataclass(frozen=True, slots=True)
class Label:
    """What people call a code.  `also` are further forms that are understood when they write it."""

    en: str
    zh: str
    zh_hant: str = ""
    also: tuple[str, ...] = ()

    @property
    def forms(self) -> tuple[str, ...]:
        """Every form in which people may write it."""
        return tuple(form for form in (self.en, self.zh, self.zh_hant, *self.also) if form)


@dataclass(frozen=True, slots=True)
class Entry:
    """A definition of a pack.  `body` is its normal form, as a log stores it; `value` what was read in it."""

    kind: str
    code: str
    version: int
    body: Mapping[str, Any]
    requirements: tuple[str, ...] = ()
    basis: tuple[str, ...] = ()
    value: object = field(default=None, compare=False)

    @property
    def key(self) -> str:
        """The key of the stream it is adopted on, ``definition/<key>``."""
        return self.code.replace("_", "-")

    def document(self) -> dict[str, Any]:
        """The body, to hand out: altering it does not alter the pack."""
        return deepcopy(dict(self.body))

    def data(self) -> dict[str, Any]:
        """All that matters of it, as JSON values."""
        return {
            "kind": self.kind,
            "code": self.code,
            "version": self.version,
            "body": dict(self.body),
            "requirements": list(self.requirements),
            "basis": list(self.basis),
        }


@dataclass(slots=True)
class Reading:
    """What was found so far in the files of a pack, and what is wrong with it."""

    validators: Mapping[str, Validator]
    duties: Collection[str] | None
    name: Any = ""
    version: Any = 0
    languages: tuple[str, ...] = LANGUAGES[:2]
    entries: list[tuple[str, Entry]] = field(default_factory=list)
    named: list[tuple[str, Entry]] = field(default_factory=list)
    labels: dict[str, Label] = field(default_factory=dict)
    kinds: dict[str, set[str]] = field(default_factory=dict)
    roles: dict[str, tuple[str, ...]] = field(default_factory=dict)
    cited: list[tuple[str, str]] = field(default_factory=list)
    faults: Faults = field(default_factory=Faults)
    _places: dict[str, str] = field(default_factory=dict)
    _role_places: dict[str, str] = field(default_factory=dict)
    _traditional: dict[str, tuple[str, ...]] = field(default_factory=dict)

    def read(self, files: Mapping[str, str]) -> None:
        """Read and judge all files."""
        documents = self._documents(files)
        self._manifest(documents, files)
        for name in sorted(documents):
            document = documents[name]
            for table in sorted(document.keys() - set(TABLES)):
                self.faults.add(f"{name}: [{table}]", "No such table.", f"Tables: {', '.join(TABLES)}.")
            self._read_traditional(name, document.get("traditional", {}))
            self._read_roles(name, document.get("roles", {}))
            self._read_definitions(name, document.get("definition", []))
        for name in sorted(documents):
            self._read_labels(name, documents[name].get("labels", {}))
        self._duties()
        self._versions()
        self._taxonomies()
        for where, entry in self.entries:
            if isinstance(entry.value, Rule):
                self._bands(where, entry.value)
        if len(documents) == len(files):
            self._unlabelled()
        self._ambiguous()

    def _documents(self, files: Mapping[str, str]) -> dict[str, dict[str, Any]]:
        found = {}
        for name in sorted(files):
            document = tables(name, files[name], self.faults)
            if document is not None:
                found[name] = document
        return found

    def _manifest(self, documents: Mapping[str, Any], files: Mapping[str, str]) -> None:
        where = f"{MANIFEST}: [pack]"
        for name in sorted(documents.keys() - {MANIFEST}):
            if "pack" in documents[name]:
                self.faults.add(f"{name}: [pack]", "A pack says what it is once.", f"Say it in {MANIFEST}.")
        table = documents.get(MANIFEST, {}).get("pack")
        if not isinstance(table, dict):
            if MANIFEST not in files or MANIFEST in documents:
                self.faults.add(where, "The table is missing.", "Say name, version and files.")
            return
        self._only(where, table, {"name", "version", "languages", "files"})
        self.name = table.get("name", "")
        self.version = table.get("version", 0)
        if not isinstance(self.name, str) or not _CODE.fullmatch(self.name):
            self.faults.add(f"{where} name", "The name is not a code.", "Lower-case ASCII, as for any code.")
        if not _counts(self.version):
            self.faults.add(f"{where} version", "The version is not 1, 2, 3 …", "Give a whole number.")
        languages = self._texts(f"{where} languages", table.get("languages", list(LANGUAGES[:2])))
        for language in sorted(set(languages) - set(LANGUAGES)):
            self.faults.add(
                f"{where} languages", f"No label is in {language}.", f"Languages: {', '.join(LANGUAGES)}."
            )
        self.languages = tuple(sorted({*languages, *LANGUAGES[:2]} & set(LANGUAGES)))
        listed = self._texts(f"{where} files", table.get("files", []))
        given = files.keys() - {MANIFEST}
        for name in sorted(set(listed) - given):
            self.faults.add(f"{where} files", f"{name} is listed and not there.", "Add it, or strike it out.")
        for name in sorted(given - set(listed)):
            self.faults.add(f"{where} files", f"{name} is there and not listed.", "List it, or remove it.")

    # --- definitions -------------------------------------------------------------------------

    def _read_definitions(self, name: str, tables: object) -> None:
        if not isinstance(tables, list):
            self.faults.add(f"{name}: [definition]", "It stands alone.", "Write [[definition]], with two.")
            return
        for number, table in enumerate(tables, 1):
            self._read_definition(f"{name}: [[definition]] {number}", table)

    def _read_definition(self, where: str, table: Mapping[str, Any]) -> None:
        body = table.get("body")
        code = body.get("code") if isinstance(body, dict) else None
        if isinstance(code, str) and code.isascii():
            where += f" ({code})"
        self._only(where, table, {"kind", "version", "requirements", "basis", "body"})
        kind: Any = table.get("kind")
        if not isinstance(kind, str) or kind not in self.validators:
            said = kind if isinstance(kind, str) and kind.isascii() else "without a name"
            known = ", ".join(sorted(self.validators)) or "none"
            self.faults.add(f"{where} kind", f"There is no kind {said}.", f"Kinds: {known}.")
        if not isinstance(body, dict):
            self.faults.add(f"{where} body", "It is missing.", "Add [definition.body].")
            return
        inexact = len(self.faults.found)
        plain = self._plain(body, f"{where} body")
        spoilt = [fault.where for fault in self.faults.found[inexact:]]
        version = table.get("version", plain.get("version", 1))
        if not isinstance(code, str) or not _CODE.fullmatch(code) or not _KEY.fullmatch(_stream_key(code)):
            self.faults.add(
                f"{where} body.code",
                "A definition needs a code.",
                "Lower-case ASCII, 63 at most.",
            )
        if not _counts(version):
            self.faults.add(
                f"{where} version",
                "The version is not 1, 2, 3 …",
                "Number the versions; where the body's is a name, say version beside kind.",
            )
        requirements = self._requirements(where, table.get("requirements", []))
        basis = self._codes(f"{where} basis", table.get("basis", []))
        self.cited += [(f"{where} basis", each) for each in basis]
        kept: Mapping[str, Any] = plain
        named = isinstance(code, str) and _CODE.fullmatch(code) is not None and _counts(version)
        if isinstance(kind, str) and kind in self.validators:
            value, normal = self._judged(where, self.validators[kind], plain, spoilt)
            if named and _KEY.fullmatch(_stream_key(str(code))):
                found = Entry(kind, str(code), version, normal or plain, requirements, basis, value)
                self.named.append((where, found))
                if normal is not None and not spoilt:
                    self.entries.append((where, found))
                    kept = normal
        self.cited += [(f"{where} {place}", each) for place, each in _citations(kept, "body")]

    def _judged(
        self, where: str, validate: Validator, body: dict[str, Any], spoilt: list[str]
    ) -> tuple[object, dict[str, Any] | None]:
        """What the validator reads in a body, and its normal form; None if it refuses, with its faults.

        What it says of a place that is `spoilt`, whose fault is known, is not listed again.
        """
        try:
            value = validate(body)  # may have notations for people; its normal form has not
            return value, _CODED.validate_python(normal_form(value, body))
        except ValidationError as error:
            told = faults_of(error, where, "body")
        except InvalidInput as error:
            told = [
                Fault(f"{where} {fault.where}".rstrip(), fault.what, fault.remedy) for fault in error.faults
            ]
        self.faults.found += [
            fault
            for fault in told
            if not any(_in_body(fault.where, where).startswith(_in_body(place, where)) for place in spoilt)
        ]
        return None, None

    def _versions(self) -> None:
        """One code is one definition of one kind, each version stands once, and none is passed over."""
        by_key: dict[str, dict[str, list[tuple[str, Entry]]]] = {}
        for where, entry in self.named:
            by_key.setdefault(entry.key, {}).setdefault(entry.kind, []).append((where, entry))
        for key, by_kind in sorted(by_key.items()):
            if len(by_kind) > 1:
                self.faults.add(
                    " and ".join(where for found in by_kind.values() for where, _ in found),
                    f"{key} is of the kinds {', '.join(sorted(by_kind))}.",
                    "One code is one definition: rename one.",
                )
            for found in by_kind.values():
                self._sequence(key, found)

    def _sequence(self, key: str, found: list[tuple[str, Entry]]) -> None:
        seen: dict[int, str] = {}
        for where, entry in found:
            if entry.version in seen:
                self.faults.add(
                    f"{seen[entry.version]} and {where}",
                    f"Version {entry.version} of {key} stands twice.",
                    "Remove one, or make it the next version.",
                )
            seen.setdefault(entry.version, where)
        for number in range(min(seen), max(seen)):
            if number not in seen:
                self.faults.add(found[0][0], f"Version {number} of {key} is missing.", "Leave no gap.")

    def _taxonomies(self) -> None:
        """Codes are of the kind of their taxonomy, and no version drops one, faulty or not."""
        for _, entry in self.entries:
            if isinstance(entry.value, Taxonomy):
                for code in entry.value.codes:
                    self.kinds.setdefault(code, set()).add(entry.code)
        found: dict[str, list[Taxonomy]] = {}
        for _, entry in self.named:
            listed = entry.body.get("codes")
            if entry.kind == TAXONOMY and isinstance(listed, list) and all(map(_is_code, listed)):
                codes = tuple(listed)
                version = Taxonomy.model_construct(code=entry.code, version=entry.version, codes=codes)
                found.setdefault(entry.code, []).append(version)
        for where, entry in self.named:
            for number, code in dropped(found.get(entry.code, ())):
                if entry.kind == TAXONOMY and number == entry.version:
                    self.faults.add(
                        where,
                        f"{code}, which an earlier version has, is gone.",
                        "Keep it in codes and name it in retired.",
                    )

    def _bands(self, where: str, rule: Rule) -> None:
        """The bands of a rule leave no gap and do not overlap, on any day on which one of them changes."""
        parameters = [
            found for clause in rule.clauses if clause.code == "bands" for found in clause.parameters
        ]
        told: set[Fault] = set()
        for day in sorted({parameter.since for parameter in parameters}):
            codes = {parameter.code for parameter in parameters if parameter.since <= day}
            bands = [Band(code, rule.value("bands", code, day)) for code in sorted(codes)]
            try:
                Bands(sorted(bands, key=lambda band: band.floor, reverse=True), Fraction(0))
            except InvalidInput as error:
                told |= {
                    Fault(f"{where} bands.{fault.where}", fault.what, fault.remedy) for fault in error.faults
                }
        self.faults.found += sorted(told, key=str)

    # --- roles, labels -----------------------------------------------------------------------

    def _read_roles(self, name: str, table: object) -> None:
        for role, duties in self._table(f"{name}: [roles]", table):
            where = f"{name}: [roles] {role}"
            if role in self.roles:
                self.faults.add(where, "The role stands in two files.", "Put its duties together in one.")
            found = self._texts(where, duties)
            for duty in sorted({duty for duty in found if found.count(duty) > 1}):
                self.faults.add(where, f"The duty {duty} stands twice.", "Strike one out.")
            for duty in sorted(set(found)):
                if not _DUTY.fullmatch(duty):
                    self.faults.add(where, "A duty is not a code.", "Write category.verb.")
            self.roles[role] = tuple(sorted(set(found)))
            self._role_places[role] = name
            self.kinds.setdefault(role, set()).add("role")
            self.cited.append((where, role))

    def _duties(self) -> None:
        """Roles carry what events and steps ask for; what a step of the pack asks for, some role carries."""
        steps: dict[str, str] = {}
        for where, entry in self.entries:
            asked = getattr(entry.value, "duties", None)
            for duty in sorted(asked()) if callable(asked) else ():
                steps.setdefault(duty, where)
        carried = {duty for duties in self.roles.values() for duty in duties}
        for duty in sorted(steps.keys() - carried):
            self.faults.add(steps[duty], f"No role carries the duty {duty}.", "Add it to a role.")
        if self.duties is None:
            return
        for role, duties in sorted(self.roles.items()):
            for duty in duties:
                if duty not in self.duties and duty not in steps:
                    where = f"{self._role_places[role]}: [roles] {role}"
                    self.faults.add(where, f"Nothing asks for the duty {duty}.", "Check how it is written.")

    def _read_traditional(self, name: str, table: object) -> None:
        if not isinstance(table, dict):
            remedy = 'Write [traditional], and below it "简体" = ["簡體"].'
            self.faults.add(f"{name}: [traditional]", "This is no table.", remedy)
            return
        for simplified, forms in table.items():
            self._traditional[simplified] = self._texts(f"{name}: [traditional] {simplified}", forms)

    def _read_labels(self, name: str, table: object) -> None:
        for code, words in self._table(f"{name}: [labels]", table):
            if not isinstance(words, dict):
                self._read_label(f"{name}: [labels] {code}", code, words)
                continue
            for inner, inside in self._table(f"{name}: [labels.{code}]", words):
                self._read_label(f"{name}: [labels.{code}] {inner}", inner, inside)
                self.kinds.setdefault(inner, set()).add(code)

    def _read_label(self, where: str, code: str, words: object) -> None:
        found = self._texts(where, words)
        if not 2 <= len(found) <= 3:
            self.faults.add(
                where,
                "A label is in English and in simplified Chinese.",
                'Write code = ["English", "简体"]; the traditional form may follow.',
            )
            return
        english, chinese = found[0], found[1]
        forms = found[2:] or self._traditional.get(chinese, ())
        if not forms and "zh_hant" in self.languages:
            self.faults.add(where, "It has no traditional form.", "Run tools/traditional.py, or write one.")
        label = Label(english, chinese, forms[0] if forms else "", tuple(sorted(set(forms[1:]))))
        if self.labels.get(code, label) != label:
            self.faults.add(
                f"{self._places[code]} and {where}", f"{code} has two labels.", "One code has one label."
            )
            return
        self.labels[code] = label
        self._places.setdefault(code, where)

    def _unlabelled(self) -> None:
        lacking: dict[str, str] = {}
        for where, code in self.cited:
            if code not in self.labels:
                lacking.setdefault(code, where)
        for code, where in lacking.items():
            self.faults.add(where, f"{code} has no label.", "Add it to [labels], or check how it is written.")

    def _ambiguous(self) -> None:
        """Codes of one kind are told apart by any of their forms; otherwise input could mean either."""
        for _, entry in self.entries:
            self.kinds.setdefault(entry.code, set()).add(entry.kind)
        meant: dict[tuple[str, str], set[str]] = {}
        for code, kinds in self.kinds.items():
            for form in {fold(form) for form in self.labels[code].forms} if code in self.labels else ():
                for kind in kinds:
                    meant.setdefault((kind, form), set()).add(code)
        pairs = sorted({(kind, tuple(sorted(codes))) for (kind, _), codes in meant.items() if len(codes) > 1})
        for kind, codes in pairs:
            self.faults.add(
                " and ".join(self._places[code] for code in codes),
                f"{', '.join(codes)} are of the kind {kind} and share a label.",
                "Word one of them differently.",
            )

    # --- what every table has ----------------------------------------------------------------

    def _table(self, where: str, table: object) -> Iterator[tuple[str, Any]]:
        if not isinstance(table, dict):
            below = 'role = ["category.verb"]' if where.endswith("[roles]") else 'code = ["English", "简体"]'
            remedy = f"Write {where.rpartition(': ')[2]} on a line of its own, and below it {below}."
            self.faults.add(where, "This is no table.", remedy)
            return
        for key, value in table.items():
            if _CODE.fullmatch(key):
                yield key, value
            else:
                self.faults.add(f"{where} {key!a}", "This is not a code.", "Lower-case ASCII, 64 at most.")

    def _only(self, where: str, table: Mapping[str, Any], known: set[str]) -> None:
        for key in sorted(table.keys() - known):
            self.faults.add(f"{where} {key!a}", "No such entry.", f"Entries: {', '.join(sorted(known))}.")

    def _texts(self, where: str, value: object) -> tuple[str, ...]:
        if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
            self.faults.add(where, "This is not a list of texts.", 'Write ["…", "…"].')
            return ()
        if any(item != " ".join(unicodedata.normalize("NFC", item).split()) or not item for item in value):
            self.faults.add(
                where, "A text is empty, or has blanks or characters not in normal form.", "Write it plainly."
            )
            return ()
        return tuple(value)

    def _codes(self, where: str, value: object) -> tuple[str, ...]:
        found = self._texts(where, value)
        if any(not _CODE.fullmatch(item) for item in found):
            self.faults.add(where, "An entry is not a code.", "Lower-case ASCII, 64 at most.")
        return tuple(sorted(set(found)))

    def _requirements(self, where: str, value: object) -> tuple[str, ...]:
        found = self._texts(f"{where} requirements", value)
        for item in found:
            match = _REQUIREMENT.fullmatch(item)
            if match is None or not 1 <= int(match.group(1)) <= _LAST_REQUIREMENT:
                self.faults.add(
                    f"{where} requirements",
                    f"There is no requirement {item!a}.",
                    f"Write R- and three digits, {_LAST_REQUIREMENT} at most.",
                )
        return tuple(sorted(set(found)))

    def _plain(self, value: Any, where: str) -> Any:
        """JSON values: days become text, and what has no exact form is a fault."""
        if isinstance(value, dict):
            for key in value:
                if not key.isascii():
                    self.faults.add(f"{where}.{key!a}", "A key is not ASCII.", "Use a code; label it.")
            return {key: self._plain(item, f"{where}.{key}") for key, item in value.items()}
        if isinstance(value, list):
            return [self._plain(item, f"{where}[{index}]") for index, item in enumerate(value)]
        if isinstance(value, str) and not value.isascii():
            self.faults.add(where, "Words for people stand in a body.", "Use a code and give it a label.")
        elif isinstance(value, float):
            self.faults.add(where, "A float is not exact.", 'Write a text: "0.3" or "1/3".')
        elif isinstance(value, date) and not isinstance(value, datetime):
            return value.isoformat()
        elif not isinstance(value, str | int):
            self.faults.add(where, "A time of TOML has several forms.", "Write it as a text.")
        elif isinstance(value, int) and abs(value) > canonical.MAX_INTEGER:
            self.faults.add(where, "The number is too large to be exact everywhere.", "Write it as a text.")
        return value


def fold(text: str) -> str:
    """Text as it is compared: compatible forms made one, case and blanks aside."""
    plain = " ".join(unicodedata.normalize("NFKC", text).split()).casefold()
    return _BESIDE_HAN.sub("", plain)


def normal_form(value: object, body: dict[str, Any]) -> dict[str, Any]:
    """The body that a log stores: what the definition read from it says of itself."""
    data = getattr(value, "data", None)
    if callable(data):
        found: dict[str, Any] = data()
        return found
    if isinstance(value, BaseModel):
        return value.model_dump(mode="json", exclude_none=True)
    return body


def _in_body(place: str, where: str) -> str:
    """A place in a body in one spelling, whoever noted it."""
    return re.sub(r"\[([0-9]+)\]", r".\1", place.removeprefix(where).strip().removeprefix("body.")) + "."


def _is_code(text: object) -> bool:
    return isinstance(text, str) and _CODE.fullmatch(text) is not None


def _counts(version: object) -> bool:
    return isinstance(version, int) and not isinstance(version, bool) and version >= 1


def _stream_key(code: str) -> str:
    return code.replace("_", "-")


def _citations(value: Any, where: str) -> Iterator[tuple[str, str]]:
    """Place and code of everything that a body says under one of the `CITING` keys."""
    if isinstance(value, dict):
        for key, inner in value.items():
            place = f"{where}.{key}"
            if key in CITING:
                for item in inner if isinstance(inner, list) else [inner]:
                    if isinstance(item, str) and _CODE.fullmatch(item):
                        yield place, item
            yield from _citations(inner, place)
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            yield from _citations(inner, f"{where}[{index}]")
