"""Two worlds that differ in one protected case and in nothing else.

The *base* is a course of likely commands on the prepared organisation of `tests.stateful`, noted as they were
given.  The worlds take it again: one as it was, the other with a protected case, opened, investigated, told
and decided by insiders in between, at the times of the base commands.  In neither does a command of the base
name the case.

The role ``everything`` carries every duty but the custody of what is confidential; ``custodian`` carries that
too and is held by ``p-60`` and ``p-2`` only.  Of the case ``p-6`` is accused, ``p-7`` the sealed complainant.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import cache
from random import Random
from typing import Annotated, Any, Final, get_args, get_origin

from pydantic import BaseModel
from tests.stateful import likely
from tests.stateful import party as driven

from party_workflow.authority import AdoptRoles, GrantRole, Recuse
from party_workflow.codec import Command
from party_workflow.domain.case import OpenCase
from party_workflow.errors import CommandIdConflict, InvalidInput, Refused
from party_workflow.packs import party
from party_workflow.packs.campaign_2005 import CALENDAR
from party_workflow.packs.processes import MANAGERS, in_force, run_all
from party_workflow.personal import MemoryOpenings, Personal, keyed_salts
from party_workflow.service import Workflow
from party_workflow.store import Actor, MemoryStore, Record
from party_workflow.testing.driving import Driver, Setting, Tally
from party_workflow.testing.making import Chance, Maker, harvest
from party_workflow.values import STREAM_PATTERN

MODEL = party.MODEL
ACCUSED: Final = "p-6"
COMPLAINANT: Final = "p-7"
INSIDERS: Final = (
    Actor("a-60", "p-60", "custodian"),
    Actor("a-2", "p-2", "custodian"),
    Actor("a-4", "p-4", "everything"),
    Actor("a-4", "p-4"),
)
"""Two with custody, and one who takes part once the case gives them one."""
OUTSIDERS: Final = {
    "an official of the same unit without a part": Actor("a-3", "p-3", "everything"),
    "somebody of the unit, for themselves": Actor("a-5", "p-5"),
    "a delegate of an outsider": Actor("a-51", "p-51", "everything", delegate_of="p-5"),
    "the accused, before notice": Actor(f"a-{ACCUSED[2:]}", ACCUSED),
    "the accused in office, before notice": Actor(f"a-{ACCUSED[2:]}", ACCUSED, "everything"),
    "a member of another unit": Actor("a-51", "p-51"),
    "an official of another unit": Actor("a-52", "p-52", "everything"),
    "somebody of the unit above": Actor("a-53", "p-53"),
    "whose account is closed": Actor("a-50", "p-50"),
    "nobody": Actor("a-77", "p-77"),
}

MANAGED: Final = 10
"""Process managers run in the middle of one course in so many: a run takes longer than all the rest."""
GROWN: Final = 150
"""Steps that the prepared organisation takes before it is a world to begin with."""
APART: Final = frozenset({"definition.adopt", "authority.grant_role"})
"""Commands that would make the courses all about definitions and roles."""
ONWARD: Final = (
    "case.acknowledge",
    "case.accept",
    "case.assign_investigator",
    "case.notify_respondent",
    "case.reply_to_notice",
    "case.decide",
    "case.answer_requester",
    "case.close",
)
"""The way through a case, taken twice as often as any other."""


def key_of(seed: int) -> str:
    """A key that nobody could guess."""
    return f"c-{hashlib.sha256(str(seed).encode()).hexdigest()[:32]}"


@cache
def founded() -> tuple[tuple[Record, ...], datetime, MemoryOpenings]:
    """The records of the organisation with custody kept apart, and its hour."""
    records, now = driven.founded()
    workflow = Workflow(MemoryStore(records), MODEL)
    every = sorted(workflow.state("authority").roles["everything"])
    roles = {
        "everything": tuple(duty for duty in every if duty != "case.custody"),
        "custodian": tuple(sorted({*every, "case.custody"})),
    }
    root = Actor("a-1", "p-1", "everything")
    for number, command in enumerate(
        (
            AdoptRoles(roles=roles),
            GrantRole(person="p-60", role="custodian", unit="u-city"),
            GrantRole(person="p-2", role="custodian", unit="u-city"),
        )
    ):
        workflow.execute(command, by=root, at=now, command_id=f"apart-{number}")
    openings = MemoryOpenings()
    grown = Workflow(
        MemoryStore(list(workflow.store.read())), MODEL, openings=openings, salts=keyed_salts(bytes(32))
    )
    driver = Driver(grown, _setting(), now, Tally(), _number=100_000)
    random = Random(20)
    for _ in range(GROWN):
        driver.likely(Chance(random))
        driver.later(seconds=3600)
    return tuple(grown.store.read()), driver.now, openings


def _setting() -> Setting:
    actors = [actor for actor in (*driven.ACTORS, *INSIDERS[:2]) if actor.account not in ("a-77",)]
    return Setting(
        pool=driven.pool(),
        actors=actors,
        likely=likely.LIKELY,
        phase=likely.phase,
        seldom=driven.SELDOM | APART,
    )


def world() -> Workflow:
    """A world as it stands before the course."""
    return _knowing(MemoryStore(founded()[0]), _read())


def _knowing(store: MemoryStore, other: Workflow) -> Workflow:
    """A facade that has read as far as another one: what is remembered is never changed, only exchanged."""
    made = Workflow(store, MODEL, openings=MemoryOpenings(), salts=keyed_salts(bytes(32)))
    made._reading._seen = other._reading._seen
    made._reading._matters = dict(other._reading._matters)
    return made


@cache
def _read() -> Workflow:
    workflow = Workflow(MemoryStore(founded()[0]), MODEL)
    for stream in {record.envelope.stream for record in founded()[0]}:
        workflow._reading.load(stream)
    workflow._reading.refresh()
    return workflow


# --- the base --------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Given:
    """Commands given together, and what came of them: None, or the code of the refusal."""

    commands: tuple[Command, ...]
    by: Actor
    at: datetime
    effective_at: datetime | None
    command_id: str
    refused: str | None = None


@dataclass
class _Noting(Driver):
    """A driver that notes every command given, the refused ones too."""

    noted: list[Given] = field(default_factory=list)

    def give(self, commands: tuple[Command, ...], by: Actor, effective_at: datetime | None = None) -> bool:
        done = super().give(commands, by, effective_at)
        number = f"base-{hashlib.sha256(str(len(self.noted)).encode()).hexdigest()[:24]}"
        self.noted.append(Given(commands, by, self.now, effective_at, number, self.refused))
        return done


def course(seed: int, steps: int = 30) -> tuple[tuple[Given, ...], datetime]:
    """A base course, and the hour at its end."""
    workflow = world()
    driver = _Noting(workflow, _setting(), founded()[1], Tally())
    random = Random(seed)
    for _ in range(steps):
        if random.randrange(5) == 0:
            driver.later(seconds=(0, 1, 3600, 86_400, 9 * 86_400, 60 * 86_400)[random.randrange(6)])
        elif random.randrange(8) == 0:
            driver.together(Chance(random))
        else:
            driver.likely(Chance(random), attempts=6)
    return tuple(driver.noted), driver.now


def outcome(workflow: Workflow, given: Given) -> str | None:
    """What comes of commands: None, or the refusal in all its words."""
    try:
        workflow.execute(
            *given.commands,
            by=given.by,
            at=given.at,
            command_id=given.command_id,
            effective_at=given.effective_at,
        )
    except Refused as error:
        return repr(error.refusal)
    except (InvalidInput, CommandIdConflict) as error:
        return repr(error)
    return None


# --- the protected case ----------------------------------------------------------------------


@dataclass
class Hidden:
    """What insiders do on the protected case; `heard` says whether the accused is told of it."""

    workflow: Workflow
    key: str
    random: Random
    heard: bool
    moves: list[str] = field(default_factory=list)
    tried: int = 0

    @property
    def stream(self) -> str:
        return f"case/{self.key}"

    def step(self, at: datetime) -> None:
        """The opening first; then one likely move, seldom something around the case."""
        if not self.moves:
            self._open(at)
        elif self.random.randrange(6) == 0:
            self._around(at)
        else:
            self._move(at)

    def _open(self, at: datetime) -> None:
        kind = next(entry.value for entry in party.PACK.of_kind("case") if entry.value.code == "complaint")
        command = OpenCase(
            key=self.key,
            kind=kind.code,
            definition=kind.digest,
            unit="u-branch",
            substance=Personal("A word about it."),
            complainant=Personal(COMPLAINANT),
            concerns=(ACCUSED,),
        )
        self._give(command, INSIDERS[self.random.randrange(2)], at)

    def _move(self, at: datetime) -> None:
        """The move that was made least often among those open to the insiders."""
        choice = Chance(self.random)
        actors = [*INSIDERS, Actor(f"a-{ACCUSED[2:]}", ACCUSED)] if self.heard else list(INSIDERS)
        for _ in range(6):
            by = actors[self.random.randrange(len(actors))]
            if not self.workflow.sees(by, at, self.stream):
                continue
            allowed = [each for each in self.workflow.allowed(by, at, self.stream) if each]
            names = sorted({each.command for each in allowed} - {"case.withdraw", "case.refuse"})
            names = [name for name in names if self.heard or name != "case.notify_respondent"]
            if not names:
                continue
            onward = [name for name in ONWARD if name in names and name not in self.moves]
            if onward and self.random.randrange(3):
                name = onward[0]
            else:
                name = min((names[self.random.randrange(len(names))] for _ in range(2)), key=self.moves.count)
            command = self._made(name, choice, by, at)
            if command is not None and self._give(command, by, at):
                return

    def _made(self, name: str, choice: Chance, by: Actor, at: datetime) -> Command | None:
        kind, state = MODEL.registry.commands[name], self.workflow.state(self.stream)
        pool = driven.pool().around(at)
        maker = Maker(choice, pool, harvest(state), by.person)
        given: dict[str, Any] = {"key": self.key}
        if (said := likely.LIKELY.get(name)) is not None:
            hints = said(maker, state, {**dict.fromkeys(kind.model_fields), **given})
            given = {name: each for name, each in hints.items() if name in kind.model_fields} | given
        if "investigator" in kind.model_fields:
            given["investigator"] = "p-4"
        return maker.command(kind, given)

    def _around(self, at: datetime) -> None:
        """Steps back from the case, or gives somewhere else a command that names it."""
        if self.random.randrange(2):
            self._give(Recuse(person="p-8", matter=self.stream), Actor("a-8", "p-8"), at)
            return
        naming = [kind for kind in citing() if "/" in _stream_of(kind) and kind not in _opening()]
        kind = naming[self.random.randrange(len(naming))]
        choice, by = Chance(self.random), INSIDERS[self.random.randrange(2)]
        category = _stream_of(kind).partition("/")[0]
        known = [
            stream.partition("/")[2]
            for stream in self.workflow.history.streams(category)
            if stream != self.stream
        ]
        if not known:
            return
        maker = Maker(choice, driven.pool().around(at), me=by.person, streams=(self.stream,))
        given: dict[str, Any] = {"key": known[self.random.randrange(len(known))]}
        if (said := likely.LIKELY.get(kind.stored_type)) is not None:
            state = self.workflow.state(f"{category}/{given['key']}")
            hints = said(maker, state, {**dict.fromkeys(kind.model_fields), **given})
            given = {name: each for name, each in hints.items() if name in kind.model_fields} | given
        given |= dict.fromkeys(naming_fields(kind), self.stream)
        command = maker.command(kind, given)
        if command is not None and self._would_name(command, by, at):
            self._give(command, by, at)

    def _would_name(self, command: Command, by: Actor, at: datetime) -> bool:
        """Whether what a command leads to names the case: what does not is a difference of another kind."""
        records = list(self.workflow.store.read())
        fork = _knowing(MemoryStore(records), self.workflow)
        if outcome(fork, Given((command,), by, at, None, "fork")) is not None:
            return False
        return all(self.stream.encode() in record.bytes for record in fork.store.read(len(records)))

    def _give(self, command: Command, by: Actor, at: datetime) -> bool:
        self.tried += 1
        given = Given((command,), by, at, None, f"hidden-{self.key[:12]}-{self.tried}")
        if outcome(self.workflow, given) is None:
            self.moves.append(command.stored_type)
            return True
        return False


@cache
def _opening() -> tuple[type[Command], ...]:
    """Commands that begin a matter: under a key of somebody else's the base would find it taken."""
    return tuple(
        command
        for command in citing()
        if any(
            event.unit_field is not None
            for event in MODEL.by_command[command.stored_type].yields[command.stored_type]
        )
    )


def _stream_of(kind: type[Command]) -> str:
    category = MODEL.by_command[kind.stored_type].category
    return f"{category}/" if "key" in kind.model_fields else category


def _names_streams(annotation: Any, metadata: Sequence[Any] = ()) -> bool:
    """Whether values of a type are, or hold, ids of streams."""
    if any(getattr(mark, "pattern", None) == STREAM_PATTERN for mark in metadata):
        return True
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return any(
            _names_streams(each.annotation, each.metadata) for each in annotation.model_fields.values()
        )
    inner, *more = get_args(annotation) or (None,)
    if get_origin(annotation) is Annotated:
        return _names_streams(inner, more)
    return any(_names_streams(each) for each in get_args(annotation) if not isinstance(each, str))


@cache
def naming_fields(kind: type[Command]) -> tuple[str, ...]:
    """The fields of a command that hold the id of a stream itself, not in a list or a part."""
    found = []
    for name, info in kind.model_fields.items():
        arms = [arm for arm in get_args(info.annotation) if arm is not type(None)]
        several = get_origin(info.annotation) in (tuple, list, dict)
        plain = str in (info.annotation, *(get_args(arm)[0] for arm in arms if get_args(arm)))
        if not several and plain and _names_streams(info.annotation, info.metadata):
            found.append(name)
    return tuple(found)


@cache
def citing() -> tuple[type[Command], ...]:
    """Every command of the pack that may name another matter, wherever in it."""
    return tuple(
        command
        for decider in MODEL.all_deciders
        for command in decider.commands
        if any(_names_streams(info.annotation, info.metadata) for info in command.model_fields.values())
    )


# --- a pair ----------------------------------------------------------------------------------


@dataclass
class Pair:
    """The world without the case and the world with it, both at the end of the course."""

    without: Workflow
    having: Workflow
    hidden: Hidden
    now: datetime
    base: tuple[Given, ...]
    differing: list[str] = field(default_factory=list)
    """Base commands that came out otherwise because of the case."""

    @property
    def stream(self) -> str:
        return self.hidden.stream

    def outsiders(self) -> Iterator[tuple[str, Actor]]:
        """Those from whom the case is to be kept; whoever has gained a right to see it in the course may."""
        for name, actor in OUTSIDERS.items():
            if not self.having.sees(actor, self.now, self.stream):
                yield name, actor

    def both(self, commands: Sequence[Command], by: Actor, number: int) -> tuple[str | None, str | None]:
        """What comes of commands in either world."""
        given = Given(tuple(commands), by, self.now, None, f"probe-{number}")
        return outcome(self.without, given), outcome(self.having, given)


def pair(seed: int, places: Sequence[int], heard: bool, steps: int = 30) -> Pair:
    """A base course by its number, and the case at these places in it (as parts of a hundred)."""
    base, now = course(seed, steps)
    without, having = world(), world()
    hidden = Hidden(having, key_of(seed), Random(seed), heard)
    made = Pair(without, having, hidden, now, base)
    clerk = OUTSIDERS["an official of the same unit without a part"]
    at = founded()[1]
    for number, given in enumerate(base):
        for place in places:
            if place * len(base) // 100 == number:
                hidden.step(at)
        at = given.at
        one, other = outcome(without, given), outcome(having, given)
        if one != other:
            made.differing.append(f"{given}: {one} without the case, {other} with it")
        if number == len(base) // 2 and seed % MANAGED == 0:
            told = [_ran(workflow, clerk, at) for workflow in (without, having)]
            if told[0] != told[1]:
                made.differing.append(f"process managers under {clerk}: {told[0]} and {told[1]}")
    made.now = max(now, at) + timedelta(hours=1)
    return made


def _ran(workflow: Workflow, by: Actor, at: datetime) -> list[str]:
    managers = MANAGERS(CALENDAR, in_force(workflow.history))
    found = []
    for name, ran in run_all(workflow, managers, by=by, at=at).by_manager.items():
        found += [f"{name}: {receipt.command_id}" for receipt in ran.issued]
        found += [f"{name}: {issue} {refusal}" for issue, refusal in ran.refused]
        found += [f"{name}: {proposal}" for proposal in ran.proposals]
    return found


def probes(made: Pair, by: Actor, random: Random, number: int) -> list[Command]:
    """Commands of an outsider, most of them about the case by its very key, its events and its people.

    None opens a matter under the very key: there the two worlds have to part, and the key cannot be guessed.
    """
    records = list(made.having.store.read_stream(made.stream))
    ids = tuple(record.envelope.event_id for record in records)
    pool = driven.pool()
    key, guess = made.hidden.key, key_of(random.randrange(1 << 30))
    pool = replace(
        pool,
        texts=(*pool.texts, *ids, key, guess, made.stream, f"case/{guess}"),
        named={**pool.named, "key": (key, guess, *pool.named["key"])},
    ).around(made.now)
    maker = Maker(Chance(random), pool, me=by.person, streams=(made.stream, "case/heard", "activity/met"))
    found: list[Command] = []
    kinds = [command for decider in MODEL.all_deciders[1:] for command in decider.commands]
    on_cases = list(MODEL.by_category["case"].commands)
    while len(found) < number:
        kind = maker.pick(maker.pick((on_cases, list(citing()), kinds)))
        given: dict[str, Any] = {name: made.stream for name in naming_fields(kind) if not maker.chance(4)}
        if "key" in kind.model_fields and kind in on_cases:
            given["key"] = guess if kind is OpenCase or maker.chance(5) else key
        if (said := likely.LIKELY.get(kind.stored_type)) is not None and not maker.chance(3):
            stream = f"{MODEL.by_command[kind.stored_type].category}/{given.get('key', 'one')}"
            state = made.without.state(stream) if kind in on_cases else None
            if state is not None:
                hints = said(maker, state, {**dict.fromkeys(kind.model_fields), **given})
                given = {name: each for name, each in hints.items() if name in kind.model_fields} | given
        command = maker.command(kind, given)
        if command is not None and not (isinstance(command, OpenCase) and command.key == key):
            found.append(command)
    return found
