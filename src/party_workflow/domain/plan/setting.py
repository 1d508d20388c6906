"""How a set of commitments comes about: drafted, told of, approved, amended, withdrawn, handed over."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

from party_workflow.canonical import time_text
from party_workflow.decider import Answer, Context
from party_workflow.domain.plan import reasons
from party_workflow.domain.plan.commands import (
    AddItem,
    ApprovePlan,
    ChangeAccountable,
    DecideAmendment,
    DraftPlan,
    PreviewPlan,
    ProposeAmendment,
    ReviseItem,
    WithdrawItem,
)
from party_workflow.domain.plan.events import (
    AccountableChanged,
    AmendmentDecided,
    AmendmentProposed,
    ItemAdded,
    ItemRevised,
    ItemWithdrawn,
    PlanApproved,
    PlanDrafted,
    PlanPreviewed,
)
from party_workflow.domain.plan.items import MOST, Item, ItemDraft
from party_workflow.domain.plan.kind import PlanKind, read_kind
from party_workflow.domain.plan.state import Plan, set_digest
from party_workflow.errors import InvalidDefinition, Refusal

_TEXTS: Final = ("title", "method", "standard")


def draft(command: DraftPlan, context: Context) -> Answer:
    """A plan of the kind adopted under this digest."""
    body, current, open_, known, *partners = context.facts
    if body is None:
        return reasons.UNKNOWN_KIND(kind=command.kind, digest=command.definition)
    if current is None:
        return reasons.RETIRED_KIND(kind=command.kind)
    if current[1] != command.definition:
        return reasons.NOT_IN_FORCE(kind=command.kind, digest=command.definition, current=current[1])
    try:
        kind = read_kind(body)
    except InvalidDefinition:
        return reasons.NOT_A_KIND(kind=command.kind)
    if kind.code != command.kind:
        return reasons.NOT_A_KIND(kind=command.kind)
    for unit, there in zip((command.unit, *command.partners), (open_, *partners), strict=True):
        if not there:
            return reasons.UNKNOWN_UNIT(unit=unit)
    for person in people_of(command):
        if person not in known:
            return reasons.UNKNOWN_PERSON(person=person)
    if lacking := [need for need in kind.plan_needs if not getattr(command, need)]:
        return reasons.PLAN_LACKS(kind=kind.code, lacking=listed(lacking))
    return [
        PlanDrafted(
            unit=command.unit,
            kind=command.kind,
            definition=command.definition,
            body=kind.data(),
            period=command.period,
            lead=command.lead,
            partners=tuple(sorted(set(command.partners))),
            contacts=tuple(sorted(set(command.contacts))),
            basis=command.basis,
            title=context.seal_given(command.title, command.stream, "plan.title"),
            serves=tuple(sorted(set(command.serves), key=lambda item: (item.campaign, item.task))),
        )
    ]


def people_of(command: DraftPlan) -> tuple[str, ...]:
    """The people that a plan names."""
    return (*(() if command.lead is None else (command.lead,)), *command.contacts)


def add(command: AddItem | ReviseItem, state: Plan, context: Context) -> Answer:
    """An item of the draft."""
    known = command.item.code in state.items
    if isinstance(command, ReviseItem) and not known:
        return no_item(state, command.item.code)
    found = _item(command.item, state, context, again=isinstance(command, ReviseItem))
    if isinstance(found, Refusal):
        return found
    return [ItemRevised(item=found) if isinstance(command, ReviseItem) else ItemAdded(item=found)]


def preview(command: PreviewPlan, state: Plan, kind: PlanKind) -> Answer:
    """The draft shown as it is."""
    if kind.preview == "none":
        return reasons.NO_PREVIEW(kind=kind.code)
    if not _standing(state):
        return reasons.NO_ITEMS()
    return [PlanPreviewed(audience=command.audience, digest=_digest(state))]


def approve(command: ApprovePlan, state: Plan, kind: PlanKind, context: Context) -> Answer:
    """The first version of the set."""
    if not _standing(state):
        return reasons.NO_ITEMS()
    if lacking := [code for code in kind.items if code not in state.items]:
        return reasons.ITEMS_LACKING(kind=kind.code, lacking=listed(lacking))
    if kind.preview == "required" and state.state != "previewed":
        return reasons.PREVIEW_FIRST(kind=kind.code)
    return too_early(state, context) or [PlanApproved(version=1, digest=_digest(state))]


def propose(command: ProposeAmendment, state: Plan, context: Context) -> Answer:
    """A proposal to add an item."""
    found = _item(command.item, state, context)
    if isinstance(found, Refusal):
        return found
    return [AmendmentProposed(number=len(state.amendments) + 1, item=found, ground=command.ground)]


def decide_amendment(command: DecideAmendment, state: Plan, context: Context) -> Answer:
    """A further version of the set, or not."""
    open_ = {item.proposed.number: item.proposed for item in state.amendments if item.approved is None}
    proposed = open_.get(command.number)
    if proposed is None:
        return reasons.NO_PROPOSAL(number=command.number, open=listed(map(str, open_)))
    if refusal := too_early(state, context):
        return refusal
    if not command.approved:
        return [
            AmendmentDecided(
                number=command.number, approved=False, version=state.version, digest=state.digest
            )
        ]
    item = proposed.item
    if item.code in state.items:  # another proposal of the same code was approved in between
        return reasons.ITEM_TAKEN(item=item.code)
    if len(state.items) >= MOST:
        return reasons.TOO_MANY(most=MOST)
    return [
        AmendmentDecided(
            number=command.number,
            approved=True,
            version=state.version + 1,
            digest=_digest(state, item),
            person=item.person,
            team=item.team,
        )
    ]


def withdraw(command: WithdrawItem, state: Plan, context: Context) -> Answer:
    """An item that is no longer asked for."""
    found = state.items.get(command.item)
    if found is None:
        return no_item(state, command.item)
    if found.withdrawn is not None:
        return reasons.WITHDRAWN(item=command.item)
    if refusal := too_early(state, context):
        return refusal
    reason = context.seal_given(command.reason, command.stream, "item.reason")
    return [ItemWithdrawn(item=command.item, person=found.person, ground=command.ground, reason=reason)]


def hand_over(command: ChangeAccountable, state: Plan, context: Context) -> Answer:
    """Another person accountable for an item."""
    found = state.items.get(command.item)
    if found is None:
        return no_item(state, command.item)
    if found.withdrawn is not None:
        return reasons.WITHDRAWN(item=command.item)
    (known,) = context.facts
    if command.person not in known:
        return reasons.UNKNOWN_PERSON(person=command.person)
    if found.person == command.person:
        return reasons.SAME_PERSON(person=command.person, item=command.item)
    if refusal := too_early(state, context):
        return refusal
    return [
        AccountableChanged(
            item=command.item, person=command.person, previous=found.person, ground=command.ground
        )
    ]


def too_early(state: Plan, context: Context) -> Refusal | None:
    """What settles a plan takes effect in the order in which it is recorded."""
    since = state.settled_at
    if since is not None and context.effective_at < since:
        return reasons.OUT_OF_ORDER(since=time_text(since))
    return None


def no_item(state: Plan, item: str) -> Refusal:
    """There is no such item."""
    return reasons.UNKNOWN_ITEM(item=item, items=listed(state.items))


def listed(codes: Iterable[object]) -> str:
    """Codes for a sentence."""
    return ", ".join(map(str, codes)) or "none"


def _standing(state: Plan) -> bool:
    return any(found.withdrawn is None for found in state.items.values())


def _digest(state: Plan, *more: Item) -> str:
    return set_digest([*(found.item for found in state.items.values()), *more])


def _item(draft: ItemDraft, state: Plan, context: Context, *, again: bool = False) -> Item | Refusal:
    """The item as it is recorded, or what is wrong with it."""
    kind, code = state.kind, draft.code
    assert kind is not None
    if draft.person is None:
        return reasons.NO_PERSON(item=code)
    if draft.due is None:
        return reasons.NO_DAY(item=code)
    if lacking := [need for need in kind.needs if not _says(draft, need)]:
        return reasons.ITEM_LACKS(kind=kind.code, item=code, lacking=listed(lacking))
    days = [] if draft.start is None else [draft.start]
    days += [*(milestone.due for milestone in draft.milestones), draft.due]
    if days != sorted(days) or len({step.code for step in draft.milestones}) < len(draft.milestones):
        return reasons.BACKWARDS(item=code)
    if code in state.items and not again:
        return reasons.ITEM_TAKEN(item=code)
    if len(state.items) >= MOST and not again:
        return reasons.TOO_MANY(most=MOST)
    if draft.replaces is not None:
        replaced = state.items.get(draft.replaces)
        if replaced is None or replaced.withdrawn is None:
            return reasons.NOT_REPLACED(replaces=draft.replaces)
    if again and state.items[code].withdrawn is not None:
        return reasons.WITHDRAWN(item=code)
    known, *units = context.facts
    for person in (draft.person, *draft.team):
        if person not in known:
            return reasons.UNKNOWN_PERSON(person=person)
    for unit, there in zip(draft.partners, units, strict=True):
        if not there:
            return reasons.UNKNOWN_UNIT(unit=unit)
    texts = {
        name: context.seal_given(getattr(draft, name), f"plan/{state.key}", f"item.{code}.{name}")
        for name in _TEXTS
    }
    fields: dict[str, Any] = {
        name: getattr(draft, name) for name in type(draft).model_fields if name not in _TEXTS
    }
    fields["partners"] = tuple(sorted(set(draft.partners)))
    fields["team"] = tuple(sorted(set(draft.team)))
    return Item(**(fields | texts))


def _says(draft: ItemDraft, need: str) -> bool:
    match need:
        case "method" | "standard":
            return getattr(draft, need) is not None or getattr(draft, f"{need}_code") is not None
        case "target":
            return not (draft.target is None and draft.rank is None and draft.distribution is None)
        case _:
            return bool(getattr(draft, need))
