"""Non-interference: a protected case leaves no trace in anything that somebody may learn who may not see it.

Two worlds that differ only in the case (`tests.laws.pairs`) are asked everything that can be asked
(`tests.laws.looking`) in the name of outsiders, and give the same bytes.  200 pairs in every run, with the
readers picked by lot; ``make torture`` asks everything of more.  Leaks planted on purpose are found.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import datetime
from random import Random
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from tests.laws import looking
from tests.laws.looking import NOT_CALLED, Look, arguments, asked, held, readers, refused
from tests.laws.pairs import ACCUSED, COMPLAINANT, OUTSIDERS, Pair, founded, pair, probes

from party_workflow.history import History, Records
from party_workflow.personal import Withheld
from party_workflow.service import Workflow, deciding, workflow
from party_workflow.service.seen import Seen
from party_workflow.store import Actor, Record, encode

SHARES = 8
PAIRS = 25
PICKED = 6
"""Readers asked of each pair, by lot."""
PROBES = 5
"""Commands given by outsiders in each pair."""
ACCUSED_SELF = Actor(f"a-{ACCUSED[2:]}", ACCUSED)

bounds = settings(
    max_examples=PAIRS,
    derandomize=True,
    phases=(Phase.explicit, Phase.generate),
    deadline=None,
    database=None,
    suppress_health_check=list(HealthCheck),
)
places = st.lists(st.integers(0, 99), min_size=3, max_size=16).map(sorted)


def same(without: Iterable[tuple[str, str]], having: Iterable[tuple[str, str]], told: object) -> None:
    """Hold two lists of answers against each other.  The first that differs is told of."""
    for (question, one), (again, other) in zip(without, having, strict=True):
        assert question == again
        if one != other:
            at = next((n for n, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), 0)
            near = slice(max(0, at - 120), at + 200)
            raise AssertionError(f"{told}: {question}\nwithout: …{one[near]}\nwith: …{other[near]}")


def compared(
    made: Pair,
    name: str,
    actor: Actor,
    random: Random,
    everything: bool = False,
    look: Look = held,
    known: set[Any] | None = None,
) -> None:
    """Everything, or some of it by lot, as one outsider gets it in either world.

    What is asked of the view alone is not asked again of the same views (`known`).
    """
    if everything:
        picked = set(readers())
    else:
        picked = {*random.sample(sorted(readers()), PICKED)}
    asking: list[Callable[[Workflow], Iterable[tuple[str, str]]]] = []
    views = [each.seen_by(actor, made.now).source for each in (made.without, made.having)]
    standing = tuple(looking.standing(each) for each in views if isinstance(each, Seen))
    if known is None or len(standing) < 2 or standing not in known:
        asking.append(lambda w: looking.policies(w, actor, made.now, look, picked.__contains__))
    if known is not None:
        known.add(standing)
    if everything or random.randrange(4) == 0:
        asking.append(lambda w: looking.answered(w, actor, made.now))
    if everything or random.randrange(4) == 0:
        asking.append(lambda w: looking.states(w, actor, made.now, look))
    if everything or random.randrange(4) == 0:
        asking.append(lambda w: looking.followed(w, actor, made.now, look))
    if everything:
        asking.append(lambda w: looking.report(w, actor, made.now))
    for ask in asking:
        same(ask(made.without), ask(made.having), name)


def looked_at(made: Pair, look: Look = looking.seen) -> int:
    """The records and what the facade answers, for every outsider; how many there are."""
    number, known = 0, dict[Any, list[tuple[str, str]]]()
    for name, actor in made.outsiders():
        same(
            *(looking.records(each, actor, made.now, look, known) for each in (made.without, made.having)),
            name,
        )
        views = [looking.told(each, actor, made.now, made) for each in (made.without, made.having)]
        same(*views, name)
        number += 1
    return number


def probed(made: Pair, random: Random) -> None:
    """Commands of outsiders come out the same, and so does all that follows on them."""
    outsiders = list(made.outsiders())
    for number in range(PROBES):
        name, actor = outsiders[random.randrange(len(outsiders))]
        commands = probes(made, actor, random, 1)
        one, other = made.both(commands, actor, number)
        assert one == other, f"{name}: {commands}\nwithout: {one}\nwith: {other}"


def law(seed: int, where: list[int], heard: bool, everything: bool = False) -> Pair:
    """The law, of one pair."""
    made, random = pair(seed, where, heard), Random(seed)
    assert made.differing == []
    probed(made, random)
    assert looked_at(made) >= len(OUTSIDERS) - 3
    outsiders = list(made.outsiders())
    known = set[Any]()
    for name, actor in outsiders if everything else [random.choice(outsiders)]:
        compared(made, name, actor, random, everything, known=known)
    after_notice(made)
    return made


def after_notice(made: Pair) -> None:
    """Whoever was told sees the matter, and not who brought it."""
    if "case.notify_respondent" not in made.hidden.moves:
        return
    history = made.having.seen_by(ACCUSED_SELF, made.now)
    records = list(history.stream(made.stream))
    assert len(records) == len(list(made.having.store.read_stream(made.stream)))
    for record in records:
        assert f'"{COMPLAINANT}"'.encode() not in record.bytes
    sealed = made.having.state(made.stream).complainant
    assert isinstance(made.having.reveal(sealed), Withheld)


@pytest.mark.parametrize("share", range(SHARES))
def test_R_167_R_203_nothing_that_an_outsider_gets_tells_of_a_protected_case(share: int) -> None:
    moves: set[str] = set()

    @bounds
    @given(st.integers(0, 9_999), places, st.booleans())
    def holds(seed: int, where: list[int], heard: bool) -> None:
        moves.update(law(share * 10_000 + seed, where, heard).hidden.moves)

    holds()
    assert moves >= {"case.open", "case.accept", "case.assign_investigator", "case.notify_respondent"}


def test_R_167_R_203_every_reader_says_the_same_of_two_pairs_to_every_outsider() -> None:
    for seed in (7, 8):
        law(seed, list(range(5, 95, 6)), heard=seed == 8, everything=seed == 7)


@pytest.mark.torture
def test_R_167_R_203_every_reader_says_the_same_of_many_pairs() -> None:
    seconds, seed = float(os.environ.get("SECONDS", "300")), int(os.environ.get("SEED", "1000"))
    until, runs = time.monotonic() + seconds, 0
    while time.monotonic() < until:
        random = Random(seed + runs)
        where = sorted(random.randrange(100) for _ in range(3 + random.randrange(14)))
        try:
            law(seed + runs, where, heard=bool(runs % 2), everything=runs % 10 == 0)
        except AssertionError as error:
            raise AssertionError(f"seed {seed + runs}: {error}") from error
        runs += 1


# --- nothing is left out -----------------------------------------------------------------------


def test_every_reader_of_a_history_is_called_or_stands_among_those_that_are_not() -> None:
    known = readers()
    assert len(known) > 100
    assert NOT_CALLED.keys() <= known.keys()
    assert [name for name in known if name not in NOT_CALLED and not arguments(name)] == []


def test_most_readers_say_something_of_the_worlds_and_do_not_only_refuse() -> None:
    history = History(Records(founded()[0]), looking.MODEL.registry)
    called = {name: reader for name, reader in readers().items() if name not in NOT_CALLED}
    silent = [
        name for name, reader in called.items() if all(refused(said) for _, said in asked(reader, history))
    ]
    assert len(silent) * 8 < len(called), silent


# --- leaks planted on purpose are found --------------------------------------------------------


def _shows(monkeypatch: pytest.MonkeyPatch, **kept: Callable[[Record, Record], Any]) -> None:
    """Have a field of the envelope stand in the view otherwise than it should."""
    mended = Seen._shown

    def shown(self: Seen, record: Record, index: Any) -> Record:
        found = mended(self, record, index)
        fields = {name: of(record, found) for name, of in kept.items()}
        return encode(replace(found.envelope, **fields), found.data)

    monkeypatch.setattr(Seen, "_shown", shown)


def _positions(monkeypatch: pytest.MonkeyPatch) -> None:
    _shows(monkeypatch, position=lambda stored, _: stored.position)


def _counters(monkeypatch: pytest.MonkeyPatch) -> None:
    _shows(monkeypatch, counter=lambda stored, _: stored.envelope.counter)


def _everybody_sees(*_: object) -> bool:
    return True


def _answers(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(deciding, "may_see", _everybody_sees)


def _allowed(monkeypatch: pytest.MonkeyPatch) -> None:
    def leaking(by: Actor, at: datetime, view: Any, parties: Any, *more: Any) -> bool:
        return True

    def allowed(self: Workflow, *given: Any) -> Any:
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(workflow, "may_see", leaking)
            return mended(self, *given)

    mended = Workflow.allowed
    monkeypatch.setattr(Workflow, "allowed", allowed)


def _whole_log(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Workflow, "seen_by", lambda self, by, at: self.history)


@pytest.mark.parametrize("leak", [_positions, _counters, _answers, _allowed, _whole_log])
def test_a_leak_planted_on_purpose_is_found(
    leak: Callable[[pytest.MonkeyPatch], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    leak(monkeypatch)
    found = 0
    for seed in range(3):
        made = pair(seed, list(range(2, 98, 6)), heard=False)
        try:
            assert made.differing == []
            looked_at(made)
            for _ in range(6):
                probed(made, Random(seed))
        except AssertionError:
            found += 1
    assert found


def test_the_worlds_do_differ() -> None:
    made = pair(1, list(range(5, 95, 6)), heard=True)
    with pytest.raises(AssertionError, match="export"):
        looked_at(made, looking.raw)
    for actor in (Actor("a-60", "p-60", "custodian"), Actor("a-2", "p-2", "custodian")):
        assert made.having.sees(actor, made.now, made.stream)
    assert len(made.hidden.moves) > 4
