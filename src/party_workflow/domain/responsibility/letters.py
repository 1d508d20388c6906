"""Responsibility letters, and posts that are bound to answer together."""

from __future__ import annotations

from party_workflow.decider import EFFECTIVE, Answer, Ask, Context
from party_workflow.domain.responsibility import reasons
from party_workflow.domain.responsibility.commands import (
    BindPosts,
    IssueLetter,
    SignLetter,
    UnbindPosts,
    WithdrawLetter,
    stream_of,
)
from party_workflow.domain.responsibility.events import (
    LetterIssued,
    LetterSigned,
    LetterWithdrawn,
    PostsBound,
    PostsUnbound,
)
from party_workflow.domain.responsibility.kind import ResponsibilityKind
from party_workflow.domain.responsibility.state import Responsibility
from party_workflow.errors import Refusal

# --- letters ---------------------------------------------------------------------------------


def letter_asks(command: IssueLetter) -> tuple[Ask, ...]:
    """The unit's line upwards, who stands in the organisation, and who signs for the unit above."""
    people = (command.for_parent, command.for_child)
    return (
        Ask("organisation.lines", "organisation", {"units": (command.unit,), "at": EFFECTIVE}),
        Ask("organisation.known", "organisation", {"people": people, "at": EFFECTIVE}),
        Ask("organisation.unit_of", "organisation", {"person": command.for_parent, "at": EFFECTIVE}),
        Ask("responsibility.signers", stream_of(command.matter, command.parent), {"at": EFFECTIVE}),
    )


def issue(command: IssueLetter, state: Responsibility, kind: ResponsibilityKind, context: Context) -> Answer:
    """A letter for the holders of both sides.

    Where the matter is not carried in the unit above, somebody who counts there signs for it: the letters
    begin somewhere.
    """
    lines, known, home, above = context.facts
    for person in (command.for_parent, command.for_child):
        if person not in known:
            return reasons.UNKNOWN_PERSON(person=person)
    if lines.get(command.unit, ())[1:2] != (command.parent,):
        return reasons.NOT_ITS_PARENT(parent=command.parent, unit=command.unit)
    if command.for_parent == command.for_child:
        return reasons.SAME_SIGNER(person=command.for_parent)
    if command.for_child not in (state.signers(context.effective_at) or ()):
        return reasons.NOT_ITS_SIGNER(person=command.for_child, unit=command.unit, tier=kind.signing)
    if (home != command.parent) if above is None else (command.for_parent not in above):
        return reasons.NOT_ITS_SIGNER(person=command.for_parent, unit=command.parent, tier=kind.signing)
    standing = next(
        (
            x
            for x in state.letters
            if x.withdrawn is None and (x.year, x.parent) == (command.year, command.parent)
        ),
        None,
    )
    if standing is not None:
        return reasons.LETTER_STANDS(number=standing.number, year=command.year)
    return [
        LetterIssued(
            number=len(state.letters) + 1,
            year=command.year,
            parent=command.parent,
            text=command.text,
            for_parent=command.for_parent,
            for_child=command.for_child,
        )
    ]


def sign(command: SignLetter, state: Responsibility, kind: ResponsibilityKind, context: Context) -> Answer:
    """A signature, by who signs for that side and nobody in their stead."""
    letter = state.letter(command.number)
    if letter is None:
        return _no_letter(state, command.number)
    signer = letter.signer(command.side)
    if context.by.person != signer and command.evidence is None:
        return reasons.EVIDENCE_NEEDED(person=signer)
    if command.side == "child" and signer not in (state.signers(context.effective_at) or ()):
        return reasons.NOT_ITS_SIGNER(person=signer, unit=state.unit, tier=kind.signing)
    if command.text != letter.text:
        return reasons.OTHER_TEXT(number=letter.number, digest=letter.text)
    if command.side in letter.signatures:
        return reasons.SIGNED(number=letter.number)
    return [
        LetterSigned(
            number=letter.number,
            side=command.side,
            signer=signer,
            other=letter.signer("parent" if command.side == "child" else "child"),
            text=letter.text,
            evidence=command.evidence,
        )
    ]


def withdraw(command: WithdrawLetter, state: Responsibility) -> Answer:
    """A letter that no longer stands."""
    if state.letter(command.number) is None:
        return _no_letter(state, command.number)
    return [LetterWithdrawn(number=command.number, ground=command.ground)]


def _no_letter(state: Responsibility, number: int) -> Refusal:
    standing = ", ".join(str(x.number) for x in state.letters if x.withdrawn is None) or "none"
    return reasons.UNKNOWN_LETTER(number=number, letters=standing)


# --- bundles ---------------------------------------------------------------------------------


def bundle_asks(command: BindPosts) -> tuple[Ask, ...]:
    """The lines upwards of the units whose posts are bound."""
    units = tuple(sorted({post.unit for post in command.posts}))
    return (Ask("organisation.lines", "organisation", {"units": units, "at": EFFECTIVE}),)


def bind(command: BindPosts, state: Responsibility, kind: ResponsibilityKind, context: Context) -> Answer:
    """Posts of the matter, in the unit and below it, that answer together."""
    (lines,) = context.facts
    for post in command.posts:
        if kind.tier(post.tier) is None:
            return reasons.UNKNOWN_TIER(tier=post.tier, tiers=", ".join(t.code for t in kind.tiers))
    if state.bundle(command.bundle) is not None:
        return reasons.BOUND(bundle=command.bundle)
    posts = tuple(sorted(set(command.posts), key=lambda post: (post.unit, post.tier)))
    if len(posts) < 2:
        return reasons.TOO_FEW_POSTS()
    for post in posts:
        if command.unit not in lines.get(post.unit, ()):
            return reasons.NOT_BELOW(other=post.unit, unit=command.unit)
    return [PostsBound(bundle=command.bundle, posts=posts, basis=command.basis)]


def unbind(command: UnbindPosts, state: Responsibility) -> Answer:
    """The end of a bundle."""
    if state.bundle(command.bundle) is None:
        bundles = ", ".join(x.code for x in state.bundles if x.unbound is None) or "none"
        return reasons.UNKNOWN_BUNDLE(bundle=command.bundle, bundles=bundles)
    return [PostsUnbound(bundle=command.bundle, ground=command.ground)]
