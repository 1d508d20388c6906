"""A small organisation in which the pack ``party`` is in force, to be driven: who acts, with what values."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Mapping
from contextlib import closing
from datetime import datetime
from functools import cache
from pathlib import Path
from random import Random
from typing import Any

from tests.stateful import likely, prepared
from tests.support.world import World

from party_workflow.authority import CloseAccount, Delegate, GrantRole, OpenAccount
from party_workflow.domain import (
    activity,
    appraisal,
    campaign,
    claim,
    criticism,
    definition,
    plan,
    publication,
    rating,
    responsibility,
    schedule,
    submission,
)
from party_workflow.domain.activity import Attendance, HoldActivity, PlanActivity
from party_workflow.domain.organisation import FoundUnit, RegisterPerson
from party_workflow.domain.population import FreezePopulation, FreezeUnits
from party_workflow.packs import party, results
from party_workflow.personal import MemoryIdentities, MemoryOpenings, Openings, keyed_salts
from party_workflow.policies.audits.checks import audit
from party_workflow.service import Workflow
from party_workflow.store import Actor, EventStore, MemoryStore, Record
from party_workflow.testing.driving import Driver, Setting, Tally
from party_workflow.testing.making import Chance, Pool, harvest

KEYS = ("one", "two", "three", f"four-{'4' * 32}")
PEOPLE = tuple(f"p-{n}" for n in range(1, 9))
MODEL = party.MODEL


def found(store: EventStore) -> datetime:
    """Found an organisation with every duty and every definition of the pack; its hour."""
    others = [decider for decider in MODEL.deciders if decider.category != "organisation"]
    world = World(
        *others, members=8, store=store, more_duties=sorted(party.duties()), identities=MemoryIdentities()
    )
    world.do(*party.definitions())
    world.do(FoundUnit(unit="u-side", kind="branch", parent="u-bureau"))
    for number, unit in ((50, "u-side"), (51, "u-side"), (52, "u-side"), (53, "u-bureau")):
        world.do(RegisterPerson(person=f"p-{number}", unit=unit, categories=("member",)))
        world.do(OpenAccount(account=f"a-{number}", person=f"p-{number}"))
    world.do(GrantRole(person="p-52", role="everything", unit="u-side"))
    until = world.now.replace(year=world.now.year + 1)
    world.do(
        Delegate(principal="p-5", delegate="p-51", role="everything", unit="u-city", until=until),
        by=world.self_(5),
    )
    world.do(CloseAccount(account="a-50"))
    world.do(FreezePopulation(key="people", unit="u-branch", having=("member",)))
    world.do(FreezeUnits(key="units", unit="u-bureau"))
    expected = tuple(f"p-{n}" for n in range(1, 9))
    world.do(
        PlanActivity(
            key="met", kind="study_session", unit="u-branch", planned_at=world.now, expected=expected
        )
    )
    world.do(HoldActivity(key="met", attendance={each: Attendance(status="present") for each in expected}))
    prepared.prepare(world)
    return world.now


@cache
def founded() -> tuple[tuple[Record, ...], datetime]:
    """The records of the organisation, and its hour."""
    store = MemoryStore()
    now = found(store)
    return tuple(store.read()), now


ACTORS = (
    *(Actor(f"a-{n}", f"p-{n}", "everything") for n in (2, 3, 4, 60, 60)),
    *(Actor(f"a-{n}", f"p-{n}") for n in (2, 3, 4, 5, 6, 53)),
    Actor("a-52", "p-52", "everything"),  # over another unit
    Actor("a-51", "p-51", "everything", delegate_of="p-5"),
    Actor("a-50", "p-50"),  # the account is closed
    Actor("a-77", "p-77"),  # nobody knows this one
)

_CODE_FIELDS = {
    "campaign": ("definition_code", "definition"),
    "case": ("kind", "definition"),
    "inspection": ("kind", "definition"),
    "procedure": ("kind", "definition"),
    "plan": ("kind", "definition"),
    "assessment": ("kind", "definition"),
    "ledger": ("definition_code", "definition"),
    "points": ("scheme", "definition"),
    "publication": ("kind", "kind_digest"),
    "template": ("template_code", "template"),
    "series": ("series", "definition"),
    "rule": ("", "rule"),
}
_OWNER = {"template": "submission", "series": "activity", "rule": "rating"}


@cache
def pool() -> Pool:
    """What commands are made of: ten people and one who is not there, three keys, the codes of the pack."""
    entries = party.PACK.definitions
    found = harvest(*(dict(entry.document()) for entry in entries), most=100_000)
    together: dict[str, list[Mapping[str, Any]]] = {}
    for entry in entries:
        if entry.kind not in _CODE_FIELDS:
            continue
        code, digest = _CODE_FIELDS[entry.kind]
        body = entry.value
        group: dict[str, Any] = {digest: getattr(body, "digest", None)}
        if code:
            keyed = code in ("definition_code", "scheme", "template_code", "series")
            group[code] = entry.key if keyed or entry.kind == "publication" else entry.code
            if entry.kind == "ledger":
                group[code] = entry.code
        if entry.kind == "series":
            group["kind"] = body.activity
        if entry.kind == "publication":
            group |= {
                "subject": "sheets", "audience": (body.audiences or ("all_members",))[0],
                "media": (body.media or ("website",))[0],
            }  # fmt: skip
            if body.calendar:
                calendar = next(e.value for e in entries if e.code == body.calendar)
                group |= {"calendar": body.calendar, "calendar_digest": calendar.digest}
        if group[digest] is not None:
            together.setdefault(_OWNER.get(entry.kind, entry.kind), []).append(group)
    for owner in ("submission", "activity", "rating", "publication"):
        together.setdefault(owner, []).extend([{}] * max(2, len(together.get(owner, ()))))
    streams = [f"{name}/{key}" for name in MODEL.by_category for key in KEYS]
    units = ("u-city", "u-bureau", "u-branch", "u-side", "u-new", "u-nowhere")
    digests = ("ab" * 32, "cd" * 32)
    codes = ("member", "meeting", "branch", "error", "illness", "good", "poor", "official")
    texts = (*PEOPLE, "p-60", "p-51", "p-99", *units, "a-2", "a-90", "everything", *KEYS, *streams, *digests)
    return Pool(
        texts=(*texts, *codes, *found.texts[:400], "0" * 32),
        periods=("2009", "2009-H1", "2009-Q1", "2009-Q2", "2009-02", "2009-03", "2009-04", "2009-03-X1"),
        documents=tuple(dict(entry.document()) for entry in entries),
        named={**found.named, "key": KEYS, "unit": units[:4] * 6 + units[4:]},
        together={name: tuple(each) for name, each in together.items()},
    )


def _in(states: Any) -> Callable[[Any], bool]:
    names = {state.code for state in states.states}
    return lambda state: likely.phase(state) in names or likely.phase(state) in (None, "")


def _of_kind(state: Any) -> bool:
    """A matter whose lifecycle is data stands in a state of its own kind's lifecycle."""
    kind = getattr(state, "kind", None) or getattr(state, "definition", None)
    if kind is None or isinstance(kind, str):
        return likely.phase(state) in (None, "")
    table = kind.table
    return likely.phase(state) in table.states


KNOWN: Mapping[str, Callable[[Any], bool]] = {
    "activity": _in(activity.state.LIFECYCLE),
    "appraisal": _in(appraisal.state.LIFECYCLE),
    "campaign": _in(campaign.state.LIFECYCLE),
    "claim": _in(claim.aggregate.LIFECYCLE),
    "criticism": _in(criticism.LIFECYCLE),
    "definition": _in(definition.LIFECYCLE),
    "plan": _in(plan.state.LIFECYCLE),
    "publication": _in(publication.state.LIFECYCLE),
    "rating": _in(rating.state.LIFECYCLE),
    "responsibility": _in(responsibility.state.LIFECYCLE),
    "schedule": _in(schedule.state.LIFECYCLE),
    "submission": _in(submission.state.LIFECYCLE),
    "assessment": _of_kind,
    "case": _of_kind,
    "inspection": _of_kind,
    "procedure": _of_kind,
}


def audited(workflow: Workflow) -> list[str]:
    """What the pack's audit finds against the record itself.

    Publications are made here of digests out of the air, and samples drawn with heads out of the air: that
    these do not come out again is no fault.
    """
    aired = ("publications", "samples")
    history = workflow.history
    record = (check for check in results.checks(history) if check.integrity)
    found = audit(history, record).findings()
    return [f"{check.code}: {each}" for check, each in found if check.code not in aired]


SELDOM = frozenset(
    {
        "activity.cancel",
        "appraisal.void",
        "assessment.set_aside",
        "authority.adopt_roles",
        "authority.close_account",
        "authority.revoke_role",
        "campaign.cancel",
        "case.withdraw",
        "claim.withdraw",
        "definition.retire",
        "organisation.close_unit",
        "organisation.merge_units",
        "organisation.remove_person",
        "organisation.split_unit",
        "plan.withdraw_item",
        "points.exclude",
        "rating.close",
        "rating.discard_paper_entry",
        "rating.void",
        "responsibility.close",
        "submission.withdraw",
    }
)


def driver(
    tally: Tally, store: EventStore | None = None, openings: Openings | None = None, path: Path | None = None
) -> Driver:
    """A driver over the founded organisation, in memory unless a store in an SQLite file is given."""
    records, now = founded()
    if store is None or openings is None:
        memory, opened = MemoryStore(records), MemoryOpenings()
        store, openings = memory, opened

        def beside() -> object:
            return repr(memory._boxes), tuple(opened._held)

    else:
        path = path or Path()

        def beside() -> object:
            return tuple(_rows(path, "ballots")), tuple(_rows(Path(f"{path}.openings"), "openings"))

    workflow = Workflow(
        store, MODEL, openings=openings, identities=MemoryIdentities(), salts=keyed_salts(bytes(32))
    )
    setting = Setting(
        pool=pool(),
        actors=ACTORS,
        likely=likely.LIKELY,
        phase=likely.phase,
        known=KNOWN,
        beside=beside,
        audit=audited,
        seldom=SELDOM,
    )
    return Driver(workflow, setting, now, tally)


def _rows(path: Path, table: str) -> list[tuple[object, ...]]:
    if not path.exists():
        return []
    with closing(sqlite3.connect(path)) as connection:
        return sorted(connection.execute(f"SELECT * FROM {table}").fetchall(), key=repr)


def drive(driver: Driver, random: Random, steps: int) -> None:
    """Take so many steps of every kind."""
    choice = Chance(random)
    for _ in range(steps):
        match choice.below(12):
            case 0:
                driver.together(choice)
            case 1:
                driver.again(choice)
            case 2:
                driver.backwards(choice)
            case 3:
                driver.disorder(choice)
            case 4:
                driver.later(seconds=(0, 1, 3600, 86_400, 9 * 86_400, 60 * 86_400)[choice.below(6)])
            case _:
                driver.likely(choice)
