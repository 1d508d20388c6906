"""Populations that can be asked for again: queries as data, and the proof of what a query found.  (R-201)

A query is data, so that it stands in the workpaper of a sample and can be asked again: ``{"code":
"units_below", …}`` (see `QUERIES`).  With ``by`` it also says into which strata the population falls (see
`STRATA`).  A query finds what the history shows: for somebody who must not know of confidential matters,
ask it of the history that they may see.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from inspect import Parameter, signature
from typing import Any, Final

from party_workflow.canonical import canonical_bytes, digest, parse_time
from party_workflow.domain import organisation
from party_workflow.domain.case import CaseOpened
from party_workflow.domain.organisation import PersonJoined, UnitFounded
from party_workflow.errors import Fault, Faults, InvalidInput, NotCanonical
from party_workflow.history import History
from party_workflow.policies.figure import Evidence
from party_workflow.store import Record

Members = dict[str, Evidence | None]
"""Who is in a population, each with the event by which there is such a member at all."""


def _of(record: Record) -> Evidence:
    return Evidence(record.envelope.event_id, record.position, record.envelope.stored_type)


def _within(record: Record, since: str | None, until: str | None) -> bool:
    at: datetime = record.envelope.effective_at
    return (since is None or parse_time(since) <= at) and (until is None or at < parse_time(until))


def _units_below(history: History, unit: str, at: str, kinds: Sequence[str] = ()) -> Members:
    state = history.state(organisation.DECIDER, organisation.STREAM)
    founded = {record.data.get("unit"): _of(record) for record in history.records(UnitFounded)}
    return {each: founded.get(each) for each in state.units_of(unit, parse_time(at), tuple(kinds))}


def _people_below(history: History, unit: str, at: str, having: Sequence[str] = ()) -> Members:
    state = history.state(organisation.DECIDER, organisation.STREAM)
    joined: dict[Any, Evidence] = {}
    for record in history.records(PersonJoined):
        joined.setdefault(record.data.get("person"), _of(record))
    people = state.people_of(unit, parse_time(at))
    return {each: joined.get(each) for each, found in people.items() if set(having) <= set(found)}


def _streams(history: History, category: str) -> Members:
    found: Members = {}
    for record in history.records():
        if record.envelope.stream.partition("/")[0] == category:
            found.setdefault(record.envelope.stream, _of(record))
    return found


def _events(
    history: History, types: Sequence[str], since: str | None = None, until: str | None = None
) -> Members:
    unknown = sorted(set(types) - history.registry.events.keys())
    if unknown:
        what = f"There is no event type {', '.join(unknown)}."
        raise InvalidInput(Fault("query.types", what, "Use stored type names, such as activity.held."))
    return {
        record.envelope.event_id: _of(record)
        for record in history.records()
        if record.envelope.stored_type in types and _within(record, since, until)
    }


def _cases(history: History, kind: str, since: str | None = None, until: str | None = None) -> Members:
    return {
        record.envelope.stream: _of(record)
        for record in history.records(CaseOpened)
        if record.data.get("kind") == kind and _within(record, since, until)
    }


QUERIES: Final[Mapping[str, Callable[..., Members]]] = {
    "cases": _cases,
    "events": _events,
    "people_below": _people_below,
    "streams": _streams,
    "units_below": _units_below,
}
"""What a population can be asked for by.

``units_below`` (unit, at, kinds) and ``people_below`` (unit, at, having: categories) give ids; ``streams``
(category) and ``cases`` (kind, since, until) streams; ``events`` (types, since, until) event ids.  Moments
are texts in the canonical form; ``since`` is inclusive, ``until`` exclusive, both of the effective time.
"""


def arguments(code: str) -> dict[str, bool]:
    """The arguments that a query of `QUERIES` takes, and whether it needs them."""
    taken = list(signature(QUERIES[code]).parameters.values())[1:]  # the first is the history
    return {each.name: each.default is Parameter.empty for each in taken}


def _by_kind(history: History, query: Mapping[str, Any], members: Members) -> dict[str, str]:
    state = history.state(organisation.DECIDER, organisation.STREAM)
    at = parse_time(str(query["at"]))
    return {each: state.kind(each, at) or "none" for each in members}


def _by_unit(history: History, query: Mapping[str, Any], members: Members) -> dict[str, str]:
    state = history.state(organisation.DECIDER, organisation.STREAM)
    at = parse_time(str(query["at"]))
    placed = {each: state.standing(each, at) for each in members}
    return {each: "none" if found is None else found.unit for each, found in placed.items()}


def _by_field(name: str) -> Callable[[History, Mapping[str, Any], Members], dict[str, str]]:
    def by(history: History, query: Mapping[str, Any], members: Members) -> dict[str, str]:
        wanted = {evidence.event_id: member for member, evidence in members.items() if evidence is not None}
        found: dict[str, str] = {}
        for record in history.records():
            member = wanted.get(record.envelope.event_id)
            if member is not None:
                found[member] = str(record.data.get(name) or "none")
        return found

    return by


def _by_type(history: History, query: Mapping[str, Any], members: Members) -> dict[str, str]:
    return {member: "none" if found is None else found.stored_type for member, found in members.items()}


def _by_account(history: History, query: Mapping[str, Any], members: Members) -> dict[str, str]:
    accounts = {record.envelope.event_id: record.envelope.account for record in history.records()}
    return {m: "none" if found is None else accounts[found.event_id] for m, found in members.items()}


STRATA: Final[Mapping[str, Mapping[str, Callable[[History, Mapping[str, Any], Members], dict[str, str]]]]] = {
    "cases": {"channel": _by_field("channel"), "unit": _by_field("unit"), "account": _by_account},
    "events": {"account": _by_account, "type": _by_type},
    "people_below": {"unit": _by_unit},
    "streams": {"account": _by_account, "kind": _by_field("kind"), "unit": _by_field("unit")},
    "units_below": {"kind": _by_kind},
}
"""By what a population falls into strata, by query: the value of ``by`` in the query.

What a member has none of, such as a case without a channel, is the stratum ``none``.
"""
_NOT_ASKED: Final = frozenset({"by", "code", "method"})


def _found(history: History, query: Mapping[str, Any]) -> Members:
    ask = QUERIES.get(str(query.get("code")))
    if ask is None:
        known = f"Queries: {', '.join(sorted(QUERIES))}."
        raise InvalidInput(Fault("query.code", "There is no such query.", known))
    given = {name: value for name, value in query.items() if name not in _NOT_ASKED}
    _check_arguments(str(query["code"]), given)
    try:
        return ask(history, **given)
    except TypeError:
        what = "An argument of it is not of the type that it has to be."
        raise InvalidInput(
            Fault("query", what, "Give texts, or a list of texts where there are several.")
        ) from None
    except NotCanonical:
        what = "A moment in it is not written as moments are."
        raise InvalidInput(Fault("query", what, "Write it like 2009-03-02T01:00:00.000000Z.")) from None


def _check_arguments(code: str, given: Mapping[str, Any]) -> None:
    takes = arguments(code)
    needed, rest = (", ".join(name for name, needs in takes.items() if needs is so) for so in (True, False))
    remedy = f"{code} needs {needed}{f' and may have {rest}' if rest else ''}."
    faults = Faults()
    for name, needs in takes.items():
        if needs and name not in given:
            faults.add(f"query.{name}", "It is lacking.", remedy)
    for name in sorted(given.keys() - takes.keys()):
        faults.add(f"query.{name}", "There is no such argument.", remedy)
    faults.raise_if_any()


def population(history: History, query: Mapping[str, Any]) -> tuple[str, ...]:
    """Whom a query finds in a history, sorted.  Raises `InvalidInput` for a query that there is not."""
    return tuple(sorted(_found(history, query)))


def strata(history: History, query: Mapping[str, Any]) -> dict[str, tuple[str, ...]]:
    """The population of a query by stratum, as its ``by`` says.

    Raises `InvalidInput` for a query that there is not, or that does not say by what.
    """
    members = _found(history, query)
    ways = STRATA[str(query["code"])]
    way = ways.get(str(query.get("by")))
    if way is None:
        raise InvalidInput(Fault("query.by", "It does not say by what.", f"By {', '.join(sorted(ways))}."))
    groups: dict[str, list[str]] = {}
    for member, code in way(history, query, members).items():
        groups.setdefault(code, []).append(member)
    return {code: tuple(sorted(found)) for code, found in sorted(groups.items())}


# --- the proof -------------------------------------------------------------------------------


@dataclass(frozen=True)
class PopulationProof:
    """What a population was drawn from, and how it came about: whoever has the log finds the same again.

    `members` are all of them, sorted; `events` gives for each the id of the event by which there is such a
    member.  `position` and `head` say where the log ended.  Truthy when nothing is odd about it by itself.
    """

    query: Mapping[str, Any]
    position: int
    head: str
    members: tuple[str, ...]
    events: Mapping[str, str]

    @property
    def count(self) -> int:
        """How many there are."""
        return len(self.members)

    @property
    def population(self) -> str:
        """The digest of the list of members, as a workpaper has it."""
        return digest(list(self.members))

    def __bool__(self) -> bool:
        return self.members == tuple(sorted(set(self.members))) and self.events.keys() <= set(self.members)

    def data(self) -> dict[str, Any]:
        """The proof as canonical data."""
        return {
            "count": self.count,
            "events": dict(sorted(self.events.items())),
            "head": self.head,
            "members": list(self.members),
            "population": self.population,
            "position": self.position,
            "query": dict(self.query),
        }

    def canonical_bytes(self) -> bytes:
        """The bytes that are filed and compared."""
        return canonical_bytes(self.data())

    @property
    def digest(self) -> str:
        """SHA-256 of the canonical bytes."""
        return digest(self.data())

    @classmethod
    def read(cls, document: Mapping[str, Any]) -> PopulationProof:
        """The proof that was filed.  Raises `InvalidInput` with everything that is wrong with it."""
        return _read_proof(document)

    def differences(self, history: History) -> tuple[str, ...]:
        """What is otherwise in the log as it stood then, in sentences; empty where all of it holds."""
        again = prove(history.up_to(self.position), self.query)
        said = []
        if (again.position, again.head) != (self.position, self.head):
            said.append(f"The log did not end at position {self.position} with this head.")
        for word, members in (
            ("lacks", set(again.members) - set(self.members)),
            ("has", set(self.members) - set(again.members)),
        ):
            if members:
                which = ", ".join(sorted(members))
                beside = "" if word == "lacks" else ", whom the query does not find"
                said.append(f"The list {word} {which}{beside}.")
        wrong = sorted(each for each in again.members if again.events.get(each) != self.events.get(each))
        if wrong and not said:
            said.append(f"Other events say of these that they are there: {', '.join(wrong)}.")
        return tuple(said)


def prove(history: History, query: Mapping[str, Any]) -> PopulationProof:
    """Whom a query finds, with all that is needed to find the same again."""
    found = _found(history, query)
    position, head = history.head()
    events = {member: evidence.event_id for member, evidence in found.items() if evidence is not None}
    return PopulationProof(dict(query), position, head, tuple(sorted(found)), dict(sorted(events.items())))


def _read_proof(document: Mapping[str, Any]) -> PopulationProof:
    faults = Faults()
    needed = ("query", "position", "head", "members", "events", "count", "population")
    for name in needed:
        if name not in document:
            faults.add(name, "It is lacking.", "File the whole proof.")
    faults.raise_if_any()
    try:
        found = PopulationProof(
            dict(document["query"]),
            int(document["position"]),
            str(document["head"]),
            tuple(map(str, document["members"])),
            {str(k): str(v) for k, v in dict(document["events"]).items()},
        )
    except (TypeError, ValueError):
        raise InvalidInput(Fault("", "This is no proof of a population.", "File `data()`.")) from None
    if not found:
        faults.add("members", "They are not a sorted list without repetition.", "File `data()`.")
    if found.count != document["count"]:
        faults.add("count", f"It says {document['count']} and lists {found.count}.", "One of them is wrong.")
    if found.population != document["population"]:
        faults.add("population", "The list does not have this digest.", "One of them was changed.")
    faults.raise_if_any()
    return found


def members_of(groups: Iterable[Iterable[str]]) -> tuple[str, ...]:
    """Everybody in any of the groups, once, sorted."""
    return tuple(sorted({member for group in groups for member in group}))
