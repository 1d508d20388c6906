"""Recorders of the eventsourcing library (9.5) over the layout of the embedded store.

Two uses.  *Over a log of this library* they are a way to read: notifications are the records, topics
their stored types, states their canonical bytes, and trackings may be kept beside.  Events enter a log
through its commands alone, so inserting any raises.  *Over a file of their own* they are durable
recorders for another application, whose topics and states may be anything.

They are built from a path and read no environment.  Importing this module imports
`eventsourcing.domain`, which patches `dataclasses` for the whole process: nothing else here imports it.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from types import TracebackType
from typing import Any, Final, Literal, Self
from uuid import UUID

from eventsourcing.persistence import (
    AggregateRecorder,
    ApplicationRecorder,
    IntegrityError,
    Notification,
    NotSupportedError,
    OperationalError,
    ProcessRecorder,
    StoredEvent,
    Subscription,
    Tracking,
    TrackingRecorder,
)
from sqlalchemy import Connection, Row, bindparam, exc, func, insert, select, update
from sqlalchemy.dialects.sqlite import insert as upsert

from party_workflow.errors import StoreError
from party_workflow_adapters.database import Database
from party_workflow_adapters.placement import Location
from party_workflow_adapters.schema import LOG, RECORDER, events, head, streams, tracking
from party_workflow_adapters.subscription import wait_for_commit

PORTION: Final = 500
"""How many notifications a subscription reads at a time."""

_STORED = select(events.c.position, streams.c.name, events.c.version, events.c.topic, events.c.state)
_STORED = _STORED.join_from(events, streams, events.c.stream_id == streams.c.id)
_STREAMS = select(streams.c.name, streams.c.id).where(streams.c.name.in_(bindparam("names", expanding=True)))
_NEW_STREAMS = insert(streams).returning(streams.c.name, streams.c.id)
_REACH = (
    update(streams)
    .where(streams.c.id == bindparam("stream"))
    .values(version=func.max(streams.c.version, bindparam("reached")))
)
_NEW_EVENTS = insert(events)
_HEAD = select(head.c.position)
_LAST = select(func.max(events.c.position))
_TRACK = upsert(tracking)
_TRACK = _TRACK.on_conflict_do_update(
    index_elements=[tracking.c.application_name],
    set_={"notification_id": _TRACK.excluded.notification_id},
    where=tracking.c.notification_id < _TRACK.excluded.notification_id,
)
_TRACKED = select(tracking.c.notification_id).where(tracking.c.application_name == bindparam("name"))


class SqliteRecorder:
    """What the recorders have in common: the file, the errors, how ids are written.

    `originator_ids` says whether originator ids are UUIDs or texts; those of a log are stream names.
    """

    def __init__(
        self,
        path: Location,
        *,
        originator_ids: Literal["uuid", "text"] = "uuid",
        busy_timeout: float = 30.0,
    ) -> None:
        self._database = Database(path, (RECORDER, LOG), busy_timeout=busy_timeout)
        self._is_log = self._database.layout is LOG
        self._by_uuid = originator_ids == "uuid" and not self._is_log

    def _originator(self, name: str) -> UUID | str:
        return UUID(name) if self._by_uuid else name

    def close(self) -> None:
        """Close the file; subscriptions end.  Closing twice is allowed."""
        self._database.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


@contextmanager
def _as_their_errors() -> Iterator[None]:
    try:
        yield
    except StoreError as error:
        if isinstance(error.__cause__, exc.IntegrityError):
            raise IntegrityError("An event with this originator and version was recorded before.") from error
        raise OperationalError(str(error)) from error


def _name(originator_id: UUID | str) -> str:
    return originator_id.hex if isinstance(originator_id, UUID) else originator_id


class SqliteAggregateRecorder(SqliteRecorder, AggregateRecorder):
    """Stores and selects the events of aggregates."""

    def insert_events(self, stored_events: Sequence[StoredEvent], **kwargs: Any) -> Sequence[int] | None:
        """Record events together or not at all.  Raises `NotSupportedError` over a log."""
        self._insert(stored_events, **kwargs)
        return None

    def _insert(self, stored_events: Sequence[StoredEvent], **kwargs: Any) -> list[int]:
        if stored_events and self._is_log:
            raise NotSupportedError(
                f"{self._database.path} is an event log, which events enter through its commands only. "
                "Use party_workflow.service.Workflow, or a file of its own for another application."
            )
        with _as_their_errors(), self._database.writing() as connection:
            found = _insert_events(connection, stored_events) if stored_events else []
            self._insert_along(connection, **kwargs)
        return found

    def _insert_along(self, connection: Connection, **kwargs: Any) -> None:
        """What else belongs into the same transaction."""

    def select_events(
        self,
        originator_id: UUID | str,
        *,
        gt: int | None = None,
        lte: int | None = None,
        desc: bool = False,
        limit: int | None = None,
    ) -> Sequence[StoredEvent]:
        """Events of one originator, by version."""
        query = _STORED.where(streams.c.name == _name(originator_id))
        if gt is not None:
            query = query.where(events.c.version > gt)
        if lte is not None:
            query = query.where(events.c.version <= lte)
        query = query.order_by(events.c.version.desc() if desc else events.c.version).limit(limit)
        with _as_their_errors(), self._database.reading() as connection:
            return [
                StoredEvent(self._originator(row.name), row.version, row.topic, row.state)
                for row in connection.execute(query)
            ]


class SqliteApplicationRecorder(SqliteAggregateRecorder, ApplicationRecorder):
    """Adds the sequence over all aggregates: notification ids are positions, gap-free in commit order."""

    def insert_events(self, stored_events: Sequence[StoredEvent], **kwargs: Any) -> Sequence[int] | None:
        """Record events together or not at all; returns their notification ids."""
        return self._insert(stored_events, **kwargs)

    def select_notifications(
        self,
        start: int | None,
        limit: int,
        stop: int | None = None,
        topics: Sequence[str] = (),
        *,
        inclusive_of_start: bool = True,
    ) -> Sequence[Notification]:
        """Notifications from `start` to `stop`, of some topics or all, at most `limit`."""
        with _as_their_errors(), self._database.reading() as connection:
            return self._select(connection, start, limit, stop, topics, inclusive_of_start)

    def _select(
        self,
        connection: Connection,
        start: int | None,
        limit: int,
        stop: int | None,
        topics: Sequence[str],
        inclusive: bool,
    ) -> list[Notification]:
        query = _STORED.order_by(events.c.position).limit(limit)
        if start is not None:
            query = query.where(events.c.position >= start if inclusive else events.c.position > start)
        if stop is not None:
            query = query.where(events.c.position <= stop)
        if topics:
            query = query.where(events.c.topic.in_(topics))
        return [self._notification(row) for row in connection.execute(query)]

    def _notification(self, row: Row[*tuple[Any, ...]]) -> Notification:
        return Notification(
            originator_id=self._originator(row.name),
            originator_version=row.version,
            topic=row.topic,
            state=row.state,
            id=row.position,
        )

    def max_notification_id(self) -> int | None:
        """The last notification id; None if there is none."""
        with _as_their_errors(), self._database.reading() as connection:
            return connection.execute(_LAST).scalar()

    def portion(self, after: int, topics: Sequence[str]) -> tuple[list[Notification], int]:
        """The next notifications after an id, and up to which id there are none besides them."""
        with _as_their_errors(), self._database.reading() as connection:
            last = connection.execute(_LAST).scalar() or after
            found = self._select(connection, after, PORTION, last, topics, inclusive=False)
        return found, found[-1].id if len(found) == PORTION else max(last, after)

    def subscribe(
        self, gt: int | None = None, topics: Sequence[str] = ()
    ) -> Subscription[ApplicationRecorder]:
        """Every notification after an id, those to come included, also from other processes."""
        return SqliteSubscription(self, self._database, gt, topics)


class SqliteSubscription(Subscription[ApplicationRecorder]):
    """Blocks at the end until somebody commits; `stop` may be called from any thread.

    What was looked through is not looked through again, also where a filter by topic left nothing.
    """

    def __init__(
        self,
        recorder: SqliteApplicationRecorder,
        database: Database,
        gt: int | None,
        topics: Sequence[str],
    ) -> None:
        super().__init__(recorder, gt, topics)
        self._source = recorder
        self._database = database
        self._after = gt or 0
        self._waiting: deque[Notification] = deque()

    def __next__(self) -> Notification:
        while not self._has_been_stopped and not self._database.closed:
            if self._waiting:
                notification = self._waiting.popleft()
                self._last_notification_id = notification.id
                return notification
            with _as_their_errors():
                seen = self._database.data_version()
                found, self._after = self._source.portion(self._after, self._topics)
                self._waiting.extend(found)
                if not found:
                    wait_for_commit(self._database, seen, stop=self)
        raise StopIteration

    def is_set(self) -> bool:
        """Whether it was stopped: what the waiting asks of an event."""
        return self._has_been_stopped


class SqliteTrackingRecorder(SqliteRecorder, TrackingRecorder):
    """Keeps how far the notifications of each upstream application were processed."""

    def insert_tracking(self, tracking: Tracking) -> None:
        """Record that a notification was processed.  Raises `IntegrityError` unless it is a later one."""
        with _as_their_errors(), self._database.writing() as connection:
            _track(connection, tracking)

    def max_tracking_id(self, application_name: str) -> int | None:
        """The last notification processed; None if there is none."""
        with _as_their_errors(), self._database.reading() as connection:
            return connection.execute(_TRACKED, {"name": application_name}).scalar()


class SqliteProcessRecorder(SqliteTrackingRecorder, SqliteApplicationRecorder, ProcessRecorder):
    """Records events and the tracking of what they came from in one transaction."""

    def _insert_along(self, connection: Connection, **kwargs: Any) -> None:
        if (tracking := kwargs.get("tracking")) is not None:
            _track(connection, tracking)


# --- statements in the caller's transaction --------------------------------------------------


def _insert_events(connection: Connection, stored_events: Sequence[StoredEvent]) -> list[int]:
    reached: dict[str, int] = {}
    for event in stored_events:
        name = _name(event.originator_id)
        reached[name] = max(event.originator_version, reached.get(name, event.originator_version))
    ids = {row.name: row.id for row in connection.execute(_STREAMS, {"names": sorted(reached)})}
    if new := [{"name": name, "version": version} for name, version in reached.items() if name not in ids]:
        ids.update({row.name: row.id for row in connection.execute(_NEW_STREAMS, new)})
    begin: int = connection.execute(_HEAD).scalar_one() + 1
    positions = list(range(begin, begin + len(stored_events)))
    connection.execute(
        _NEW_EVENTS,
        [
            {
                "position": position,
                "stream_id": ids[_name(event.originator_id)],
                "version": event.originator_version,
                "topic": event.topic,
                "state": event.state,
            }
            for position, event in zip(positions, stored_events, strict=True)
        ],
    )
    connection.execute(
        _REACH, [{"stream": ids[name], "reached": version} for name, version in reached.items()]
    )
    connection.execute(update(head).values(position=positions[-1]))
    return positions


def _track(connection: Connection, step: Tracking) -> None:
    row = {"application_name": step.application_name, "notification_id": step.notification_id}
    if not connection.execute(_TRACK, row).rowcount:
        raise IntegrityError(
            f"Notification {step.notification_id} of {step.application_name}, or a later one, was processed "
            "before."
        )
