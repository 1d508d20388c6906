"""Procedures: laws over any steps by anybody, every refusal, every authority that a kind can lay down."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.support.laws import attempt, replays
from tests.support.pack import PackWorld
from tests.support.world import World

from party_workflow import canonical
from party_workflow.authority import (
    NO_STEP,
    NOT_OWN,
    OWN_CASE,
    UNKNOWN_MATTER,
    Delegate,
    GrantRole,
    OpenAccount,
    forbidden,
)
from party_workflow.domain import definition, procedure
from party_workflow.domain.definition import AdoptDefinition, RetireDefinition
from party_workflow.domain.organisation import RegisterPerson
from party_workflow.domain.procedure import (
    INPUT_LACKING,
    KIND_NOT_IN_FORCE,
    NEEDED_FIRST,
    NO_SUCH_NUMBER,
    NO_SUCH_WORK,
    NOT_A_CHOICE,
    NOT_A_KIND,
    NOT_AMONG,
    NOT_DONE,
    NOT_MORE,
    NOT_OF_TYPE,
    NOT_PARALLEL,
    OUTSIDE_WINDOW,
    RETIRED_KIND,
    SAID_BEFORE,
    TAKEN,
    TOO_MANY,
    TOO_OFTEN,
    UNKNOWN_INPUT,
    UNKNOWN_KIND,
    UNKNOWN_PERSON,
    UNKNOWN_UNIT,
    WRONG_CATEGORY,
    Given,
    OpenProcedure,
    ProcedureKind,
    ProcedureOpened,
    StepTaken,
    TakeStep,
)
from party_workflow.errors import InvalidDefinition, Reason, Refused
from party_workflow.packs.party import MODEL
from party_workflow.personal import Personal
from party_workflow.policies.audits import possible
from party_workflow.policies.audits.checks import audit
from party_workflow.store import Actor, Append, Draft

KIND: dict[str, Any] = {
    "code": "bout",
    "version": 1,
    "opening": "call",
    "done": ["settled"],
    "lifecycle": {
        "initial": "none",
        "final": ["settled"],
        "moves": {
            "call": "none -> open",
            "apply": "open -> open",
            "hear": "open -> open",
            "confirm": "open -> open",
            "mark": "open -> open",
            "amend": "open -> open",
            "settle": "open -> settled",
        },
    },
    "steps": [
        {
            "code": "call",
            "duty": "bout.run",
            "inputs": [
                {"code": "seats", "type": "number"},
                {"code": "called_on", "type": "day"},
                {
                    "code": "ground",
                    "type": "stream",
                    "required": False,
                    "category": ["procedure"],
                    "done": True,
                },
            ],
        },
        {
            "code": "apply",
            "own": ["applicant"],
            "duty": "bout.run",
            "window": {"after": "called_on", "closes": 10},
            "inputs": [{"code": "applicant", "type": "person", "once": True}],
        },
        {
            "code": "hear",
            "duty": "bout.run",
            "barred": ["applicant"],
            "inputs": [{"code": "group", "type": "code", "choices": ["leaders", "masses"]}],
        },
        {"code": "confirm", "own": ["applicant"]},
        {
            "code": "mark",
            "duty": "bout.mark",
            "barred": ["applicant"],
            "becomes": "judge",
            "inputs": [
                {"code": "marked", "type": "person", "among": "applicant", "many": True},
                {"code": "marks", "type": "number", "many": True, "as_many_as": "marked"},
            ],
        },
        {"code": "amend", "duty": "bout.run", "at_most": 1, "inputs": [{"code": "why", "type": "text"}]},
        {
            "code": "settle",
            "duty": "bout.settle",
            "barred": ["applicant", "judge"],
            "needs": [
                {"step": "hear", "input": "group", "each": ["leaders", "masses"]},
                {"step": "confirm", "everyone": "applicant"},
                {"step": "mark", "least": 2, "different": True},
            ],
            "inputs": [
                {
                    "code": "winner",
                    "type": "person",
                    "among": "applicant",
                    "many": True,
                    "more_than": "seats",
                },
                {"code": "first", "type": "number", "index_of": "winner"},
                {"code": "speech", "type": "text", "required": False},
            ],
        },
    ],
}
BOUT = ProcedureKind.model_validate(KIND)
WINNERS: dict[str, Any] = {"winner": ("p-5", "p-6"), "first": 1}


def opening(key: str = "b-1", **more: Any) -> OpenProcedure:
    said = {"seats": 1, "called_on": "2009-03-01"} | more.pop("given", {})
    fields = {"key": key, "kind": "bout", "definition": BOUT.digest, "unit": "u-branch", "given": said}
    return OpenProcedure(**(fields | more))


def step(step: str, texts: dict[str, Any] | None = None, key: str = "b-1", **said: Any) -> TakeStep:
    return TakeStep(key=key, step=step, given=said, texts=texts or {})


def town(kind: ProcedureKind = BOUT, members: int = 9) -> World:
    validators = {"procedure": ProcedureKind.model_validate}
    duties = sorted({*BOUT.duties(), *kind.duties()})
    world = World(definition.decider(validators), procedure.DECIDER, members=members, more_duties=duties)
    world.do(AdoptDefinition(code=kind.code, kind="procedure", version=1, body=kind.data()))
    return world


def running(upto: str = "") -> World:
    """A bout with two applicants, up to a step: heard, confirmed, marked."""
    world = town()
    world.do(opening())
    for number in (5, 6):
        world.do(step("apply", applicant=f"p-{number}"), by=world.self_(number))
    if upto in ("heard", "confirmed", "marked"):
        for group in ("leaders", "masses"):
            world.do(step("hear", group=group), by=world.act(2))
    if upto in ("confirmed", "marked"):
        for number in (5, 6):
            world.do(step("confirm"), by=world.self_(number))
    if upto == "marked":
        for number in (7, 8):
            world.do(step("mark", marked=("p-5", "p-6"), marks=(8, "9.50")), by=world.act(number))
    return world


# --- laws ------------------------------------------------------------------------------------

PEOPLE = [f"p-{number}" for number in (2, 5, 6, 7, 8, 99)]
SAID = st.one_of(
    st.sampled_from([*PEOPLE, "leaders", "masses", "2009-03-02", "procedure/b-1", "procedure/b-2", "1.5"]),
    st.integers(-1, 3),
    st.lists(st.sampled_from(PEOPLE), max_size=3).map(tuple),
)
CODES = sorted({item.code for each in BOUT.steps for item in each.inputs} | {"nothing"})
STEPS = st.builds(
    lambda name, said, texts: TakeStep(key="b-1", step=name, given=said, texts=texts),
    st.sampled_from([*BOUT.by_code, "dance"]),
    st.dictionaries(st.sampled_from(CODES), SAID, max_size=3),
    st.dictionaries(st.sampled_from(["why", "speech", "nothing"]), st.just(Personal("words")), max_size=1),
)
LIKELY = st.sampled_from(
    [
        opening(),
        *(step("apply", applicant=f"p-{number}") for number in (5, 6)),
        *(step("hear", group=group) for group in ("leaders", "masses")),
        step("confirm"),
        step("mark", marked="p-5", marks=3),
        step("settle", **WINNERS),
        step("amend", {"why": Personal("because")}),
    ]
)
ACTORS = st.tuples(st.sampled_from([2, 5, 6, 7, 8]), st.booleans())


@settings(deadline=None, max_examples=60)
@given(st.lists(st.tuples(STEPS | LIKELY, ACTORS, st.integers(0, 12)), max_size=14))
def test_whatever_is_asked_for_is_recorded_whole_or_not_at_all_and_replays(run: list[Any]) -> None:
    world = town(members=8)
    for command, (number, own), days in run:
        by = world.self_(number) if own else world.act(number)
        before = world.workflow.state("procedure/b-1")
        refusal = _tried(world, command, by, days)
        after = world.workflow.state("procedure/b-1")
        assert (after == before) is (refusal is not None)
    replays(world, "procedure/b-1")
    checked = audit(world.workflow.history, possible.checks(world.model))
    assert list(checked.findings()) == []


def _tried(world: World, command: Any, by: Actor, days: int) -> Any:
    if isinstance(command, TakeStep):
        permissions = {p.step: p for p in world.workflow.allowed(by, world.now, "procedure/b-1")}
        offered = permissions.get(command.step)
        before = world.workflow.history.head()
        refusal = attempt_at(world, command, by, world.now + timedelta(days=days))
        assert (world.workflow.history.head() == before) is (refusal is not None)
        if refusal is None:
            assert offered
        elif offered is not None and offered.refusal is not None:
            assert refusal.code == offered.refusal.code
        return refusal
    return attempt(world, command, by, world.now + timedelta(days=days))


def attempt_at(world: World, command: TakeStep, by: Actor, at: Any) -> Any:
    """The refusal of a step, if there was one."""
    try:
        world.do(command, by=by, effective_at=at)
    except Refused as refused:
        return refused.refusal
    return None


# --- what has to be said ---------------------------------------------------------------------

OPENINGS: list[tuple[OpenProcedure, Reason]] = [
    (opening(definition="0" * 64), UNKNOWN_KIND),
    (opening(kind="ball"), UNKNOWN_KIND),
    (opening(unit="u-nowhere"), UNKNOWN_UNIT),
    (opening(given={"colour": "red"}), UNKNOWN_INPUT),
    (opening(given={"seats": (1, 2)}), TOO_MANY),
    (opening(given={"seats": "two"}), NOT_OF_TYPE),
    (opening(given={"called_on": "2009-02-30"}), NOT_OF_TYPE),
    (opening(given={"seats": ()}), INPUT_LACKING),
    (opening(given={"ground": "organisation/x"}), WRONG_CATEGORY),
    (opening(given={"ground": "procedure/b-9"}), NO_SUCH_WORK),
]


@pytest.mark.parametrize(("command", "reason"), OPENINGS, ids=lambda value: getattr(value, "code", ""))
def test_an_opening_that_does_not_fit_is_refused(command: OpenProcedure, reason: Reason) -> None:
    world = town()
    refusal = attempt(world, command)
    assert refusal is not None
    assert refusal.code == reason.code
    assert attempt(world, opening()) is None


LATER: list[tuple[str, TakeStep, int, Reason]] = [
    ("marked", step("settle", **WINNERS | {"winner": ("p-5",)}), 2, NOT_MORE),
    ("marked", step("settle", **WINNERS | {"winner": ("p-5", "p-5")}), 2, NOT_MORE),
    ("marked", step("settle", **WINNERS | {"winner": ("p-5", "p-3")}), 2, NOT_AMONG),
    ("marked", step("settle", **WINNERS | {"first": 3}), 2, NO_SUCH_NUMBER),
    ("marked", step("settle", **WINNERS | {"first": "1.5"}), 2, NO_SUCH_NUMBER),
    ("", step("settle", **WINNERS), 2, NEEDED_FIRST),
    ("heard", step("settle", **WINNERS), 2, NEEDED_FIRST),
    ("confirmed", step("settle", **WINNERS), 2, NEEDED_FIRST),
    ("", step("mark", marked=("p-5", "p-6"), marks=8), 7, NOT_PARALLEL),
    ("", step("hear", group="deputies"), 2, NOT_A_CHOICE),
    ("", step("apply", applicant="p-5"), 2, SAID_BEFORE),
    ("", step("apply", applicant="p-99"), 2, UNKNOWN_PERSON),
    ("", step("amend", why="in plain words"), 2, NOT_OF_TYPE),
]


@pytest.mark.parametrize(("upto", "command", "number", "reason"), LATER, ids=lambda v: getattr(v, "code", ""))
def test_a_step_that_does_not_say_what_it_has_to_is_refused(
    upto: str, command: TakeStep, number: int, reason: Reason
) -> None:
    world = running(upto)
    refusal = _tried(world, command, world.act(number), 0)
    assert refusal is not None
    assert refusal.code == reason.code


def test_a_bout_runs_to_its_end_and_counts_as_done() -> None:
    world = running("marked")
    assert not world.workflow.fact("procedure.work", "procedure/b-1").done
    world.do(step("settle", {"speech": Personal("Well done.")}, **WINNERS), by=world.act(2))
    work = world.workflow.fact("procedure.work", "procedure/b-1")
    assert (work.kind, work.state, work.done) == ("bout", "settled", True)
    assert {"p-5", "p-6", "p-7", "p-8"} <= work.people
    summary = world.workflow.fact("procedure.summary", "procedure/b-1")
    assert [str(mark) for mark in summary.said["marks"]] == ["8", "9.5"]
    assert "Well done." not in str(list(world.store.read()))
    assert audit(world.workflow.history, possible.checks(world.model))


def test_what_a_step_rests_on_has_to_be_done() -> None:
    world = running("marked")
    refusal = attempt(world, opening("b-2", given={"ground": "procedure/b-1"}))
    assert refusal is not None
    assert refusal.code == NOT_DONE.code
    world.do(step("settle", **WINNERS), by=world.act(2))
    assert attempt(world, opening("b-2", given={"ground": "procedure/b-1"})) is None


def test_a_stream_is_opened_once_and_a_retired_kind_not_at_all() -> None:
    world = town()
    world.do(opening())
    refusal = attempt(world, opening())
    assert refusal is not None
    assert refusal.code == TAKEN.code
    world.do(RetireDefinition(code="bout", ground="outdated"))
    refusal = attempt(world, opening("b-2"))
    assert refusal is not None
    assert refusal.code == RETIRED_KIND.code
    world.do(step("apply", applicant="p-5"), by=world.self_(5))  # what has begun goes on


def test_nothing_is_opened_under_a_version_that_another_one_followed() -> None:
    world = town()
    newer = ProcedureKind.model_validate({**KIND, "version": 2})
    world.do(AdoptDefinition(code="bout", kind="procedure", version=2, body=newer.data()))
    refusal = attempt(world, opening())
    assert refusal is not None
    assert refusal.code == KIND_NOT_IN_FORCE.code
    assert newer.digest in refusal.remedy
    assert attempt(world, opening(definition=newer.digest)) is None


def test_a_definition_of_another_kind_is_no_procedure() -> None:
    validators = {"procedure": ProcedureKind.model_validate, "note": lambda body: body}
    world = World(definition.decider(validators), procedure.DECIDER, more_duties=BOUT.duties())
    world.do(AdoptDefinition(code="bout", kind="note", version=1, body={"code": "bout"}))
    digest = canonical.digest({"code": "bout"})
    refusal = attempt(world, opening(definition=digest))
    assert refusal is not None
    assert refusal.code == NOT_A_KIND.code


def test_a_window_counts_days_in_the_zone_of_the_kind() -> None:
    kind = ProcedureKind.model_validate(KIND | {"offset_minutes": 480})
    world = town(kind)
    world.do(opening(definition=kind.digest, given={"called_on": "2009-03-02"}))
    late = world.now.replace(hour=16, minute=1) + timedelta(days=10)  # one minute past midnight in China
    refusal = _tried(world, step("apply", applicant="p-5"), world.self_(5), 11)
    assert refusal is not None
    assert refusal.code == OUTSIDE_WINDOW.code
    world.do(step("apply", applicant="p-5"), by=world.self_(5), effective_at=late - timedelta(minutes=2))
    refusal = attempt_at(world, step("apply", applicant="p-6"), world.self_(6), late)
    assert refusal is not None
    assert refusal.code == OUTSIDE_WINDOW.code


def test_a_step_is_taken_no_more_often_than_provided_for() -> None:
    world = running()
    world.do(step("amend", {"why": Personal("once")}), by=world.act(2))
    refusal = _tried(world, step("amend", {"why": Personal("twice")}), world.act(2), 0)
    assert refusal is not None
    assert refusal.code == TOO_OFTEN.code


# --- authority -------------------------------------------------------------------------------


def test_nobody_takes_a_step_from_which_the_kind_bars_them_in_whatever_role() -> None:
    world = running()
    refusal = _tried(world, step("mark", marked="p-6", marks=1), world.act(5), 0)
    assert refusal is not None
    assert refusal.code == OWN_CASE.code
    assert _tried(world, step("mark", marked="p-6", marks=1), world.act(7), 0) is None
    refusal = _tried(world, step("settle", **WINNERS), world.act(7), 0)  # who judged does not settle
    assert refusal is not None
    assert refusal.code == OWN_CASE.code


def test_one_applies_for_oneself_and_not_for_somebody_else() -> None:
    world = town()
    world.do(opening())
    refusal = _tried(world, step("apply", applicant="p-6"), world.self_(5), 0)
    assert refusal is not None
    assert refusal.code == NOT_OWN.code
    assert _tried(world, step("apply", applicant="p-5"), world.self_(5), 0) is None
    assert _tried(world, step("apply", applicant="p-6"), world.act(2), 0) is None  # by duty


def test_an_unknown_step_and_an_unknown_matter_are_named() -> None:
    world = running()
    for command, reason in ((step("dance"), NO_STEP), (step("apply", key="b-7"), UNKNOWN_MATTER)):
        refusal = _tried(world, command, world.act(2), 0)
        assert refusal is not None
        assert refusal.code == reason.code


def test_a_role_over_another_unit_does_not_reach() -> None:
    world = running()
    world.do(RegisterPerson(person="p-70", unit="u-city", categories=("member",)))
    world.do(OpenAccount(account="a-70", person="p-70"))
    world.do(GrantRole(person="p-70", role="everything", unit="u-bureau"))
    assert _tried(world, step("hear", group="masses"), world.act(70), 0) is None
    world.do(GrantRole(person="p-3", role="everything", unit="u-nowhere"))
    assert world.workflow.allowed(world.act(3), world.now, "procedure/b-1")


def underneath(world: World, by: Actor, stream: str, *events: Any) -> None:
    name = f"beneath-{world.store.head().position}"
    drafts = tuple(Draft(stream, event, world.now) for event in events)
    world.store.append(Append("bureau", name, "procedure.take_step", "0" * 64, by, world.now, drafts, {}))


def test_what_is_written_underneath_is_found_as_forbidden_or_impossible() -> None:
    for by, event, forbids in (
        (5, StepTaken(step="mark", given={"marked": Given(people=("p-5",))}), OWN_CASE.code),
        (2, StepTaken(step="dance"), NO_STEP.code),
        (2, StepTaken(step="settle", given={}), None),
        (2, StepTaken(step="hear", given={"group": Given(codes=("deputies",))}), None),
    ):
        world = running()
        underneath(world, world.act(by), "procedure/b-1", event)
        found = [item.refusal.code for item in forbidden(world.workflow.history.events())]
        assert found == ([] if forbids is None else [forbids])
        assert not audit(world.workflow.history, possible.checks(world.model))


def test_a_procedure_laid_out_underneath_without_its_opening_step_or_on_another_body_is_found() -> None:
    body = KIND | {"steps": [{**item, "barred": []} for item in KIND["steps"]]}
    for data in (BOUT.data(), ProcedureKind.model_validate(body).data()):
        world = town()
        fields: dict[str, Any] = {
            "kind": "bout",
            "definition": BOUT.digest,
            "confidential": False,
            "unit": "u-branch",
        }
        underneath(world, world.act(2), "procedure/b-3", ProcedureOpened(body=data, **fields))
        assert not audit(world.workflow.history, possible.checks(world.model))


def test_a_confidential_procedure_is_seen_by_those_with_a_part_in_it_only() -> None:
    kind = ProcedureKind.model_validate(KIND | {"confidential": True})
    world = town(kind)
    world.do(opening(definition=kind.digest), by=world.act(2))
    assert not world.workflow.sees(world.self_(5), world.now, "procedure/b-1")
    refusal = attempt_at(world, step("apply", applicant="p-5"), world.self_(5), world.now)
    assert refusal.code == UNKNOWN_MATTER.code  # in the words for one that does not exist


# --- bad kinds -------------------------------------------------------------------------------


def altered(**more: Any) -> dict[str, Any]:
    return KIND | more


def with_step(index: int, **more: Any) -> dict[str, Any]:
    steps = [dict(item) for item in KIND["steps"]]
    steps[index] = steps[index] | more
    return KIND | {"steps": steps}


BAD: list[tuple[dict[str, Any], str]] = [
    (altered(done=["heaven"]), "no state heaven"),
    (altered(opening="apply"), "begins by its opening step"),
    (altered(steps=KIND["steps"][:-1]), "no step settle"),
    (altered(steps=[*KIND["steps"], {"code": "dance", "duty": "bout.run"}]), "no move dance"),
    (altered(steps=[*KIND["steps"], KIND["steps"][0]]), "already at steps[0]"),
    (with_step(1, own=[], duty=None), "Nobody may take"),
    (with_step(1, own=["dancer"]), "relation dancer"),
    (with_step(2, barred=["dancer"]), "relation dancer"),
    (with_step(0, needs=[{"step": "hear"}]), "waits for nothing"),
    (with_step(6, needs=[{"step": "dance"}]), "no step dance"),
    (with_step(6, needs=[{"step": "hear", "each": ["leaders"]}]), "go together"),
    (with_step(6, needs=[{"step": "hear", "input": "group", "each": ["deputies"]}]), "never deputies"),
    (with_step(6, needs=[{"step": "call", "input": "seats", "each": ["x"]}]), "says no code seats"),
    (with_step(6, needs=[{"step": "confirm", "everyone": "dancer"}]), "relation dancer"),
    (with_step(6, needs=[{"step": "amend", "least": 2}]), "at most 1 times"),
    (with_step(1, window={"after": "seats"}), "says a day seats"),
    (with_step(1, window={"after": "called_on", "opens": 3, "closes": 2}), "closes before it opens"),
    (
        with_step(5, inputs=[{"code": "why", "type": "text"}, {"code": "why", "type": "text"}]),
        "says why twice",
    ),
    (with_step(5, inputs=[{"code": "seats", "type": "text"}]), "several types"),
    (with_step(5, inputs=[{"code": "why", "type": "text", "choices": ["x"]}]), "means nothing for a text"),
    (with_step(5, inputs=[{"code": "why", "type": "text", "done": True}]), "never done"),
    (with_step(5, inputs=[{"code": "why", "type": "text", "outsiders": True}]), "stands in no organisation"),
    (with_step(5, inputs=[{"code": "why", "type": "text", "among": "applicant"}]), "No step says a text"),
    (with_step(5, inputs=[{"code": "why", "type": "text", "among": "why"}]), "always among itself"),
    (with_step(5, inputs=[{"code": "why", "type": "text", "more_than": "group"}]), "says a number group"),
    (with_step(5, inputs=[{"code": "why", "type": "number", "index_of": "seats"}]), "lists seats"),
    (with_step(5, inputs=[{"code": "why", "type": "text", "as_many_as": "group"}]), "run parallel"),
    (with_step(0, colour="red"), "colour"),
]


@pytest.mark.parametrize(("body", "words"), BAD, ids=lambda value: value if isinstance(value, str) else "")
def test_a_kind_with_a_fault_is_refused_with_place_and_remedy(body: dict[str, Any], words: str) -> None:
    with pytest.raises(InvalidDefinition) as caught:
        ProcedureKind.model_validate(body)
    assert any(words in fault.what or words in fault.where for fault in caught.value.faults)
    assert all(fault.where and fault.remedy for fault in caught.value.faults)


def test_all_faults_of_a_kind_are_told_at_once() -> None:
    body = with_step(2, barred=["dancer"]) | {"done": ["heaven"]}
    body["steps"][1] = body["steps"][1] | {"own": ["singer"]}
    with pytest.raises(InvalidDefinition) as caught:
        ProcedureKind.model_validate(body)
    assert len(caught.value.faults) == 3


def test_the_pack_model_knows_procedures() -> None:
    assert procedure.CATEGORY in MODEL.by_category


def test_a_delegate_of_whoever_took_a_step_is_no_second_one_to_take_it() -> None:
    world = PackWorld()
    scored = ProcedureKind.model_validate(
        {
            "code": "twice",
            "version": 1,
            "opening": "call",
            "lifecycle": {
                "initial": "none",
                "final": ["settled"],
                "moves": {"call": "none -> open", "mark": "open -> open", "settle": "open -> settled"},
            },
            "steps": [
                {"code": "call", "duty": "contest.run"},
                {"code": "mark", "duty": "contest.run"},
                {
                    "code": "settle",
                    "duty": "contest.run",
                    "needs": [{"step": "mark", "least": 2, "different": True}],
                },
            ],
        }
    )
    world.do(AdoptDefinition(code="twice", kind="procedure", version=1, body=scored.data()))
    world.do(OpenProcedure(key="x-1", kind="twice", definition=scored.digest, unit="u-branch"))
    until = world.now + timedelta(days=9)
    lend = Delegate(principal="p-3", delegate="p-4", role="everything", unit="u-city", until=until)
    world.do(lend, by=world.self_(3))
    world.take("mark", by=world.act(3))
    world.take("mark", by=Actor("a-4", "p-4", "everything", delegate_of="p-3"))
    assert world.refusal("settle").code == NEEDED_FIRST.code
    world.take("mark", by=world.act(5))
    world.take("settle")


def test_a_kind_in_which_a_step_can_never_be_taken_is_refused() -> None:
    def altered(place: int, **changes: Any) -> dict[str, Any]:
        steps = [dict(step) for step in KIND["steps"]]
        steps[place] |= changes
        return KIND | {"steps": steps}

    ProcedureKind.model_validate(altered(3, needs=[{"step": "hear"}]))
    for kind in (
        altered(3, barred=["applicant"]),  # only applicants may, and no applicant may
        altered(3, needs=[{"step": "confirm"}]),
        altered(2, needs=[{"step": "settle"}]),  # which needs it
    ):
        with pytest.raises(InvalidDefinition):
            ProcedureKind.model_validate(kind)
