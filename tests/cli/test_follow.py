"""``party-workflow follow``: what was issued, what was refused, what is proposed to whom."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from tests.cli.running import done, head, run
from tests.support.follow import Year
from tests.support.world import ROOT

from party_workflow.authority import AdoptRoles
from party_workflow.packs.party import MODEL
from party_workflow.service import Workflow
from party_workflow_adapters.openings import SqliteOpenings
from party_workflow_adapters.sqlite import SqliteStore

AT = "2009-06-30T12:00:00+08:00"


@pytest.fixture
def log(tmp_path: Path) -> Path:
    """A log with a matter that proceeded unreported, a low grade, and a case past its day."""
    path = tmp_path / "log.sqlite"
    with SqliteStore(path) as store, SqliteOpenings.beside(path):
        world = Year(store=store)
        world.begin("reportable_matter", "m-1", by=world.act(2), matter="use_of_reserve_funds")
        world.take("proceed", key="m-1", by=world.act(2))
        world.session()
        world.grade(u_b1="poor")
        world.case("c-1", days=10)
    return path


def told(log: Path, *more: object) -> Any:
    return json.loads(run("follow", log, "--as", "a-clerk", "--at", AT, "--json", *more).stdout)


def test_a_run_issues_findings_and_lists_what_is_proposed_to_whom(log: Path) -> None:
    text = done("follow", log, "--as", "a-clerk", "--at", AT)
    assert "unreported-matters" in text
    assert "case.open" in text
    assert "Proposed" in text
    before = head(log)
    assert "Nothing." in done("follow", log, "--as", "a-clerk", "--at", AT)
    assert head(log) == before
    with SqliteStore(log, read_only=True) as store:
        case = next(iter(Workflow(store, MODEL).history.streams("case")[1:]))
    assert case.startswith("case/unreported-")


def test_a_dry_run_says_what_would_be_issued_and_records_nothing(log: Path) -> None:
    before = head(log)
    first = told(log, "--dry-run")
    assert head(log) == before
    assert [row["command"] for row in first["issued"]] == ["case.open"]
    assert told(log)["issued"] == first["issued"]
    assert told(log, "--dry-run")["issued"] == []


def test_a_proposal_brings_the_command_that_would_do_it(log: Path) -> None:
    found = {item["action"]: item for item in told(log, "--dry-run")["proposed"]}
    assert {"issue_interview", "issue_rectification", "deal_with_case", "escalate"} <= set(found)
    assert found["issue_interview"]["to"] == "u-b1"
    assert found["issue_interview"]["command"]["do"] == "procedure.open"
    assert found["issue_rectification"]["command"]["with"]["classes"] == ["poor"]
    assert "command" not in found["deal_with_case"]


def test_an_account_without_the_duty_is_refused_in_words_and_the_run_ends_with_1(log: Path) -> None:
    with SqliteStore(log) as store:
        workflow = Workflow(store, MODEL, openings=SqliteOpenings.beside(log))
        kept = {role: tuple(sorted(held)) for role, held in workflow.state("authority").roles.items()}
        workflow.execute(
            AdoptRoles(roles={**kept, "clerk": ("plan.remind",)}),
            by=ROOT,
            at=datetime(2010, 1, 4, tzinfo=UTC),
            command_id="less",
        )
    result = run("follow", log, "--as", "a-clerk", "--at", "2010-06-30", "--json")
    assert result.exit_code == 1
    assert [row["code"] for row in json.loads(result.stdout)["refused"]] == ["authority.duty_not_covered"]


def test_what_is_not_given_rightly_is_said(log: Path, tmp_path: Path) -> None:
    for arguments, words in (
        ((tmp_path / "none.sqlite", "--as", "a-clerk"), "There is no log"),
        ((log, "--as", "a-999"), "no account a-999"),
        ((log, "--as", "a-clerk", "--at", "2999-01-01"), "recorded in the future"),
    ):
        result = run("follow", *arguments)
        assert result.exit_code == 2
        assert words in " ".join(result.stderr.replace("│", " ").split())


def test_a_moment_before_the_end_of_the_log_is_refused_and_can_be_looked_at(log: Path) -> None:
    before = head(log)
    result = run("follow", log, "--as", "a-clerk", "--at", "2009-03-01")
    assert result.exit_code == 2
    assert "--dry-run" in result.stderr
    done("follow", log, "--as", "a-clerk", "--at", "2009-03-01", "--dry-run", "--capacity", "clerk")
    assert head(log) == before
