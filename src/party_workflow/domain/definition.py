"""Definition: what a lifecycle, campaign, kind of case, calendar or rule says, kept in the log it governs.

Each version is adopted with its whole body and known by its digest, so that a history carries what is needed
to replay it and a matter can be pinned to exactly the text it began under.  Versions of one definition follow
each other without a gap: nobody can find later that one was passed over in silence (R-014, R-195).

Aggregates do not know each other's definitions, so the kinds, each with what judges a body of it, are given
from outside: ``decider({"campaign": CampaignDefinition.model_validate, …})``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Annotated, Any, ClassVar, Final, assert_never

from pydantic import BeforeValidator, Field, ValidationError

from party_workflow import canonical, lifecycle
from party_workflow.codec import Command, Event, faults_of
from party_workflow.decider import Answer, Context, Decider
from party_workflow.domain.vocabulary import Work
from party_workflow.errors import InvalidDefinition, Reason, Refusal
from party_workflow.lifecycle import Lifecycle
from party_workflow.lifecycle.definition import spelled_out
from party_workflow.relations import Requires
from party_workflow.store import Recorded
from party_workflow.values import Code, CodedDocument, Digest, Key

CATEGORY: Final = "definition"

Version = Annotated[int, Field(strict=True, ge=1, le=canonical.MAX_INTEGER)]

Validator = Callable[[dict[str, Any]], object]
"""Judges a body: raises `InvalidDefinition` or pydantic's `ValidationError` with every fault, or returns the
definition.  What it returns may have `data()`, the normal form in which the body is then stored."""

# --- events ----------------------------------------------------------------------------------


class DefinitionAdopted(Event):
    """A version of a definition came into force.  `digest` is SHA-256 of the canonical bytes of `body`."""

    stored_type: ClassVar[str] = "definition.adopted"
    requires: ClassVar[Requires] = Requires(duty="definition.adopt")

    kind: Code
    code: Key
    version: Version
    digest: Digest
    body: CodedDocument


class DefinitionRetired(Event):
    """Nothing new is begun under a definition.  What is pinned to a version of it goes on."""

    stored_type: ClassVar[str] = "definition.retired"
    requires: ClassVar[Requires] = Requires(duty="definition.adopt")

    ground: Code


DefinitionEvent = DefinitionAdopted | DefinitionRetired

# --- commands --------------------------------------------------------------------------------


class _DefinitionCommand(Command):
    code: Key

    @property
    def stream(self) -> str:
        return f"{CATEGORY}/{self.code}"


def _without_notation(body: Any) -> Any:
    """A body whose lifecycle is spelled out where it came in the short notation, which is not coded text."""
    if not isinstance(body, Mapping):
        return body
    found = dict(body)
    for name in {"lifecycle", "stages"} & found.keys():
        try:
            found[name] = spelled_out(found[name])
        except InvalidDefinition:
            raise ValueError(f'body.{name} has moves that do not read as "a -> b if guard"') from None
    return found


class AdoptDefinition(_DefinitionCommand):
    """Put the next version of a definition in force; the first one adopted may have any number.

    The code is that of the body, with hyphens for underscores.  The `lifecycle` or the `stages` of the body
    may be in the short notation, ``{initial, final, moves: {close: "open -> closed"}}``.  The body is stored
    in normal form, without what is at its default, and the library computes the digest.
    """

    stored_type: ClassVar[str] = "definition.adopt"
    kind: Code
    version: Version
    body: Annotated[CodedDocument, BeforeValidator(_without_notation)]


class RetireDefinition(_DefinitionCommand):
    """Let nothing new begin under a definition.  A next version may bring it back."""

    stored_type: ClassVar[str] = "definition.retire"
    ground: Code


DefinitionCommand = AdoptDefinition | RetireDefinition

# --- lifecycle -------------------------------------------------------------------------------

LIFECYCLE: Final = Lifecycle.of(
    "definition",
    1,
    initial="in_force",
    final="retired",
    moves={"adopt": "in_force -> in_force", "retire": "in_force -> retired"},
    reopens={"adopt": "retired -> in_force"},
)
TABLE: Final = lifecycle.compile(LIFECYCLE)

# --- refusal reasons, in order of precedence -------------------------------------------------

UNKNOWN: Final = Reason(
    "definition.unknown", "This definition has not been adopted.", "Adopt it first, or check its code."
)
UNKNOWN_KIND: Final = Reason(
    "definition.unknown_kind", "There is no kind of definition {kind}.", "Kinds known: {known}."
)
KIND_DIFFERS: Final = Reason(
    "definition.kind_differs",
    "{code} is a definition of kind {kind}, and stays one.",
    "Choose a code that was never used.",
)
UNCHANGED: Final = Reason(
    "definition.unchanged",
    "Version {version} of {code} has this body already.",
    "Nothing needs to be recorded; check what was meant.",
)
NOT_NEXT: Final = Reason(
    "definition.not_next_version",
    "Version {version} of {code} cannot follow version {current}.",
    "Adopt it as version {next}.",
)
BODY_DIFFERS: Final = Reason(
    "definition.body_differs",
    "The body calls itself {theirs}, the command calls it {ours}.",
    "Give both the same code and version.",
)
REASONS: Final = (UNKNOWN, UNKNOWN_KIND, KIND_DIFFERS, UNCHANGED, NOT_NEXT, BODY_DIFFERS)

# --- state -----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Definition:
    """Every version adopted, by digest, and which one is in force."""

    stream: str = ""
    state: str = TABLE.initial
    kind: str = ""
    version: int = 0
    digest: str = ""
    bodies: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    turns: tuple[tuple[datetime, int, str | None], ...] = ()
    """What came into force and when it took effect: version and digest, or no digest where it was retired."""

    @property
    def adopted(self) -> bool:
        """Whether there is any version."""
        return self.version > 0

    def body(self, digest: str) -> dict[str, Any] | None:
        """The body with this digest, in force or not; None if it was never adopted."""
        found = self.bodies.get(digest)
        return None if found is None else dict(found)

    def current(self) -> tuple[int, str] | None:
        """Version and digest in force; None before the first and after retirement."""
        return (self.version, self.digest) if self.adopted and self.state not in TABLE.finals else None

    def in_force(self, at: datetime) -> tuple[int, str] | None:
        """Version and digest in force at a moment, by when each took effect; None where none was.

        Of what took effect at the same moment the later recorded holds.
        """
        found: tuple[datetime, int, str | None] | None = None
        for turn in self.turns:
            if turn[0] <= at and (found is None or turn[0] >= found[0]):
                found = turn
        return None if found is None or found[2] is None else (found[1], found[2])

    def standing(self) -> tuple[str, dict[str, Any]] | None:
        """Digest and body in force; None before the first and after retirement."""
        current = self.current()
        return None if current is None else (current[1], dict(self.bodies[current[1]]))

    def work(self) -> Work | None:
        """The definition as something adopted: done while it is in force; None for one never adopted."""
        if not self.adopted:
            return None
        return Work(self.stream, self.kind, None, self.state, done=self.state not in TABLE.finals)


# --- evolve ----------------------------------------------------------------------------------


def _evolve(state: Definition, recorded: Recorded) -> Definition:
    event = recorded.event
    assert isinstance(event, DefinitionEvent)
    match event:
        case DefinitionAdopted():
            return replace(
                state,
                stream=recorded.envelope.stream,
                state="in_force",
                kind=event.kind,
                version=event.version,
                digest=event.digest,
                bodies={**state.bodies, event.digest: event.body},
                turns=(*state.turns, (recorded.envelope.effective_at, event.version, event.digest)),
            )
        case DefinitionRetired():
            retired = (recorded.envelope.effective_at, state.version, None)
            return replace(state, state="retired", turns=(*state.turns, retired))
        case _:
            assert_never(event)


# --- decide ----------------------------------------------------------------------------------


def _decide(
    validators: Mapping[str, Validator], command: DefinitionCommand, state: Definition, context: Context
) -> Answer:
    match command:
        case AdoptDefinition():
            return _adopt(validators, command, state)
        case RetireDefinition():
            if not state.adopted:
                return UNKNOWN()
            step = TABLE.step(state.state, "retire")
            return step if isinstance(step, Refusal) else [DefinitionRetired(ground=command.ground)]
        case _:
            assert_never(command)


def _adopt(validators: Mapping[str, Validator], command: AdoptDefinition, state: Definition) -> Answer:
    if command.kind not in validators:
        return UNKNOWN_KIND(kind=command.kind, known=", ".join(sorted(validators)))
    if state.adopted and command.kind != state.kind:
        return KIND_DIFFERS(code=command.code, kind=state.kind)
    body = _normal(validators[command.kind], command.body)
    digest = canonical.digest(body)
    if digest == state.digest:
        return UNCHANGED(code=command.code, version=state.version)
    if state.adopted and command.version != state.version + 1:
        return NOT_NEXT(
            code=command.code, version=command.version, current=state.version, next=state.version + 1
        )
    ours, theirs = (command.code, command.version), _names(body, command)
    if theirs != ours:
        return BODY_DIFFERS(ours="{} v{}".format(*ours), theirs="{} v{}".format(*theirs))
    return [
        DefinitionAdopted(
            kind=command.kind, code=command.code, version=command.version, digest=digest, body=body
        )
    ]


def _normal(validate: Validator, body: dict[str, Any]) -> dict[str, Any]:
    """The body in its normal form.  Raises `InvalidDefinition` with every fault."""
    try:
        found = validate(body)
    except ValidationError as error:
        raise InvalidDefinition(faults_of(error, what="body")) from None
    data = getattr(found, "data", None)
    return data() if callable(data) else body


def _names(body: Mapping[str, Any], command: AdoptDefinition) -> tuple[str, int]:
    """What the body calls itself; one that does not say, or does not count, is called as the command does."""
    version = body.get("version")
    numbered = version if isinstance(version, int) else command.version
    return str(body.get("code", command.code)).replace("_", "-"), numbered


def _closed(state: Definition) -> Mapping[str, Refusal | None]:
    retire = TABLE.closed(state.state, "retire") if state.adopted else UNKNOWN()
    return {RetireDefinition.stored_type: retire}


# --- decider ---------------------------------------------------------------------------------


def decider(validators: Mapping[str, Validator]) -> Decider[Definition]:
    """The decider of definitions, for these kinds, each with what judges a body of it."""
    known = dict(validators)

    def decide(command: DefinitionCommand, state: Definition, context: Context) -> Answer:
        return _decide(known, command, state, context)

    return Decider(
        category=CATEGORY,
        events=(DefinitionAdopted, DefinitionRetired),
        commands=(AdoptDefinition, RetireDefinition),
        initial=Definition,
        evolve=_evolve,
        decide=decide,
        answers={
            "definition.body": Definition.body,
            "definition.current": Definition.current,
            "definition.in_force": Definition.in_force,
            "definition.standing": Definition.standing,
            "definition.work": Definition.work,
        },
        closed=_closed,
        yields={
            AdoptDefinition.stored_type: (DefinitionAdopted,),
            RetireDefinition.stored_type: (DefinitionRetired,),
        },
        reasons=REASONS,
    )
