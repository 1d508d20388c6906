"""Kinds of assessment as data: who is marked on what, by which voices, through which stages.

A checklist, a star rating, a duty-report session and a contest differ in their items, scales, voices and
stages, and in nothing else; so each is a definition of kind ``assessment``, and an assessment pins the
version that it was opened under.  The stages are a lifecycle; what a move waits for is a guard of a closed
vocabulary.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from functools import cached_property, lru_cache
from typing import Annotated, Any, Final, Literal, Self

from pydantic import Field, ModelWrapValidatorHandler, StrictInt, model_validator

from party_workflow import canonical
from party_workflow import lifecycle as lifecycles
from party_workflow.domain.assessment.scale import Scale
from party_workflow.domain.assessment.values import EvidenceKind
from party_workflow.errors import Faults
from party_workflow.lifecycle import Lifecycle, Table
from party_workflow.lifecycle.definition import named_like
from party_workflow.partwise import judged
from party_workflow.values import Code, Definition, Exactly, Flag

GUARDS: Final[Mapping[str, str]] = {
    "modes_complete": "every subject has a mode of reporting",
    "reports_complete": "the report of every subject has come in, or the subject is set aside",
    "sheets_complete": "every required voice has marked every required item of every subject not set aside",
    "inputs_complete": "the same of every required voice but the final ones",
    "confirmed": "nothing entered waits for confirmation, and nothing is in quarantine",
    "comments_complete": "every subject has been commented on, or is set aside",
    "answers_complete": "every subject has answered every common question, or is set aside",
    "voting_closed": "every rating round linked at the opening is closed and was cited",
    "published": "a publication of the result is cited, made after the last entry",
    "problems_in_ledger": "every problem noted has a case",
}
"""What a move between stages may wait for, and what each says."""

ACTIONS: Final[Mapping[str, str]] = {
    "assign": "give subjects their mode of reporting",
    "report": "take in a report",
    "answer": "answer the common questions",
    "comment": "comment on a subject",
    "problem": "note a problem",
    "set_aside": "excuse a subject, declare it missing, or take that back",
    "correct": "correct what was entered",
    "confirm": "confirm what others entered",
    "settle": "release or dismiss what is in quarantine",
}
"""What a kind may bind to stages, besides its voices and stages themselves."""

Standing = Literal["self", "assessor", "final", "outside"]
"""What sort of voice it is: the subject's own, a judge's, that of whoever settles it, that of an outsider.

Each is recorded by an event type of its own, so that a self-rating is never mistaken for another (R-016)."""

Conflict = Literal["own_unit", "unit_below", "unit_above"]
"""Where an assessor counts, seen from the subject: in its unit, in one below it, in one above it (R-094)."""


class EvidenceRule(Definition):
    """What has to stand behind a mark: something, each of these kinds, and where asked more than documents.

    `expires`: every piece says until which day it holds.
    """

    kinds: tuple[EvidenceKind, ...] = ()
    non_document: Flag = False
    expires: Flag = False


class Indicator(Definition):
    """What a quantified item means: definition and unit, who owns it, from which events it comes (R-099)."""

    definition: Code
    unit: Code
    owner: Code
    sources: Annotated[tuple[Code, ...], Field(min_length=1)]


class Item(Definition):
    """One thing marked.  A sheet is complete without those not `required`."""

    code: Code
    scale: Scale
    section: Code | None = None
    required: Flag = True
    evidence: EvidenceRule | None = None
    indicator: Indicator | None = None


class Voice(Definition):
    """Who marks: a standing, and the rules for it.

    `required`: sheets are complete with it only.  `jury`: each assessor has a sheet of their own, and a
    subject is complete with so many; 0 for one sheet that all assessors share.  `confirmed`: what was entered
    is provisional until somebody else confirms it (R-095).  `conflicts`: whose marks are refused, or put in
    quarantine, for where they count (R-094).  `stages`: when it may be given, empty for every stage that is
    not final.  `items`: those it marks, empty for all.  `proves`: the evidence rules of the items bind it.
    """

    code: Code
    standing: Standing
    required: Flag = True
    jury: Annotated[StrictInt, Field(ge=0, le=1000)] = 0
    confirmed: Flag = False
    conflicts: tuple[Conflict, ...] = ()
    on_conflict: Literal["refuse", "quarantine"] = "refuse"
    stages: tuple[Code, ...] = ()
    items: tuple[Code, ...] = ()
    proves: Flag = True


class Question(Definition):
    """A common finding to which every subject says whether it applies (R-049, R-108)."""

    code: Code
    group: Code | None = None


Every = Literal["month", "quarter", "half", "year"]
"""Of what sort of period an assessment is."""


class AssessmentKind(Definition):
    """A kind of assessment as one checked, versioned value.  Faults are raised together.

    `subjects`: units, people, or people in a post.  `every`: the sort of period that an assessment of it is
    of; any where it is not named.  `modes`: of reporting, empty where nobody reports.
    `own_answers`: subjects may add findings of their own, under codes that begin with their unit's id.
    `opens`: in which stages an action of `ACTIONS` is open; one not named is in every stage that is not
    final. `stages` may be written in the short notation, ``{initial, final, moves: {advance: "a -> b if
    guard"}}``.
    """

    code: Code
    version: Annotated[StrictInt, Field(ge=1, le=canonical.MAX_INTEGER)]
    subjects: Literal["units", "people", "posts"]
    stages: Lifecycle
    modes: tuple[Code, ...] = ()
    items: tuple[Item, ...] = ()
    voices: tuple[Voice, ...] = ()
    questions: tuple[Question, ...] = ()
    own_answers: Flag = False
    comments: Flag = False
    opens: dict[Code, tuple[Code, ...]] = Field(default_factory=dict)
    every: Every | None = None

    @model_validator(mode="wrap")
    @classmethod
    def _judged(cls, data: Any, handler: ModelWrapValidatorHandler[Self]) -> Self:
        return judged(cls, named_like(data, "stages"), handler, cls._judge, "assessment")

    def _judge(self, faults: Faults) -> None:
        for place, codes in (
            ("modes", self.modes),
            ("items", [item.code for item in self.items]),
            ("voices", [voice.code for voice in self.voices]),
            ("questions", [question.code for question in self.questions]),
        ):
            _distinct(place, codes, faults)
        if bool(self.items) != bool(self.voices) and not (faults.at("items") or faults.at("voices")):
            faults.add("voices", "Items and voices come together.", "Name who marks, or what is marked.")
        if not self.items and not self.questions and not faults.at("questions"):
            faults.add("items", "Nothing is marked and nothing asked.", "Name items or questions.")
        if self.own_answers and not self.questions:
            faults.add("own_answers", "There are no questions to add to.", "Name them, or leave it out.")
        self._check_items(faults)
        self._check_voices(faults)
        self._check_stages(faults)

    def _check_items(self, faults: Faults) -> None:
        for index, item in enumerate(self.items):
            if faults.within(f"items[{index}].scale.type") or faults.within(f"items[{index}].indicator"):
                continue
            quantified = item.scale.type in ("measure", "rate")
            if quantified and item.indicator is None:
                what = "It is quantified without saying what it means, whose it is, where it comes from."
                faults.add(f"items.{item.code}", what, "Add an indicator.")

    def _check_voices(self, faults: Faults) -> None:
        items = {item.code for item in self.items}
        for voice in self.voices:
            for code in sorted(set(voice.items) - items) if not faults.at("items") else ():
                what = f"It marks {code}, which is no item."
                faults.add(f"voices.{voice.code}.items", what, f"Items: {', '.join(sorted(items))}.")
            if voice.standing == "self" and (voice.conflicts or voice.jury):
                what = "Nobody's own voice has conflicts or a jury."
                faults.add(f"voices.{voice.code}", what, "Leave them out.")
            if voice.on_conflict == "quarantine" and (voice.standing != "assessor" or not voice.conflicts):
                what = "Only an assessor's marks that may conflict go into quarantine."
                faults.add(f"voices.{voice.code}.on_conflict", what, "Name the conflicts, or refuse.")
            _stages(f"voices.{voice.code}.stages", voice.stages, self.stages, faults)

    def _check_stages(self, faults: Faults) -> None:
        for action, stages in sorted(self.opens.items()):
            if action not in ACTIONS:
                what = f"There is no action {action}."
                faults.add("opens", what, f"Actions: {', '.join(ACTIONS)}.")
            _stages(f"opens.{action}", stages, self.stages, faults)
        needs = {
            "modes_complete": bool(self.modes),
            "reports_complete": bool(self.modes),
            "inputs_complete": bool(self.voices),
            "sheets_complete": bool(self.voices),
            "answers_complete": bool(self.questions),
            "comments_complete": self.comments,
            "confirmed": bool(self.voices),
        }
        for guard in sorted({guard for move in self.stages.moves for guard in move.guards}):
            if guard not in GUARDS:
                faults.add("stages.moves", f"There is no guard {guard}.", f"Guards: {', '.join(GUARDS)}.")
            elif not needs.get(guard, True):
                what = f"A move waits for {guard}, and the kind has nothing that could be."
                faults.add("stages.moves", what, "Drop the guard, or add what it asks for.")

    def data(self) -> dict[str, Any]:
        """The kind as it is stored and hashed: JSON values, without what is at its default."""
        return self.model_dump(mode="json", exclude_defaults=True, exclude_none=True)

    @cached_property
    def digest(self) -> str:
        """SHA-256 of the canonical bytes of `data`, as 64 hexadecimal digits."""
        return canonical.digest(self.data())

    @property
    def table(self) -> Table:
        """The stages, compiled."""
        return lifecycles.compile(self.stages)

    @cached_property
    def by_item(self) -> Mapping[str, Item]:
        """The items by code."""
        return {item.code: item for item in self.items}

    @cached_property
    def by_voice(self) -> Mapping[str, Voice]:
        """The voices by code."""
        return {voice.code: voice for voice in self.voices}

    def marked(self, voice: str) -> frozenset[str]:
        """The items that a voice marks; none for a voice that the kind does not have."""
        found = self.by_voice.get(voice)
        return frozenset() if found is None else frozenset(found.items or self.by_item)

    def owed(self, voice: str) -> frozenset[str]:
        """The items that a voice has to mark."""
        return frozenset(code for code in self.marked(voice) if self.by_item[code].required)

    def is_open(self, stages: Collection[str], stage: str) -> bool:
        """Whether a stage is one of these, or not final where none is named."""
        return stage in stages if stages else stage not in self.table.finals

    def __hash__(self) -> int:
        return hash(self.digest)


def _distinct(place: str, codes: Iterable[str], faults: Faults) -> None:
    seen: set[str] = set()
    for code in codes:
        if code in seen:
            faults.add(f"{place}.{code}", "It stands twice.", "Remove one of the two.")
        seen.add(code)


def _stages(place: str, named: Iterable[str], stages: Lifecycle, faults: Faults) -> None:
    if not stages.initial:
        return  # not all of them could be read
    known = [state.code for state in stages.states]
    for stage in sorted(set(named) - set(known)):
        faults.add(place, f"There is no stage {stage}.", f"Stages: {', '.join(known)}.")


def read_kind(body: Mapping[str, Any]) -> AssessmentKind:
    """The kind that a definition's body says.  Raises `InvalidDefinition` with every fault."""
    return _read(Exactly(body))


@lru_cache(maxsize=256)
def _read(body: Exactly) -> AssessmentKind:
    return AssessmentKind.model_validate(canonical.parse(canonical.canonical_bytes(dict(body.data))))
