"""What is said of a case: whether it may be said, and whether what a move waits for was said."""

from __future__ import annotations

from collections.abc import Mapping, Sequence, Set

from party_workflow.decider import Context
from party_workflow.domain.case.asking import Facts
from party_workflow.domain.case.commands import GivenParticular
from party_workflow.domain.case.kind import CaseKind
from party_workflow.domain.case.notes import Particular, ParticularsGiven
from party_workflow.domain.case.parts import Demand, Form, ParticularRule
from party_workflow.domain.case.reasons import (
    DEMANDED,
    FORM_DIFFERS,
    NAMES_PROTECTED,
    NOT_A_VALUE,
    NOTHING_SAID,
    PARTICULAR_LACKING,
    SAID_TWICE,
    SAME_UNIT,
    UNKNOWN_MATTER_CITED,
    UNKNOWN_PARTICULAR,
    UNKNOWN_PERSON,
    UNKNOWN_UNIT,
)
from party_workflow.errors import Refusal

_FORMS: Sequence[Form] = ("code", "number", "day", "person", "unit", "matter", "document", "text")


def said(
    given: Sequence[GivenParticular], kind: CaseKind, unit: str, stream: str, facts: Facts, context: Context
) -> ParticularsGiven | Refusal:
    """What is recorded of particulars, each checked against what the kind lets be said."""
    if not given:
        return NOTHING_SAID()
    for name in (each.name for each in given):
        if sum(each.name == name for each in given) > 1:
            return SAID_TWICE(particular=name)
    for each in given:
        rule = kind.particulars.get(each.name)
        if rule is None:
            known = ", ".join(sorted(kind.particulars)) or "none"
            return UNKNOWN_PARTICULAR(particular=each.name, known=known)
        if refusal := _wrong(each, rule, unit, kind.confidential, facts):
            return refusal
    return ParticularsGiven(
        particulars=tuple(
            Particular(
                **each.model_dump(exclude={"text"}, exclude_none=True),
                text=context.seal_given(each.text, stream, f"case.particular.{each.name}"),
            )
            for each in sorted(given, key=lambda each: each.name)
        )
    )


def _wrong(
    each: GivenParticular, rule: ParticularRule, unit: str, confidential: bool, facts: Facts
) -> Refusal | None:
    if [form for form in _FORMS if getattr(each, form) is not None] != [rule.form]:
        return FORM_DIFFERS(particular=each.name, form=rule.form)
    if rule.values and each.code not in rule.values:
        return NOT_A_VALUE(particular=each.name, known=", ".join(rule.values))
    if each.person is not None and each.person not in facts["people"]:
        return UNKNOWN_PERSON(person=each.person)
    if each.unit is not None and not facts[each.unit]:
        return UNKNOWN_UNIT(unit=each.unit)
    if rule.differs_from_unit and each.unit == unit:
        return SAME_UNIT(particular=each.name, unit=unit)
    if each.matter is not None:
        if refusal := revealed(each.matter, confidential, facts):
            return refusal
        if facts[f"matter {each.matter}"] is None and facts.get(f"summary {each.matter}") is None:
            return UNKNOWN_MATTER_CITED(matter=each.matter)
    return None


def revealed(stream: str | None, confidential: bool, facts: Facts) -> Refusal | None:
    """Why a case does not name another matter: fewer see that one, or there is none that the actor may see.

    What is no case has only not to be confidential: it may be recorded elsewhere.
    """
    if stream is None:
        return None
    work, summary = facts[f"matter {stream}"], facts.get(f"summary {stream}")
    if not confidential and any(found is not None and found.confidential for found in (work, summary)):
        return NAMES_PROTECTED()
    if f"summary {stream}" in facts and summary is None:
        return UNKNOWN_MATTER_CITED(matter=stream)
    return None


def demanded(kind: CaseKind, move: str, has: Set[Demand]) -> Refusal | None:
    """What the case has to have by a move and has not."""
    missing = sorted({*kind.demands.get(move, ())} - has)
    return DEMANDED(move=move, names=", ".join(missing)) if missing else None


def lacking(kind: CaseKind, move: str, present: Mapping[str, object]) -> Refusal | None:
    """What has to be said by a move and was not."""
    missing = [name for name, rule in sorted(kind.particulars.items()) if rule.by == move]
    missing = [name for name in missing if name not in present]
    return PARTICULAR_LACKING(move=move, names=", ".join(missing)) if missing else None
