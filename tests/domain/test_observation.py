"""Series of observed values: R-098, and the laws that hold of every aggregate."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given as examples
from hypothesis import settings
from hypothesis import strategies as st
from tests.support.laws import attempt, replays
from tests.support.world import World, duties

from party_workflow.authority import CONFLICT, OWN_CASE, AdoptRoles, DeclareConflict
from party_workflow.codec import Command, kinds_of_strings
from party_workflow.domain import observation
from party_workflow.domain.observation import (
    CELL_TWICE,
    COLUMN_TWICE,
    DECIDER,
    IMPOSSIBLE_SURVEY,
    MARKED,
    NO_CELL,
    NO_COLUMNS,
    NO_ROWS,
    OTHER_TYPE,
    OUT_OF_ORDER,
    RESERVED_NAME,
    ROW_TAKEN,
    TAKEN,
    UNCHANGED,
    UNKNOWN,
    UNKNOWN_COLUMN,
    UNKNOWN_ROW,
    UNKNOWN_UNIT,
    Column,
    CorrectObservation,
    MarkNotComparable,
    NoValue,
    ObservationCorrected,
    ObservationRecorded,
    Observed,
    OpenSeries,
    RecordObservations,
    SeriesOpened,
    Survey,
    WithdrawObservation,
)
from party_workflow.errors import InvalidInput, Reason, Refusal

STREAM = "observation/s-1"
DAY = timedelta(days=1)

COLUMNS = (
    Column(code="score", type="number", unit="percent"),
    Column(code="grade", type="code"),
    Column(code="seen", type="day"),
)
OPEN = OpenSeries(
    key="s-1", unit="u-branch", subject="branch", columns=COLUMNS, source="statistics", basis="plan"
)
SURVEY = Survey(
    frame="households",
    frame_size=1200,
    selection="random",
    sample=200,
    responses=150,
    mode="interview",
    begun_on=date(2009, 2, 1),
    ended_on=date(2009, 2, 20),
    collected_by="u-bureau",
)


def row(key: str, subject: str = "afg", score: object = Decimal("28.5")) -> Observed:
    values = {"score": score, "grade": "a", "seen": date(2009, 2, 1)}
    return Observed.of(key, subject, values)  # type: ignore[arg-type]


def record(*rows: Observed) -> RecordObservations:
    return RecordObservations(key="s-1", rows=rows)


def correct(key: str = "r-1", **cells: object) -> CorrectObservation:
    return CorrectObservation(key="s-1", row=key, ground="misread", **cells)  # type: ignore[arg-type]


def opened(members: int = 4) -> World:
    world = World(DECIDER, members=members)
    world.later(days=5)
    world.do(OPEN)
    return world


def with_row() -> World:
    world = opened()
    world.later(days=1)
    world.do(record(row("r-1")))
    world.later(days=1)
    return world


KEYS = st.sampled_from(["r-1", "r-2", "r-3"])
CELLS = st.fixed_dictionaries(
    {},
    optional={
        "numbers": st.dictionaries(
            st.sampled_from(["score", "grade"]), st.integers(-3, 3).map(Decimal), max_size=2
        ),
        "ratios": st.dictionaries(st.just("score"), st.just(Fraction(1, 3)), max_size=1),
        "codes": st.dictionaries(st.just("grade"), st.sampled_from(["a", "b"]), max_size=1),
        "days": st.dictionaries(st.just("seen"), st.just(date(2009, 2, 2)), max_size=1),
        "absent": st.dictionaries(
            st.sampled_from(["score", "grade", "seen"]), st.sampled_from(["missing", "withheld"]), max_size=3
        ),
    },
)
COMMANDS: st.SearchStrategy[Command] = st.one_of(
    st.just(OPEN),
    st.lists(
        st.builds(
            lambda key, subject, cells: Observed(row=key, subject=subject, **cells),
            KEYS,
            st.sampled_from(["afg", "p-2"]),
            CELLS,
        ),
        max_size=2,
    ).map(lambda rows: record(*rows)),
    KEYS.map(lambda key: record(row(key))),
    st.builds(lambda key, cells: correct(key, **cells), KEYS, CELLS),
    KEYS.map(lambda key: WithdrawObservation(key="s-1", row=key, ground="mistaken")),
    st.sampled_from(["coached", "other"]).map(lambda g: MarkNotComparable(key="s-1", ground=g)),
)


@settings(max_examples=60)
@examples(
    st.booleans(),
    st.lists(st.tuples(COMMANDS, st.sampled_from([1, 2, 3]), st.integers(-2, 0)), max_size=14),
)
def test_whatever_is_asked_of_a_series_it_replays_and_every_row_that_stands_is_whole(
    begun: bool, steps: list[tuple[Command, int, int]]
) -> None:
    world = opened() if begun else World(DECIDER, members=4)
    for command, who, days in steps:
        world.later(hours=7)
        attempt(world, command, by=world.act(who), effective_at=world.now + days * DAY)
        for line in world.workflow.state(STREAM).rows().values():
            assert set(line.cells) == {column.code for column in COLUMNS}
            assert line.by.keys() == line.cells.keys()
    replays(world, STREAM)


# --- R-098 -----------------------------------------------------------------------------------


def survey(**changes: object) -> OpenSeries:
    return OPEN.model_copy(update={"survey": SURVEY.model_copy(update=changes)})


def test_R_098_a_survey_stores_frame_sample_mode_dates_response_rate_and_who_collected_it() -> None:
    world = World(DECIDER, members=2)
    world.do(survey())
    (event,) = (item.event for item in world.workflow.history.events(SeriesOpened))
    assert isinstance(event, SeriesOpened)
    assert event.survey == SURVEY
    assert event.data()["survey"] == {
        "frame": "households",
        "frame_size": 1200,
        "selection": "random",
        "sample": 200,
        "responses": 150,
        "mode": "interview",
        "begun_on": "2009-02-01",
        "ended_on": "2009-02-20",
        "collected_by": "u-bureau",
        "coached": False,
    }
    state = world.workflow.state(STREAM)
    assert state.response_rate() == Fraction(150, 200)
    assert state.not_comparable == ()


def test_R_098_nobody_was_asked_is_no_response_rate() -> None:
    world = World(DECIDER, members=2)
    world.do(survey(sample=0, responses=0))
    assert world.workflow.state(STREAM).response_rate() is None


@pytest.mark.parametrize(
    ("changes", "grounds"),
    [
        ({}, ()),
        ({"selection": "self_selected"}, ("self_selected",)),
        ({"coached": True}, ("coached",)),
        ({"coached": True, "selection": "self_selected"}, ("coached", "self_selected")),
    ],
)
def test_R_098_a_coached_or_self_selected_sample_is_marked_not_comparable_when_it_is_opened(
    changes: dict[str, object], grounds: tuple[str, ...]
) -> None:
    world = World(DECIDER, members=2)
    world.do(survey(**changes))
    assert world.workflow.state(STREAM).not_comparable == grounds


def test_R_098_that_a_sample_was_coached_may_turn_out_later_and_says_so_from_then() -> None:
    world = opened()
    before = world.now
    world.later(days=3)
    world.do(MarkNotComparable(key="s-1", ground="coached"), by=world.act(2))
    assert world.workflow.state(STREAM).not_comparable == ("coached",)
    assert world.workflow.state(STREAM, known=before).not_comparable == ()


# --- rows ------------------------------------------------------------------------------------


def test_a_row_has_in_every_column_an_exact_value_or_says_how_it_is_absent() -> None:
    world = opened()
    absent = Observed.of(
        "r-2", "alb", {"score": Fraction(1, 3)}, {"grade": "withheld", "seen": "not_applicable"}
    )
    world.do(record(row("r-1", score=0), absent))
    rows = world.workflow.fact("observation.rows", STREAM)
    assert rows["r-1"].cells == {"score": Decimal(0), "grade": "a", "seen": date(2009, 2, 1)}
    assert rows["r-2"].cells == {
        "score": Fraction(1, 3),
        "grade": NoValue("withheld"),
        "seen": NoValue("not_applicable"),
    }
    assert [rows[key].subject for key in rows] == ["afg", "alb"]


def test_an_event_holds_each_cell_once_in_the_map_of_its_type_and_nothing_else() -> None:
    world = opened()
    world.do(record(row("r-1")))
    (event,) = (item.event for item in world.workflow.history.events(ObservationRecorded))
    assert event.data() == {
        "row": "r-1",
        "subject": "afg",
        "numbers": {"score": "28.5"},
        "codes": {"grade": "a"},
        "days": {"seen": "2009-02-01"},
    }


def test_a_correction_changes_the_cells_it_names_and_keeps_who_recorded_them() -> None:
    world = with_row()
    world.do(correct(numbers={"score": Decimal(30)}, codes={"grade": "a"}), by=world.act(2))
    (event,) = (item.event for item in world.workflow.history.events(ObservationCorrected))
    assert isinstance(event, ObservationCorrected)
    assert (event.numbers, event.codes) == ({"score": Decimal(30)}, None)  # the grade was so before
    assert event.recorders == ("p-1",)
    line = world.workflow.state(STREAM).rows()["r-1"]
    assert line.cells == {"score": Decimal(30), "grade": "a", "seen": date(2009, 2, 1)}
    assert line.by == {"score": ("p-2",), "grade": ("p-1",), "seen": ("p-1",)}


def test_what_was_known_before_a_correction_can_still_be_asked() -> None:
    world = with_row()
    before = world.now
    world.later(hours=1)
    world.do(
        correct(absent={"score": "missing"}), by=world.act(2), effective_at=world.now - timedelta(days=1)
    )
    assert world.workflow.state(STREAM, known=before).rows()["r-1"].cells["score"] == Decimal("28.5")
    assert world.workflow.state(STREAM).rows()["r-1"].cells["score"] == NoValue("missing")


def test_a_row_withdrawn_does_not_stand_and_its_key_is_not_used_again() -> None:
    world = with_row()
    world.do(WithdrawObservation(key="s-1", row="r-1", ground="wrong_subject"), by=world.act(2))
    assert world.workflow.state(STREAM).rows() == {}
    assert _code(attempt(world, record(row("r-1")))) == ROW_TAKEN.code
    assert attempt(world, record(row("r-2"))) is None


def test_a_series_is_work_that_a_campaign_can_cite() -> None:
    world = World(DECIDER, members=3)
    assert world.workflow.fact("observation.work", STREAM) is None
    world.do(OPEN)
    assert not world.workflow.fact("observation.work", STREAM).done
    world.do(record(row("r-1"), row("r-2", "p-3")))
    work = world.workflow.fact("observation.work", STREAM)
    assert (work.stream, work.kind, work.unit, work.state) == (STREAM, "observation", "u-branch", "open")
    assert (work.done, work.quantity, work.people) == (True, 2, {"p-3"})


def test_rows_are_recorded_all_or_none() -> None:
    world = opened()
    assert _code(attempt(world, record(row("r-1"), row("r-1")))) == ROW_TAKEN.code
    assert world.workflow.state(STREAM).rows() == {}


@pytest.mark.parametrize("subject", ["Viktoria KAVALIOVA", "AFG", "13 800"])
def test_a_name_does_not_fit_where_a_subject_is_said(subject: str) -> None:
    with pytest.raises(InvalidInput):
        Observed.of("r-1", subject, {"score": 1})


# --- refusals --------------------------------------------------------------------------------

# For each reason: how many hours back the refused command takes effect, the command, one that goes through.
REFUSALS: dict[Reason, tuple[int, Command, Command]] = {
    TAKEN: (0, OPEN, OPEN.model_copy(update={"key": "s-2"})),
    UNKNOWN: (0, record(row("r-2")).model_copy(update={"key": "s-9"}), record(row("r-2"))),
    UNKNOWN_UNIT: (
        0,
        OPEN.model_copy(update={"key": "s-2", "unit": "u-none"}),
        OPEN.model_copy(update={"key": "s-2"}),
    ),
    NO_COLUMNS: (
        0,
        OPEN.model_copy(update={"key": "s-2", "columns": ()}),
        OPEN.model_copy(update={"key": "s-2"}),
    ),
    COLUMN_TWICE: (
        0,
        OPEN.model_copy(update={"key": "s-2", "subject": "score"}),
        OPEN.model_copy(update={"key": "s-2"}),
    ),
    RESERVED_NAME: (
        0,
        OPEN.model_copy(update={"key": "s-2", "subject": "stream"}),
        OPEN.model_copy(update={"key": "s-2", "subject": "subject"}),
    ),
    IMPOSSIBLE_SURVEY: (
        0,
        survey(responses=201).model_copy(update={"key": "s-2"}),
        survey(responses=200).model_copy(update={"key": "s-2"}),
    ),
    MARKED: (
        0,
        MarkNotComparable(key="s-1", ground="quota_broken"),
        MarkNotComparable(key="s-1", ground="coached"),
    ),
    NO_ROWS: (0, record(), record(row("r-2"))),
    ROW_TAKEN: (0, record(row("r-1")), record(row("r-2"))),
    UNKNOWN_ROW: (0, correct("r-9", codes={"grade": "b"}), correct(codes={"grade": "b"})),
    OUT_OF_ORDER: (30, correct(codes={"grade": "b"}), correct(codes={"grade": "b"})),
    UNKNOWN_COLUMN: (0, correct(codes={"colour": "b"}), correct(codes={"grade": "b"})),
    CELL_TWICE: (
        0,
        correct(codes={"grade": "b"}, absent={"grade": "missing"}),
        correct(absent={"grade": "missing"}),
    ),
    OTHER_TYPE: (0, correct(codes={"score": "b"}), correct(numbers={"score": Decimal(1)})),
    NO_CELL: (0, record(Observed.of("r-2", "afg", {"score": 1})), record(row("r-2"))),
    UNCHANGED: (0, correct(ratios={"score": Fraction(57, 2)}), correct(ratios={"score": Fraction(1, 3)})),
}


def test_every_reason_of_a_series_is_provoked() -> None:
    assert tuple(REFUSALS) == observation.REASONS == DECIDER.reasons


@pytest.mark.parametrize("reason", REFUSALS, ids=lambda reason: reason.code)
def test_a_series_refuses_in_words_and_takes_the_permitted_counterpart(reason: Reason) -> None:
    hours, refused, permitted = REFUSALS[reason]
    world = with_row()
    world.do(MarkNotComparable(key="s-1", ground="quota_broken"), by=world.act(2))
    world.later(hours=1)
    back = timedelta(hours=hours)
    refusal = attempt(world, refused, by=world.act(3), effective_at=world.now - back)
    assert _code(refusal) == reason.code
    assert "{" not in str(refusal)
    assert attempt(world, permitted, by=world.act(3)) is None


@pytest.mark.parametrize(
    ("changes", "what"),
    [
        ({"ended_on": date(2009, 1, 31)}, "ends before it begins"),
        ({"responses": 201}, "more answered than were asked"),
        ({"sample": 1201}, "more were asked than there are"),
        ({"selection": "census"}, "a census asks everybody"),
    ],
)
def test_a_survey_that_cannot_be_is_refused_and_says_what_is_wrong(
    changes: dict[str, object], what: str
) -> None:
    world = World(DECIDER, members=2)
    refusal = attempt(world, survey(**changes))
    assert refusal is not None
    assert what in refusal.sentence


@pytest.mark.parametrize(
    "command",
    [
        record(row("r-1")),
        MarkNotComparable(key="s-1", ground="coached"),
    ],
)
def test_nothing_of_a_series_takes_effect_before_it_was_opened(command: Command) -> None:
    world = opened()
    world.later(days=1)
    refusal = attempt(world, command, by=world.act(2), effective_at=world.now - 2 * DAY)
    assert _code(refusal) == OUT_OF_ORDER.code
    assert attempt(world, command, by=world.act(2), effective_at=world.now - DAY) is None


def test_a_row_is_not_withdrawn_from_before_it_was_there() -> None:
    world = with_row()
    command = WithdrawObservation(key="s-1", row="r-1", ground="mistaken")
    early = attempt(world, command, by=world.act(2), effective_at=world.now - timedelta(hours=25))
    assert _code(early) == OUT_OF_ORDER.code
    assert attempt(world, command, by=world.act(2), effective_at=world.now - DAY) is None


def test_the_order_in_which_cells_are_named_leaves_the_bytes_alone() -> None:
    one, two = opened(), opened()
    one.do(record(Observed.of("r-1", "afg", {"grade": "a", "score": 1, "seen": date(2009, 1, 1)})))
    two.do(record(Observed.of("r-1", "afg", {"seen": date(2009, 1, 1), "score": 1, "grade": "a"})))
    last = [list(world.store.read())[-1] for world in (one, two)]
    assert last[0].data == last[1].data
    assert list(last[0].data) == list(last[1].data)


# --- authority -------------------------------------------------------------------------------


def test_whoever_recorded_a_value_neither_corrects_nor_withdraws_it() -> None:
    world = with_row()
    corrected = correct(numbers={"score": Decimal(1)})
    withdrawn = WithdrawObservation(key="s-1", row="r-1", ground="mistaken")
    for command in (corrected, withdrawn):
        assert _code(attempt(world, command, by=world.act(1))) == OWN_CASE.code
    assert attempt(world, corrected, by=world.act(2)) is None
    assert _code(attempt(world, correct(numbers={"score": Decimal(2)}), by=world.act(2))) == OWN_CASE.code
    # The score is by p-2 now, and the grade still by p-1.
    assert attempt(world, correct(numbers={"score": Decimal(2)}), by=world.act(1)) is None
    assert _code(attempt(world, withdrawn, by=world.act(1))) == OWN_CASE.code
    assert attempt(world, withdrawn, by=world.act(3)) is None


def test_nobody_records_corrects_or_withdraws_what_was_observed_of_themselves() -> None:
    world = opened()
    about = record(row("r-1", "p-2"))
    assert _code(attempt(world, about, by=world.act(2))) == OWN_CASE.code
    assert attempt(world, about, by=world.act(1)) is None
    commands = (correct(codes={"grade": "b"}), WithdrawObservation(key="s-1", row="r-1", ground="x"))
    for number, command in enumerate(commands, start=3):
        assert _code(attempt(world, command, by=world.act(2))) == OWN_CASE.code
        assert attempt(world, command, by=world.act(number)) is None


def test_somebody_close_to_whom_a_row_is_about_does_not_record_it() -> None:
    world = opened()
    world.do(DeclareConflict(person="p-3", other="p-2", ground="kin"))
    assert _code(attempt(world, record(row("r-1", "p-2")), by=world.act(3))) == CONFLICT.code
    assert attempt(world, record(row("r-1", "p-2")), by=world.act(4)) is None


def test_whoever_opened_a_series_does_not_say_that_it_is_not_comparable() -> None:
    world = opened()
    mark = MarkNotComparable(key="s-1", ground="coached")
    assert _code(attempt(world, mark, by=world.act(1))) == OWN_CASE.code
    assert attempt(world, mark, by=world.act(2)) is None


@pytest.mark.parametrize(
    ("duty", "command"),
    [
        ("observation.open", OPEN.model_copy(update={"key": "s-2"})),
        ("observation.record", record(row("r-2"))),
        ("observation.correct", correct(codes={"grade": "b"})),
        ("observation.correct", MarkNotComparable(key="s-1", ground="coached")),
        ("observation.withdraw", WithdrawObservation(key="s-1", row="r-1", ground="mistaken")),
    ],
)
def test_each_command_on_a_series_takes_its_duty(duty: str, command: Command) -> None:
    world = with_row()
    everything = duties(world.model)
    world.do(AdoptRoles(roles={"everything": tuple(d for d in everything if d != duty)}))
    assert _code(attempt(world, command, by=world.act(2))) == "authority.duty_not_covered"
    world.do(AdoptRoles(roles={"everything": tuple(everything)}))
    assert attempt(world, command, by=world.act(2)) is None


@pytest.mark.parametrize("event", DECIDER.events)
def test_no_event_of_a_series_has_a_place_for_free_text(event: type) -> None:
    assert "unmarked" not in kinds_of_strings(event).values()


def _code(refusal: Refusal | None) -> str | None:
    return None if refusal is None else refusal.code
