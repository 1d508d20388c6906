"""What is decided about marks: entering, correcting, quarantine, confirmation."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from party_workflow.decider import EFFECTIVE, Answer, Ask, Context
from party_workflow.domain.assessment.commands import (
    AssessmentCommand,
    ConfirmEntries,
    EnterSelf,
    EnterSheets,
    HoldEntries,
    SettleQuarantine,
)
from party_workflow.domain.assessment.events import (
    EntriesConfirmed,
    EntriesHeld,
    EntriesMade,
    EntriesQuarantined,
    FinalEntered,
    OutsideEntered,
    QuarantineSettled,
    ReviewSettled,
    SelfEntered,
)
from party_workflow.domain.assessment.kind import AssessmentKind, Item, Voice
from party_workflow.domain.assessment.reasons import (
    ALREADY_ENTERED,
    CONFLICT,
    EVIDENCE_LACKING,
    NO_ENTRY,
    NO_GROUND,
    NO_REASON,
    NOT_ASSESSOR,
    NOT_IN_STAGE,
    NOT_QUARANTINED,
    NOTHING_NAMED,
    NOTHING_PENDING,
    OFF_SCALE,
    OTHER_ENTRY,
    REVIEW_GROUND,
    SET_ASIDE,
    UNKNOWN_ITEM,
    UNKNOWN_SUBJECT,
    UNKNOWN_VOICE,
)
from party_workflow.domain.assessment.state import Assessment, Held, people_in
from party_workflow.domain.assessment.values import Value, person_of, unit_of
from party_workflow.errors import Refusal
from party_workflow.store import Actor

Lines = Mapping[str, tuple[str, ...]]
"""By id of a unit or person the unit they are or count in and those above it, upwards."""

ENTERED: Final[Mapping[str, type[EntriesMade] | type[FinalEntered] | type[OutsideEntered]]] = {
    "assessor": EntriesMade,
    "final": FinalEntered,
    "outside": OutsideEntered,
}


def behind(actor: Actor) -> tuple[str, ...]:
    """The persons whose act it is: who gives the command, and whom they stand in for."""
    return (actor.person,) if actor.delegate_of is None else (actor.person, actor.delegate_of)


# --- entering --------------------------------------------------------------------------------


def enter_self(command: EnterSelf, state: Assessment, kind: AssessmentKind) -> Answer:
    voice = _voice(command, state, kind)
    if isinstance(voice, Refusal):
        return voice
    sheets = {command.subject: command.values}
    if refusal := _sheets(command, sheets, "", state, kind, voice):
        return refusal
    return [
        SelfEntered(
            voice=voice.code,
            subject=command.subject,
            unit=state.subjects[command.subject],
            person=person_of(command.subject),
            values=dict(sorted(command.values.items())),
            corrects=command.corrects,
            ground=command.ground,
        )
    ]


def enter_sheets(command: EnterSheets, state: Assessment, kind: AssessmentKind, context: Context) -> Answer:
    voice = _voice(command, state, kind)
    if isinstance(voice, Refusal):
        return voice
    if command.assessor not in behind(context.by):
        return NOT_ASSESSOR(assessor=command.assessor, person=context.by.person)
    if (voice.conflicts or voice.jury) and context.by.delegate_of is not None:
        # Where they count is asked of one person, and a juror is one; two would be behind the mark.
        return NOT_ASSESSOR(assessor=command.assessor, person=context.by.person)
    desk = command.assessor if voice.jury else ""
    if refusal := _sheets(command, command.sheets, desk, state, kind, voice):
        return refusal
    conflicts = {
        subject: conflict
        for lines in reversed(context.facts)
        for subject in sorted(command.sheets)
        if (conflict := _conflict(command.assessor, subject, lines)) in voice.conflicts
    }
    if conflicts and (voice.on_conflict == "refuse" or command.corrects is not None):
        subject, conflict = next(iter(conflicts.items()))
        return CONFLICT(assessor=command.assessor, subject=subject, conflict=conflict)
    sheets = {subject: dict(sorted(sheet.items())) for subject, sheet in sorted(command.sheets.items())}
    clean = {subject: sheet for subject, sheet in sheets.items() if subject not in conflicts}
    close = {subject: sheet for subject, sheet in sheets.items() if subject in conflicts}
    events: list[EntriesMade | FinalEntered | OutsideEntered | EntriesQuarantined] = []
    if clean:
        event = ENTERED[voice.standing](
            voice=voice.code,
            assessor=command.assessor,
            sheets=clean,
            people=people_in(clean),
            corrects=command.corrects,
            ground=command.ground,
        )
        events.append(event)
    if close:
        held = EntriesQuarantined(
            voice=voice.code,
            assessor=command.assessor,
            sheets=close,
            conflicts={subject: str(conflict) for subject, conflict in conflicts.items()},
            people=people_in(close),
        )
        events.append(held)
    return events


def refused(
    command: EnterSelf | EnterSheets,
    sheets: Mapping[str, Mapping[str, Value]],
    assessor: str,
    state: Assessment,
    kind: AssessmentKind,
) -> Refusal | None:
    """Why marks cannot be entered, whoever enters them and wherever they count."""
    voice = _voice(command, state, kind)
    if isinstance(voice, Refusal):
        return voice
    return _sheets(command, sheets, assessor if voice.jury else "", state, kind, voice)


def _voice(command: EnterSelf | EnterSheets, state: Assessment, kind: AssessmentKind) -> Voice | Refusal:
    own = isinstance(command, EnterSelf)
    voice = kind.by_voice.get(command.voice)
    if voice is None or (voice.standing == "self") != own:
        fitting = [item.code for item in kind.voices if (item.standing == "self") == own]
        return UNKNOWN_VOICE(voice=command.voice, voices=", ".join(fitting) or "none")
    if command.corrects is not None or command.ground is not None:
        stages, what = kind.opens.get("correct", ()), "correct what was entered"
    else:
        stages, what = voice.stages, f"mark as {voice.code}"
    if not kind.is_open(stages, state.stage):
        return not_in_stage(kind, state.stage, stages, what)
    return voice


def not_in_stage(kind: AssessmentKind, stage: str, stages: tuple[str, ...], what: str) -> Refusal:
    """Why something is not open in a stage."""
    shown = stages or tuple(item for item in kind.table.states if item not in kind.table.finals)
    return NOT_IN_STAGE(stage=stage, what=what, stages=", ".join(shown))


def _sheets(
    command: EnterSelf | EnterSheets,
    sheets: Mapping[str, Mapping[str, Value]],
    desk: str,
    state: Assessment,
    kind: AssessmentKind,
    voice: Voice,
) -> Refusal | None:
    """The first thing that is wrong with sheets, by subject and item."""
    if (command.corrects is None) != (command.ground is None):
        return NO_GROUND()
    if not sheets or not all(sheets.values()):
        return NOTHING_NAMED(what="mark")
    marked = kind.marked(voice.code)
    for subject in sorted(sheets):
        if refusal := known(subject, state):
            return refusal
        before = state.sheet(subject, voice.code, desk) or {}
        held = _held(subject, voice, desk, state)
        for code, value in sorted(sheets[subject].items()):
            if code not in marked:
                return UNKNOWN_ITEM(voice=voice.code, item=code, items=", ".join(sorted(marked)))
            if refusal := _fits(subject, kind.by_item[code], value, voice):
                return refusal
            found = before.get(code)
            if command.corrects is None and (found is not None or code in held):
                return ALREADY_ENTERED(voice=voice.code, item=code, subject=subject)
            if command.corrects is not None and (found is None or found.entry != command.corrects):
                return OTHER_ENTRY(item=code, subject=subject, entry=command.corrects)
    return None


def _held(subject: str, voice: Voice, desk: str, state: Assessment) -> frozenset[str]:
    """The items of a subject that stand in quarantine at the same desk, or that a review dismissed."""
    dismissed = (held for held in state.dismissed.values() if held.review)
    return frozenset(
        item
        for held in (*state.quarantine.values(), *dismissed)
        if held.voice == voice.code and (not voice.jury or held.assessor == desk)
        for item in held.sheets.get(subject, {})
    )


def known(subject: str, state: Assessment) -> Refusal | None:
    """Why a subject cannot be assessed: it is none, or it is set aside."""
    if subject not in state.subjects:
        return UNKNOWN_SUBJECT(subject=subject)
    if (aside := state.aside.get(subject)) is not None:
        return SET_ASIDE(subject=subject, status=aside.status)
    return None


def _fits(subject: str, item: Item, value: Value, voice: Voice) -> Refusal | None:
    if (why := item.scale.misfit(value)) is not None:
        return OFF_SCALE(subject=subject, item=item.code, why=why)
    if value.absent in ("excused", "not_applicable") and value.reason is None:
        return NO_REASON(item=item.code, subject=subject, absent=value.absent)
    # What failed or is absent needs no proof: evidence is asked of whoever says that something is there.
    if value.absent is not None or value.passed is False or item.evidence is None or not voice.proves:
        return None
    rule, proofs = item.evidence, value.proofs
    lacking = [kind for kind in rule.kinds if all(proof.kind != kind for proof in proofs)]
    if not proofs:
        what = "there is none"
    elif lacking:
        what = f"none of kind {lacking[0]}"
    elif rule.non_document and all(proof.kind == "document" for proof in proofs):
        what = "none that is more than a document"
    elif rule.expires and any(proof.expires is None for proof in proofs):
        what = "a day until which it holds"
    else:
        return None
    return EVIDENCE_LACKING(item=item.code, subject=subject, what=what)


def _conflict(assessor: str, subject: str, lines: Lines) -> str | None:
    """Where an assessor counts, seen from a subject (R-094)."""
    own = lines.get(assessor, ())
    line = lines.get(unit_of(subject) or subject, ())
    if not own or not line:
        return None
    if own[0] == line[0]:
        return "own_unit"
    if line[0] in own:
        return "unit_below"
    return "unit_above" if own[0] in line else None


# --- quarantine and confirmation ---------------------------------------------------------------


def hold(command: HoldEntries, state: Assessment) -> Answer:
    """Only what somebody else gave a person can be put aside, and once."""
    given, person = state.given(command.entry, command.subject), person_of(command.subject)
    if given is None or person is None or (command.entry, command.subject) in state.reviewed:
        return NO_ENTRY(entry=command.entry, subject=command.subject)
    (voice, _), marks = given
    by = next(iter(marks.values())).by
    if person in by:
        return NO_ENTRY(entry=command.entry, subject=command.subject)
    return [
        EntriesHeld(
            entry=command.entry,
            voice=voice,
            assessor=by[0],
            subject=command.subject,
            ground=REVIEW,
            entered_by=tuple(sorted(set(by))),
            people=(person,),
        )
    ]


REVIEW: Final = "independent_review"
"""Why marks are put aside, and on what ground they are settled, whatever led to it (R-148)."""


def needs(command: AssessmentCommand, state: Assessment, facts: Sequence[Any]) -> Sequence[Ask]:
    """Who is close to those behind marks under review, when they were given and now."""
    held = state.quarantine.get(command.entry) if isinstance(command, SettleQuarantine) else None
    if held is None or not held.review:
        return ()
    moments = (held.at, EFFECTIVE)
    return tuple(Ask("organisation.close", "organisation", {"people": held.by, "at": at}) for at in moments)


def _settled(command: SettleQuarantine, held: Held, context: Context) -> Answer:
    if command.ground != REVIEW:
        return REVIEW_GROUND(ground=REVIEW)
    close = frozenset[str]().union(*context.facts) - {*held.by}
    return [
        ReviewSettled(
            entry=command.entry,
            released=command.released,
            finding="supported" if command.released else "not_supported",
            entered_by=tuple(sorted(set(held.by))),
            subjects=tuple(sorted(held.sheets)),
            people=people_in(held.sheets),
            close=tuple(sorted(close)),
        )
    ]


def settle(command: SettleQuarantine, state: Assessment, context: Context) -> Answer:
    held: Held | None = state.quarantine.get(command.entry)
    if held is None:
        return NOT_QUARANTINED(entry=command.entry, entries=", ".join(sorted(state.quarantine)) or "none")
    if held.review:
        return _settled(command, held, context)
    return [
        QuarantineSettled(
            entry=command.entry,
            released=command.released,
            ground=command.ground,
            entered_by=tuple(sorted(set(held.by))),
            subjects=tuple(sorted(held.sheets)),
            people=people_in(held.sheets),
        )
    ]


def confirm(command: ConfirmEntries, state: Assessment, kind: AssessmentKind, context: Context) -> Answer:
    if command.voice not in kind.by_voice:
        return UNKNOWN_VOICE(voice=command.voice, voices=", ".join(kind.by_voice))
    for subject in sorted(command.subjects):
        if refusal := known(subject, state):
            return refusal
    pending = state.pending(command.voice)
    if command.subjects:
        chosen = {subject: pending[subject] for subject in command.subjects if subject in pending}
        if len(chosen) < len(set(command.subjects)):
            chosen = {}
    else:
        chosen = {
            subject: by
            for subject, by in pending.items()
            if by.isdisjoint(behind(context.by)) and person_of(subject) not in behind(context.by)
        }
    if not chosen:
        return NOTHING_PENDING(voice=command.voice, person=context.by.person)
    return [
        EntriesConfirmed(
            voice=command.voice,
            subjects=tuple(sorted(chosen)),
            entered_by=tuple(sorted({person for by in chosen.values() for person in by})),
            people=people_in(chosen),
        )
    ]
