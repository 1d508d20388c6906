"""Written works: R-052, R-064, R-065."""

from __future__ import annotations

from datetime import timedelta
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given as examples
from hypothesis import settings
from hypothesis import strategies as st
from tests.support.laws import attempt, replays
from tests.support.world import START, World, duties

from party_workflow.authority import AdoptRoles, DeclareConflict, GrantRole, Recuse
from party_workflow.codec import Command, kinds_of_strings
from party_workflow.domain import activity, definition, submission
from party_workflow.domain.activity import Attendance, HoldActivity, PlanActivity
from party_workflow.domain.definition import AdoptDefinition, RetireDefinition
from party_workflow.domain.submission import (
    DECIDER,
    EMPTY,
    TABLE,
    AdmitReader,
    CitedSection,
    FlagSimilarity,
    MarkReadOut,
    ReadOut,
    Restricted,
    Resubmit,
    SectionRule,
    SimilarityFlagged,
    Submit,
    Submitted,
    TemplateDefinition,
    Vet,
    Vetted,
    Withdraw,
)
from party_workflow.domain.vocabulary import Serves
from party_workflow.errors import InvalidDefinition, Reason, Refusal
from party_workflow.lifecycle import FINAL, MOVE_CLOSED
from party_workflow.personal import Personal
from party_workflow.store import Actor
from party_workflow.testing.scenario import given

STREAM = "submission/w-1"
FIRST, SECOND, THIRD, WEB = "1" * 64, "2" * 64, "3" * 64, "f" * 64

SUBMIT = Submit(key="w-1", kind="reflection", unit="u-branch", author="p-2", digest=FIRST)
ACCEPT = Vet(key="w-1", verdict="accepted")
RETURN = Vet(key="w-1", verdict="returned", ground="copied")
RESUBMIT = Resubmit(key="w-1", digest=SECOND)
FLAG = FlagSimilarity(key="w-1", share=Fraction(9, 10), source_digest=WEB)
READ = MarkReadOut(key="w-1", activity="m-1")
WITHDRAW = Withdraw(key="w-1", ground="superseded")
MEETING = PlanActivity(key="m-1", kind="meeting", unit="u-branch", planned_at=START, expected=("p-1",))
HELD = HoldActivity(key="m-1", attendance={"p-1": Attendance(status="present")})

REPORT = TemplateDefinition(
    code="duty_report",
    version=1,
    sections=(
        SectionRule(code="use"),
        SectionRule(code="problem"),
        SectionRule(code="thanks", required=False),
    ),
    kinds=("duty_report",),
)
NEWER = REPORT.model_copy(update={"version": 2})
PRIVATE = TemplateDefinition(code="analysis", version=1, restricted=True)
DEFINITIONS = definition.decider({"template": TemplateDefinition.model_validate})
TEXT = "a" * 64
WRITTEN: Any = {"use": {"digest": TEXT, "characters": 120}, "problem": {"digest": "b" * 64, "characters": 8}}


def adopt(template: TemplateDefinition) -> AdoptDefinition:
    key = template.code.replace("_", "-")
    return AdoptDefinition(code=key, kind="template", version=template.version, body=template.data())


REPORTED = Submit.model_validate(
    {
        **dict(SUBMIT),
        "kind": "duty_report",
        "channel": "written",
        "template_code": "duty-report",
        "template": REPORT.digest,
        "sections": WRITTEN,
    }
)
KEPT = Submit.model_validate(
    {**dict(SUBMIT), "kind": "analysis_material", "template_code": "analysis", "template": PRIVATE.digest}
)
ADMIT = AdmitReader(key="w-1", person="p-60", ground="instructed")


def but(command: Any, **changes: Any) -> Any:
    """The same command with some fields changed, validated anew."""
    return type(command).model_validate(dict(command) | changes)


def begun(*commands: Command) -> World:
    """A world with a meeting ``m-1`` that took place, in which these commands were carried out."""
    world = World(DEFINITIONS, activity.DECIDER, DECIDER, members=4)
    world.later(days=2)
    world.do(adopt(REPORT), adopt(PRIVATE))
    for command in (MEETING, HELD, *commands):
        world.do(command)
    return world


def code(refusal: Refusal | None) -> str | None:
    return None if refusal is None else refusal.code


# --- laws ------------------------------------------------------------------------------------

digests = st.sampled_from([FIRST, SECOND, THIRD])
COMMANDS: st.SearchStrategy[Command] = st.one_of(
    st.builds(lambda digest: but(SUBMIT, digest=digest), digests),
    st.builds(lambda digest: but(RESUBMIT, digest=digest), digests),
    st.sampled_from([ACCEPT, RETURN, but(RETURN, ground=None), FLAG, but(FLAG, share="0"), WITHDRAW]),
    st.sampled_from([REPORTED, KEPT, ADMIT, but(RESUBMIT, sections=WRITTEN), but(REPORTED, sections={})]),
    st.builds(
        MarkReadOut,
        key=st.just("w-1"),
        activity=st.sampled_from(["m-1", "m-2", "m-9"]),
        digest=st.none() | digests,
    ),
)


@settings(max_examples=100)
@examples(st.booleans(), st.lists(st.tuples(COMMANDS, st.integers(1, 4)), max_size=12))
def test_whatever_is_asked_of_a_written_work_it_replays_and_no_version_is_lost(
    submitted: bool, steps: list[tuple[Command, int]]
) -> None:
    world = begun(but(MEETING, key="m-2"), but(HELD, key="m-2"), *[SUBMIT] if submitted else [])
    handed_in = [FIRST] if submitted else []
    for command, person in steps:
        refusal = attempt(world, command, by=world.act(person))
        if refusal is None and isinstance(command, Submit | Resubmit):
            handed_in.append(command.digest)
        state = world.workflow.state(STREAM)
        assert [version.digest for version in state.versions] == handed_in
        assert (state.phase is None) == (not handed_in)
        verdicts = [v.verdict for v in state.versions]
        assert all(verdict == "returned" for verdict in verdicts[:-1])
        if state.phase != "withdrawn" and verdicts:
            assert state.phase == (verdicts[-1] or "submitted")
        vettings = [vetting for version in state.versions for vetting in version.vettings]
        assert all(vetting.by != "p-2" for vetting in vettings)
        assert all(vetting.ground for vetting in vettings if vetting.verdict == "returned")
        readings = [key for version in state.versions for key in version.read_at]
        assert len(readings) == len(set(readings))
    replays(world, STREAM)


TO_PHASE: dict[str, tuple[Command, ...]] = {
    "submitted": (KEPT,),
    "returned": (KEPT, RETURN),
    "accepted": (KEPT, ACCEPT),
    "withdrawn": (KEPT, WITHDRAW),
}
BY_MOVE: dict[str, Command] = {
    "accept": ACCEPT,
    "admit": ADMIT,
    "send_back": RETURN,
    "resubmit": RESUBMIT,
    "withdraw": WITHDRAW,
    "flag": FLAG,
    "read_out": READ,
}


@pytest.mark.parametrize("phase", TABLE.states)
@pytest.mark.parametrize("move", TABLE.moves)
def test_every_move_is_open_in_the_phases_that_the_lifecycle_says_and_refused_in_the_others(
    phase: str, move: str
) -> None:
    world = begun(*TO_PHASE[phase])
    assert world.workflow.state(STREAM).phase == phase
    step = TABLE.dest(phase, move)
    refusal = attempt(world, BY_MOVE[move])
    if step is None:
        assert code(refusal) == (FINAL.code if phase in ("accepted", "withdrawn") else MOVE_CLOSED.code)
        assert world.workflow.state(STREAM).phase == phase
    else:
        assert refusal is None
        assert world.workflow.state(STREAM).phase == step.dest


def test_the_lifecycle_of_a_written_work_lets_it_come_back_until_it_is_accepted() -> None:
    assert TABLE.states == ("accepted", "returned", "submitted", "withdrawn")
    assert TABLE.open_moves("submitted") == ("accept", "admit", "flag", "read_out", "send_back", "withdraw")
    assert TABLE.open_moves("returned") == ("admit", "flag", "read_out", "resubmit", "withdraw")
    assert TABLE.open_moves("accepted") == ("admit", "flag", "read_out", "send_back")
    assert TABLE.open_moves("withdrawn") == ()


# --- behaviour -------------------------------------------------------------------------------


def test_R_064_a_work_sent_back_can_be_handed_in_again_and_accepted() -> None:
    world = begun(SUBMIT)
    world.later(days=1)
    world.do(but(RETURN, note=Personal("too short")), by=world.act(3))
    (vetted,) = [item.event for item in world.workflow.history.events(Vetted)]
    assert isinstance(vetted, Vetted)
    assert (vetted.digest, vetted.verdict, vetted.ground) == (FIRST, "returned", "copied")
    assert vetted.note is not None
    assert world.workflow.reveal(vetted.note) == "too short"
    opening = world.workflow.openings.get(vetted.note)
    assert (opening.subject, opening.field) == ("p-2", "submission.note")  # type: ignore[union-attr]
    world.do(RESUBMIT, by=world.self_(2))
    assert world.workflow.state(STREAM).phase == "submitted"
    world.do(ACCEPT, by=world.act(3))
    state = world.workflow.state(STREAM)
    assert state.phase == "accepted"
    assert [(v.digest, v.verdict) for v in state.versions] == [(FIRST, "returned"), (SECOND, "accepted")]
    assert [vetting.by for version in state.versions for vetting in version.vettings] == ["p-3", "p-3"]


def test_R_064_nobody_vets_their_own_work_or_that_of_somebody_close() -> None:
    world = begun(SUBMIT)
    for verdict in (ACCEPT, RETURN):
        assert code(attempt(world, verdict, by=world.act(2))) == "authority.own_case"
    world.do(DeclareConflict(person="p-3", other="p-2", ground="kin"), by=world.self_(3))
    assert code(attempt(world, ACCEPT, by=world.act(3))) == "authority.conflict_of_interest"
    assert attempt(world, ACCEPT, by=world.act(4)) is None


def checker(world: World) -> Actor:
    """Gives p-3 a role with no duty but that of checking."""
    roles = {"everything": tuple(duties(world.model)), "checker": ("submission.check",)}
    world.do(AdoptRoles(roles=roles))
    world.do(GrantRole(person="p-3", role="checker", unit="u-branch"))
    return Actor("a-3", "p-3", "checker")


def test_R_065_a_checker_may_flag_and_only_a_vet_can_send_back() -> None:
    world = begun(SUBMIT)
    by = checker(world)
    assert code(attempt(world, RETURN, by=by)) == "authority.duty_not_covered"
    assert code(attempt(world, ACCEPT, by=by)) == "authority.duty_not_covered"
    assert attempt(world, FLAG, by=by) is None
    (flagged,) = [item.event for item in world.workflow.history.events(SimilarityFlagged)]
    assert flagged == SimilarityFlagged(digest=FIRST, share=Fraction(9, 10), source_digest=WEB)
    assert world.workflow.state(STREAM).phase == "submitted"
    assert attempt(world, ACCEPT) is None
    (version,) = world.workflow.fact("submission.versions", STREAM)
    assert (version.verdict, version.flags[0].share) == ("accepted", Fraction(9, 10))


def test_R_065_what_comes_out_after_acceptance_is_flagged_and_sent_back_by_a_vet() -> None:
    world = begun(SUBMIT, ACCEPT, FLAG)
    assert world.workflow.fact("submission.work", STREAM).done
    world.do(RETURN)
    assert not world.workflow.fact("submission.work", STREAM).done
    (version,) = world.workflow.fact("submission.versions", STREAM)
    assert [vetting.verdict for vetting in version.vettings] == ["accepted", "returned"]


def test_R_052_versions_are_kept_and_the_one_read_at_the_meeting_is_identified() -> None:
    world = begun(SUBMIT, RETURN, RESUBMIT, READ, RETURN, but(RESUBMIT, digest=THIRD), ACCEPT)
    (read,) = [item.event for item in world.workflow.history.events(ReadOut)]
    assert read == ReadOut(digest=SECOND, activity="m-1")
    state = world.workflow.state(STREAM)
    assert [version.digest for version in state.versions] == [FIRST, SECOND, THIRD]
    assert state.read_out("m-1") == state.versions[1]
    assert state.read_out("m-2") is None


def test_R_052_an_earlier_version_can_be_named_as_the_one_that_was_read() -> None:
    world = begun(SUBMIT, RETURN, RESUBMIT, but(READ, digest=FIRST))
    assert [version.read_at for version in world.workflow.state(STREAM).versions] == [("m-1",), ()]


def test_a_text_that_comes_back_is_a_version_of_its_own() -> None:
    world = begun(SUBMIT, RETURN, RESUBMIT, RETURN, but(RESUBMIT, digest=FIRST), READ, ACCEPT)
    versions = world.workflow.state(STREAM).versions
    assert [(v.digest, v.verdict, v.read_at) for v in versions] == [
        (FIRST, "returned", ()),
        (SECOND, "returned", ()),
        (FIRST, "accepted", ("m-1",)),
    ]


def test_a_written_work_can_be_cited_as_work_of_its_author() -> None:
    world = begun()
    assert world.workflow.fact("submission.work", STREAM) is None
    assert world.workflow.fact("submission.versions", STREAM) == ()
    serves = (Serves(campaign="study", task="b"), Serves(campaign="study", task="a"))
    world.do(but(SUBMIT, serves=(*serves, *serves)))
    work = world.workflow.fact("submission.work", STREAM)
    assert (work.stream, work.kind, work.unit, work.state) == (STREAM, "reflection", "u-branch", "submitted")
    assert (work.done, work.serves, work.people) == (False, (serves[1], serves[0]), {"p-2"})
    world.do(ACCEPT)
    assert world.workflow.fact("submission.work", STREAM).done


def test_a_state_as_of_before_the_version_leaves_out_what_is_noted_of_it() -> None:
    world = begun(SUBMIT)
    world.do(FLAG, effective_at=world.now - timedelta(days=1))
    world.do(ACCEPT, effective_at=world.now - timedelta(days=1))
    assert world.workflow.state(STREAM, effective=world.now - timedelta(hours=1)).versions == ()


# --- templates and restricted works ----------------------------------------------------------


@pytest.mark.parametrize(
    "emptied",
    [{"digest": EMPTY, "characters": 5}, {"digest": TEXT, "characters": 0}, None],
    ids=["no byte", "no character", "not there"],
)
@pytest.mark.parametrize("again", [False, True], ids=["first version", "further version"])
def test_R_041_an_empty_or_lacking_section_blocks_submission(emptied: Any, again: bool) -> None:
    world = begun(*[REPORTED, RETURN] if again else [])
    sections = {code: given for code, given in (WRITTEN | {"problem": emptied}).items() if given}
    command = but(RESUBMIT, sections=sections) if again else but(REPORTED, sections=sections)
    refusal = attempt(world, command)
    assert refusal is not None
    assert refusal.code == submission.SECTIONS_LACKING.code
    assert "problem" in refusal.sentence
    assert attempt(world, but(command, sections=WRITTEN)) is None
    replays(world, STREAM)


def test_R_041_an_optional_section_may_be_left_out_and_not_be_empty() -> None:
    thanks = {"thanks": {"digest": EMPTY, "characters": 0}}
    assert code(attempt(begun(), but(REPORTED, sections=WRITTEN | thanks))) == "submission.sections_lacking"


def test_R_041_each_section_is_citable_as_evidence_on_its_own_in_each_version() -> None:
    world = begun(REPORTED, RETURN)
    changed = WRITTEN | {"use": {"digest": "c" * 64, "characters": 9}}
    world.do(but(RESUBMIT, sections=changed))
    world.do(ACCEPT)

    def cited(**arguments: str) -> CitedSection | None:
        found = world.workflow.fact("submission.section", STREAM, **arguments)
        assert found is None or isinstance(found, CitedSection)
        return found

    assert cited(section="use") == CitedSection(STREAM, "use", SECOND, "c" * 64, "p-2", True)
    assert cited(section="use", version=FIRST) == CitedSection(STREAM, "use", FIRST, TEXT, "p-2", False)
    assert cited(section="thanks") is None
    assert cited(section="use", version=THIRD) is None


def test_R_041_a_summary_of_a_section_is_sealed() -> None:
    world = begun()
    told = WRITTEN | {"use": {"digest": TEXT, "characters": 9, "summary": Personal("what it says")}}
    world.do(but(REPORTED, sections=told))
    (section, *_) = [item for item in world.workflow.state(STREAM).versions[0].sections if item.summary]
    assert world.workflow.reveal(section.summary) == "what it says"


def test_R_041_a_work_stays_on_the_version_of_the_template_that_it_was_handed_in_under() -> None:
    world = begun(REPORTED, RETURN)
    more = TemplateDefinition.model_validate(
        REPORT.data() | {"version": 2, "sections": [{"code": "use"}, {"code": "direction"}]}
    )
    world.do(adopt(more))
    assert attempt(world, but(RESUBMIT, sections=WRITTEN)) is None
    assert world.workflow.state(STREAM).template.digest == REPORT.digest


@pytest.mark.parametrize(
    ("body", "where"),
    [
        ({"code": "x", "version": 1}, "sections"),
        ({"code": "x", "version": 1, "sections": [{"code": "a"}, {"code": "a"}]}, "sections[1]"),
    ],
)
def test_R_041_faults_of_a_template_are_found(body: Any, where: str) -> None:
    with pytest.raises(InvalidDefinition) as caught:
        TemplateDefinition.model_validate(body)
    assert {fault.where for fault in caught.value.faults} == {where}


def test_R_038_the_channel_of_a_report_is_an_attribute_of_the_report() -> None:
    assert begun(REPORTED).workflow.state(STREAM).channel == "written"


def outsider(world: World, *, custody: bool = False) -> Actor:
    """The supervisor in the city organ, who vets over the whole tree, with or without custody."""
    extra = ("case.custody",) if custody else ()
    everything = tuple(duties(world.model))
    world.do(AdoptRoles(roles={"everything": everything, "vetting": ("submission.vet", *extra)}))
    world.do(GrantRole(person="p-60", role="vetting", unit="u-city"))
    return Actor("a-60", "p-60", "vetting")


def test_R_052_analysis_material_is_known_to_the_branch_and_the_author_and_to_nobody_outside() -> None:
    world = begun(KEPT)
    by = outsider(world)
    assert not world.workflow.sees(by, world.now, STREAM)
    assert code(attempt(world, ACCEPT, by=by)) == "submission.unknown"
    assert STREAM not in {item.stream for item in world.workflow.allowed(by, world.now)}
    for member in (2, 3, 4):
        assert world.workflow.sees(world.self_(member), world.now, STREAM)
    assert attempt(world, ACCEPT, by=world.act(3)) is None
    replays(world, STREAM)


def test_R_052_the_author_admits_a_reader_and_custodians_see_it() -> None:
    world = begun(KEPT)
    by = outsider(world)
    world.do(ADMIT, by=world.self_(2))
    assert world.workflow.sees(by, world.now, STREAM)
    custody = begun(KEPT)
    assert custody.workflow.sees(outsider(custody, custody=True), custody.now, STREAM)


def test_a_work_that_is_not_restricted_is_seen_as_before() -> None:
    world = begun(SUBMIT)
    assert world.workflow.sees(outsider(world), world.now, STREAM)
    assert list(world.workflow.history.events(Restricted)) == []


# --- refusals --------------------------------------------------------------------------------

# For each reason: what came before, the refused command, its permitted counterpart.
REFUSALS: dict[Reason, tuple[list[Command], Command, Command]] = {
    submission.TAKEN: ([SUBMIT], SUBMIT, but(SUBMIT, key="w-2")),
    submission.UNKNOWN: ([], ACCEPT, SUBMIT),
    submission.UNKNOWN_UNIT: ([], but(SUBMIT, unit="u-nowhere"), SUBMIT),
    submission.UNKNOWN_AUTHOR: ([], but(SUBMIT, author="p-88"), SUBMIT),
    submission.NO_TEMPLATE: ([], but(REPORTED, template="0" * 64), REPORTED),
    submission.TEMPLATE_RETIRED: (
        [RetireDefinition(code="analysis", ground="superseded")],
        KEPT,
        REPORTED,
    ),
    submission.TEMPLATE_NOT_IN_FORCE: (
        [adopt(NEWER)],
        REPORTED,
        but(REPORTED, template=NEWER.digest),
    ),
    submission.OTHER_KIND: ([], but(REPORTED, kind="reflection"), REPORTED),
    submission.SECTIONS_LACKING: ([], but(REPORTED, sections={}), REPORTED),
    submission.UNKNOWN_SECTION: ([], but(REPORTED, sections=WRITTEN | {"poem": WRITTEN["use"]}), REPORTED),
    submission.NOT_RESTRICTED: ([SUBMIT, but(KEPT, key="w-2")], ADMIT, but(ADMIT, key="w-2")),
    submission.READER_ALREADY: ([KEPT], but(ADMIT, person="p-3"), ADMIT),
    submission.UNKNOWN_READER: ([KEPT], but(ADMIT, person="p-88"), ADMIT),
    submission.SAME_VERSION: ([SUBMIT, RETURN], but(RESUBMIT, digest=FIRST), RESUBMIT),
    submission.NO_GROUND: ([SUBMIT], but(RETURN, ground=None), RETURN),
    submission.SHARE_OUT_OF_RANGE: ([SUBMIT], but(FLAG, share="10/9"), but(FLAG, share="1")),
    submission.UNKNOWN_VERSION: ([SUBMIT], but(READ, digest=THIRD), but(READ, digest=FIRST)),
    submission.NOT_HELD: ([SUBMIT, but(MEETING, key="m-2")], but(READ, activity="m-2"), READ),
    submission.READ_ALREADY: (
        [SUBMIT, READ, but(MEETING, key="m-2"), but(HELD, key="m-2")],
        READ,
        but(READ, activity="m-2"),
    ),
}


def test_every_reason_of_a_written_work_is_provoked() -> None:
    assert tuple(REFUSALS) == submission.REASONS == DECIDER.reasons


@pytest.mark.parametrize("reason", REFUSALS, ids=lambda reason: reason.code)
def test_a_written_work_refuses_in_words_and_takes_the_permitted_counterpart(reason: Reason) -> None:
    before, refused, permitted = REFUSALS[reason]
    world = begun(*before)
    refusal = attempt(world, refused)
    assert refusal is not None
    assert refusal.code == reason.code
    assert "{" not in str(refusal)
    assert attempt(world, permitted) is None


def test_a_reading_at_an_activity_that_does_not_exist_and_a_share_of_nothing_are_refused() -> None:
    world = begun(SUBMIT)
    assert code(attempt(world, but(READ, activity="m-9"))) == "submission.activity_not_held"
    assert code(attempt(world, but(FLAG, share="0"))) == "submission.share_out_of_range"


def test_an_author_has_to_stand_in_the_organisation_when_the_work_is_handed_in() -> None:
    world = begun()
    before = START - timedelta(days=1)
    assert code(attempt(world, SUBMIT, effective_at=before)) == "submission.unknown_author"
    assert attempt(world, SUBMIT, effective_at=START) is None


def test_a_refusal_does_not_repeat_the_note() -> None:
    note = Personal("a sentence about somebody")
    outcome = given(DECIDER, Submitted(kind="reflection", unit="u-branch", author="p-2", digest=FIRST)).when(
        but(RETURN, ground=None, note=note)
    )
    assert "somebody" not in str(outcome.refused(submission.NO_GROUND))


# --- authority -------------------------------------------------------------------------------


def test_an_author_hands_in_resubmits_and_withdraws_their_own_work_and_nobody_elses() -> None:
    steps: list[tuple[list[Command], Command]] = [
        ([], SUBMIT),
        ([SUBMIT, RETURN], RESUBMIT),
        ([SUBMIT], WITHDRAW),
    ]
    for before, command in steps:
        world = begun(*before)
        assert code(attempt(world, command, by=world.self_(3))) == "authority.not_own"
        assert attempt(world, command, by=world.self_(2)) is None


BY_DUTY: dict[str, list[tuple[list[Command], Command]]] = {
    "submission.record": [
        ([], SUBMIT),
        ([SUBMIT, RETURN], RESUBMIT),
        ([SUBMIT], READ),
        ([SUBMIT], WITHDRAW),
    ],
    "submission.vet": [([SUBMIT], ACCEPT), ([SUBMIT], RETURN)],
    "submission.check": [([SUBMIT], FLAG)],
    "submission.admit": [([KEPT], ADMIT)],
}


def test_every_duty_of_a_written_work_is_covered() -> None:
    assert {event.requires.duty for event in DECIDER.events} == set(BY_DUTY)


@pytest.mark.parametrize("duty", BY_DUTY)
def test_what_is_done_with_the_work_of_somebody_else_takes_its_duty(duty: str) -> None:
    for before, command in BY_DUTY[duty]:
        world = begun(*before)
        everything = duties(world.model)
        world.do(AdoptRoles(roles={"everything": tuple(d for d in everything if d != duty)}))
        assert code(attempt(world, command)) == "authority.duty_not_covered"
        world.do(AdoptRoles(roles={"everything": tuple(everything)}))
        assert attempt(world, command) is None


def test_who_stepped_back_from_a_written_work_does_not_vet_it() -> None:
    world = begun(SUBMIT)
    world.do(Recuse(person="p-3", matter=STREAM), by=world.self_(3))
    assert code(attempt(world, ACCEPT, by=world.act(3))) == "authority.recused"
    assert attempt(world, ACCEPT, by=world.act(4)) is None


@pytest.mark.parametrize("event", DECIDER.events)
def test_no_event_of_a_written_work_has_a_place_for_free_text(event: type) -> None:
    assert "unmarked" not in kinds_of_strings(event).values()
