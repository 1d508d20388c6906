"""Sheets as policies read them: every mark four-valued, with the event that it rests on.

What is read is one assessment as of the history's moments.  A view of something provisional says so and is
not to be had as a ground (`Sheets.ground`).  How a total treats what is missing, excused and not applicable
is said by whoever asks for it (`Treatment`); there is no silent default (R-016, R-095, R-104).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Final, Literal, assert_never

from party_workflow.canonical import digest
from party_workflow.domain import assessment
from party_workflow.domain.assessment import Answer, Assessment, AssessmentKind, Mark, Value
from party_workflow.errors import Fault, InvalidInput
from party_workflow.history import History
from party_workflow.policies.commitments.goals import Graded
from party_workflow.policies.figure import Absent, AbsentKind, Evidence, Figure
from party_workflow.store import read_event

How = Literal["incomplete", "leave_out", "zero"]
"""The total has no value either; the item is left out of the sum; it counts nothing."""


@dataclass(frozen=True, slots=True)
class Treatment:
    """How an aggregation treats each way in which a mark is not there (R-104).  All three are said."""

    missing: How
    excused: How
    not_applicable: How

    def of(self, kind: AbsentKind) -> How:
        """How it treats one; what is withheld is treated as missing."""
        match kind:
            case "missing" | "withheld":
                return self.missing
            case "excused":
                return self.excused
            case "not_applicable":
                return self.not_applicable
            case _:
                assert_never(kind)


STRICT: Final = Treatment("incomplete", "incomplete", "incomplete")
"""A total is there if every mark is."""


@dataclass(frozen=True, slots=True)
class Cell:
    """One mark as it stands: its value or how it is absent, and the event that it rests on, where there is
    one.

    A grade is a code, everything else a number: 1 for passed and 0 for not.  `reason` is the code given for
    an absence; `provisional` says that it waits for confirmation by somebody else.
    """

    subject: str
    voice: str
    item: str
    value: Fraction | str | Absent
    evidence: tuple[Evidence, ...]
    provisional: bool = False
    reason: str | None = None

    def figure(self) -> Figure:
        """The mark as a figure.  Raises `InvalidInput` for a grade: what it is worth is for a rule to say."""
        if isinstance(self.value, str):
            what = f"{self.item} of {self.subject} is a grade, not a number."
            raise InvalidInput(Fault(f"{self.voice}.{self.item}", what, "Give the worth of each grade."))
        return Figure(self.item, self.value, "marked", self.voice, "", self.evidence)


@dataclass(frozen=True, slots=True)
class Sheets:
    """One assessment as of some moments.  `entries` has the event of every entry by its id."""

    stream: str
    state: Assessment
    kind: AssessmentKind
    entries: Mapping[str, Evidence]
    opened: Evidence
    asides: Mapping[str, Evidence]

    @classmethod
    def of(cls, history: History, stream: str) -> Sheets:
        """The sheets of ``assessment/<key>``.  Raises `InvalidInput` for another stream, or one not opened by
        then.
        """
        if not stream.startswith(f"{assessment.CATEGORY}/"):
            what = "This is no stream of an assessment."
            raise InvalidInput(Fault(stream, what, f"Name it like {assessment.CATEGORY}/<key>."))
        state = Assessment()
        entries: dict[str, Evidence] = {}
        asides: dict[str, Evidence] = {}
        first: Evidence | None = None
        for record in history.stream(stream):
            recorded = read_event(record, history.registry)
            state = assessment.DECIDER.evolve(state, recorded)
            envelope, event = recorded.envelope, recorded.event
            found = Evidence(envelope.event_id, envelope.position, envelope.stored_type)
            first = first or found
            entries[envelope.event_id] = found
            if isinstance(event, assessment.SubjectsSetAside):
                asides |= dict.fromkeys(event.subjects, found)
        if state.kind is None or first is None:
            raise InvalidInput(
                Fault(stream, "There is no such assessment by then.", "Check key and moments.")
            )
        return cls(stream, state, state.kind, entries, first, asides)

    @property
    def provisional(self) -> bool:
        """Whether a mark waits for confirmation or an entry is in quarantine: the watermark of the view."""
        return bool(self.state.all_pending or self.state.quarantine)

    @property
    def watermark(self) -> str:
        """What is printed over everything that is computed from these sheets: ``provisional``, or nothing."""
        return "provisional" if self.provisional else ""

    @property
    def name(self) -> str:
        """The kind with its version, as results name it: ``quality_standardisation@1``."""
        return f"{self.kind.code}@{self.kind.version}"

    @property
    def subjects(self) -> tuple[str, ...]:
        """Everybody in the frozen population, by id."""
        return tuple(sorted(self.state.subjects))

    def ground(self) -> Sheets:
        """These sheets as the ground of a decision or publication.  Raises `InvalidInput` if provisional."""
        if self.provisional:
            what = "It is provisional and grounds no decision and no publication."
            raise InvalidInput(Fault(self.stream, what, "Have everything confirmed and settled first."))
        return self

    def cell(self, subject: str, voice: str, item: str, assessor: str = "") -> Cell:
        """The mark of a voice; of a jury, that of one assessor.  Raises `InvalidInput` for a name unknown."""
        if subject not in self.state.subjects or item not in self.kind.marked(voice):
            what = f"{voice} does not mark {item} of {subject}."
            raise InvalidInput(Fault(self.stream, what, "Check subject, voice and item."))
        aside = self.state.aside.get(subject)
        if aside is not None:
            kind: AbsentKind = "excused" if aside.status == "excused" else "missing"
            ground = (self.asides[subject],)
            return Cell(subject, voice, item, Absent(kind), ground, reason=aside.reason)
        mark = (self.state.sheet(subject, voice, assessor) or {}).get(item)
        if mark is None:
            return Cell(subject, voice, item, Absent("missing"), ())
        waits = self.kind.by_voice[voice].confirmed and not mark.confirmed
        return Cell(subject, voice, item, worth(mark.value), (self._entry(mark),), waits, mark.value.reason)

    def _entry(self, mark: Mark) -> Evidence:
        return self.entries[mark.entry]

    def sheet(self, subject: str, voice: str) -> tuple[Cell, ...]:
        """Every mark of a voice on a subject, in the order of the items.  Raises `InvalidInput` for a name
        unknown.
        """
        if subject not in self.state.subjects:
            raise InvalidInput(Fault(self.stream, f"{subject} is no subject.", "Check the id."))
        if voice not in self.kind.by_voice:
            known = ", ".join(self.kind.by_voice) or "none"
            raise InvalidInput(Fault(self.stream, f"There is no voice {voice}.", f"Voices: {known}."))
        marked = self.kind.marked(voice)
        return tuple(self.cell(subject, voice, item.code) for item in self.kind.items if item.code in marked)

    def responses(self, subject: str) -> dict[str, Answer | Absent]:
        """What a subject answered to each common question, and its own additions; who did not, is missing."""
        if subject not in self.state.subjects:
            raise InvalidInput(Fault(self.stream, f"{subject} is no subject.", "Check the id."))
        given = self.state.answers.get(subject, {})
        aside = self.state.aside.get(subject)
        lacking = Absent("excused" if aside is not None and aside.status == "excused" else "missing")
        common = {question.code: given.get(question.code, lacking) for question in self.kind.questions}
        return {**common, **{code: answer for code, answer in given.items() if code not in common}}

    def jurors(self, voice: str) -> tuple[str, ...]:
        """The assessors of a jury who marked anybody."""
        return tuple(sorted(desk[1] for desk in self.state.marks if desk[0] == voice and desk[1]))

    def graded(self, voice: str, item: str) -> dict[str, Graded]:
        """The grade of every subject that has one, with its event, as goals on a distribution read it."""
        cells = (self.cell(subject, voice, item) for subject in self.subjects)
        return {
            cell.subject: Graded(cell.value, cell.evidence[0])
            for cell in cells
            if isinstance(cell.value, str)
        }

    def total(
        self,
        subject: str,
        voice: str,
        treatment: Treatment,
        *,
        items: Sequence[str] = (),
        worths: Mapping[str, Mapping[str, Fraction]] | None = None,
    ) -> Figure:
        """The sum of a voice's marks on a subject, each kept among the inputs; absent where it is incomplete.

        `items` are those summed, all where none is named; `worths` says by item what each grade is worth.
        Raises `InvalidInput` for a subject, a voice or an item unknown.
        """
        sheet, marked = self.sheet(subject, voice), self.kind.marked(voice)
        if unknown := sorted(set(items) - marked):
            what = f"{voice} does not mark {', '.join(unknown)}."
            raise InvalidInput(Fault(self.stream, what, f"It marks: {', '.join(sorted(marked))}."))
        chosen = set(items) or marked
        cells = [cell for cell in sheet if cell.item in chosen]
        parts = tuple(_worth(cell, (worths or {}).get(cell.item)) for cell in cells)
        values: list[Fraction] = []
        for part in parts:
            if not isinstance(part.value, Absent):
                values.append(part.value)
                continue
            how = treatment.of(part.value.kind)
            if how == "incomplete":
                return Figure("total", part.value, "incomplete", voice, self.name, parts)
            if how == "zero":
                values.append(Fraction(0))
        if not values:
            return Figure("total", Absent("not_applicable"), "nothing_to_sum", voice, self.name, parts)
        return Figure("total", sum(values, Fraction(0)), "sum", voice, self.name, parts)

    def rows(self) -> list[dict[str, object]]:
        """Every mark as canonical data, the watermark on each row; equal bytes for equal histories.

        Marks of a jury stand there for each juror, and what subjects answered to questions as well.
        """
        return [
            *(
                {
                    "subject": cell.subject,
                    "voice": cell.voice,
                    "item": cell.item,
                    "value": str(cell.value),
                    "absent": isinstance(cell.value, Absent),
                    "events": [item.event_id for item in cell.evidence],
                    "mode": self.state.modes.get(cell.subject, "none"),
                    "watermark": self.watermark,
                    **({"assessor": juror} if juror else {}),
                }
                for subject in self.subjects
                for voice in self.kind.voices
                for juror in (self.jurors(voice.code) if voice.jury else ("",))
                for cell in self._of(subject, voice.code, juror)
            ),
            *(
                {"subject": subject, "question": code, "answer": _told(answer), "watermark": self.watermark}
                for subject in self.subjects
                for code, answer in sorted(self.responses(subject).items())
            ),
        ]

    def _of(self, subject: str, voice: str, juror: str) -> tuple[Cell, ...]:
        marked = self.kind.marked(voice)
        items = (item.code for item in self.kind.items if item.code in marked)
        return tuple(self.cell(subject, voice, item, juror) for item in items)

    @property
    def digest(self) -> str:
        """SHA-256 over `rows`."""
        return digest(self.rows())


def _told(answer: Answer | Absent) -> object:
    if isinstance(answer, Absent):
        return str(answer)
    return answer.model_dump(mode="json", exclude_none=True)


def worth(value: Value) -> Fraction | str | Absent:
    """What an entry says, four-valued: a number, a grade, or how it is absent."""
    if value.absent is not None:
        return Absent(value.absent)
    if value.grade is not None:
        return value.grade
    if value.passed is not None:
        return Fraction(int(value.passed))
    if value.points is not None:
        return Fraction(value.points)
    if not value.whole or value.part is None:
        return Absent("not_applicable")  # a rate of nothing is no rate
    return Fraction(value.part, value.whole)


def _worth(cell: Cell, worths: Mapping[str, Fraction] | None) -> Figure:
    if isinstance(cell.value, str) and worths is not None and cell.value in worths:
        return Figure(cell.item, worths[cell.value], "grade_worth", cell.voice, "", cell.evidence)
    return cell.figure()
