"""What a written work asks of others, what is decided, and what it answers; the decider."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final, assert_never

from party_workflow.canonical import fraction_text
from party_workflow.decider import EFFECTIVE, Answer, Ask, Context, Decider
from party_workflow.domain.submission.commands import (
    AdmitReader,
    FlagSimilarity,
    GivenSection,
    Later,
    MarkReadOut,
    Resubmit,
    SubmissionCommand,
    Submit,
    Vet,
    Withdraw,
)
from party_workflow.domain.submission.events import (
    CATEGORY,
    Described,
    PinnedTemplate,
    ReaderAdmitted,
    ReadOut,
    Restricted,
    Resubmitted,
    Section,
    SectionsGiven,
    SimilarityFlagged,
    Submitted,
    Vetted,
    Withdrawn,
)
from party_workflow.domain.submission.reasons import (
    NO_GROUND,
    NO_TEMPLATE,
    NOT_HELD,
    NOT_RESTRICTED,
    OTHER_KIND,
    READ_ALREADY,
    READER_ALREADY,
    REASONS,
    SAME_VERSION,
    SECTIONS_LACKING,
    SHARE_OUT_OF_RANGE,
    TAKEN,
    TEMPLATE_NOT_IN_FORCE,
    TEMPLATE_RETIRED,
    UNKNOWN,
    UNKNOWN_AUTHOR,
    UNKNOWN_READER,
    UNKNOWN_SECTION,
    UNKNOWN_UNIT,
    UNKNOWN_VERSION,
)
from party_workflow.domain.submission.state import (
    TABLE,
    Submission,
    Version,
    evolve,
    move,
)
from party_workflow.domain.submission.template import EMPTY, TemplateDefinition, read_template
from party_workflow.domain.vocabulary import Work
from party_workflow.errors import Refusal

# --- decide ----------------------------------------------------------------------------------


def _asks(command: SubmissionCommand) -> Sequence[Ask]:
    match command:
        case Submit():
            arguments = {"people": (command.author,), "at": EFFECTIVE}
            asks = [
                Ask("organisation.unit_open", "organisation", {"unit": command.unit}),
                Ask("organisation.known", "organisation", arguments),
            ]
            if command.template_code is not None and command.template is not None:
                stream = f"definition/{command.template_code}"
                people = {"unit": command.unit, "at": EFFECTIVE}
                asks.append(Ask("definition.body", stream, {"digest": command.template}))
                asks.append(Ask("definition.current", stream))
                asks.append(Ask("organisation.people", "organisation", people))
            return asks
        case AdmitReader():
            arguments = {"people": (command.person,), "at": EFFECTIVE}
            return (Ask("organisation.known", "organisation", arguments),)
        case MarkReadOut():
            return (Ask("activity.work", f"activity/{command.activity}"),)
        case Resubmit() | Vet() | FlagSimilarity() | Withdraw():
            return ()
        case _:
            assert_never(command)


def _decide(command: SubmissionCommand, state: Submission, context: Context) -> Answer:
    if isinstance(command, Submit):
        return _submit(command, state, context)
    if state.phase is None:
        return UNKNOWN()
    step = TABLE.step(state.phase, move(command))
    if isinstance(step, Refusal):
        return step
    match command:
        case AdmitReader():
            return _admit(command, state, context)
        case Resubmit():
            if refusal := _misfit(state.template, command.sections):
                return refusal
            if command.digest == state.digest:
                return SAME_VERSION(digest=command.digest)
            sections = _sections(command.sections, state.author, context)
            return [Resubmitted(digest=command.digest), *sections]
        case Vet():
            if command.verdict == "returned" and command.ground is None:
                return NO_GROUND()
            note = context.seal_given(command.note, state.author, "submission.note")
            return [Vetted(digest=state.digest, verdict=command.verdict, ground=command.ground, note=note)]
        case FlagSimilarity():
            if not 0 < command.share <= 1:
                return SHARE_OUT_OF_RANGE(share=fraction_text(command.share))
            return [
                SimilarityFlagged(
                    digest=state.digest, share=command.share, source_digest=command.source_digest
                )
            ]
        case MarkReadOut():
            return _mark_read_out(command, state, context)
        case Withdraw():
            return [Withdrawn(ground=command.ground)]
        case _:
            assert_never(command)


def _submit(command: Submit, state: Submission, context: Context) -> Answer:
    if state.phase is not None:
        return TAKEN(key=command.key)
    unit_open, known, *of_template = context.facts
    if not unit_open:
        return UNKNOWN_UNIT(unit=command.unit)
    if command.author not in known:
        return UNKNOWN_AUTHOR(author=command.author)
    pinned: PinnedTemplate | None = None
    readers: frozenset[str] = frozenset()
    restricted = False
    if command.template_code is not None or command.template is not None:
        found = _template(command, of_template)
        if isinstance(found, Refusal):
            return found
        pinned = _pinned(command, found)
        restricted = found.restricted
        readers = frozenset(of_template[2]) if restricted else readers
    if refusal := _misfit(pinned, command.sections):
        return refusal
    described = Described(channel=command.channel, template=pinned)
    return [
        Submitted(
            kind=command.kind,
            unit=command.unit,
            author=command.author,
            digest=command.digest,
            serves=tuple(sorted(set(command.serves), key=lambda item: (item.campaign, item.task))),
        ),
        *([] if described == Described() else [described]),
        *([Restricted(restricted=True, readers=tuple(sorted(readers)))] if restricted else []),
        *_sections(command.sections, command.author, context),
    ]


def _template(command: Submit, facts: Sequence[Any]) -> TemplateDefinition | Refusal:
    """The template that a work is to be written on, or why it cannot be."""
    found = read_template(facts[0]) if facts else None
    if found is None:
        return NO_TEMPLATE(template=command.template_code or "none", digest=command.template or "none")
    if facts[1] is None:
        return TEMPLATE_RETIRED(template=found.code)
    if facts[1][1] != command.template:
        return TEMPLATE_NOT_IN_FORCE(template=found.code, digest=command.template, current=facts[1][1])
    if found.kinds and command.kind not in found.kinds:
        return OTHER_KIND(template=found.code, kind=command.kind, kinds=", ".join(found.kinds))
    return found


def _pinned(command: Submit, found: TemplateDefinition) -> PinnedTemplate:
    assert command.template_code is not None
    assert command.template is not None
    return PinnedTemplate(
        code=command.template_code,
        digest=command.template,
        required=found.required,
        optional=tuple(item.code for item in found.sections if not item.required),
    )


def _misfit(template: PinnedTemplate | None, sections: Mapping[str, GivenSection]) -> Refusal | None:
    """Why sections are not those of a template.  Where it names none a work may have any, none empty."""
    required = () if template is None else template.required
    optional = () if template is None else template.optional
    known = {*required, *optional} or set(sections)
    empty = {code for code, given in sections.items() if not given.characters or given.digest == EMPTY}
    if lacking := sorted((set(required) - sections.keys()) | empty):
        return SECTIONS_LACKING(sections=", ".join(lacking))
    if others := sorted(sections.keys() - known):
        return UNKNOWN_SECTION(sections=", ".join(others), known=", ".join(sorted(known)) or "none")
    return None


def _sections(given: Mapping[str, GivenSection], author: str, context: Context) -> list[SectionsGiven]:
    if not given:
        return []
    sections = tuple(
        Section(
            code=code,
            digest=section.digest,
            characters=section.characters,
            summary=context.seal_given(section.summary, author, f"submission.section.{code}"),
        )
        for code, section in sorted(given.items())
    )
    return [SectionsGiven(sections=sections)]


def _admit(command: AdmitReader, state: Submission, context: Context) -> Answer:
    (known,) = context.facts
    if not state.restricted:
        return NOT_RESTRICTED()
    if command.person == state.author or command.person in state.readers:
        return READER_ALREADY(person=command.person)
    if command.person not in known:
        return UNKNOWN_READER(person=command.person)
    return [ReaderAdmitted(person=command.person, ground=command.ground)]


def _mark_read_out(command: MarkReadOut, state: Submission, context: Context) -> Answer:
    digest = state.digest if command.digest is None else command.digest
    if all(version.digest != digest for version in state.versions):
        return UNKNOWN_VERSION(digest=digest)
    (activity,) = context.facts
    if activity is None or activity.state != "held":
        return NOT_HELD(activity=command.activity)
    if state.read_out(command.activity) is not None:
        return READ_ALREADY(activity=command.activity)
    return [ReadOut(digest=digest, activity=command.activity)]


def _closed(state: Submission) -> Mapping[str, Refusal | None]:
    if state.phase is None:
        later = (AdmitReader, Resubmit, Vet, FlagSimilarity, MarkReadOut, Withdraw)
        return {kind.stored_type: UNKNOWN() for kind in later}
    moves: Mapping[type[Later], str] = {
        AdmitReader: "admit",
        Resubmit: "resubmit",
        FlagSimilarity: "flag",
        MarkReadOut: "read_out",
        Withdraw: "withdraw",
    }
    closed = {kind.stored_type: TABLE.closed(state.phase, move) for kind, move in moves.items()}
    # One of the two verdicts is enough for vetting to be open; "send_back" goes from wherever "accept" does.
    closed[Vet.stored_type] = TABLE.closed(state.phase, "send_back")
    return closed | {Submit.stored_type: TAKEN(key=state.stream.partition("/")[2])}


# --- decider ---------------------------------------------------------------------------------


def _work(state: Submission) -> Work | None:
    """The written work, done once accepted, with its author; None for one never handed in."""
    if state.phase is None:
        return None
    return Work(
        state.stream,
        state.kind,
        state.unit,
        state.phase,
        done=state.phase == "accepted",
        serves=state.serves,
        people=frozenset({state.author}),
    )


def _versions(state: Submission) -> tuple[Version, ...]:
    return state.versions


DECIDER: Final[Decider[Submission]] = Decider(
    category=CATEGORY,
    events=(
        Submitted,
        Described,
        Restricted,
        SectionsGiven,
        ReaderAdmitted,
        Resubmitted,
        Vetted,
        SimilarityFlagged,
        ReadOut,
        Withdrawn,
    ),
    commands=(Submit, AdmitReader, Resubmit, Vet, FlagSimilarity, MarkReadOut, Withdraw),
    initial=Submission,
    evolve=evolve,
    decide=_decide,
    asks=_asks,
    answers={
        "submission.work": _work,
        "submission.versions": _versions,
        "submission.section": Submission.section,
    },
    closed=_closed,
    yields={
        Submit.stored_type: (Submitted, Described, Restricted, SectionsGiven),
        AdmitReader.stored_type: (ReaderAdmitted,),
        Resubmit.stored_type: (Resubmitted, SectionsGiven),
        Vet.stored_type: (Vetted,),
        FlagSimilarity.stored_type: (SimilarityFlagged,),
        MarkReadOut.stored_type: (ReadOut,),
        Withdraw.stored_type: (Withdrawn,),
    },
    reasons=REASONS,
)
