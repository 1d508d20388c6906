"""Everything that can be got out of a log as one actor may see it, as texts to compare.

Projections and policies are found and not listed: every public function of the policies, the pack and the
command line that takes a `History` is called with arguments picked by the names and types of its parameters.
What cannot be called so stands in `NOT_CALLED` with the reason; a test holds that nothing else is left out.
"""

from __future__ import annotations

import importlib
import inspect
import io
import pkgutil
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, fields, is_dataclass
from datetime import UTC, date, datetime
from functools import cache, partial
from itertools import islice, product
from types import ModuleType
from typing import Any, Final

from tests.laws.pairs import ACCUSED, MODEL, Pair, founded

import party_workflow.packs
import party_workflow.policies
import party_workflow_adapters.cli
from party_workflow.calendar import Period
from party_workflow.calendar.deadlines import Term
from party_workflow.errors import PartyWorkflowError
from party_workflow.history import History, Records
from party_workflow.packs import party
from party_workflow.packs.campaign_2005 import APPRAISAL_RULE, CALENDAR
from party_workflow.packs.processes import MANAGERS, in_force, outlook
from party_workflow.packs.results import checks
from party_workflow.policies.assessments.sheets import STRICT
from party_workflow.policies.responsibility.accountability import Fact
from party_workflow.processes import follows
from party_workflow.service import Workflow
from party_workflow.service.seen import Seen
from party_workflow.store import Actor
from party_workflow_adapters.cli.overview import plain
from party_workflow_adapters.exchange import export_batch
from party_workflow_adapters.export import canonical_export

# --- values as texts ---------------------------------------------------------------------------


def text(value: Any, depth: int = 0) -> str:
    """A value as text that says everything in it; sets in order, whatever order they were built in."""
    if type(value) in _PLAIN or depth > 40:
        return repr(value)
    if isinstance(value, bytes | str | int | datetime | date):
        return repr(value)
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{text(k, depth + 1)}: {text(v, depth + 1)}" for k, v in value.items()) + "}"
    if isinstance(value, set | frozenset):
        return "{" + ", ".join(sorted(text(item, depth + 1) for item in value)) + "}"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(text(item, depth + 1) for item in value) + "]"
    if isinstance(value, Iterator):
        return text(list(value), depth)
    if isinstance(value, History):
        return text([record.bytes for record in value.records()], depth)
    if is_dataclass(value) and not isinstance(value, type):
        inner = ", ".join([f"{name}={text(getattr(value, name), depth + 1)}" for name in _names(type(value))])
        return f"{type(value).__name__}({inner})"
    if inspect.isfunction(value) or inspect.ismethod(value):
        return getattr(value, "__qualname__", "function")
    return repr(value)


_PLAIN: Final = frozenset({bytes, str, int, bool, datetime, date, type(None)})


@cache
def _names(kind: type[Any]) -> tuple[str, ...]:
    return tuple(each.name for each in fields(kind))


def outcome(call: Callable[[], Any]) -> str:
    """What a call gives, or in what words it refuses."""
    try:
        return text(call())
    except (PartyWorkflowError, LookupError, ValueError, TypeError, AssertionError, ArithmeticError) as error:
        return f"{_REFUSED}{type(error).__name__}: {error}"


_REFUSED: Final = "refused: "


def refused(said: str) -> bool:
    """Whether a call was refused."""
    return said.startswith(_REFUSED)


# --- functions of a history --------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Reader:
    """A public function of a history, and the parameters besides."""

    name: str
    call: Callable[..., Any]
    history: str
    parameters: tuple[inspect.Parameter, ...]


NOT_CALLED: Final[dict[str, str]] = {
    "cli.reporting.write": "it writes the report, which is compared as the page that it is",
    "cli.standing.standing": "it takes what was asked for on the command line; its parts are called",
    "cli.wording.Wording.of": "it makes the words for people out of the organisation, which is public",
    "cli.ruling.last_day": "it takes a rule document, and says the day of the last event in view",
    "policies.audits.reports.audit_report": "it takes policies and a rule; the audit of the pack is called",
    "policies.audits.sample.sampled_by": "it draws from strata, which are called",
    "policies.documents.lint_history.rows_of": "it takes a document; its feeds read as `run` does",
    "policies.policy.run_many": "it takes policies; appraisal_ranking runs one",
    "policies.policy.suppose": "it takes a policy, and runs it",
    "policies.results.altered.narrowed": "it takes a history that was altered",
    "policies.results.compare.compare": "it takes policies, and runs them",
    "policies.results.compare.compare_readings": "it takes a policy, and runs it",
    "policies.results.compare.effect_of": "it takes a policy, and runs it",
    "policies.trials.rows.gather": "it takes a document; its feeds read as `run` does",
    "policies.audits.sample.redraw": "it takes the plan of an inspection; sampled draws it",
    "policies.commitments.goals.track": "it takes a goal with a grading by hand; unit_changes is called",
    "policies.organisations.coverage.coverage": "it takes evidence that another reader gave",
    "policies.overview.assertions.claims": "it takes functions; claims of the command line is called",
    "policies.policy.run": "it takes a policy; appraisal_ranking runs one",
}
"""Readers that are not called, and why that leaves nothing out."""

_AT: Final = datetime(2009, 6, 1, tzinfo=UTC)
_DAY: Final = date(2009, 6, 1)
_BY_TYPE: Final[dict[str, Any]] = {
    "Model": MODEL,
    "Calendar": CALENDAR,
    "date": _DAY,
    "datetime": _AT,
    "int": 2009,
    "Period": Period("2009-Q1"),
    "bool": True,
    "Iterable[str]": ("p-2", "p-6", "sessions"),
    "Collection[str]": ("study_session",),
    "Sequence[str]": ("close", "decide"),
    "dict[str, date]": {"u-branch": date(2009, 1, 1)},
    "Iterable[Check]": None,
    "Mapping[str, str]": {},
    "Mapping[str, Any]": {"code": "streams", "category": "case"},
    "Treatment": STRICT,
    "Decider[S]": MODEL.by_category["case"],
    "Term": Term(amount=15, unit="calendar_days"),
    "T": "a result",
    "Fact": Fact("work", "u-branch", datetime(2009, 5, 1, tzinfo=UTC)),
    "Iterable[Fact]": (Fact("work", "u-branch", datetime(2009, 5, 1, tzinfo=UTC)),),
    "TenureRule": "by_days",
}
_BY_NAME: Final[dict[str, tuple[Any, ...]]] = {
    "campaign": ("c-seen", "c-done"),
    "campaign_key": ("c-seen", "c-done"),
    "key": ("c-seen", "people", "units"),
    "task": ("sessions", "notes"),
    "population": ("people",),
    "kind": ("complaint", "finding", "small_sheet", "study_session"),
    "kinds": ("finding",),
    "unit": ("u-branch", "u-bureau"),
    "below": ("u-bureau",),
    "root": ("u-city",),
    "person": (ACCUSED, "p-2"),
    "scheme": ("volunteer-points",),
    "stream": ("case/found", "plan/p-set", "assessment/dealt", "rating/masses", "procedure/one"),
    "voice": ("panel",),
    "counting": ("opened_within", "open_at_start", "both"),
    "since": (datetime(2009, 1, 1, tzinfo=UTC),),
    "baseline": (datetime(2009, 1, 1, tzinfo=UTC),),
    "first": (date(2009, 1, 1),),
    "last": (_DAY,),
    "year": (2009,),
    "days": (30,),
    "n": (1,),
    "offset_minutes": (480,),
    "post": ("secretary",),
    "subject": ("sheets",),
    "taxonomy": ("problems",),
    "rule": (APPRAISAL_RULE.digest,),
}


@cache
def readers() -> Mapping[str, Reader]:
    """Every public function or constructor that takes a history, by module and name."""
    found: dict[str, Reader] = {}
    for package in (party_workflow.policies, party_workflow.packs, party_workflow_adapters.cli):
        for module in _modules(package):
            for name, call in _public(module):
                try:
                    parameters = tuple(inspect.signature(call).parameters.values())
                except (TypeError, ValueError):
                    continue
                history = next((each.name for each in parameters if each.annotation == "History"), None)
                if history is not None:
                    short = module.__name__.removeprefix("party_workflow_adapters.")
                    short = short.removeprefix("party_workflow.")
                    rest = tuple(each for each in parameters if each.name != history)
                    found[f"{short}.{name}"] = Reader(f"{short}.{name}", call, history, rest)
    return found


def _modules(package: ModuleType) -> Iterator[ModuleType]:
    for each in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
        yield importlib.import_module(each.name)


def _public(module: ModuleType) -> Iterator[tuple[str, Callable[..., Any]]]:
    for name, value in vars(module).items():
        if name.startswith("_") or getattr(value, "__module__", None) != module.__name__:
            continue
        if inspect.isfunction(value):
            yield name, value
        elif inspect.isclass(value):
            for inner, method in vars(value).items():
                if not inner.startswith("_") and isinstance(method, classmethod | staticmethod):
                    yield f"{name}.{inner}", getattr(value, inner)


def _values(parameter: inspect.Parameter) -> tuple[Any, ...]:
    """What a parameter may be given; nothing where nobody knows."""
    annotation = str(parameter.annotation).removesuffix(" | None")
    definitions = [entry.value for entry in party.PACK.definitions]
    if parameter.name in ("stream", "inspection", "ground"):
        return _streams()
    if annotation == "str":
        return (*_BY_NAME.get(parameter.name, ("u-branch",)), *_keys(parameter.name))
    if parameter.name in _BY_NAME and annotation in (
        "date",
        "datetime",
        "int",
        "Counting",
        "Order",
        "Nothing",
    ):
        return _BY_NAME[parameter.name]
    if annotation in _BY_TYPE:
        return (_BY_TYPE[annotation],)
    return tuple([each for each in definitions if type(each).__name__ == annotation][:2])


@cache
def _streams() -> tuple[str, ...]:
    """The first matters of each category."""
    found: list[str] = []
    for category in MODEL.by_category:
        found += _founded().streams(category)[:2]
    return tuple(found)


def _keys(name: str) -> tuple[str, ...]:
    """The keys of matters of a category that goes by the name of a parameter."""
    category = {"scheme": "points", "campaign_key": "campaign", "account": "ledger"}.get(name, name)
    return tuple(stream.partition("/")[2] for stream in _streams() if stream.startswith(f"{category}/"))


MOST: Final = 3
"""How often a reader is called on a history."""
_TRIED: Final = 40
"""How many arguments are tried on the founded world to find some with which a reader says something."""


def _candidates(reader: Reader) -> Iterator[tuple[dict[str, Any], tuple[Any, ...]]]:
    names: list[str] = []
    choices: list[tuple[Any, ...]] = []
    several: tuple[tuple[Any, ...], ...] = ((),)
    for parameter in reader.parameters:
        values = _values(parameter)
        if parameter.kind is inspect.Parameter.VAR_POSITIONAL:
            several = ((), values)
        elif values:
            names.append(parameter.name)
            choices.append(values)
        elif parameter.default is inspect.Parameter.empty:
            return
    for chosen in product(*choices):
        for more in several:
            yield dict(zip(names, chosen, strict=True)), more


@cache
def arguments(name: str) -> tuple[tuple[dict[str, Any], tuple[Any, ...]], ...]:
    """The arguments with which a reader is called: such as it answers on the founded world, where there are.

    None where nobody knows what to give it.
    """
    reader = readers()[name]
    tried = list(islice(_candidates(reader), _TRIED))
    history = _founded()
    answered = (each for each in tried if not refused(_said(reader, history, *each)))
    return tuple(islice(answered, MOST)) or tuple(tried[:1])


@cache
def _founded() -> History:
    return History(Records(founded()[0]), MODEL.registry)


def _said(reader: Reader, history: History, named: dict[str, Any], more: tuple[Any, ...]) -> str:
    given = dict(named)
    if given.get("checks", "") is None:
        given["checks"] = checks(history)
    if more:
        return outcome(partial(reader.call, history, *more, **given))
    return outcome(partial(reader.call, **{reader.history: history}, **given))


def asked(reader: Reader, history: History) -> Iterator[tuple[str, str]]:
    """What a reader says of a history, for each of its arguments."""
    for named, more in arguments(reader.name):
        yield f"{reader.name} {named} {more or ''}", _said(reader, history, named, more)


# --- everything ----------------------------------------------------------------------------------

Look = Callable[[Workflow, Actor, datetime], History]


def seen(workflow: Workflow, actor: Actor, at: datetime) -> History:
    """The view under test."""
    return workflow.seen_by(actor, at)


def held(workflow: Workflow, actor: Actor, at: datetime) -> History:
    """The records of the view, held: the same, and read again at no cost."""
    return History(Records(tuple(workflow.seen_by(actor, at).records())), workflow.model.registry)


def raw(workflow: Workflow, actor: Actor, at: datetime) -> History:
    """A leak: the log itself."""
    return workflow.history


def records(
    workflow: Workflow,
    actor: Actor,
    at: datetime,
    look: Look = seen,
    known: dict[Any, list[tuple[str, str]]] | None = None,
) -> list[tuple[str, str]]:
    """The export of the view, which is its records byte by byte, and its head.

    `known` is what was found before: where the same records stand at the same places it is not written again.
    """
    history = look(workflow, actor, at)
    key = (id(workflow), standing(history.source)) if isinstance(history.source, Seen) else None
    if known is not None and key in known:
        return known[key]
    out = io.BytesIO()
    canonical_export(history.source, out)
    found = [("export", out.getvalue().decode())]
    if isinstance(history.source, Seen):
        found.append(("store head", text(history.source.head())))
    if known is not None and key is not None:
        known[key] = found
    return found


def standing(view: Seen) -> Any:
    """What a view makes its records of, besides those of the log: which of them, and counted how."""
    index = view._index()
    columns = (index.place, index.version, index.counter, index.at)
    return (*(column.tobytes() for column in columns), bytes(index.flags), tuple(index.ids.items()))


def policies(
    workflow: Workflow,
    actor: Actor,
    at: datetime,
    look: Look = seen,
    among: Callable[[str], bool] = lambda name: True,
) -> Iterator[tuple[str, str]]:
    """What every policy, projection and reading command says of the view."""
    history = look(workflow, actor, at)
    for name, reader in readers().items():
        if name not in NOT_CALLED and among(name):
            yield from asked(reader, history)


def states(workflow: Workflow, actor: Actor, at: datetime, look: Look = seen) -> Iterator[tuple[str, str]]:
    """Every matter in view as a state, as the command line shows it, and as a batch for exchange."""
    history = look(workflow, actor, at)
    for category in MODEL.by_category:
        streams = history.streams(category)
        yield f"streams of {category}", text(streams)
        for stream in streams:
            state = history.state(MODEL.decider(stream), stream)
            yield f"state of {stream}", outcome(partial(plain, state))
        batch = outcome(partial(export_batch, history.source, streams))
        yield f"batch of {category}", batch


def followed(workflow: Workflow, actor: Actor, at: datetime, look: Look = seen) -> Iterator[tuple[str, str]]:
    """What process managers would issue and propose, on the view and under the actor's account."""
    history = look(workflow, actor, at)
    managers = MANAGERS(CALENDAR, in_force(history))
    for manager in managers:
        yield f"follows {manager.name}", outcome(partial(follows, manager, history, at))
    for name, found in outlook(workflow, managers, by=actor, at=at).items():
        yield f"outlook {name}", text(found)


def told(workflow: Workflow, actor: Actor, at: datetime, made: Pair) -> Iterator[tuple[str, str]]:
    """What the facade answers of the case, and of one that there is not."""
    for stream in (made.stream, "case/nothing"):
        yield f"allowed on {stream}", text(workflow.allowed(actor, at, stream))
        yield f"sees {stream}", text(workflow.sees(actor, at, stream))
        for fact, (decider, _) in MODEL.facts.items():
            if decider.category == "case":
                said = outcome(partial(workflow.told, actor, at, fact, stream, {}))
                yield f"told {fact} of {stream}", said


def answered(workflow: Workflow, actor: Actor, at: datetime) -> Iterator[tuple[str, str]]:
    """What the facade answers of everything else: what is open on all there is to see, and every fact."""
    yield "allowed", text(workflow.allowed(actor, at))
    for stream in _streams():
        for fact, (decider, _) in MODEL.facts.items():
            if decider.category == stream.partition("/")[0]:
                said = outcome(partial(workflow.told, actor, at, fact, stream, {}))
                yield f"told {fact} of {stream}", said


def report(workflow: Workflow, actor: Actor, at: datetime, look: Look = seen) -> Iterator[tuple[str, str]]:
    """The report as a page, drawn from the view."""
    from party_workflow_adapters import report as pages

    history = look(workflow, actor, at)
    source = history.source
    on_view = (
        workflow if not isinstance(source, Seen) else Workflow(source, MODEL, openings=workflow.openings)
    )
    for campaign in ("c-seen", "c-done"):
        page = outcome(partial(pages.render, on_view, campaign=campaign, population="people"))
        yield f"report on {campaign}", page
