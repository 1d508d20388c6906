"""Cases: what passes on, waits, is said, linked and opened; every refusal of it, with its counterpart."""

from __future__ import annotations

from datetime import date, timedelta
from functools import partial
from typing import Any

import pytest

from party_workflow.calendar import Calendar, CalendarRef, Term
from party_workflow.codec import Command, Event
from party_workflow.domain.case import (
    DECIDER,
    AppealCase,
    CaseHandedOver,
    CaseKind,
    CaseOpened,
    CasePaused,
    CaseSummary,
    Clock,
    ClockStarted,
    CloseCase,
    ContestCase,
    DecideIdentity,
    EscalateCase,
    ExtendClock,
    GivenParticular,
    GiveParticulars,
    HandOverCase,
    IdentityDecided,
    IdentityRequested,
    JoinCase,
    LinkCase,
    OpenCase,
    OpenIdentity,
    Particular,
    ParticularRule,
    ParticularsGiven,
    PromoteCase,
    RecountClock,
    RecuseFromCase,
    RemindCase,
    RequestIdentity,
    ResumeCase,
    ReturnCase,
)
from party_workflow.domain.case import reasons as why
from party_workflow.domain.vocabulary import Work
from party_workflow.errors import Reason
from party_workflow.lifecycle import Lifecycle
from party_workflow.personal import Personal
from party_workflow.testing.scenario import NOON, Given, given, seal

TEXT = Personal("x")
CALENDAR = Calendar(
    code="days",
    version="1",
    offset_minutes=480,
    weekend=frozenset({"sat", "sun"}),
    holidays=frozenset(),
    makeup_days=frozenset(),
    covers=(date(2020, 1, 1), date(2020, 12, 31)),
    basis="notice",
)
BODY = CALENDAR.model_dump(mode="json")
MOVES = (
    "appeal", "assign", "close", "contest", "decide", "decide_appeal", "escalate", "extend", "hand_over",
    "join", "pause", "promote", "resume", "return",
)  # fmt: skip


def kind(code: str = "anything", **more: Any) -> CaseKind:
    """A kind in which the moves are open at any time, and closing ends it."""
    moves = dict.fromkeys(MOVES, "going -> going")
    given_kind = {
        "code": code,
        "version": 1,
        "lifecycle": Lifecycle.of(
            code, 1, initial="going", final="closed", moves={**moves, "close": "going -> closed"}
        ),
        "outcomes": ("so",),
        "appeal_outcomes": ("so",),
        "levels": 1,
        "most_handovers": 1,
        "particulars": {
            "cause": ParticularRule(form="code", values=("no_rules", "no_staff")),
            "unit_above": ParticularRule(form="unit", differs_from_unit=True),
            "listing": ParticularRule(form="matter"),
        },
        "clocks": {
            "answer": Clock(
                amount=9,
                unit="working_days",
                starts=("decide",),
                calendar="days",
                pauses=True,
                extension=Term(amount=5, unit="calendar_days"),
            ),
            "contest": Clock(amount=3, unit="calendar_days", starts=("decide",), calendar="days"),
        },
        "within": {"contest": "contest"},
        "after": {"close": "contest"},
    }
    return CaseKind(**{**given_kind, **more})


ANYTHING = kind()
HIDDEN = kind("hidden", confidential=True)
KEY = "c-" + "1" * 32
AWAY: tuple[Any, ...] = ("u-third", {}, {}, {"u-other": ("u-other",)})
"""Where somebody concerned counts by now, and what posts they hold: none."""


def opened(of: CaseKind = ANYTHING, **more: Any) -> CaseOpened:
    return CaseOpened(
        kind=of.code,
        definition=of.digest,
        body=of.data(),
        confidential=of.confidential,
        unit="u-branch",
        state=of.table.initial,
        substance=seal(TEXT, "case/c-1", "case.substance"),
        **more,
    )


def opening(of: CaseKind = ANYTHING, **more: Any) -> OpenCase:
    fields = {"key": KEY, "unit": "u-branch", "substance": TEXT, **more}
    return OpenCase(kind=of.code, definition=of.digest, **fields)


def facts(of: CaseKind = ANYTHING, *more: Any) -> tuple[Any, ...]:
    return of.data(), (of.version, of.digest), True, {}, *more


def started(clock: str = "answer", days: int = 9, definition: str = CALENDAR.digest) -> ClockStarted:
    due = NOON + timedelta(days=days)
    term = Term(amount=9, unit="working_days")
    ref = CalendarRef(code="days", version="1", digest=CALENDAR.digest)
    return ClockStarted(
        clock=clock,
        run=1,
        start=NOON,
        term=term,
        due=due,
        due_day=due.date(),
        calendar=ref,
        definition=definition,
    )


def handed(unit: str = "u-other", previous: str = "u-branch") -> CaseHandedOver:
    return CaseHandedOver(state="going", unit=unit, previous=previous, ground="elsewhere")


OTHER = partial(
    CaseSummary,
    stream="case/c-2",
    kind="anything",
    unit="u-a",
    state="going",
    final=False,
    confidential=False,
    due=None,
    original_due=None,
    responsible=None,
    outcome=None,
    answered=False,
    failed_verifications=0,
    contested=0,
    reopened=0,
    withdrawn=False,
    source=None,
    classes=(),
)
WORK = Work("case/c-2", "anything", "u-a", "open", False)
SEALED = seal(Personal("p-7"), "p-7", "case.complainant")
PROTECTED = opened(HIDDEN, complainant=SEALED)
ASKED = IdentityRequested(request=1, ground="threat", reason=seal(TEXT, "case/c-1", "case.identity_reason"))
GRANTED = IdentityDecided(request=1, granted=True, ground="threat")
SAID = GivenParticular(name="cause", code="no_staff")
CLOSED_ONE = (opened(), started("contest", -1))

Provocation = tuple[Reason, Given, Command, Given, Command]


def of(*events: Event) -> Given:
    return given(DECIDER, *events)


def saying(*particulars: GivenParticular) -> GiveParticulars:
    return GiveParticulars(key=KEY, particulars=particulars)


DEMANDING = kind("demanding", demands={"open": ("classes",)})
WANTING = kind("wanting", particulars={"cause": ParticularRule(form="code", by="close")}, after={})
AT_ONCE = kind(
    "at_once", clocks={"answer": Clock(amount=9, unit="working_days", starts=("open",), calendar="days")},
    within={}, after={},
)  # fmt: skip
PLAIN = kind("plain", after={})

PROVOKED: dict[str, Provocation] = {
    "a confidential case under a key that can be guessed": (
        why.GUESSABLE_KEY,
        of().knowing(*facts(HIDDEN)), opening(HIDDEN, key="c-1"),
        of().knowing(*facts(HIDDEN)), opening(HIDDEN),
    ),
    "a clock on a calendar that nobody adopted": (
        why.NO_CALENDAR,
        of().knowing(*facts(AT_ONCE, None)), opening(AT_ONCE),
        of().knowing(*facts(AT_ONCE, (CALENDAR.digest, BODY))), opening(AT_ONCE),
    ),
    "days that the calendar does not cover": (
        why.NOT_COUNTED,
        of().knowing(*facts(AT_ONCE, (CALENDAR.digest, {**BODY, "covers": ["2020-01-01", "2020-03-26"]}))),
        opening(AT_ONCE),
        of().knowing(*facts(AT_ONCE, (CALENDAR.digest, BODY))), opening(AT_ONCE),
    ),
    "a reminder of a clock that does not run": (
        why.CLOCK_NOT_RUNNING,
        of(opened()), RemindCase(key=KEY, clock="answer"),
        of(opened(), started()), RemindCase(key=KEY, clock="answer"),
    ),
    "an extension that the kind does not know": (
        why.CLOCK_FIXED,
        of(opened(), started("contest")).knowing(BODY), ExtendClock(key=KEY, clock="contest", ground="hard"),
        of(opened(), started()).knowing(BODY), ExtendClock(key=KEY, clock="answer", ground="hard"),
    ),
    "a second extension": (
        why.CLOCK_EXTENDED,
        of(
            opened(), started(),
            *of(opened(), started()).knowing(BODY).when(
                ExtendClock(key=KEY, clock="answer", ground="hard")
            ).events,
        ).knowing(BODY),
        ExtendClock(key=KEY, clock="answer", ground="hard"),
        of(opened(), started()).knowing(BODY), ExtendClock(key=KEY, clock="answer", ground="hard"),
    ),
    "a contest after its time": (
        why.CLOCK_OVER,
        of(opened(), started("contest", 0)), ContestCase(key=KEY, ground=TEXT),
        of(opened(), started("contest", 1)), ContestCase(key=KEY, ground=TEXT),
    ),
    "closing while somebody still has time": (
        why.CLOCK_RUNS,
        of(opened(), started("contest", 1)), CloseCase(key=KEY),
        of(opened(), started("contest", 0)), CloseCase(key=KEY),
    ),
    "a recount on the version that counts": (
        why.UNMOVED,
        of(opened(), started()).knowing((CALENDAR.digest, BODY)),
        RecountClock(key=KEY, clock="answer", ground="notice"),
        of(opened(), started()).knowing(("a" * 64, {**BODY, "holidays": ["2020-03-26"]})),
        RecountClock(key=KEY, clock="answer", ground="notice"),
    ),
    "handing over to where it is": (
        why.SAME_UNIT_AGAIN,
        of(opened()).knowing(True, {}), HandOverCase(key=KEY, unit="u-branch", ground="elsewhere"),
        of(opened()).knowing(True, {}), HandOverCase(key=KEY, unit="u-other", ground="elsewhere"),
    ),
    "handing over too often": (
        why.TOO_OFTEN,
        of(opened(), handed()).knowing(True, {}), HandOverCase(key=KEY, unit="u-third", ground="elsewhere"),
        of(opened()).knowing(True, {}), HandOverCase(key=KEY, unit="u-third", ground="elsewhere"),
    ),
    "handing over to the unit of the accused": (
        why.TO_CONCERNED,
        of(opened(HIDDEN, concerns=("p-5",))).knowing(True, {}, "u-other", *AWAY),
        HandOverCase(key=KEY, unit="u-other", ground="elsewhere"),
        of(opened(HIDDEN, concerns=("p-5",))).knowing(True, {}, "u-third", *AWAY),
        HandOverCase(key=KEY, unit="u-other", ground="elsewhere"),
    ),
    "sending back what came from nowhere": (
        why.NOT_HANDED_OVER,
        of(opened()), ReturnCase(key=KEY, ground="elsewhere"),
        of(opened(), handed()), ReturnCase(key=KEY, ground="elsewhere"),
    ),
    "putting it before a unit beside it": (
        why.NOT_ABOVE,
        of(opened()).knowing(True, ("u-bureau",)), EscalateCase(key=KEY, unit="u-other", ground="slow"),
        of(opened()).knowing(True, ("u-bureau",)), EscalateCase(key=KEY, unit="u-bureau", ground="slow"),
    ),
    "following a case of another kind": (
        why.NO_LEAD,
        of(opened()).knowing(OTHER(kind="petition")), JoinCase(key=KEY, lead="case/c-2"),
        of(opened()).knowing(OTHER()), JoinCase(key=KEY, lead="case/c-2"),
    ),
    "following a finished case": (
        why.NO_LEAD,
        of(opened()).knowing(OTHER(final=True)), JoinCase(key=KEY, lead="case/c-2"),
        of(opened()).knowing(OTHER()), JoinCase(key=KEY, lead="case/c-2"),
    ),
    "following what follows": (
        why.LEAD_FOLLOWS,
        of(opened()).knowing(OTHER(lead="case/c-3")), JoinCase(key=KEY, lead="case/c-2"),
        of(opened()).knowing(OTHER()), JoinCase(key=KEY, lead="case/c-2"),
    ),
    "passing on to a case that does not come of this one": (
        why.NOT_PROMOTED,
        of(opened()).knowing(OTHER(kind="petition")), PromoteCase(key=KEY, to="case/c-2"),
        of(opened()).knowing(OTHER(kind="petition", source="test/1")), PromoteCase(key=KEY, to="case/c-2"),
    ),
    "naming a protected case where more can see it": (
        why.NAMES_PROTECTED,
        of(opened()).knowing(OTHER(kind="petition", source="test/1", confidential=True)),
        PromoteCase(key=KEY, to="case/c-2"),
        of(opened()).knowing(OTHER(kind="petition", source="test/1")), PromoteCase(key=KEY, to="case/c-2"),
    ),
    "a link to nothing": (
        why.NO_SUCH_OTHER,
        of(opened()).knowing(None, None), LinkCase(key=KEY, other="case/c-2", link="like"),
        of(opened()).knowing(WORK, OTHER()), LinkCase(key=KEY, other="case/c-2", link="like"),
    ),
    "a link twice": (
        why.ALREADY_SAID,
        of(
            opened(),
            *of(opened()).knowing(WORK, OTHER()).when(
                LinkCase(key=KEY, other="case/c-2", link="like")
            ).events,
        ).knowing(WORK, OTHER()),
        LinkCase(key=KEY, other="case/c-2", link="like"),
        of(opened()).knowing(WORK, OTHER()), LinkCase(key=KEY, other="case/c-2", link="like"),
    ),
    "an appeal beyond the last level": (
        why.NO_FURTHER_APPEAL,
        of(opened(), *of(opened()).when(AppealCase(key=KEY, ground=TEXT)).events),
        AppealCase(key=KEY, ground=TEXT),
        of(opened()), AppealCase(key=KEY, ground=TEXT),
    ),
    "an appeal of a respondent whom nobody notified": (
        why.UNKNOWN_PARTY,
        of(opened()), AppealCase(key=KEY, ground=TEXT, party="respondent"),
        of(opened()), AppealCase(key=KEY, ground=TEXT, party="requester"),
    ),
    "saying nothing": (
        why.NOTHING_SAID, of(opened()), saying(), of(opened()), saying(SAID),
    ),
    "saying it twice": (
        why.SAID_TWICE, of(opened()), saying(SAID, SAID), of(opened()), saying(SAID),
    ),
    "saying what the kind does not ask": (
        why.UNKNOWN_PARTICULAR,
        of(opened()), saying(GivenParticular(name="colour", code="red")), of(opened()), saying(SAID),
    ),
    "saying it in another form": (
        why.FORM_DIFFERS,
        of(opened()), saying(GivenParticular(name="cause", text=TEXT)), of(opened()), saying(SAID),
    ),
    "saying a value that it has not": (
        why.NOT_A_VALUE,
        of(opened()), saying(GivenParticular(name="cause", code="weather")), of(opened()), saying(SAID),
    ),
    "naming the own unit where another is wanted": (
        why.SAME_UNIT,
        of(opened()).knowing(True), saying(GivenParticular(name="unit_above", unit="u-branch")),
        of(opened()).knowing(True), saying(GivenParticular(name="unit_above", unit="u-city")),
    ),
    "citing what is not there": (
        why.UNKNOWN_MATTER_CITED,
        of(opened()).knowing(None), saying(GivenParticular(name="listing", matter="publication/l-1")),
        of(opened()).knowing(WORK), saying(GivenParticular(name="listing", matter="publication/l-1")),
    ),
    "closing before what has to be said is said": (
        why.PARTICULAR_LACKING,
        of(opened(WANTING)), CloseCase(key=KEY),
        of(opened(WANTING), ParticularsGiven(particulars=(Particular(name="cause", code="no_staff"),))),
        CloseCase(key=KEY),
    ),
    "opening without what the kind demands": (
        why.DEMANDED,
        of().knowing(*facts(DEMANDING)), opening(DEMANDING),
        of().knowing(*facts(DEMANDING)), opening(DEMANDING, classes=("records",)),
    ),
    "closing while it goes on elsewhere": (
        why.GOES_ON,
        of(
            opened(PLAIN),
            *of(opened(PLAIN)).knowing(OTHER(kind="petition", source="test/1")).when(
                PromoteCase(key=KEY, to="case/c-2")
            ).events,
        ).knowing(OTHER()),
        CloseCase(key=KEY),
        of(
            opened(PLAIN),
            *of(opened(PLAIN)).knowing(OTHER(kind="petition", source="test/1")).when(
                PromoteCase(key=KEY, to="case/c-2")
            ).events,
        ).knowing(OTHER(final=True)),
        CloseCase(key=KEY),
    ),
    "stepping back from what is over": (
        why.OVER,
        of(*CLOSED_ONE, *of(*CLOSED_ONE).when(CloseCase(key=KEY)).events), RecuseFromCase(key=KEY),
        of(opened()), RecuseFromCase(key=KEY),
    ),
    "asking for an identity where none is sealed": (
        why.NO_COMPLAINANT,
        of(opened(HIDDEN)), RequestIdentity(key=KEY, ground="threat", reason=TEXT),
        of(PROTECTED), RequestIdentity(key=KEY, ground="threat", reason=TEXT),
    ),
    "asking again before it was decided": (
        why.REQUEST_WAITS,
        of(PROTECTED, ASKED), RequestIdentity(key=KEY, ground="threat", reason=TEXT),
        of(PROTECTED, ASKED, GRANTED), RequestIdentity(key=KEY, ground="threat", reason=TEXT),
    ),
    "deciding what nobody asked": (
        why.NO_REQUEST,
        of(PROTECTED), DecideIdentity(key=KEY, granted=True, ground="threat"),
        of(PROTECTED, ASKED), DecideIdentity(key=KEY, granted=True, ground="threat"),
    ),
    "learning what was not granted": (
        why.NOT_GRANTED,
        of(PROTECTED, ASKED), OpenIdentity(key=KEY),
        of(PROTECTED, ASKED, GRANTED), OpenIdentity(key=KEY),
    ),
}  # fmt: skip

CODES = {reason.code for reason, *_ in PROVOKED.values()} | {why.PAUSE_BACKWARDS.code}
"""The reasons that these tests provoke."""


@pytest.mark.parametrize("name", PROVOKED)
def test_a_refusal_occurs_and_its_counterpart_succeeds(name: str) -> None:
    reason, before, command, instead, permitted = PROVOKED[name]
    refusal = before.when(command).refused(reason)
    assert refusal.sentence
    assert refusal.remedy
    assert instead.when(permitted).events


def test_a_pause_does_not_end_before_it_began_and_nothing_is_dated_ahead() -> None:
    waiting = of(opened(), started(), CasePaused(state="going", ground="expert")).knowing(BODY)
    earlier, later = NOON - timedelta(days=1), NOON + timedelta(days=2)
    resume = ResumeCase(key=KEY, ground="expert")
    waiting.when(resume, at=later, effective_at=earlier).refused(why.PAUSE_BACKWARDS)
    close = CloseCase(key=KEY)
    of(opened()).when(close, at=later, effective_at=earlier).refused(why.TOO_EARLY)
    assert of(opened()).when(close, at=later, effective_at=NOON).events
    waiting.when(resume, at=later, effective_at=later + timedelta(microseconds=1)).refused(why.NOT_YET)
    assert waiting.when(resume, at=later, effective_at=later).events
