"""Kinds of procedure as data: which steps there are, who takes them, what each has to say, what it waits for.

A competition for a post, an honour, a pairing of two villages, a research trip, the pool of reserve cadres:
what they have in common is that named people take named steps in an order, that each step says certain
things, and that some people must not take some steps.  All of that is said here and checked as a whole; the
aggregate knows no kind by name.  Adopt one with ``AdoptDefinition(kind="procedure", …)``.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cached_property, lru_cache
from typing import Annotated, Any, Final, Literal, Self

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    ModelWrapValidatorHandler,
    StrictInt,
    model_validator,
)

from party_workflow import canonical
from party_workflow import lifecycle as lifecycles
from party_workflow.errors import Faults
from party_workflow.lifecycle import Lifecycle, Table
from party_workflow.lifecycle.definition import named_like
from party_workflow.partwise import judged
from party_workflow.relations import ACTOR, Relates, Requires, StepRule
from party_workflow.values import Code, Count, Definition, Exactly, Flag

MAX_STEPS: Final = 64
"""Most steps of a kind, and most inputs of a step."""

CodeSet = Annotated[tuple[Code, ...], AfterValidator(lambda codes: tuple(sorted(set(codes))))]
Version = Annotated[StrictInt, Field(ge=1, le=canonical.MAX_INTEGER)]

InputType = Literal[
    "person", "unit", "stream", "code", "day", "number", "digest", "text", "moment", "position"
]
"""What an input may be.  A text is sealed; a number is exact and counts things or measures them; a position
is one of the log, the last that a result was computed from."""


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)


class Input(_Part):
    """One thing that a step has to say, or may say where it is not `required`.

    `least` is how many of it there must be; more than one, or `many`, makes it a list.  `more_than` names a
    number, said in this step or before, that there must be more of (candidates than seats); `as_many_as` a
    list of the same step to which it runs parallel; `index_of` a list, in this step or before, of which it
    names one by its number from 1.  `choices` are the codes that it may be.  `among` asks that each was said
    under another code before (an appointee among the applicants).  Persons hold the relation named like the
    input from then on; with `sees` false that alone does not let them see a confidential procedure, and
    `outsiders` may be people who do not stand in the organisation.  Of a stream, `category` says of what,
    and `done` that it has to be done.  `once` means that a later taking of the step says something else.

    `grades` are choices in order, the mildest first; `not_above` names an input with the same grades, said
    before, than which this one is no graver (decided is not more than was notified).  A digest or position
    that is a `snapshot_of` a stream of the same step agrees with the result that this one records.  A digest
    that is the `version_of` a definition, a stream of the same step, is that of the version in force at the
    moment that the input `at` of the step says (R-165).
    """

    code: Code
    type: InputType
    required: Flag = True
    many: Flag = False
    least: Annotated[StrictInt, Field(ge=1, le=256)] = 1
    more_than: Code | None = None
    as_many_as: Code | None = None
    index_of: Code | None = None
    choices: CodeSet = ()
    among: Code | None = None
    sees: Flag = True
    outsiders: Flag = False
    category: CodeSet = ()
    done: Flag = False
    once: Flag = False
    grades: tuple[Code, ...] = ()
    not_above: Code | None = None
    snapshot_of: Code | None = None
    version_of: Code | None = None
    at: Code | None = None

    @property
    def codes(self) -> tuple[str, ...]:
        """The codes that it may be, in order where they have one; none where any will do."""
        return self.grades or self.choices

    @property
    def listed(self) -> bool:
        """Whether there may be several."""
        return self.many or self.least > 1


class Need(_Part):
    """What has to have been done before: `step` taken at least `least` times.

    With `each`, its input `input` must have said every one of these codes in one taking or another; what is
    lacking is named, so that silence is never read as consent (R-158).  With `everyone`, each person in that
    relation has taken the step (both parties confirmed).  With `different`, as many different persons.
    """

    step: Code
    least: Annotated[StrictInt, Field(ge=1, le=10_000)] = 1
    input: Code | None = None
    each: CodeSet = ()
    everyone: Code | None = None
    different: Flag = False


class Window(_Part):
    """When a step may be taken: from so many days after a day said before, until so many days after it.

    Days are those of the zone `offset_minutes` of the kind at the effective time; the last one is included.
    It opens on neither clock before its day, so that dating ahead gains no time.  With `notice` it is time
    that somebody has (to state their view, to appeal): it counts from when the day was recorded where that
    is later than the day said, so that a notice dated back takes none of it away.
    """

    after: Code
    opens: Count = 0
    closes: Count | None = None
    notice: Flag = False


class Step(_Part):
    """A step: a move of the lifecycle, who may take it, what it says and what it waits for.

    By `duty` a role carries it, by `own` those in these relations take it for themselves (the relation that
    the step itself gives counts: who applies for themselves).  `barred` relations must not take it, nor
    those in a declared conflict with them; `outside` asks for somebody from outside the unit.  Whoever takes
    it gets the relation `becomes`.  `at_most` is how often it may be taken.
    """

    code: Code
    duty: Code | None = None
    own: CodeSet = ()
    barred: CodeSet = ()
    outside: Flag = False
    becomes: Code | None = None
    inputs: Annotated[tuple[Input, ...], Field(max_length=MAX_STEPS)] = ()
    needs: Annotated[tuple[Need, ...], Field(max_length=MAX_STEPS)] = ()
    window: Window | None = None
    at_most: Annotated[StrictInt, Field(ge=1, le=10_000)] | None = None

    def input(self, code: str) -> Input | None:
        """The input with this code, if the step has it."""
        return next((item for item in self.inputs if item.code == code), None)

    def rule(self) -> StepRule:
        """What the step demands of whoever takes it, and whom it ties to the procedure."""
        people = tuple(
            Relates(item.code, item.code, item.sees) for item in self.inputs if item.type == "person"
        )
        actor = () if self.becomes is None else (Relates(self.becomes, ACTOR),)
        requires = Requires(duty=self.duty, own=self.own, barred=self.barred, outside=self.outside)
        return StepRule(requires, (*actor, *people))


class ProcedureKind(Definition):
    """A kind of procedure as one checked, versioned value.  Faults are raised together, as
    `InvalidDefinition`.

    `opening` is the step by which it begins; the lifecycle has one move for each step.  `done` are the
    states in which it counts as carried out.  A `confidential` one is seen by those whose part in it says
    so.  Windows are counted in days that begin `offset_minutes` before those of UTC (480 in China).
    """

    code: Code
    version: Version
    lifecycle: Lifecycle
    opening: Code
    steps: Annotated[tuple[Step, ...], Field(max_length=MAX_STEPS)]
    done: CodeSet = ()
    confidential: Flag = False
    offset_minutes: Annotated[StrictInt, Field(ge=-1080, le=1080)] = 0

    @model_validator(mode="wrap")
    @classmethod
    def _judged(cls, data: Any, handler: ModelWrapValidatorHandler[Self]) -> Self:
        return judged(cls, named_like(data, "lifecycle"), handler, _judge, "procedure")

    def data(self) -> dict[str, Any]:
        """The kind as it is stored and hashed: JSON values, without what is at its default."""
        return self.model_dump(mode="json", exclude_defaults=True)

    @cached_property
    def digest(self) -> str:
        """SHA-256 of the canonical bytes of `data`, as 64 hexadecimal digits."""
        return canonical.digest(self.data())

    @cached_property
    def table(self) -> Table:
        """The lifecycle, compiled."""
        return lifecycles.compile(self.lifecycle)

    @cached_property
    def by_code(self) -> Mapping[str, Step]:
        """The steps by code."""
        return {step.code: step for step in self.steps}

    def rules(self) -> Mapping[str, StepRule]:
        """What each step demands of whoever takes it, for authority."""
        return {step.code: step.rule() for step in self.steps}

    def duties(self) -> frozenset[str]:
        """Every duty that a step asks for: some role has to carry it."""
        return frozenset(step.duty for step in self.steps if step.duty is not None)

    def __hash__(self) -> int:
        return hash(self.digest)


def _judge(kind: ProcedureKind, faults: Faults) -> None:
    sound = not faults.within("lifecycle")
    moves = {move.code for move in kind.lifecycle.moves}
    states = {state.code for state in kind.lifecycle.states}
    steps: dict[str, int] = {}
    for index, step in enumerate(kind.steps):
        if steps.setdefault(step.code, index) != index:
            faults.add(
                f"steps[{index}]",
                f"Step {step.code} stands already at steps[{steps[step.code]}].",
                "Merge them.",
            )
    for code in sorted(moves - steps.keys()) if not faults.at("steps") else ():
        faults.add(
            f"lifecycle.moves.{code}", f"There is no step {code}.", "Describe it, or take the move out."
        )
    whole = bool(kind.lifecycle.initial)  # otherwise a move or state that seems to lack may be there
    for code in sorted(steps.keys() - moves) if whole else ():
        what = f"The lifecycle has no move {code}, so the step is never open."
        faults.add(f"steps[{steps[code]}]", what, "Add the move, or take the step out.")
    for code in sorted({guard for move in kind.lifecycle.moves for guard in move.guards}):
        faults.add("lifecycle.moves", f"There is no guard {code}.", "Say it as a need of the step.")
    for code in sorted(set(kind.done) - states) if whole else ():
        faults.add("done", f"The lifecycle has no state {code}.", f"States: {', '.join(sorted(states))}.")
    if sound:  # otherwise how it begins cannot be seen
        _judge_opening(kind, faults)
    for code in sorted(_waiting_for_themselves(kind)):
        what = f"{code} needs itself to have been taken, directly or through others."
        faults.add(f"steps[{steps[code]}].needs", what, "Break the circle: it is never open.")
    known = _Names(kind)
    for index, step in enumerate(kind.steps):
        for where, what, remedy in _step_faults(step, known):
            faults.add(f"steps[{index}]{where}", what, remedy)


def _judge_opening(kind: ProcedureKind, faults: Faults) -> None:
    opens = [move for move in kind.lifecycle.moves if kind.lifecycle.initial in move.sources]
    if {move.code for move in opens} != {kind.opening}:
        remedy = f"Let exactly {kind.opening} lead out of {kind.lifecycle.initial}."
        faults.add("opening", "A procedure begins by its opening step and by no other.", remedy)
    elif any(len(move.sources) > 1 or move.dest == kind.lifecycle.initial for move in opens):
        faults.add(
            "opening", "The opening step is taken once.", "Let it lead from the initial state only, and away."
        )


def _waiting_for_themselves(kind: ProcedureKind) -> set[str]:
    """The steps that wait for themselves: none of them can be the first to be taken."""
    needs = {step.code: {need.step for need in step.needs} for step in kind.steps}
    found = set()
    for code, waits_for in needs.items():
        seen, ahead = set[str](), list(waits_for)
        while ahead:
            before = ahead.pop()
            if before not in seen:
                seen.add(before)
                ahead += needs.get(before, ())
        if code in seen:
            found.add(code)
    return found


class _Names:
    """What steps can refer to: relations that come about, and inputs by code with all their types."""

    def __init__(self, kind: ProcedureKind) -> None:
        self.steps = {step.code: step for step in kind.steps}
        self.opening = kind.opening
        self.inputs: dict[str, set[str]] = {}
        self.listed: set[str] = set()
        self.grades: dict[str, tuple[str, ...]] = {}
        self.relations: set[str] = set()
        for step in kind.steps:
            if step.becomes is not None:
                self.relations.add(step.becomes)
            for item in step.inputs:
                self.inputs.setdefault(item.code, set()).add(item.type)
                if item.listed:
                    self.listed.add(item.code)
                if item.grades:
                    self.grades.setdefault(item.code, item.grades)
                if item.type == "person":
                    self.relations.add(item.code)


_Fault = tuple[str, str, str]


def _step_faults(step: Step, known: _Names) -> Iterator[_Fault]:
    if step.duty is None and not step.own:
        yield "", f"Nobody may take the step {step.code}.", "Give it a duty, or own relations."
    elif step.duty is None and set(step.own) <= set(step.barred):
        yield ".barred", f"All who may take {step.code} are barred.", "Give it a duty, or bar fewer."
    for field in ("own", "barred"):
        for code in sorted(set(getattr(step, field)) - known.relations):
            yield f".{field}", f"Nobody comes into the relation {code}.", "Let a step name or become it."
    if step.code == known.opening and (step.needs or step.window):
        yield "", "The opening step waits for nothing.", "Take its needs and its window out."
    seen: set[str] = set()
    for index, item in enumerate(step.inputs):
        here = f".inputs[{index}]"
        if item.code in seen:
            yield here, f"The step says {item.code} twice.", "Give each input a code of its own."
        seen.add(item.code)
        if len(known.inputs[item.code]) > 1:
            types = ", ".join(sorted(known.inputs[item.code]))
            yield here, f"{item.code} is of several types: {types}.", "Keep to one type for one code."
        yield from (
            (f"{here}{where}", what, remedy) for where, what, remedy in _input_faults(item, step, known)
        )
    for index, need in enumerate(step.needs):
        here = f".needs[{index}]"
        yield from ((f"{here}{where}", what, remedy) for where, what, remedy in _need_faults(need, known))
    if step.window is not None:
        yield from _window_faults(step.window, known)


_FITTING: Final = (
    ("choices", {"code"}),
    ("category", {"stream"}),
    ("index_of", {"number"}),
    ("grades", {"code"}),
    ("snapshot_of", {"digest", "position"}),
    ("version_of", {"digest"}),
)
"""What an input may say only where it is of one of these types."""


def _input_faults(item: Input, step: Step, known: _Names) -> Iterator[_Fault]:
    for field, types in _FITTING:
        if getattr(item, field) and item.type not in types:
            yield (
                f".{field}",
                f"It means nothing for a {item.type}.",
                f"Use it with {' or '.join(sorted(types))}.",
            )
    if item.done and item.type != "stream":
        yield ".done", f"A {item.type} is never done.", "Use it with a stream."
    if item.outsiders and item.type != "person":
        yield ".outsiders", f"A {item.type} stands in no organisation.", "Use it with a person."
    if item.more_than is not None and "number" not in known.inputs.get(item.more_than, ()):
        yield ".more_than", f"No step says a number {item.more_than}.", "Name an input of type number."
    if item.index_of is not None and item.index_of not in known.listed:
        yield ".index_of", f"No step lists {item.index_of}.", "Name an input that is a list."
    if item.as_many_as is not None:
        other = step.input(item.as_many_as)
        if other is None or not other.listed or not item.listed:
            yield (
                ".as_many_as",
                "Two lists of the same step can run parallel.",
                "Name a list, and let this be one.",
            )
    if item.among == item.code:
        yield ".among", f"What is said as {item.code} is always among itself.", "Name another code."
    elif item.among is not None and item.type not in known.inputs.get(item.among, ()):
        yield ".among", f"No step says a {item.type} {item.among}.", "Name an input of the same type."
    if item.grades and (item.choices or len(set(item.grades)) < len(item.grades)):
        yield ".grades", "Grades are choices in one order, each once.", "Name each code once, as a grade."
    if item.not_above is not None and (not item.grades or known.grades.get(item.not_above) != item.grades):
        remedy = "Let both have the same grades, in the same order."
        yield ".not_above", f"{item.code} and {item.not_above} cannot be compared.", remedy
    if item.not_above is not None and item.listed:
        yield ".not_above", "One grade is compared with one.", "Let it be no list."
    for field, type_ in (("snapshot_of", "stream"), ("version_of", "stream"), ("at", "moment")):
        name = getattr(item, field)
        if name is None:
            continue
        other = step.input(name)
        if other is None or other.type != type_ or other.listed or item.listed:
            what = f"The step says no single {type_} {name} for it."
            remedy = f"Name an input of type {type_} of the same step, and let neither be a list."
            yield f".{field}", what, remedy
        elif item.required and not other.required:
            yield f".{field}", f"{name} may be lacking.", f"Require {name}, or let {item.code} be optional."
    if (item.version_of is None) != (item.at is None):
        yield ".at", "A version is in force at a moment.", "Give both version_of and at, or neither."


def _need_faults(need: Need, known: _Names) -> Iterator[_Fault]:
    before = known.steps.get(need.step)
    if before is None:
        yield ".step", f"There is no step {need.step}.", f"Steps: {', '.join(sorted(known.steps))}."
        return
    if bool(need.each) != (need.input is not None):
        yield ".each", "Which codes are needed and of which input go together.", "Give both, or neither."
    elif need.input is not None:
        asked = before.input(need.input)
        if asked is None or asked.type != "code":
            yield ".input", f"Step {need.step} says no code {need.input}.", "Name an input of type code."
        elif asked.codes and (other := sorted(set(need.each) - set(asked.codes))):
            yield ".each", f"{need.input} is never {', '.join(other)}.", "Name some of its choices."
    if need.everyone is not None and need.everyone not in known.relations:
        yield ".everyone", f"Nobody comes into the relation {need.everyone}.", "Let a step name or become it."
    if before.at_most is not None and before.at_most < need.least:
        yield ".least", f"Step {need.step} is taken at most {before.at_most} times.", "Ask for no more."


def _window_faults(window: Window, known: _Names) -> Iterator[_Fault]:
    if "day" not in known.inputs.get(window.after, ()):
        yield ".window.after", f"No step says a day {window.after}.", "Name an input of type day."
    if window.closes is not None and window.closes < window.opens:
        yield ".window.closes", "It closes before it opens.", "Let it close on the day it opens, or later."


def read_kind(body: Mapping[str, Any]) -> ProcedureKind:
    """The kind that a definition's body says.  Raises `InvalidDefinition` with every fault."""
    return _read(Exactly(body))


@lru_cache(maxsize=256)
def _read(body: Exactly) -> ProcedureKind:
    return ProcedureKind.model_validate(canonical.parse(canonical.canonical_bytes(dict(body.data))))
