"""What the annotations of a command do not say: how a likely command of the pack's kinds is filled in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any

from tests.stateful import prepared

from party_workflow.calendar import Period
from party_workflow.canonical import time_text
from party_workflow.domain.activity.planning import ALL_HANDS
from party_workflow.domain.appraisal.aggregate import LEAST_INPUTS
from party_workflow.domain.inspection import InspectionKind, Plan, Stratum, draw, sealed_plan
from party_workflow.domain.procedure import ProcedureKind
from party_workflow.packs import party
from party_workflow.personal import Personal
from party_workflow.testing.driving import Likely
from party_workflow.testing.making import Maker
from party_workflow.values import PersonId, StreamId, UnitId


def phase(state: Any) -> str | None:
    """The lifecycle state of a matter, where it has one."""
    for name in ("status", "phase", "state", "stage"):
        found = getattr(state, name, None)
        if isinstance(found, str):
            return found or None
    return None


def _said(maker: Maker, step: Any) -> dict[str, Any]:
    given: dict[str, Any] = {}
    texts: dict[str, Any] = {}
    for item in step.inputs:
        if not item.required and maker.chance(2):
            continue
        many = item.least + maker.choice.below(2) if item.listed else 1
        values = tuple(_value(maker, item) for _ in range(many))
        if not item.listed:
            values = values[:1]
        into = texts if item.type == "text" else given
        into[item.code] = values if item.listed else values[0]
    return {"given": given, "texts": texts}


def _value(maker: Maker, item: Any) -> Any:
    match item.type:
        case "person":
            return maker.value(PersonId, name=item.among or item.code)
        case "unit":
            return maker.value(UnitId, name=item.code)
        case "stream":
            text = maker.value(StreamId, name=item.code)
            return f"{maker.pick(item.category)}/{maker.pick(('one', 'two'))}" if item.category else text
        case "code":
            return maker.pick(item.codes) if item.codes else maker.pick(("good", "official"))
        case "day":
            return maker.pick(maker.pool.moments).date().isoformat()
        case "moment":
            return time_text(maker.pick(maker.pool.moments))
        case "position":
            return 1 + maker.choice.below(9)
        case "number":
            return maker.pick((1, 2, 3, 5, 10))
        case "digest":
            return "ab" * 32
    return Personal("A word.")


def open_procedure(maker: Maker, state: Any, given: Mapping[str, Any]) -> Mapping[str, Any]:
    """A procedure of some kind of the pack, with what its opening step says."""
    kind = maker.pick([e.value for e in party.PACK.of_kind("procedure")])
    assert isinstance(kind, ProcedureKind)
    return {"kind": kind.code, "definition": kind.digest, **_said(maker, kind.by_code[kind.opening])}


def take_step(maker: Maker, state: Any, given: Mapping[str, Any]) -> Mapping[str, Any]:
    """A step with what its kind asks for."""
    if state.kind is None or given.get("step") not in state.kind.by_code:
        return {}
    return _said(maker, state.kind.by_code[given["step"]])


def _people(maker: Maker, least: int = 1) -> tuple[str, ...]:
    some = [f"p-{n}" for n in range(1, 9)]
    first = maker.choice.below(8)
    return tuple(sorted({some[(first + n) % 8] for n in range(least + maker.choice.below(4))}))


def _home(maker: Maker) -> str:
    return maker.pick(("u-branch", "u-branch", "u-branch", "u-bureau", "u-city", "u-side"))


def _now(maker: Maker) -> datetime:
    """The middle of the moments around now, of which one more lies at the beginning."""
    return sorted(maker.pool.moments)[len(maker.pool.moments) // 2]


def _of(maker: Maker, category: str, other: str) -> str:
    """A stream of a category that there is, or the other one."""
    return maker.pick([each for each in maker.streams if each.startswith(f"{category}/")] or [other])


def _serves(maker: Maker) -> dict[str, Any]:
    campaigns = [each for each in maker.streams if each.startswith("campaign/")]
    if not campaigns or maker.chance(3):
        return {"serves": ()}
    tasks = maker.pool.named.get("task") or maker.pool.fitting(r"^[a-z_]+$")
    return {"serves": ({"campaign": maker.pick(campaigns), "task": maker.pick(tasks)},)}


def adopt_definition(maker: Maker, state: Any, given: Mapping[str, Any]) -> Mapping[str, Any]:
    """A definition of the pack under its own name, or its next version."""
    entry = maker.pick(party.PACK.definitions)
    body, version = dict(entry.document()), entry.version
    if isinstance(body.get("version"), int) and not maker.chance(3):
        version = body["version"] = version + 1 + maker.choice.below(2)
    return {"code": entry.key, "kind": entry.kind, "version": version, "body": body}


def found_unit(maker: Maker, state: Any, given: Mapping[str, Any]) -> Mapping[str, Any]:
    """A unit that is not there yet."""
    return {"unit": f"u-new{maker.choice.below(6)}", "kind": "branch", "parent": "u-city"}


def register_person(maker: Maker, state: Any, given: Mapping[str, Any]) -> Mapping[str, Any]:
    """A person who is not there yet."""
    return {"person": f"p-{70 + maker.choice.below(9)}", "unit": _home(maker)}


def split_unit(maker: Maker, state: Any, given: Mapping[str, Any]) -> Mapping[str, Any]:
    """A unit that stays, and one of its people who goes."""
    return {"unit": "u-branch", "into": ("u-branch", "u-side"), "people": {"p-7": "u-side"}, "units": {}}


def end_post(maker: Maker, state: Any, given: Mapping[str, Any]) -> Mapping[str, Any]:
    """The end of a tenure that there is."""
    held = [(key, tenures) for key, tenures in dict(state.posts.items()).items() if tenures]
    if not held:
        return {}
    (unit, post), tenures = maker.pick(held)
    names = {"unit": unit, "post": post} if unit.startswith("u-") else {"unit": post, "post": unit}
    return {**names, "person": tenures[-1].person}


def _stays(state: Any) -> list[tuple[str, Any]]:
    return [(person, stays) for person, stays in dict(state.stays.items()).items() if stays]


def detach(maker: Maker, state: Any, given: Mapping[str, Any]) -> Mapping[str, Any]:
    """The end of a stay that there is."""
    held = _stays(state)
    if not held:
        return {}
    person, stays = maker.pick(held)
    return {"person": person, "unit": stays[-1].unit}


def freeze_people(maker: Maker, state: Any, given: Mapping[str, Any]) -> Mapping[str, Any]:
    """Those who count in a unit."""
    return {"unit": _home(maker), "having": ("member",), "without": (), "on": None} | _serves(maker)


def freeze_units(maker: Maker, state: Any, given: Mapping[str, Any]) -> Mapping[str, Any]:
    """The units under one that has some."""
    return {"unit": maker.pick(("u-city", "u-bureau")), "kinds": (), "on": None, "serves": ()}


def plan_activity(maker: Maker, state: Any, given: Mapping[str, Any]) -> Mapping[str, Any]:
    """An occasion with people expected, sometimes as one of a series."""
    alone = {
        "series": None, "definition": None, "calendar": None, "calendar_definition": None, "period": None,
        "outside": None, "quorum": maker.pick((None, None, Fraction(1, 2))),
    }  # fmt: skip
    if maker.chance(2):
        entry = maker.pick(party.PACK.of_kind("series"))
        alone = {
            "kind": entry.value.activity, "series": entry.key, "definition": entry.value.digest,
            "period": Period("2009-03" if entry.value.frequency == "month" else "2009-Q1"),
            "outside": maker.pick((None, "illness")), "calendar": None, "calendar_definition": None,
            "quorum": None,
        }  # fmt: skip
    kinds = ("study_session", "general_meeting", "democratic_life_meeting", "group_meeting")
    size = maker.pick((None, None, ALL_HANDS))
    unit = maker.pick(("u-side", _home(maker))) if size else _home(maker)  # a freeze holds there
    return {
        "kind": maker.pick(kinds), "unit": unit, "expected": _people(maker), "population": None,
        "planned_at": maker.pick(maker.pool.moments), "makes_up": None, "invited": (),
        "minimum_minutes": maker.pick((None, 45)), "quorum_having": (), "quorum_without": (),
        "size": size, "override": maker.pick(("urgent", "urgent", None)),
    } | alone | _serves(maker)  # fmt: skip


def hold_activity(maker: Maker, state: Any, given: Mapping[str, Any]) -> Mapping[str, Any]:
    """An occasion held, with a word on everybody expected."""
    register = {
        person: maker.pick(({"status": "present"}, {"status": "late"}, {"status": "absent"},
                            {"status": "excused", "reason": "illness"}))
        for person in (*state.expected, *state.invited)
    }  # fmt: skip
    said: dict[str, Any] = {"minutes": maker.pick((None, 60)), "ended_at": None}
    if maker.chance(2):
        said |= {"chaired_by": maker.pick((*state.expected, "p-2")), "delegated_by": None, "delegation": None}
        said |= {"agenda": tuple(
            {"code": each.code, "result": "decided"} for each in getattr(state.agenda, "items", ())
        )} if maker.chance(3) else {"agenda": None}  # fmt: skip
    else:
        said |= {"chaired_by": None, "delegated_by": None, "delegation": None, "agenda": None}
    return {"attendance": register, **said}


def put_off(maker: Maker, state: Any, given: Mapping[str, Any]) -> Mapping[str, Any]:
    """To a day to come, whatever is frozen then."""
    return {"to": max(maker.pool.moments), "override": maker.pick(("urgent", None))}


def merge_activity(maker: Maker, state: Any, given: Mapping[str, Any]) -> Mapping[str, Any]:
    """Into another occasion that there is."""
    return {"into": _of(maker, "activity", "activity/met").partition("/")[2]}


def correct_attendance(maker: Maker, state: Any, given: Mapping[str, Any]) -> Mapping[str, Any]:
    """Another status of somebody who stands on the register."""
    if not state.register:
        return {}
    status = maker.pick(("present", "late", "excused", "absent"))
    reason = "illness" if status == "excused" else None
    return {"person": maker.pick(sorted(state.register)), "status": status, "reason": reason}


def read_out(maker: Maker, state: Any, given: Mapping[str, Any]) -> Mapping[str, Any]:
    """The current version, mostly at an occasion that was held."""
    other = _of(maker, "activity", "activity/met").partition("/")[2]
    return {"activity": maker.pick(("met", "small", other)), "digest": None}


def open_rating(maker: Maker, state: Any, given: Mapping[str, Any]) -> Mapping[str, Any]:
    """A round among people who are there."""
    raters, secret = _people(maker, 5), maker.pick((True, False, None))
    if maker.chance(4):
        return {
            "unit": _home(maker), "raters": raters, "subjects": (), "grades": ("good", "poor"), "rule": None,
            "secret": None, "minimum": None, "closes": None, "channel": "any", "kind": "self",
        } | _serves(maker)  # fmt: skip
    subjects = maker.pick((raters[:2], _people(maker), ("p-2", "p-3", "p-4")))
    return {
        "unit": _home(maker), "raters": raters, "subjects": subjects, "grades": ("good", "fair", "poor"),
        "secret": secret, "minimum": maker.pick((None, 5, 5)) if secret is not False else None,
        "rule": None, "closes": None, "channel": maker.pick(("any", "box", "paper")),
        "kind": maker.pick(("peer_review", "democratic_appraisal", "mass_review")),
    } | _serves(maker)  # fmt: skip


def rate(maker: Maker, state: Any, given: Mapping[str, Any]) -> Mapping[str, Any]:
    """Grades of the round for its subjects, by the one who acts."""
    grades = {subject: maker.pick(state.grades) for subject in sorted(state.subjects) if state.grades}
    own = {subject: grade for subject, grade in grades.items() if subject != maker.me}
    self_ = {subject: grade for subject, grade in grades.items() if subject == maker.me}
    return {
        "rater": maker.me,
        "grades": self_ if state.kind == "self" else maker.pick((own, own, own, grades)),
        "choices": own,
    }


def issue_papers(maker: Maker, state: Any, given: Mapping[str, Any]) -> Mapping[str, Any]:
    """Papers for some who have not voted."""
    left = sorted(state.raters - state.voted)
    return {"raters": tuple(left[: 1 + maker.choice.below(8)]), "batch": maker.pick(("one", "two"))}


def enter_papers(maker: Maker, state: Any, given: Mapping[str, Any]) -> Mapping[str, Any]:
    """What came back of a batch: one paper each for the first grade."""
    if not state.batches or not state.grades:
        return {}
    key = maker.pick(sorted(state.batches))
    batch = state.batches[key]
    issued = len(batch.raters)
    papers = batch.papers if batch.papers is not None else max(0, issued - maker.choice.below(2))
    counts = {  # the same again where another teller has counted; nobody's own paper is for themselves
        subject: {state.grades[0]: min(papers, len(batch.raters - {subject}))}
        for subject in sorted(state.subjects)
    }
    return {"batch": key, "issued": issued, "papers": papers, "counts": counts}


def open_appraisal(maker: Maker, state: Any, given: Mapping[str, Any]) -> Mapping[str, Any]:
    """An appraisal of somebody in the branch."""
    graded = maker.chance(2)
    return {
        "subject": maker.pick((*prepared.PEOPLE, *_people(maker))), "unit": "u-branch", "graded": graded,
        "inputs": tuple(sorted(LEAST_INPUTS)),
        "grades": ("good", "fair", "poor") if graded else (),
    } | _serves(maker)  # fmt: skip


def form_opinion(maker: Maker, state: Any, given: Mapping[str, Any]) -> Mapping[str, Any]:
    """An opinion on the closed rounds of every kind, or on what else there is."""
    grade = maker.pick(state.grades) if state.graded and state.grades else None
    cites: tuple[str, ...] = prepared.ROUNDS
    if maker.chance(4):
        cites = tuple(dict.fromkeys(_of(maker, "rating", "rating/one") for _ in range(3)))
    return {"grade": grade, "cites": cites, "record": maker.pick(("ab" * 32, "activity/met"))}


def feed_back(maker: Maker, state: Any, given: Mapping[str, Any]) -> Mapping[str, Any]:
    """With days to reply."""
    return {"reply_until": max(maker.pool.moments)}


def open_assessment(maker: Maker, state: Any, given: Mapping[str, Any]) -> Mapping[str, Any]:
    """An assessment of units or people, as its kind has it."""
    kind = maker.pick(prepared.kinds("assessment"))
    subjects: tuple[str, ...] = ("u-branch", "u-side")[: 1 + maker.choice.below(2)]
    if kind.subjects == "people":
        subjects = _people(maker)
    elif kind.subjects == "posts":
        subjects = tuple(f"{person}@secretary@u-branch" for person in _people(maker))
    return {
        "kind": kind.code, "definition": kind.digest, "unit": maker.pick(("u-city", "u-bureau", "u-branch")),
        "subjects": subjects, "due": None, "rules": (),
        "rounds": maker.pick(((), ("rating/running",), ("rating/peers",))),
        "period": Period(maker.pick(("2009-Q1", "2009-03", "2009", "2008", "2009-02"))),
    } | _serves(maker)  # fmt: skip


def _mark(maker: Maker, item: Any) -> dict[str, Any]:
    if maker.chance(12):
        return {"absent": maker.pick(("missing", "excused")), "reason": "illness"}
    scale = item.scale
    value: dict[str, Any]
    match scale.type:
        case "pass":
            value = {"passed": bool(maker.choice.below(3))}
        case "grades":
            value = {"grade": maker.pick(scale.grades)}
        case "rate":
            value = {"part": maker.choice.below(3), "whole": 3}
        case _:
            value = {"points": scale.low if scale.low is not None else maker.pick((Decimal(0), Decimal(7)))}
    rule = item.evidence
    if rule is not None:
        kinds = tuple(dict.fromkeys((*rule.kinds, "measurement")))
        value["evidence"] = tuple(
            {"digest": f"{n}b" * 32, "kind": kind, **({"expires": "2030-01-01"} if rule.expires else {})}
            for n, kind in enumerate(kinds)
        )
    return value


def _sheet(maker: Maker, kind: Any, voice: Any) -> dict[str, Any]:
    items = [each for each in kind.items if not voice.items or each.code in voice.items]
    return {each.code: _mark(maker, each) for each in items if not maker.chance(12)}


def _subjects(state: Any) -> tuple[str, ...]:
    return () if state.opened is None else tuple(state.opened.subjects)


def enter_self(maker: Maker, state: Any, given: Mapping[str, Any]) -> Mapping[str, Any]:
    """What a subject says of itself."""
    voices = [each for each in state.kind.voices if each.standing == "self"] if state.kind else []
    if not voices:
        return {}
    voice, subjects = maker.pick(voices), _subjects(state)
    mine = [each for each in subjects if each.split("@")[0] == maker.me] or subjects
    again = [key for key in state.marks if key[0] == voice.code]
    return {
        "voice": voice.code, "subject": maker.pick(mine), "values": _sheet(maker, state.kind, voice),
        "corrects": None, "ground": None,
    } if not again or maker.chance(2) else {"voice": voice.code, "subject": maker.pick(mine)}  # fmt: skip


def enter_sheets(maker: Maker, state: Any, given: Mapping[str, Any]) -> Mapping[str, Any]:
    """What an assessor says of some subjects."""
    voices = [each for each in state.kind.voices if each.standing != "self"] if state.kind else []
    if not voices:
        return {}
    voice = maker.pick(voices)
    there = [each for each in _subjects(state) if each.split("@")[0] != maker.me]
    wanted = [each for each in there if not maker.chance(3)] or list(_subjects(state))[:1]
    sheets = {each: _sheet(maker, state.kind, voice) for each in wanted}
    assessor = maker.pick((maker.me, maker.me, maker.me, "p-60"))
    return {"voice": voice.code, "assessor": assessor, "sheets": sheets, "corrects": None, "ground": None}


def confirm(maker: Maker, state: Any, given: Mapping[str, Any]) -> Mapping[str, Any]:
    """Whatever waits of a voice, or of all of it some."""
    waiting = [each.code for each in state.kind.voices if state.pending(each.code)] if state.kind else []
    if not waiting:
        return {}
    voice = maker.pick(waiting)
    some = maker.pick(sorted(state.pending(voice)))
    return {"voice": voice, "subjects": maker.pick(((), (some,)))}


def settle(maker: Maker, state: Any, given: Mapping[str, Any]) -> Mapping[str, Any]:
    """What is in quarantine."""
    return {"entry": maker.pick(sorted(state.quarantine))} if state.quarantine else {}


def of_subjects(maker: Maker, state: Any, given: Mapping[str, Any]) -> Mapping[str, Any]:
    """Fields that name subjects of the assessment, a voice and a move of its kind."""
    subjects, kind = _subjects(state), state.kind
    if kind is None or not subjects:
        return {}
    mine = [each for each in subjects if each.split("@")[0] == maker.me]
    others = [each for each in subjects if each not in mine]
    some = maker.pick((mine or subjects) if "answers" in given or not others else others)
    voices = [each.code for each in kind.voices] or ["none"]
    moves = kind.table.open_moves(state.stage) or ("advance",)
    said: dict[str, Any] = {
        "subject": some, "voice": maker.pick(voices), "subjects": (some,), "move": maker.pick(moves),
        "answers": {
            each.code: {"applies": True} if maker.chance(2) else {"applies": False, "reason": "illness"}
            for each in kind.questions
        },
        "modes": {each: maker.pick(kind.modes or ("live",)) for each in subjects},
        "mode": state.modes.get(some, maker.pick(kind.modes or ("live",))),
        "item": maker.pick([each.code for each in kind.items]) if kind.items and maker.chance(2) else None,
        "problem": 1 + maker.choice.below(max(1, len(state.problems))),
        "round": maker.pick(state.opened.rounds) if state.opened.rounds else None,
        "work": maker.pick((prepared.WORKS[0], _of(maker, "submission", "submission/small"))),
        "case": _of(maker, "case", prepared.FOUND).partition("/")[2],
        "publication": _of(maker, "publication", "publication/put-up").partition("/")[2],
    }  # fmt: skip
    if state.aside:
        said["subject"] = maker.pick(sorted(state.aside)) if maker.chance(2) else some
    if state.quarantine:
        said["entry"] = maker.pick(sorted(state.quarantine))
    return said


def only(make: Likely, *names: str) -> Likely:
    """Of what a maker says, the fields named."""

    def made(maker: Maker, state: Any, given: Mapping[str, Any]) -> Mapping[str, Any]:
        return {name: value for name, value in make(maker, state, given).items() if name in names}

    return made


def _particulars(maker: Maker, kind: Any, by: str | None) -> tuple[dict[str, Any], ...]:
    """What may be said of a case: all that is asked for by a move, and some of the rest."""
    if kind is None:
        return ()
    plain: dict[str, Any] = {
        "number": "12", "day": _now(maker).date(), "person": "p-4", "unit": "u-bureau",
        "matter": prepared.FOUND, "document": "ab" * 32, "text": Personal("A word."),
    }  # fmt: skip
    return tuple(
        {
            "name": name,
            rule.form: maker.pick(rule.values or ("other",)) if rule.form == "code" else plain[rule.form],
        }
        for name, rule in sorted(kind.particulars.items())
        if (by is not None and rule.by == by) or maker.chance(3)
    )


def open_case(maker: Maker, state: Any, given: Mapping[str, Any]) -> Mapping[str, Any]:
    """A case of one of the kinds, by name or sealed as the kind has it."""
    kind = maker.pick(prepared.kinds("case"))
    sealed = kind.confidential
    due = max(maker.pool.moments)
    asked = kind.demands.get("open", ())
    cases = [each for each in maker.streams if each.startswith("case/")] or [prepared.FOUND]
    return {
        "kind": kind.code, "definition": kind.digest, "unit": _home(maker),
        "source": maker.pick(cases) if kind.code == prepared.FURTHER.code else None,
        "requester": None if sealed else maker.pick((maker.me, maker.me if "requester" in asked else None)),
        "complainant": Personal("Somebody") if sealed and maker.chance(2) else None,
        "concerns": maker.pick(((), ("p-7",), (maker.pick(("p-3", "p-4", "p-5")),))),
        "classes": ("records",) if "classes" in asked else (), "channel": None,
        "evidence": ("ab" * 32,) if "evidence" in asked else (),
        "responsible": maker.pick((None, "p-6", "p-5")), "due": maker.pick((None, due)),
        "particulars": _particulars(maker, kind, "open"),
    } | _serves(maker)  # fmt: skip


def in_case(maker: Maker, state: Any, given: Mapping[str, Any]) -> Mapping[str, Any]:
    """Days to come, people of the case, an outcome, a clock and particulars of its kind, and other cases."""
    ahead = max(maker.pool.moments)
    outcomes = state.kind.outcomes if state.kind else ()
    if state.kind and state.state == "above":
        outcomes = state.kind.appeal_outcomes
    running = [run.clock for run in state.runs if run.running]
    cases = [each for each in maker.streams if each.startswith("case/")] or [prepared.FOUND]
    small = [f"case/{key}" for key in prepared.MATTERS]
    to = f"{state.stream}-further"
    return {
        "due": ahead, "reply_by": ahead, "source": None,
        "person": maker.pick(state.concerns or ("p-7",)), "investigator": maker.pick(("p-2", "p-3", "p-60")),
        "responsible": maker.pick(("p-5", "p-6")), "outcome": maker.pick(outcomes or ("upheld",)),
        "evidence": ("ab" * 32,), "passed": not maker.chance(3),
        "unit": maker.pick(("u-bureau", "u-side", "u-branch")), "clock": maker.pick(running or ["work"]),
        "particulars": _particulars(maker, state.kind, None) or ({"name": "sort", "code": "small"},),
        "lead": maker.pick(small), "to": to if to in maker.streams else maker.pick(cases),
        "other": maker.pick(cases), "party": None, "replaces": None,
    }  # fmt: skip


def start_campaign(maker: Maker, state: Any, given: Mapping[str, Any]) -> Mapping[str, Any]:
    """A campaign over a population of people, which is mostly under the key that stands for one."""
    plan = maker.pick(prepared.kinds("campaign"))
    keys = [each.partition("/")[2] for each in maker.streams if each.startswith("population/")]
    batches = [each.code for each in plan.batches]
    return {
        "definition_code": plan.code.replace("_", "-"), "definition": plan.digest, "unit": _home(maker),
        "population": "people" if maker.choice.below(4) else maker.pick(keys or ["one"]),
        "batch": maker.pick(batches) if batches else None, "predecessor": None,
    }  # fmt: skip


def migrate(maker: Maker, state: Any, given: Mapping[str, Any]) -> Mapping[str, Any]:
    """To the newer version that stands ready."""
    return {"definition_code": prepared.NEWER.code, "definition": prepared.NEWER.digest}


def in_campaign(maker: Maker, state: Any, given: Mapping[str, Any]) -> Mapping[str, Any]:
    """A phase that is on and a task of it, with works that serve it or any others."""
    if state.plan is None:
        return {}
    phases = [each.code for each in state.planned]
    on = [code for code in phases if state.standing(code).state != "passed"][:1]
    phase_ = maker.pick(on or phases)
    items = [each.code for each in state.items(state.phase(phase_))] or ["sessions"]
    left = [each for each in items if each not in state.completions] or items
    done = [each for each in items if each in state.completions] or items
    task = maker.pick(done if "ground" in given else left)
    works = [each for each in maker.streams if not each.startswith(("organisation", "authority", "def"))]
    evidence = maker.pick(
        (prepared.WORKS, prepared.WORKS, prepared.WORKS[:1], (maker.pick(works or ["a/b"]),))
    )
    if "case" in given and state.problems:
        task = maker.pick(sorted(state.problems))
    results = {
        code: {
            "result": "done" if code in state.completions else maker.pick(("missing", "excused", "partial"))
        }
        for code in items
    }
    decision = maker.pick(("pass", "pass_with_conditions", "redo"))
    conditions = (
        ({"code": f"condition-{len(state.conditions)}"},) if decision == "pass_with_conditions" else ()
    )
    excused = [each.person for each in state.excused if each.person != maker.me]
    ending = "since" not in given
    return {
        "phase": phase_, "task": task, "results": results, "evidence": evidence, "tasks": (),
        "population": state.population,
        "person": maker.pick(excused if ending and excused else _people(maker)),
        "until": _now(maker) if ending else None, "conditions": conditions, "decision": decision,
        "since": maker.pick(maker.pool.moments), "look_back": None,
        "case": _of(maker, "case", prepared.FOUND),
    }  # fmt: skip


def an_item(maker: Maker, state: Any, given: Mapping[str, Any]) -> Mapping[str, Any]:
    """A commitment with all that a kind may need, under a code that is free unless it is revised."""
    day = max(maker.pool.moments).date().isoformat()
    codes = state.kind.items if state.kind and state.kind.items else ("first", "second", "third", "fourth")
    free = [each for each in (*codes, "fifth", "sixth", "seventh") if each not in state.items]
    return {
        "item": {
            "code": maker.pick(free if free and not maker.chance(4) else codes), "due": day,
            "person": maker.pick((maker.me, "p-5", "p-6")),
            "start": "2009-03-02", "method_code": "by_hand", "standard_code": "well", "team": ("p-5", "p-6"),
            "target": {"comparator": "ge", "value": "3", "unit": "items"}, "partners": ("u-side",),
            "milestones": ({"code": "half", "due": "2009-03-20"},),
            "occasion": _of(maker, "activity", "activity/one"),
        }
    }  # fmt: skip


def draft_plan(maker: Maker, state: Any, given: Mapping[str, Any]) -> Mapping[str, Any]:
    """A plan with a lead, partners and a period."""
    kind = maker.pick(prepared.kinds("plan"))
    return {
        "kind": kind.code, "definition": kind.digest, "unit": _home(maker), "period": Period("2009"),
        "lead": "p-6", "partners": ("u-side",), "contacts": (), "basis": "decision",
    } | _serves(maker)  # fmt: skip


_SALT = "5a" * 32


def _sample(maker: Maker, items: Sequence[str]) -> Plan:
    """One of the two branches, by lot; every plan that there is can be told from its seed."""
    units, seed = ("u-branch", "u-side"), maker.pick(("heads", "tails"))
    return Plan(
        query={"code": "listed"}, position=1, head="ab" * 32, seed=seed,
        strata=(Stratum(code="all", units=units, n=1),), units=draw(units, 1, seed, "ab" * 32), items=items,
    )  # fmt: skip


def _kinds_of_inspection(unannounced: bool) -> list[Any]:
    kinds = (entry.value for entry in party.PACK.of_kind("inspection"))
    return [kind for kind in kinds if isinstance(kind, InspectionKind) and kind.unannounced is unannounced]


def plan_inspection(maker: Maker, state: Any, given: Mapping[str, Any]) -> Mapping[str, Any]:
    """A kind that comes announced, in one of its modes, with a plan that was drawn."""
    kind = maker.pick(_kinds_of_inspection(False))
    return {
        "kind": kind.code, "definition": kind.digest, "unit": maker.pick(("u-city", "u-bureau")),
        "mode": maker.pick(kind.modes), "plan": _sample(maker, kind.items),
    } | _serves(maker)  # fmt: skip


def seal_inspection(maker: Maker, state: Any, given: Mapping[str, Any]) -> Mapping[str, Any]:
    """One that comes unannounced: the commitment to a plan."""
    kind = maker.pick(_kinds_of_inspection(True))
    key = max(maker.pool.named["key"], key=len)
    return {
        "key": key, "kind": kind.code, "definition": kind.digest, "unit": "u-city", "handlers": ("p-60",),
        "mode": maker.pick(kind.modes),
        "commitment": sealed_plan(key, _sample(maker, kind.items), _SALT),
    } | _serves(maker)  # fmt: skip


def carry_out(maker: Maker, state: Any, given: Mapping[str, Any]) -> Mapping[str, Any]:
    """What was seen of everything drawn; where it was sealed, with a plan that it may have been."""
    if state.kind is None:
        return {}
    plan = state.plan or _sample(maker, state.kind.items)
    results = tuple(
        {"unit": unit, "item": item, "outcome": maker.pick(("met", "met", "not_met"))}
        for unit in plan.units
        for item in plan.items
    )
    moment = max(state.planned_at, state.known_at)
    opened = {"plan": None, "salt": None} if state.plan else {"plan": plan, "salt": _SALT}
    return {
        "results": results, "began": moment, "ended": moment,
        "inspectors": ("p-60", maker.pick(("p-2", "p-53"))), **opened,
    }  # fmt: skip


def in_inspection(maker: Maker, state: Any, given: Mapping[str, Any]) -> Mapping[str, Any]:
    """A result that there is, put right or noted; a finding that there is."""
    unit, item = maker.pick(sorted(state.results) or [("u-side", "study")])
    return {
        "unit": unit, "item": item, "outcome": maker.pick(("met", "not_met")), "reason": None,
        "finding": maker.pick([found.number for found in state.findings] or [1]),
    }  # fmt: skip


_WORDS = {"achieved": ("done", "partial"), "withdrawn": ("excused",)}


def in_plan(maker: Maker, state: Any, given: Mapping[str, Any]) -> Mapping[str, Any]:
    """An item of the plan and what there is to say about it."""
    items, kind = sorted(state.items) or ["first"], state.kind
    item = maker.pick(items)
    if "case" in given and state.problems:
        item = maker.pick(sorted(state.problems))
    reminders = [each.code for each in kind.reminders] if kind else []
    counters = kind.counters if kind else ()
    results, outcomes = {}, {}
    for each in items:
        status = state.status(each) if each in state.items else ""
        means = maker.pick(_WORDS.get(status, ("missing", "partial", "excused")))
        words = sorted(word for word, outcome in kind.results.items() if outcome == means) if kind else []
        results[each] = {"result": maker.pick(words or ["done"])}
        outcomes[each] = status if status in ("achieved", "withdrawn") else "not_achieved"
    open_ = [each.proposed.number for each in state.amendments if each.approved is None]
    waiting = [each.said.number for each in state.waiting()]
    promised = getattr(getattr(state.items.get(item), "item", None), "occasion", None)
    return {
        "item": item, "milestone": "half", "claim": maker.pick(("achieved", "partial", "not_achieved")),
        "evidence": ({"digest": "ab" * 32, "kind": "document"},), "rank": None,
        "occasion": promised if "over" in given else None,
        "figure": {"comparator": "eq", "value": "3", "unit": "items"},
        "counts": {code: {"comparator": "eq", "value": "1", "unit": code} for code in counters[:1]},
        "number": maker.pick((open_ if "approved" in given else waiting) or [1, 2]),
        "results": results, "outcomes": outcomes, "look_back": None, "by_way_of": (),
        "reminder": maker.pick(reminders or ["week_before"]), "on": _now(maker).date(),
        "over": _now(maker) - timedelta(hours=maker.choice.below(3)),
        "person": maker.pick(_people(maker)), "accepted": not maker.chance(3),
        "approved": not maker.chance(3), "case": _of(maker, "case", prepared.FOUND),
    }  # fmt: skip


def in_plan_without_occasion(maker: Maker, state: Any, given: Mapping[str, Any]) -> Mapping[str, Any]:
    """The same where the occasion is a code or left out."""
    said = dict(in_plan(maker, state, given))
    said["occasion"] = "half_year"
    return said


def open_ledger(maker: Maker, state: Any, given: Mapping[str, Any]) -> Mapping[str, Any]:
    """A ledger of the pack."""
    entry = maker.pick(party.PACK.of_kind("ledger"))
    said = {"definition_code": entry.code, "definition": entry.value.digest, "unit": _home(maker)}
    return said | _serves(maker)


def book(maker: Maker, state: Any, given: Mapping[str, Any]) -> Mapping[str, Any]:
    """An amount in the unit of an account of the ledger."""
    if state.definition is None:
        return {}
    account = maker.pick(state.definition.accounts)
    amount = {"comparator": "eq", "value": maker.pick(("100", "5", "1")), "unit": account.unit}
    plain = ("source", "to_unit", "person", "basis", "basis_stream", "activity", "voluntary", "stage")
    said: dict[str, Any] = dict.fromkeys(plain)
    have: dict[str, Any] = {
        "source": "budget", "to_unit": "u-side", "person": "p-5", "basis": "ab" * 32, "voluntary": True,
    }  # fmt: skip
    said |= {name: have[name] for name in account.needs if name in have}
    said["stage"] = maker.pick(("planned", "secured", "spent")) if account.staged else None
    return {"account": account.code, "amount": amount, "way": maker.pick(("in", "in", "out")), **said}


def record_day(maker: Maker, state: Any, given: Mapping[str, Any]) -> Mapping[str, Any]:
    """What some people reported today."""
    if state.definition is None:
        return {}
    sealed = [each.code for each in state.definition.accounts if each.sealed]
    day = sorted(maker.pool.moments)[len(maker.pool.moments) // 2].date()
    rows = tuple({"person": each, "report": Personal("37.0")} for each in _people(maker))
    return {"account": maker.pick(sealed or ["none"]), "day": day, "rows": rows, "expected": None}


def reverse(maker: Maker, state: Any, given: Mapping[str, Any]) -> Mapping[str, Any]:
    """An entry that there is."""
    entries = sorted(dict(state.entries.items()))
    return {"entry": maker.pick(entries), "beyond": None} if entries else {}


def open_points(maker: Maker, state: Any, given: Mapping[str, Any]) -> Mapping[str, Any]:
    """Points for one person."""
    entry = maker.pick(party.PACK.of_kind("points"))
    return {"scheme": entry.key, "person": maker.pick(("p-5", "p-6", "p-7")), "unit": "u-branch"}


def in_points(maker: Maker, state: Any, given: Mapping[str, Any]) -> Mapping[str, Any]:
    """A clause of the scheme, for the person whose account it is."""
    entry = maker.pick(party.PACK.of_kind("points"))
    sign = "minus" if "ground" in given else "plus"
    clause = maker.pick([each for each in entry.value.clauses if each.sign == sign] or entry.value.clauses)
    if "conditions" in given:
        clause = next(each for each in entry.value.clauses if each.conditions)
    activities = [each for each in maker.streams if each.startswith("activity/")] or ["activity/one"]
    said: dict[str, Any] = {
        "scheme": state.scheme or entry.key, "definition": entry.value.digest, "clause": clause.code,
        "amount": None if maker.chance(2) else clause.amount, "period": Period("2009"), "unit": "u-branch",
        "activity": maker.pick(activities) if clause.activity else None, "streams": (),
        "evidence": ("ab" * 32,), "number": maker.pick(sorted(state.deductions) or [1]),
        "until": max(maker.pool.moments), "counts": bool(maker.choice.below(2)),
        "person": state.person or "p-5", "source": maker.pick(entry.value.sources or ("none",)),
        "conditions": dict.fromkeys(clause.conditions, ("ab" * 32,)),
        "stated_at": min(maker.pool.moments),
    }  # fmt: skip
    if state.entries:
        said["entry"] = maker.pick(sorted(state.entries))
    return said


def receive_batch(maker: Maker, state: Any, given: Mapping[str, Any]) -> Mapping[str, Any]:
    """The next stretch of a stream of another log."""
    stream = maker.pick(("activity/there", "case/there"))
    received, head = state.head(stream)
    last = received + 1 + maker.choice.below(3)
    stretch = {"stream": stream, "first": received + 1, "last": last, "before": head, "after": "cd" * 32}
    digest = f"{maker.choice.below(256):02x}" * 32
    return {
        "source": "elsewhere", "unit": state.unit or _home(maker), "digest": digest,
        "count": last - received, "stretches": (stretch,),
    }  # fmt: skip


def receive_intake(maker: Maker, state: Any, given: Mapping[str, Any]) -> Mapping[str, Any]:
    """A file of which every row was taken."""
    return {"rows": 3, "taken": 3, "known": 0, "skipped": (), "groups": ()} if maker.chance(2) else {}


def open_criticism(maker: Maker, state: Any, given: Mapping[str, Any]) -> Mapping[str, Any]:
    """A round of criticism at an activity that there is."""
    activities = [each for each in maker.streams if each.startswith("activity/")] or ["activity/one"]
    return {"activity": maker.pick(activities).partition("/")[2]}


def voice(maker: Maker, state: Any, given: Mapping[str, Any]) -> Mapping[str, Any]:
    """A word from one who took part to another, or the answer to one."""
    people = sorted(state.participants) or ["p-2"]
    mine = [key for key, each in state.items.items() if each.target == maker.me]
    return {
        "critic": maker.me, "target": maker.pick(people), "stance": maker.pick(("accepted", "explained")),
        "item": maker.pick(mine) if mine and maker.chance(2) else maker.pick(("one", "two", "three", "x4")),
    }  # fmt: skip


def submit(maker: Maker, state: Any, given: Mapping[str, Any]) -> Mapping[str, Any]:
    """A work by the one who acts, sometimes by a template."""
    plain = {"kind": maker.pick(("study_notes", "study_plan")), "template": None, "template_code": None}
    sections: dict[str, Any] = {}
    if maker.chance(2):
        entry = maker.pick(party.PACK.of_kind("template"))
        kinds = entry.value.kinds or ("duty_report",)
        plain = {"kind": kinds[0], "template": entry.value.digest, "template_code": entry.key}
        sections = {
            each.code: {"digest": "ab" * 32} for each in getattr(entry.value, "sections", ())
        }  # fmt: skip
    author = {"author": maker.me, "unit": _home(maker), "channel": None, "sections": sections}
    return plain | author | _serves(maker)


def publish(maker: Maker, state: Any, given: Mapping[str, Any]) -> Mapping[str, Any]:
    """A text put up at a plain place."""
    now = sorted(maker.pool.moments)[len(maker.pool.moments) // 2 - 1]
    plain = (
        "kind", "kind_digest", "term", "calendar", "calendar_digest", "of", "period", "occasion", "due",
        "audience_unit", "audience_population", "effective",
    )  # fmt: skip
    said: dict[str, Any] = dict.fromkeys(plain)
    if maker.chance(2):
        said |= {"audience_unit": "u-branch"}
    ahead = max(maker.pool.moments)
    return said | {
        "unit": _home(maker), "audience": "all_members", "media": "website", "handlers": (), "readers": (),
        "known": now, "closes": maker.pick((None, ahead, ahead)), "restricted": False,
        "position": 5 + maker.choice.below(90),
    } | _serves(maker)  # fmt: skip


def in_publication(maker: Maker, state: Any, given: Mapping[str, Any]) -> Mapping[str, Any]:
    """The digest of the draft, a number of an objection, another publication."""
    keys = [each.partition("/")[2] for each in maker.streams if each.startswith("publication/")]
    drafted = getattr(state.draft, "digest", None) if state.draft is not None else None
    return {
        "number": 1 + maker.choice.below(2), "objector": maker.me, "commenter": maker.me, "person": maker.me,
        "by": maker.pick(keys or ["one"]), "digest": drafted or "ab" * 32,
    }  # fmt: skip


def correct_publication(maker: Maker, state: Any, given: Mapping[str, Any]) -> Mapping[str, Any]:
    """An erratum to a publication that there is."""
    keys = [each.partition("/")[2] for each in maker.streams if each.startswith("publication/")]
    return {**publish(maker, state, given), "erratum_of": maker.pick(keys or ["one"])}


def freeze(maker: Maker, state: Any, given: Mapping[str, Any]) -> Mapping[str, Any]:
    """A freeze over days from now, or the end of one that is in force."""
    numbers = [each.number for each in state.freezes if each.lifted_at is None]
    if "since" not in given and "on" in given:
        numbers = [each.number for each in state.exemptions if each.ended is None]
    return {
        "unit": _home(maker), "since": _now(maker), "until": max(maker.pool.moments),
        "number": maker.pick(numbers or [1]), "forbids": (ALL_HANDS,),
    }  # fmt: skip


def reinstate(maker: Maker, state: Any, given: Mapping[str, Any]) -> Mapping[str, Any]:
    """A period that was taken out."""
    if not state.taken_out:
        return {}
    label, scheme = maker.pick(sorted(state.taken_out, key=repr))
    return {"period": Period(label) if isinstance(label, str) else label, "scheme": scheme}


def open_responsibility(maker: Maker, state: Any, given: Mapping[str, Any]) -> Mapping[str, Any]:
    """A chain of the pack for a matter in the branch, or above it."""
    entry = maker.pick(party.PACK.of_kind("responsibility"))
    unit = maker.pick(("u-branch", "u-branch", "u-bureau"))
    return {
        "matter": maker.pick(("safety", "wages")), "unit": unit,
        "kind": entry.code, "definition": entry.value.digest,
    }  # fmt: skip


def in_responsibility(maker: Maker, state: Any, given: Mapping[str, Any]) -> Mapping[str, Any]:
    """A tier of the chain, those who hold it, a letter or a handover that there is."""
    lasting = [each for each in state.holdings if each.until is None and each.person]
    held = maker.pick(lasting) if lasting else None
    tiers = [each.code for each in state.kind.tiers] if state.kind else ["first_responsible"]
    tier = held.tier if held is not None and "leaving" in given else maker.pick(tiers)
    people = ("p-3", "p-4", "p-5", "p-6", "p-60")
    signs = [each.person for each in lasting if state.kind and each.tier == state.kind.signing]
    posts = tuple({"unit": state.unit or "u-branch", "tier": each} for each in tiers)
    said: dict[str, Any] = {
        "matter": state.matter or "safety", "unit": state.unit or "u-branch", "tier": tier,
        "person": maker.pick(people), "section": None, "leaving": held.person if held else "p-3",
        "leaving_section": None, "until": None, "taking": maker.pick(people), "text": "ab" * 32,
        "issues": (), "evidence": "cd" * 32, "number": 1, "year": 2009, "parent": "u-bureau",
        "for_parent": "p-60", "for_child": maker.pick(signs or ["p-5"]), "bundle": "layers", "posts": posts,
        "side": maker.pick(("parent", "child")),
    }  # fmt: skip
    if "ground" in given and "leaving" not in given and held is not None and maker.chance(2):
        said |= {"tier": held.tier, "person": held.person}
    if "taking" in given and state.holdings:
        said |= {"taking": state.holdings[-1].person or "p-4", "leaving": state.holdings[0].person or "p-3"}
    return said


def claimed(maker: Maker, state: Any, given: Mapping[str, Any]) -> Mapping[str, Any]:
    """A claim on a unit of the house."""
    return {"unit": _home(maker)}


def in_observation(maker: Maker, state: Any, given: Mapping[str, Any]) -> Mapping[str, Any]:
    """A series with a number and a code, rows of people and of a country, and cells of one that stands."""
    columns = ({"code": "score", "type": "number"}, {"code": "grade", "type": "code"})
    keys = ("r-1", "r-2", "r-3", "r-4", "r-5")

    def cells() -> dict[str, Any]:
        number, grade = str(maker.choice.below(9)), maker.pick(("good", "poor"))
        return maker.pick((
            {"numbers": {"score": number}, "codes": {"grade": grade}},
            {"numbers": {"score": number}, "absent": {"grade": "withheld"}},
            {"codes": {"grade": grade}, "absent": {"score": "missing"}},
        ))  # fmt: skip

    rows = ({"row": maker.pick(keys), "subject": maker.pick(("p-4", "p-6", "afg")), **cells()},)
    own = {"unit": _home(maker), "subject": "who", "columns": columns, "rows": rows}
    return {**own, "row": maker.pick(sorted(state.lines) or keys), "survey": None, **cells()}


LIKELY: dict[str, Likely] = {
    "procedure.open": open_procedure,
    "procedure.take_step": take_step,
    "definition.adopt": adopt_definition,
    "organisation.found_unit": found_unit,
    "organisation.register_person": register_person,
    "organisation.end_post": end_post,
    "organisation.split_unit": split_unit,
    "organisation.detach_person": detach,
    "population.freeze": freeze_people,
    "population.freeze_units": freeze_units,
    "schedule.declare_freeze": freeze,
    "schedule.lift_freeze": only(freeze, "number"),
    "schedule.end_exemption": only(freeze, "number"),
    "schedule.reinstate_period": reinstate,
    "activity.plan": plan_activity,
    "activity.hold": hold_activity,
    "activity.correct_attendance": correct_attendance,
    "activity.postpone": put_off,
    "activity.merge": merge_activity,
    "submission.mark_read_out": read_out,
    "rating.open": open_rating,
    "rating.rate": only(rate, "rater", "grades"),
    "rating.cast_ballot": only(rate, "rater", "choices"),
    "rating.issue_papers": issue_papers,
    "rating.enter_paper_ballots": enter_papers,
    "appraisal.open": open_appraisal,
    "appraisal.form_opinion": form_opinion,
    "appraisal.revise_opinion": form_opinion,
    "appraisal.deliver_feedback": feed_back,
    "assessment.open": open_assessment,
    "assessment.enter_self": enter_self,
    "assessment.enter_sheets": enter_sheets,
    "assessment.confirm": confirm,
    "assessment.settle_quarantine": settle,
    "case.open": open_case,
    "campaign.start": start_campaign,
    "campaign.migrate_definition": migrate,
    "claim.assert": claimed,
    "responsibility.open": open_responsibility,
    "inspection.plan": plan_inspection,
    "inspection.seal": seal_inspection,
    "inspection.carry_out": carry_out,
    "plan.draft": draft_plan,
    "plan.add_item": an_item,
    "plan.revise_item": an_item,
    "plan.propose_amendment": an_item,
    "plan.look_back": in_plan_without_occasion,
    "ledger.open": open_ledger,
    "ledger.book": book,
    "ledger.record_day": record_day,
    "ledger.reverse": reverse,
    "points.open": open_points,
    "exchange.receive": receive_batch,
    "intake.receive": receive_intake,
    "criticism.open": open_criticism,
    "submission.submit": submit,
    "publication.publish": publish,
    "publication.correct": correct_publication,
}


_WHOLE = {
    "assessment": of_subjects,
    "case": in_case,
    "inspection": in_inspection,
    "campaign": in_campaign,
    "plan": in_plan,
    "points": in_points,
    "criticism": voice,
    "observation": in_observation,
    "publication": in_publication,
    "responsibility": in_responsibility,
}
for _decider in party.MODEL.deciders:
    for _command in _decider.commands:
        if _decider.category in _WHOLE and _command.stored_type not in LIKELY:
            LIKELY[_command.stored_type] = only(_WHOLE[_decider.category], *_command.model_fields)
