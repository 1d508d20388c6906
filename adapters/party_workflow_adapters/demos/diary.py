"""A diary in which an example is told: said in any order, executed in the order of time.

Where a command needs to know what the log holds by then (a publication names a position and a digest), the
diary takes a function that is asked when its turn comes.  Who acts, acts in a role of the pack's role book.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any, Final

from party_workflow.authority import GrantRole, OpenAccount
from party_workflow.calendar import Calendar, Period
from party_workflow.canonical import bytes_digest
from party_workflow.codec import Command
from party_workflow.domain.assessment import Advance, CiteResult, OpenAssessment, Value
from party_workflow.domain.organisation import RegisterPerson
from party_workflow.domain.procedure import OpenProcedure, ProcedureKind, TakeStep
from party_workflow.domain.publication import Publish
from party_workflow.errors import PartyWorkflowError
from party_workflow.history import History
from party_workflow.packs.party import PACK
from party_workflow.packs.results import sheets_digest
from party_workflow.personal import Personal
from party_workflow.processes import ProcessManager
from party_workflow.service import Workflow
from party_workflow.store import Actor

BEIJING: Final = timezone(timedelta(hours=8))

Later = Callable[[Workflow, datetime], Command]
"""A command that is made when its turn comes, from what the log holds by then."""

Deed = Callable[[Workflow, datetime, str], object]
"""What is done with a workflow when its turn comes, beside commands of one's own: at a moment, with an id."""


def moment(given: str | datetime) -> datetime:
    """A moment on a clock in Beijing: ``moment("2020-03-27 14:30")``."""
    if isinstance(given, datetime):
        return given
    return datetime.strptime(given, "%Y-%m-%d %H:%M").replace(tzinfo=BEIJING).astimezone(UTC)


def paper(what: str) -> str:
    """The content hash of a file that lies outside the log; here the file is just this description of it."""
    return bytes_digest(what.encode())


def digest_of(code: str) -> str:
    """The digest of the newest version of a definition of the pack."""
    value = PACK.definition(code).value
    found = getattr(value, "digest", None)
    assert isinstance(found, str)
    return found


def open_assessment(
    key: str, kind: str, unit: str, period: str, subjects: Iterable[str], **more: Any
) -> OpenAssessment:
    """The command that opens an assessment under the newest version of a kind of the pack."""
    return OpenAssessment(
        key=key,
        kind=kind,
        definition=digest_of(kind),
        unit=unit,
        period=Period(period),
        subjects=tuple(subjects),
        **more,
    )


def points(number: int | str) -> Value:
    """So many points, or so much of a measure."""
    return Value(points=Decimal(number))


def posting(kind: str, calendar: Calendar) -> dict[str, Any]:
    """What a publication under a kind of the pack says beside its content."""
    return {
        "kind": kind.replace("_", "-"),
        "kind_digest": digest_of(kind),
        "calendar": calendar.code,
        "calendar_digest": calendar.digest,
    }


def person(number: int) -> str:
    """The id of a person by number."""
    return f"p-{number}"


def acting(number: int, role: str) -> Actor:
    """Somebody acting in a role."""
    return Actor(f"a-{number}", person(number), role)


def self_(number: int) -> Actor:
    """Somebody acting for themselves."""
    return Actor(f"a-{number}", person(number))


@dataclass(frozen=True, slots=True)
class Entry:
    """One line to be: when, by whom, what, and since when it holds if not since then."""

    at: datetime
    by: Actor
    commands: tuple[Command | Later, ...] = ()
    effective_at: datetime | None = None
    manager: ProcessManager[Any] | None = None
    deed: Deed | None = None


class Rejected(Exception):
    """The story does something that the rules do not permit."""


@dataclass
class Diary:
    """Collects entries; `play` executes them in the order of time."""

    name: str
    entries: list[Entry] = field(default_factory=list)

    def say(
        self,
        at: str | datetime,
        by: Actor,
        *commands: Command | Later,
        since: str | datetime | None = None,
    ) -> None:
        """Somebody gives a command, or several that are recorded together or not at all.

        `at` is when it is recorded, `since` from when on it holds where that was earlier.
        """
        self.entries.append(Entry(moment(at), by, commands, None if since is None else moment(since)))

    def let(self, at: str | datetime, by: Actor, manager: ProcessManager[Any]) -> None:
        """What follows by itself is issued under a clerk's account."""
        self.entries.append(Entry(moment(at), by, manager=manager))

    def act(self, at: str | datetime, by: Actor, deed: Deed) -> None:
        """Something is done that is no command: a receipt is handed out, a letter comes, a name is erased."""
        self.entries.append(Entry(moment(at), by, deed=deed))

    def play(self, workflow: Workflow) -> Iterator[Entry]:
        """Execute everything in the order of time, entry by entry.  Raises `Rejected`."""
        for number, entry in enumerate(sorted(self.entries, key=lambda item: item.at), start=1):
            command_id = f"{self.name}-{number:05d}"
            try:
                if entry.manager is not None:
                    workflow.run(entry.manager, by=entry.by, at=entry.at)
                elif entry.deed is not None:
                    entry.deed(workflow, entry.at, command_id)
                else:
                    workflow.execute(
                        *(
                            item if isinstance(item, Command) else item(workflow, entry.at)
                            for item in entry.commands
                        ),
                        by=entry.by,
                        at=entry.at,
                        command_id=command_id,
                        effective_at=entry.effective_at,
                    )
            except PartyWorkflowError as error:
                what = ", ".join(
                    f"{item.stored_type} on {item.stream}" if isinstance(item, Command) else "later"
                    for item in entry.commands
                )
                raise Rejected(f"{command_id} at {entry.at.astimezone(BEIJING)}: {what}: {error}") from error
            yield entry

    # --- what every story does -----------------------------------------------------------------

    def register(
        self, at: str, by: Actor, number: int, unit: str, categories: Iterable[str], name: str = ""
    ) -> None:
        """Register a person with an account; whoever opened the log has one."""
        registered = RegisterPerson(
            person=person(number),
            unit=unit,
            categories=tuple(categories),
            name=Personal(name) if name else None,
        )
        opened = OpenAccount(account=f"a-{number}", person=person(number))
        self.say(at, by, registered, *(() if by.person == person(number) else (opened,)))

    def grant(self, at: str, by: Actor, unit: str, roles: Mapping[int, Iterable[str]]) -> None:
        """Grant people their roles in a unit and below it."""
        granted = [
            GrantRole(person=person(number), role=role, unit=unit)
            for number, found in roles.items()
            for role in found
        ]
        self.say(at, by, *granted)

    def procedure(
        self,
        at: str,
        by: Actor,
        key: str,
        kind: str,
        unit: str,
        given: Mapping[str, Any] | None = None,
        texts: Mapping[str, Any] | None = None,
    ) -> None:
        """Begin a procedure of a kind of the pack."""
        self.say(
            at,
            by,
            OpenProcedure(
                key=key,
                kind=kind,
                definition=PACK.read_as(ProcedureKind, kind).digest,
                unit=unit,
                given=dict(given or {}),
                texts={code: _sealed(text) for code, text in (texts or {}).items()},
            ),
        )

    def step(
        self,
        at: str,
        by: Actor,
        key: str,
        step: str,
        given: Mapping[str, Any] | None = None,
        texts: Mapping[str, Any] | None = None,
    ) -> None:
        """Take a step of a procedure."""
        self.say(
            at,
            by,
            TakeStep(
                key=key,
                step=step,
                given=dict(given or {}),
                texts={code: _sealed(text) for code, text in (texts or {}).items()},
            ),
        )

    def publish(
        self,
        at: str,
        publisher: Actor,
        key: str,
        stream: str,
        digest: Callable[[History, str], str],
        **said: Any,
    ) -> None:
        """Publish what can be computed of a matter from the log as it stands then."""
        common = {"audience": "all_staff", "media": "notice_board"}

        def published(workflow: Workflow, now: datetime) -> Command:
            history = workflow.history
            return Publish(
                key=key,
                position=history.head()[0],
                known=now,
                digest=digest(history, stream),
                of=stream,
                **{**common, **said},
            )

        self.say(at, publisher, published)

    def publish_sheets(
        self,
        at: str,
        publisher: Actor,
        leader: Actor,
        assessment: OpenAssessment,
        *,
        after: str,
        key: str = "",
        close: bool = True,
        **more: Any,
    ) -> None:
        """Publish the sheets of an assessment from the log as it stands, cite that, and move on; then close.

        `after` is when the assessment goes on.
        """
        said = {
            "subject": assessment.kind,
            "unit": assessment.unit,
            "period": assessment.period,
            "rule": assessment.definition,
            **more,
        }
        key = key or assessment.key
        self.publish(at, publisher, key, f"assessment/{assessment.key}", sheets_digest, **said)
        closing = (Advance(key=assessment.key, move="close"),) if close else ()
        self.say(after, publisher, CiteResult(key=assessment.key, publication=key))
        self.say(after, leader, Advance(key=assessment.key, move="publish"), *closing)


def _sealed(text: str | Iterable[str]) -> Personal | tuple[Personal, ...]:
    return Personal(text) if isinstance(text, str) else tuple(Personal(each) for each in text)
