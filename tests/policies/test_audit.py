"""The audit finds what was done underneath the library: every check is shown a history that it must fail."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import timedelta
from functools import cache
from pathlib import Path
from typing import Any

import pytest

import party_workflow as pw
from party_workflow.packs import party
from party_workflow.packs.results import full_audit
from party_workflow.policies.audits.checks import Check, Finding
from party_workflow.policies.audits.checks import audit as audit_with
from party_workflow.store import Envelope, encode, event_id
from party_workflow_adapters.journal import execute

EXAMPLE = Path(__file__).resolve().parents[2] / "examples" / "education_campaign"
INTEGRITY = {
    "positions",
    "versions",
    "times",
    "identities",
    "counters",
    "definitions",
    "authority",
    "places",
    "ballots",
    "moves",
    "publications",
    "samples",
    "sealed_parts",
    "snapshots",
}


@cache
def records() -> tuple[pw.Record, ...]:
    """The example campaign as it was recorded."""
    salts = pw.keyed_salts((EXAMPLE / "salt.key").read_bytes())
    workflow = pw.Workflow(pw.MemoryStore(), party.MODEL, salts=salts)
    assert execute(workflow, EXAMPLE / "history.jsonl")
    return tuple(workflow.store.read())


def audited(*items: pw.Record) -> pw.Audit:
    return full_audit(pw.History(pw.Records(items), party.MODEL.registry))


def failed(audit: pw.Audit) -> set[str]:
    return {check.code for check in audit.checks if check.integrity and not check}


def at(stored_type: str, **fields: Any) -> int:
    """The index of the first record of a type with these values."""
    return next(
        index
        for index, record in enumerate(records())
        if record.envelope.stored_type == stored_type
        and all(record.data.get(name) == value for name, value in fields.items())
    )


def altered(index: int, change: Callable[[Envelope], Envelope] | None = None, **data: Any) -> list[pw.Record]:
    """The records with one of them written anew."""
    found = list(records())
    before = found[index]
    envelope = change(before.envelope) if change else before.envelope
    found[index] = encode(envelope, {**before.data, **data})
    return found


def test_an_honest_history_passes_every_check_of_the_record() -> None:
    audit = audited(*records())
    assert {check.code for check in audit.checks if check.integrity} == INTEGRITY
    assert failed(audit) == {"sealed_parts"}  # without the vault it is not made, and the whole is not green
    assert not audit
    assert [str(finding) for check, finding in audit.findings() if check.integrity] == []


def test_a_record_taken_out_of_the_middle_is_missed_in_its_log_its_stream_and_its_account() -> None:
    index = at("activity.held")
    found = audited(*records()[:index], *records()[index + 1 :])
    assert {"positions"} <= failed(found)
    assert not found


def test_a_record_taken_out_with_positions_closed_up_is_still_missed() -> None:
    index = at("submission.submitted")
    closed_up = [
        encode(replace(record.envelope, position=position), record.data)
        for position, record in enumerate(
            (*records()[:index], *records()[index + 1 :]),
            start=1,
        )
    ]
    # The stream has lost its first version, and its account a command.
    assert {"versions", "counters"} <= failed(audited(*closed_up))


@pytest.mark.parametrize(
    ("check", "index", "change"),
    [
        ("times", 300, lambda e: replace(e, recorded_at=e.recorded_at - timedelta(days=30))),
        ("identities", 300, lambda e: replace(e, event_id="0" * 32)),
        ("identities", 300, lambda e: replace(e, command_id="edu-0001")),
        ("counters", 300, lambda e: replace(e, counter=e.counter + 1)),
        ("positions", 300, lambda e: replace(e, log="another")),
        ("versions", 300, lambda e: replace(e, version=e.version + 1)),
    ],
)
def test_an_altered_envelope_is_found(check: str, index: int, change: Callable[[Envelope], Envelope]) -> None:
    assert check in failed(audited(*altered(index, change)))


def test_a_definition_altered_after_its_adoption_is_found() -> None:
    index = at("definition.adopted", kind="rule")
    body = {**records()[index].data["body"], "number": "2005-4"}
    assert "definitions" in failed(audited(*altered(index, None, body=body)))


def test_a_published_digest_that_does_not_follow_from_the_log_is_found() -> None:
    assert "publications" in failed(audited(*altered(at("publication.published"), None, digest="0" * 64)))


def test_a_tally_altered_after_the_fact_no_longer_gives_what_was_published() -> None:
    index = next(
        index
        for index, record in enumerate(records())
        if record.envelope.stored_type == "rating.closed" and record.envelope.stream == "rating/peer-2005"
    )
    tally = {person: dict(grades) for person, grades in records()[index].data["tally"].items()}
    tally["p-10"]["excellent"], tally["p-10"]["competent"] = 0, sum(tally["p-10"].values())
    assert "publications" in failed(audited(*altered(index, None, tally=tally)))


def test_R_189_a_publication_that_a_published_erratum_replaced_is_counted_as_failing_no_more() -> None:
    index = at("publication.published")
    first, key = records()[index], records()[index].envelope.stream.partition("/")[2]
    wrong = altered(index, None, digest="0" * 64)

    def linked(envelope: Envelope) -> Envelope:
        kind, command = "publication.erratum_linked", "publication.link_erratum"
        return replace(envelope, stored_type=kind, command_type=command)

    def again(envelope: Envelope) -> Envelope:
        return replace(envelope, stream="publication/mended", command_type="publication.correct")

    def link(onto: Sequence[pw.Record], by: str) -> list[pw.Record]:
        found = appended(index, linked, onto=onto)
        return [*found[:-1], encode(found[-1].envelope, {"by": by})]

    mended = appended(
        index, again, onto=wrong, erratum_of=key, ground="miscounted", digest=first.data["digest"]
    )
    assert "publications" in failed(audited(*mended))
    assert "publications" not in failed(audited(*link(mended, "mended")))
    # A link alone excuses nothing, and the erratum has to follow from the log itself.
    assert "publications" in failed(audited(*link(mended, "unpublished")))
    false = appended(index, again, onto=wrong, erratum_of=key, ground="miscounted", digest="1" * 64)
    assert "publications" in failed(audited(*link(false, "mended")))


def test_an_event_by_somebody_who_was_not_permitted_is_found_with_its_reason() -> None:
    # The gate of the first phase, as if the secretary had decided on their own campaign.
    gate = at("campaign.gate_decided")
    secretary = records()[at("campaign.started")].envelope
    found = audited(
        *altered(
            gate,
            lambda e: replace(
                e, account=secretary.account, person=secretary.person, capacity=secretary.capacity
            ),
        )
    )
    assert "authority" in failed(found)
    check = next(check for check in found.checks if check.code == "authority")
    assert [event.position for event in check.findings[0].events] == [gate + 1]
    assert "Accepted though forbidden" in check.findings[0].sentence


def appended(
    index: int,
    change: Callable[[Envelope], Envelope] | None = None,
    *,
    upto: int | None = None,
    onto: Sequence[pw.Record] | None = None,
    **data: Any,
) -> list[pw.Record]:
    """The records up to one, and a copy of another behind them whose order, counter and id are right."""
    kept = list(records()[:upto] if onto is None else onto)
    model = records()[index]
    envelope = change(model.envelope) if change else model.envelope
    earlier = [record.envelope for record in kept]
    command = f"forged-{len(kept)}"
    forged = replace(
        envelope,
        position=len(kept) + 1,
        version=1 + sum(found.stream == envelope.stream for found in earlier),
        counter=1 + max(found.counter for found in earlier if found.account == envelope.account),
        recorded_at=earlier[-1].recorded_at,
        command_id=command,
        event_id=event_id(envelope.log, command, 0),
    )
    return [*kept, encode(forged, {**model.data, **data})]


def sentences(audit: pw.Audit, code: str) -> list[str]:
    return [found.sentence for check, found in audit.findings() if check.code == code]


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (
            lambda e: replace(e, stream="rating/self-2005"),
            "No activity.held can stand in a stream of the category rating.",
        ),
        (
            lambda e: replace(e, stream="activity"),
            "There is no stream of this name in the category activity.",
        ),
        (
            lambda e: replace(e, command_type="activity.cancel"),
            "No activity.cancel leads to a activity.held.",
        ),
        (lambda e: replace(e, command_type="unheard_of"), "No unheard_of leads to a activity.held."),
    ],
)
def test_an_event_where_it_cannot_stand_or_of_a_command_that_leads_elsewhere_is_found(
    change: Callable[[Envelope], Envelope], sentence: str
) -> None:
    audit = audited(*appended(at("activity.held"), change))
    assert "places" in failed(audit)
    assert sentence in sentences(audit, "places")


def closing(stream: str = "rating/peer-2005") -> int:
    return next(
        index
        for index, record in enumerate(records())
        if (record.envelope.stream, record.envelope.stored_type) == (stream, "rating.closed")
    )


@pytest.mark.parametrize(
    ("stored_type", "data", "sentence"),
    [
        ("rating.voted", {}, "{rater} had voted already."),
        ("rating.voted", {"rater": "p-101"}, "p-101 was not entitled to vote."),
        ("rating.papers_issued", {"raters": ["p-101"]}, "p-101 had been given a ballot paper."),
        ("rating.paper_entered", {"batch": "hall"}, "Batch hall had been counted twice."),
        ("rating.paper_confirmed", {"first": ["p-1"]}, "It does not confirm the first count."),
        ("rating.self_rated", {}, "{rater} had rated {rater} before."),
        ("rating.self_rated", {"rater": "p-101"}, "p-101 was not entitled to rate."),
    ],
)
def test_a_vote_that_could_not_be_is_found_though_its_envelope_is_right(
    stored_type: str, data: dict[str, Any], sentence: str
) -> None:
    index = at(stored_type)
    rater = records()[index].data.get("rater", "")
    audit = audited(*appended(index, upto=closing("rating/self-2005"), **data))
    assert "ballots" in failed(audit)
    assert sentence.format(rater=rater) in sentences(audit, "ballots")
    assert failed(audit).isdisjoint({"positions", "versions", "times", "identities", "counters"})


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        ({"voted": 28}, "It says 28 of 29 voted; before it are 27 of 29."),
        ({"eligible": 28}, "It says 27 of 28 voted; before it are 27 of 29."),
        ({"withheld": ["p-1"]}, "Its subjects are not those of the round, each once."),
        ({"p-1": {"excellent": 2}}, "p-1 has a result from 2 ballots, the minimum is 5."),
        ({"p-1": {"excellent": 27}}, "p-1 has 27 ballots, and there can be 26 at most."),
        ({"p-1": {"superb": 9}}, "p-1 has grades that the round does not know."),
    ],
)
def test_a_count_that_the_votes_before_it_do_not_bear_out_is_found(
    data: dict[str, Any], sentence: str
) -> None:
    tally = {**records()[closing()].data["tally"], **{k: v for k, v in data.items() if k.startswith("p-")}}
    fields = {name: value for name, value in data.items() if not name.startswith("p-")}
    audit = audited(*altered(closing(), None, tally=tally, **fields))
    assert sentences(audit, "ballots") == [sentence]


def test_a_tally_of_open_ratings_that_is_not_that_of_the_ratings_is_found() -> None:
    index = closing("rating/self-2005")
    tally = {**records()[index].data["tally"]}
    tally["p-1"] = {**tally["p-1"], "excellent": 1, "competent": 0}
    audit = audited(*altered(index, None, tally=tally))
    assert sentences(audit, "ballots") == ["The tally of p-1 is not that of the ratings before it."]


@pytest.mark.parametrize(
    "stored_type",
    [
        "activity.planned",
        "activity.held",
        "activity.cancelled",
        "submission.submitted",
        "rating.opened",
        "rating.closed",
        "appraisal.opened",
        "appraisal.finalised",
        "publication.finalised",
        "claim.asserted",
        "population.frozen",
        "campaign.closed",
        "campaign.gate_decided",
        "case.opened",
        "case.closed",
        "organisation.person_joined",
        "organisation.post_assigned",
    ],
)
def test_what_can_be_done_once_and_was_done_twice_is_found(stored_type: str) -> None:
    audit = audited(*appended(at(stored_type)))
    assert "moves" in failed(audit)
    assert "places" not in failed(audit)
    assert any(sentence.startswith("It was not possible then: ") for sentence in sentences(audit, "moves"))


@pytest.mark.parametrize("parent", ["u-nowhere", "u-new"])
def test_a_unit_under_an_unknown_parent_or_itself_is_found(parent: str) -> None:
    founded = at("organisation.unit_founded", unit="u-branch")
    audit = audited(*appended(founded, unit="u-new", parent=parent))
    assert f"There is no unit {parent}." in "".join(sentences(audit, "moves"))
    assert "moves" not in failed(audited(*appended(founded, unit="u-new", parent="u-bureau")))


def test_a_unit_moved_below_itself_is_found() -> None:
    founded = at("organisation.unit_founded", unit="u-branch")

    def moved(envelope: Envelope) -> Envelope:
        return replace(envelope, stored_type="organisation.unit_moved", command_type="organisation.move_unit")

    kept = appended(founded, moved)
    forged = encode(kept[-1].envelope, {"unit": "u-city", "parent": "u-branch"})
    audit = audited(*kept[:-1], forged)
    assert "moves" in failed(audit)
    assert "It was not possible then" in sentences(audit, "moves")[0]


def test_a_case_whose_event_says_another_state_than_its_kind_leads_to_is_found() -> None:
    audit = audited(*altered(at("case.acknowledged"), None, state="closed"))
    assert any("The case departs from its kind" in sentence for sentence in sentences(audit, "moves"))


def test_events_that_cannot_follow_each_other_are_a_finding_of_the_checks_that_meet_them_and_no_crash() -> (
    None
):
    # A count of papers that nobody handed out, and registers of activities that nobody planned.
    papers = appended(at("rating.paper_confirmed"), upto=closing(), batch="unheard-of")
    audit = audited(*papers)
    assert "ballots" in failed(audit)
    assert any("0 papers were handed out" in what for what in sentences(audit, "ballots"))
    planned = at("activity.planned")
    stray = audited(*altered(planned, lambda e: replace(e, stream="rating/self-2005")))
    assert {"places", "moves"} <= failed(stray)
    for check in (*audit.checks, *stray.checks):
        assert all(
            "Traceback" not in found.sentence and "\n" not in found.sentence for found in check.findings
        )


@pytest.mark.parametrize("error", [ValueError("two\nlines"), AssertionError(), KeyError("p-1")])
def test_a_check_that_a_history_makes_fail_keeps_what_it_found_before(error: Exception) -> None:
    def look(history: pw.History) -> Iterator[Finding]:
        yield Finding("log", "This was seen.")
        raise error

    history = pw.History(pw.Records(records()), party.MODEL.registry)
    found = audit_with(history, [Check("some", "It holds", look)]).checks[0]
    assert [item.sentence.partition(":")[0] for item in found.findings] == [
        "This was seen.",
        "The events do not fit together",
    ]
    assert "\n" not in found.findings[1].sentence


def test_a_history_that_cannot_be_read_fails_the_check_that_meets_the_damage_and_the_rest_goes_on() -> None:
    index = at("activity.held")
    found = audited(*altered(index, None, attendance="nobody"))
    assert "authority" in failed(found)
    assert "positions" not in failed(found)


class Damaged(pw.Records):
    """Records that cannot be read at some positions, as a file with damaged rows."""

    def read(self, after: int = 0, until: int | None = None) -> Iterator[pw.Record]:
        for record in super().read(after, until):
            if record.position in (301, 400, 401):
                raise pw.DamagedHistory(record.position, "The record cannot be read.")
            yield record

    def read_stream(self, stream: str, after: int = 0) -> Iterator[pw.Record]:
        for record in super().read_stream(stream, after):
            if record.position in (301, 400, 401):
                raise pw.DamagedHistory(0, "A version is missing.")
            yield record


def test_a_damaged_log_is_audited_up_to_the_damage_and_each_damaged_place_is_named_once() -> None:
    audit = full_audit(pw.History(Damaged(records()), party.MODEL.registry))
    before = full_audit(pw.History(pw.Records(records()[:300]), party.MODEL.registry))
    assert not audit
    assert sentences(audit, "readable") == [
        f"Position {position}: The record cannot be read." for position in (301, 400, 401)
    ]
    assert audit.checks[1:] == before.checks
    assert (audit.log, audit.position, audit.head) == (before.log, before.position, before.head)


def test_a_damaged_log_is_whole_as_known_before_the_damage() -> None:
    moment = records()[250].envelope.recorded_at
    damaged, whole = (
        full_audit(pw.History(source, party.MODEL.registry).as_of(known=moment))
        for source in (Damaged(records()), pw.Records(records()))
    )
    assert damaged.data() == whole.data()


def test_a_source_that_goes_no_further_is_not_asked_for_ever() -> None:
    class Broken(pw.Records):
        def read(self, after: int = 0, until: int | None = None) -> Iterator[pw.Record]:
            if after < 300:
                yield from super().read(after, 300)
            if until is None or until > 300:
                raise pw.DamagedHistory(301, "The record cannot be read.")

    audit = full_audit(pw.History(Broken(records()), party.MODEL.registry))
    assert sentences(audit, "readable") == ["Position 301: The record cannot be read."]
    assert audit.position == 300


def test_as_of_an_effective_time_the_record_itself_is_not_checked_and_the_audit_says_what_is_needed() -> None:
    moment = records()[300].envelope.effective_at
    history = pw.History(pw.Records(records()), party.MODEL.registry).as_of(effective=moment)
    outcomes = {check.code: (check.outcome, check.needed) for check in full_audit(history).checks}
    assert outcomes["positions"] == ("not_checked", "a history that is not narrowed by effective time")
    assert outcomes["gates"][0] in ("pass", "findings")


def test_R_197_the_ranking_as_known_before_the_publication_is_the_published_one() -> None:
    published = records()[at("publication.published")]
    before = pw.History(pw.Records(records()[: published.data["position"]]), party.MODEL.registry)
    whole = pw.History(pw.Records(records()), party.MODEL.registry)
    known = before.as_of(known=published.envelope.recorded_at)
    again = whole.up_to(published.data["position"]).as_of(known=published.envelope.recorded_at)
    assert known.head() == again.head()
