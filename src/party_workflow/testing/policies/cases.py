"""Cases in tables: what comes in and what is to come out, in TOML or CSV, without a line of Python.

A TOML file names a rule document (`document`: a path, ``pack:`` with the code of one that is shipped, or the
document itself) or a policy (`policy`, as ``package.module:name``), the days of the run, and cases, each with
events or rows and with what is expected::

    document = "study-points.toml"
    on = 2009-06-30
    period = 2009-01-01

    [[case]]
    name = "three sessions are capped"
    rows.members = [{ person = "p-1" }]
    rows.register = [{ person = "p-1", status = "present" }, ...]
    ranks = { p-1 = 1 }
    figures = { p-1 = 10 }

A CSV file says the same of one table: lines ``# document = …`` first, then a column ``case`` (empty: as
above), columns of the source, and expectations in columns that begin with ``=``: ``=place``, ``=figure``,
``=grade``, ``=award``, ``=tier``, or a measure.
"""

from __future__ import annotations

import csv
import importlib
import io
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from fractions import Fraction
from typing import Any, Final

from pydantic import ValidationError

from party_workflow.codec import Registry, faults_of
from party_workflow.errors import Fault, Faults, InvalidDefinition, InvalidInput
from party_workflow.policies.documents import RuleDocument
from party_workflow.policies.documents.forms import nearest
from party_workflow.policies.documents.reading import Written, plain, read
from party_workflow.policies.policy import Policy
from party_workflow.testing.policies.past import Happened, happened
from party_workflow.testing.policies.scenario import GivenPolicy, given

Subject = Policy[Any] | RuleDocument
Load = Callable[[str], str]
"""The text of a file that is named in a table, by its path relative to the table."""

_HEAD: Final = ("document", "policy", "on", "period", "rows", "case", "source")
_SAID: Final = ("name", "on", "period", "rows", "events", "stepwise")
_OF_SUBJECTS: Final = ("ranks", "excludes", "figures", "grades", "gates", "awards", "tiers", "selects")
_EXPECTED: Final = (
    *_OF_SUBJECTS,
    "measures",
    "exact",
    "says",
    "explains",
    "proposes",
    "refuses",
    "partly",
    "fails",
)
_COLUMNS: Final[Mapping[str, str]] = {
    "place": "ranks",
    "figure": "figures",
    "grade": "grades",
    "award": "awards",
    "tier": "tiers",
    "excluded": "excludes",
}


@dataclass(frozen=True)
class Case:
    """One case: its name, where it stands, what comes in, and what is expected of it."""

    name: str
    file: str
    line: int
    begun: GivenPolicy
    expected: Mapping[str, Any] = field(default_factory=dict)

    @property
    def id(self) -> str:
        """A name for test runners."""
        return self.name or f"line-{self.line}"

    @property
    def where(self) -> str:
        """File and line."""
        return f"{self.file}:{self.line}"

    def check(self, policy: Subject | None = None) -> None:
        """Raises `AssertionError` with the case and what differs.  `policy` is tried in place of its own."""
        try:
            self._check(self.begun if policy is None else _with(self.begun, policy))
        except AssertionError as error:
            raise AssertionError(f"{self.where}: {self.id}: {error}") from None

    def _check(self, found: GivenPolicy) -> None:
        said, partly = self.expected, bool(self.expected.get("partly", False))
        if "fails" in said:
            found.fails(str(said["fails"]))
        for name in _OF_SUBJECTS:
            if name not in said:
                continue
            expected = {who: _number(each) for who, each in said[name].items()}
            if name == "selects":
                found.selects(expected)
            else:
                getattr(found, name)(expected, partly=partly)
        for kind in ("measures", "exact"):
            for measure, values in said.get(kind, {}).items():
                keyed: dict[Any, Any] = {tuple(who.split("|")): _number(each) for who, each in values.items()}
                if kind == "exact":
                    keyed = {key: Fraction(each) for key, each in keyed.items()}
                found.figures(keyed, measure=measure, partly=partly)
        for part, each in said.get("says", {}).items():
            found.says(part, each)
        for who, events in said.get("explains", {}).items():
            found.explains(who, *events)
        if "proposes" in said:
            found.proposes(*said["proposes"])
        if "refuses" in said:
            found.refuses(*said["refuses"])


def _with(begun: GivenPolicy, policy: Subject) -> GivenPolicy:
    return replace(begun, policy=policy)


def _number(value: Any) -> Any:
    return None if value in ("", "none") else value


def read_cases(
    text: str,
    name: str,
    load: Load,
    *,
    registry: Registry | None = None,
    resolve: Callable[[str], Subject] | None = None,
) -> tuple[Case, ...]:
    """The cases of a table, whose `name` ends in ``.toml`` or ``.csv``.

    `load` gives the text of files that it names, and `resolve` the policy for a name in Python (by default it
    is imported).  Raises `InvalidDefinition` with every fault, each with its line.
    """
    resolve = resolve or resolved
    if name.endswith(".csv"):
        return tuple(_from_csv(text, name, load, registry, resolve))
    return tuple(_from_toml(text, name, load, registry, resolve))


def resolved(name: str) -> Subject:
    """The policy or document that a name in Python stands for: a value, or a function that gives one.

    Raises `InvalidInput` where there is none.
    """
    module, _, attribute = name.partition(":")
    try:
        found: Any = getattr(importlib.import_module(module), attribute)
    except (ImportError, AttributeError, ValueError) as error:
        what = f"There is no {name}: {error}."
        raise InvalidInput(Fault("policy", what, "Write package.module:name.")) from None
    if callable(found) and not isinstance(found, Policy | RuleDocument):
        found = found()
    if isinstance(found, Policy | RuleDocument):
        return found
    raise InvalidInput(
        Fault("policy", f"{name} is no policy.", "Name a policy, a document, or what makes one.")
    )


# --- TOML ------------------------------------------------------------------------------------


def _from_toml(
    text: str, name: str, load: Load, registry: Registry | None, resolve: Callable[[str], Subject]
) -> Iterator[Case]:
    written = read(text, "toml", name)
    data, faults = written.data, _Faults(written)
    for key in data:
        if key not in _HEAD:
            faults.say((key,), f"Nothing is known by the name {key}.", nearest(key, _HEAD))
    subject = _subject(data, load, resolve, faults)
    sound_head = _rows(data, subject, faults, ())
    cases = data.get("case", [])
    if not isinstance(cases, list) or not cases:
        faults.say(("case",), "There is no case.", "Write [[case]] with what comes in and what comes out.")
        cases = []
    found: list[Case] = []
    names: dict[str, int] = {}
    for index, case in enumerate(cases):
        path = ("case", index)
        for key in case:
            if key not in (*_SAID, *_EXPECTED):
                faults.say((*path, key), f"A case has no {key}.", nearest(key, (*_SAID, *_EXPECTED)))
        sound = _rows(case, subject, faults, path)
        if not any(key in case for key in _EXPECTED):
            faults.say(path, "Nothing is expected.", f"Say one of: {', '.join(_EXPECTED)}.")
        title = str(case.get("name", ""))
        if title and title in names:
            faults.say((*path, "name"), f"Case {names[title] + 1} has this name.", "Give it another one.")
        names.setdefault(title, index)
        if subject is None or not (sound and sound_head):
            continue
        try:
            begun = _begun(subject, data, case, registry, faults, path)
        except InvalidInput as error:
            for fault in error.faults:
                faults.say(path, f"{fault.where}: {fault.what}", fault.remedy)
            continue
        expected = {key: plain(case[key]) for key in _EXPECTED if key in case}
        found.append(Case(title, name, faults.line(path), begun, expected))
    faults.done()
    yield from found


def _rows(
    part: Mapping[str, Any], subject: Subject | None, faults: _Faults, path: tuple[str | int, ...]
) -> bool:
    """Adds what is wrong with the rows of a table or of a case; says whether each source has some."""
    found = part.get("rows", {})
    if not isinstance(found, Mapping):
        what = "Rows are given by source."
        faults.say((*path, "rows"), what, "Write rows.code = [{ column = value }].")
        return False
    if found and isinstance(subject, Policy):
        faults.say((*path, "rows"), "A policy in code reads events.", "Give it `events`.")
    sources = [each.code for each in subject.source] if isinstance(subject, RuleDocument) else None
    sound = True
    for source, each in found.items():
        if sources is not None and source not in sources:
            what = f"The document has no source {source}."
            faults.say((*path, "rows", source), what, nearest(source, sources))
        if not isinstance(each, list) or not all(isinstance(row, Mapping) for row in each):
            what = f"The rows of {source} are no list of tables."
            faults.say((*path, "rows", source), what, "Write [{ column = value }].")
            sound = False
    return sound


def _begun(
    subject: Subject,
    data: Mapping[str, Any],
    case: Mapping[str, Any],
    registry: Registry | None,
    faults: _Faults,
    path: tuple[str | int, ...],
) -> GivenPolicy:
    items = [
        found
        for index, event in enumerate(case.get("events", ()))
        if (found := _event(event, registry, faults, (*path, "events", index))) is not None
    ]
    begun = given(subject, *items, registry=registry)
    rows: dict[str, list[Any]] = {}
    for part in (data.get("rows", {}), case.get("rows", {})):
        for source, each in part.items():
            rows.setdefault(source, []).extend(each)
    for source, each in rows.items():
        begun = begun.rows(source, *each)
    days = {**data, **case}
    if "on" in days:
        begun = begun.on(days["on"])
    if "period" in days:
        begun = begun.period(days["period"])
    return begun.stepwise() if case.get("stepwise") else begun


def _event(
    event: Mapping[str, Any], registry: Registry | None, faults: _Faults, path: tuple[str | int, ...]
) -> Happened | None:
    if registry is None:
        from party_workflow.packs import party

        registry = party.MODEL.registry
    kind = registry.events.get(str(event.get("type")))
    if kind is None:
        faults.say(path, f"There is no event type {event.get('type')}.", "Say a stored type as `type`.")
        return None
    try:
        made = kind.model_validate(plain(event.get("data", {})))
    except ValidationError as error:
        for fault in faults_of(error, what=kind.stored_type):
            faults.say((*path, "data"), f"{fault.where}: {fault.what}", fault.remedy)
        return None
    said = {name: event[name] for name in ("stream", "at", "recorded_at", "by") if name in event}
    return happened(made, **said)


def _subject(
    data: Mapping[str, Any], load: Load, resolve: Callable[[str], Subject], faults: _Faults
) -> Subject | None:
    if ("document" in data) == ("policy" in data):
        faults.say(
            (), "It names no policy, or two.", 'Say `document = "file.toml"`, or `policy = "module:name"`.'
        )
        return None
    key = "document" if "document" in data else "policy"
    try:
        if key == "policy":
            return resolve(str(data["policy"]))
        if isinstance(data["document"], Mapping):
            return RuleDocument.read(plain(data["document"]))
        return _document(str(data["document"]), load)
    except InvalidInput as error:
        for fault in error.faults:
            faults.say((key,), f"{fault.where}: {fault.what}", fault.remedy)
    except OSError as error:
        faults.say((key,), f"{data[key]} cannot be read: {error.strerror}.", "Name a file beside this one.")
    return None


def _document(path: str, load: Load) -> RuleDocument:
    if path.startswith("pack:"):
        return _shipped(path.removeprefix("pack:"))
    text = load(path)
    return (
        RuleDocument.from_json(text, path) if path.endswith(".json") else RuleDocument.from_toml(text, path)
    )


def _shipped(code: str) -> RuleDocument:
    """The latest version of a rule document of the pack ``party``."""
    from party_workflow.packs import party

    found = [entry.value for entry in party.PACK.definitions if entry.code == code]
    if found and isinstance(found[-1], RuleDocument):
        return found[-1]
    raise InvalidInput(
        Fault("document", f"The pack has no rule document {code}.", "Look for a typing mistake.")
    )


class _Faults:
    """Faults of a table, each with file and line."""

    def __init__(self, written: Written) -> None:
        self.written = written
        self.found = Faults()

    def line(self, path: tuple[str | int, ...]) -> int:
        return self.written.places.at(path).line

    def say(self, path: tuple[str | int, ...], what: str, remedy: str) -> None:
        self.found.add(f"{self.written.name}:{self.line(path)}", what, remedy)

    def done(self) -> None:
        self.found.raise_if_any(InvalidDefinition)


# --- CSV -------------------------------------------------------------------------------------


def _from_csv(
    text: str, name: str, load: Load, registry: Registry | None, resolve: Callable[[str], Subject]
) -> Iterator[Case]:
    faults = Faults()
    lines = text.splitlines()
    head: dict[str, str] = {}
    first = next((index for index, line in enumerate(lines) if not line.startswith("#")), len(lines))
    for line in lines[:first]:
        key, equals, value = line[1:].partition("=")
        if equals and key.strip() in _HEAD:
            head[key.strip()] = value.strip().strip('"')
    rows = list(csv.reader(io.StringIO("\n".join(lines[first:])))) if lines else []
    if not rows or "case" not in rows[0]:
        what = "There is no column `case`."
        raise InvalidDefinition(Fault(f"{name}:{first + 1}", what, "Begin the table with a line of columns."))
    columns = rows[0]
    subject: Subject | None = None
    try:
        if ("document" in head) == ("policy" in head):
            what = "It names no policy, or two."
            raise InvalidInput(Fault("", what, "Say `# document = file.toml`, or `# policy = module:name`."))
        subject = resolve(head["policy"]) if "policy" in head else _document(head["document"], load)
    except InvalidInput as error:
        for fault in error.faults:
            faults.add(f"{name}:1", f"{fault.where}: {fault.what}".lstrip(": "), fault.remedy)
    except OSError as error:
        faults.add(
            f"{name}:1", f"{head['document']} cannot be read: {error.strerror}.", "Name a file beside this."
        )
    if isinstance(subject, Policy):
        faults.add(f"{name}:1", "A policy in code reads events.", "Write a table for it in TOML.")
        subject = None
    tables: dict[str, _Table] = {}
    current = ""
    for number, row in enumerate(rows[1:], start=first + 2):
        where = f"{name}:{number}"
        if not any(row):
            continue
        if len(row) != len(columns):
            faults.add(
                where, f"It has {len(row)} values for {len(columns)} columns.", "Give each column one."
            )
            continue
        cells = dict(zip(columns, row, strict=True))
        current = cells.pop("case") or current
        if not current:
            faults.add(where, "The first row says no case.", "Name it in the column `case`.")
            continue
        tables.setdefault(current, _Table(number)).add(cells, subject, head, where, faults)
    faults.raise_if_any(InvalidDefinition)
    assert subject is not None
    for title, table in tables.items():
        begun = given(subject, registry=registry)
        for source, each in table.rows.items():
            begun = begun.rows(source, *each)
        if "on" in head:
            begun = begun.on(head["on"])
        if "period" in head:
            begun = begun.period(head["period"])
        yield Case(title, name, table.line, begun, {**table.expected, "partly": True})


@dataclass
class _Table:
    """The rows of one case."""

    line: int
    rows: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    expected: dict[str, Any] = field(default_factory=dict)

    def add(
        self,
        cells: dict[str, str],
        subject: Subject | None,
        head: Mapping[str, str],
        where: str,
        faults: Faults,
    ) -> None:
        """Takes a row, and what is expected of whom it is about."""
        sources = {each.code: each for each in subject.source} if isinstance(subject, RuleDocument) else {}
        source = cells.pop("source", "") or head.get("source", "")
        said = {key[1:]: value for key, value in cells.items() if key.startswith("=") and value}
        row: dict[str, Any] = {
            key: _cell(value) for key, value in cells.items() if not key.startswith("=") and value
        }
        if not sources:
            return
        if source not in sources:
            what = f"The document has no source {source or 'for this row'}."
            faults.add(where, what, f"Say one in a column `source`: {', '.join(sources)}.")
            return
        self.rows.setdefault(source, []).append(row)
        who = str(row.get(sources[source].subject, ""))
        if said and not who:
            faults.add(where, "It says whom nothing is expected of.", f"Fill in {sources[source].subject}.")
        for key, value in said.items():
            self._expect(key, who, value, subject, where, faults)

    def _expect(
        self, key: str, who: str, value: str, subject: Subject | None, where: str, faults: Faults
    ) -> None:
        if key in _COLUMNS:
            number: Any = value
            if key == "place":
                number = int(value) if value.isdigit() else None
            elif key == "figure":
                number = _cell(value)
            self.expected.setdefault(_COLUMNS[key], {})[who] = number
            return
        assert isinstance(subject, RuleDocument)
        known = [clause.code for clause in subject.clause]
        if key not in known:
            faults.add(where, f"={key} is no clause.", f"There are: {', '.join((*_COLUMNS, *known))}.")
            return
        self.expected.setdefault("measures", {}).setdefault(key, {})[who] = _cell(value)


def _cell(text: str) -> Any:
    """A number where it looks like one, a fraction such as ``2/5`` among them; otherwise the text."""
    try:
        if text.lstrip("-").replace(".", "", 1).replace("/", "", 1).isdigit() and "-" not in text[1:]:
            return Fraction(text) if "/" in text else Fraction(Decimal(text))
    except (ValueError, ArithmeticError):
        pass
    return text


def check_all(cases: Sequence[Case], policy: Subject | None = None) -> None:
    """Every case, over another policy where one is given: what `mutation.survivors` asks for."""
    for case in cases:
        case.check(policy)
