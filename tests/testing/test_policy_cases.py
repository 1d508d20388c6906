"""Cases in tables: read with file and line, checked, and collected by the pytest plugin."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from tests.testing.faulty_policies import CAP, CLAIMS

from party_workflow.errors import InvalidDefinition
from party_workflow.testing.policies.cases import Case, check_all, read_cases

ROOT = Path(__file__).resolve().parents[2]

TABLE = """\
document = "study-points.toml"
on = 2009-06-30
period = 2009-01-01

[rows]
members = [{ person = "p-1" }]

[[case]]
name = "three sessions are capped"
rows.register = [
  { person = "p-1", status = "present", event = "s-1" },
  { person = "p-1", status = "present", event = "s-2" },
  { person = "p-1", status = "late", event = "s-3" },
]
figures = { p-1 = 10 }
measures.points = { p-1 = 10 }

[[case]]
name = "nobody is asked about a day long past"
rows.register = [{ person = "p-1", status = "present", at = 2008-12-31 }]
ranks = { p-1 = 1 }
figures = { p-1 = 0 }

[[case]]
name = "as events"
rows = {}
events = [
  { type = "organisation.person_joined", at = 2009-01-05, data = { person = "p-2", categories = [
    "member"], unit = "u-b" } },
  { type = "activity.held", at = 2009-02-01, data = { attendance = [
    { person = "p-2", standing = "expected", status = "late" }] } },
]
figures = { p-2 = 3 }
explains = { p-2 = [2] }
"""

CSV = """\
# document = study-points.toml
# on = 2009-06-30
# period = 2009-01-01
case,source,person,status,=place,=figure,=points
two members,members,p-1,,1,8,8
,members,p-2,,2,0,0
,register,p-1,present,,,
,register,p-1,present,,,
nobody there,members,p-3,,1,0,
"""


def load(name: str) -> str:
    if name != "study-points.toml":
        raise FileNotFoundError(2, "No such file", name)
    return CAP.to_toml()


def cases(text: str = TABLE, name: str = "study.policy.toml") -> tuple[Case, ...]:
    return read_cases(text, name, load)


def test_a_table_says_by_name_and_line_which_case_differs_and_why() -> None:
    table = (
        TABLE.replace("rows = {}", "").replace("[rows]\n", "").replace('members = [{ person = "p-1" }]\n', "")
    )
    assert [case.id for case in cases(table)] == [
        "three sessions are capped", "nobody is asked about a day long past", "as events",
    ]  # fmt: skip
    (last,) = (case for case in cases(table) if case.id == "as events")
    last.check()
    wrong = table.replace("figures = { p-2 = 3 }", "figures = { p-2 = 4 }")
    with pytest.raises(AssertionError) as error:
        check_all(cases(wrong)[2:])
    assert f"study.policy.toml:{wrong[: wrong.index('as events')].count(chr(10))}: as events" in str(
        error.value
    )
    assert "p-2" in str(error.value)
    assert "why:" in str(error.value)


def test_rows_of_the_head_stand_in_every_case() -> None:
    one, other, _ = cases()
    one.check()
    other.check()


def test_cases_can_be_tried_on_another_document() -> None:
    one, other, _ = cases()
    lower = CAP.replace_clause("points", caps=[{"at_most": 9}])
    other.check(lower)
    with pytest.raises(AssertionError, match=r"p-1\s+10\s+9"):
        one.check(lower)


def test_a_csv_table_has_rows_and_expectations_side_by_side() -> None:
    found = cases(CSV, "study.policy.csv")
    assert [(case.id, case.line) for case in found] == [("two members", 5), ("nobody there", 9)]
    check_all(found)
    with pytest.raises(AssertionError, match=r"policy\.csv:5: two members: .*p-1\s+9\s+8"):
        _flat(cases(CSV.replace("p-1,,1,8,8", "p-1,,1,9,8"), "study.policy.csv"))


def _flat(found: tuple[Case, ...]) -> None:
    try:
        check_all(found)
    except AssertionError as error:
        raise AssertionError(str(error).replace("\n", " ")) from None


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (("figures = { p-1 = 10 }", "figure = { p-1 = 10 }"), r"policy\.toml:15: A case has no figure"),
        (('"study-points.toml"', '"other.toml"'), r"policy\.toml:1: other\.toml cannot be read"),
        (('document = "study-points.toml"', ""), r"It names no policy, or two"),
        (("activity.held", "activity.hold"), r"policy\.toml:30: There is no event type activity\.hold"),
        ((', unit = "u-b"', ""), r"policy\.toml:28: .*unit"),
        (('name = "as events"', 'name = "three sessions are capped"'), "Case 1 has this name"),
        (("on = 2009-06-30", "on = 2009-06-31"), r"policy\.toml:2:6: This is no TOML"),
        (("figures = {", "figure = {"), "A case has no figure. Did you mean `figures`"),
        (("period = 2009", "perod = 2009"), "by the name perod. Did you mean `period`"),
        (("members = [", "member = ["), r"policy\.toml:6: .* no source member. Did you mean `members`"),
        (("rows.register = [", "rows.registers = ["), r":10: .* no source registers. Did you mean `reg"),
        (("rows = {}", "rows = 3"), r"policy\.toml:26: Rows are given by source"),
        (("rows = {}", 'rows.members = "p-2"'), r"policy\.toml:26: The rows of members are no list"),
        (('document = "study-points.toml"', 'policy = "tests.testing.faulty_policies:study_points"'),
         r"policy\.toml:5: A policy in code reads events"),
    ],
)  # fmt: skip
def test_a_slip_in_a_table_is_said_with_its_line(change: tuple[str, str], said: str) -> None:
    with pytest.raises(InvalidDefinition, match=said):
        cases(TABLE.replace(*change, 1))


def test_a_source_that_there_is_not_is_named_together_with_the_other_slips() -> None:
    table = TABLE.replace("rows.register = [", "rows.nosuch = [", 1).replace("figures =", "figure =")
    with pytest.raises(InvalidDefinition) as error:
        cases(table.replace("activity.held", "activity.hold"))
    said = [fault.what for fault in error.value.faults]
    assert said.count("A case has no figure.") == 3
    assert "The document has no source nosuch." in said
    assert "There is no event type activity.hold." in said


def test_a_case_says_which_rows_its_source_drops() -> None:
    table = TABLE.replace('members = [{ person = "p-1" }]', 'members = [{ person = "p-1", at = 2009-07-01 }]')
    with pytest.raises(AssertionError) as error:
        cases(table)[0].check()
    said = str(error.value)
    assert "1 of 1 rows of members dropped: 1 by within = until" in said
    assert "p-1 is not in the population: its row of members is dropped by within = until" in said


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (("=points", "=pionts"), r"policy\.csv:5: =pionts is no clause"),
        ((",members,p-2,,2,0,0", ",member,p-2,,2,0,0"), r"policy\.csv:6: The document has no source member"),
        ((",register,p-1,present,,,\n", ",register,p-1\n"), r"policy\.csv:7: It has 3 values for 7 columns"),
        (("# document = study-points.toml\n", ""), "It names no policy"),
        (("case,", "kase,"), "There is no column `case`"),
    ],
)  # fmt: skip
def test_a_slip_in_a_csv_table_is_said_with_its_row(change: tuple[str, str], said: str) -> None:
    with pytest.raises(InvalidDefinition, match=said):
        cases(CSV.replace(*change, 1), "study.policy.csv")


def test_a_policy_in_code_is_named_by_module_and_name() -> None:
    name = 'policy = "tests.testing.faulty_policies:study_points"'
    table = TABLE.replace('document = "study-points.toml"', name)
    head, _, events = table.partition('[[case]]\nname = "as events"')
    only = head[: head.index("[rows]")] + '[[case]]\nname = "as events"' + events
    check_all(read_cases(only, "a.policy.toml", load))
    check_all(read_cases(only, "a.policy.toml", load), CLAIMS["cap off by one"].right)


# --- the plugin ------------------------------------------------------------------------------


def run(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    plugin = () if _installed() else ("-p", "party_workflow_adapters.pytest_plugin")
    return subprocess.run(
        [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", *plugin, *arguments],
        cwd=folder, capture_output=True, text=True, check=False, env={**os.environ, "PYTHONHASHSEED": "0"},
    )  # fmt: skip


def _installed() -> bool:
    from importlib.metadata import entry_points

    return any(
        point.value == "party_workflow_adapters.pytest_plugin" for point in entry_points(group="pytest11")
    )


def test_the_plugin_collects_tables_and_says_what_differs(tmp_path: Path) -> None:
    (tmp_path / "study-points.toml").write_text(CAP.to_toml(), "utf-8")
    (tmp_path / "study.policy.csv").write_text(
        CSV.replace("nobody there,members,p-3,,1,0", "nobody there,members,p-3,,1,7"), "utf-8"
    )
    found = run(tmp_path, "-v")
    assert "study.policy.csv::two members PASSED" in found.stdout
    assert "study.policy.csv::nobody there FAILED" in found.stdout
    assert "study.policy.csv:9: nobody there: figures differ for 1 of 1" in found.stdout
    assert found.returncode == 1


def test_the_plugin_says_each_fault_of_a_table_and_runs_none_of_it(tmp_path: Path) -> None:
    (tmp_path / "study.policy.toml").write_text('document = "none.toml"\n[[case]]\nnam = "x"\n', "utf-8")
    found = run(tmp_path)
    assert "study.policy.toml:1: none.toml cannot be read" in found.stdout
    assert "study.policy.toml:3: A case has no nam" in found.stdout
    assert found.returncode == 2


def test_the_plugin_imports_nothing_of_the_library_in_a_run_without_tables(tmp_path: Path) -> None:
    (tmp_path / "test_plain.py").write_text(
        "import sys\n\nheavy = ('party_workflow', 'pydantic')\n\n\n"
        "def test_nothing_of_the_library_is_there():\n"
        "    assert not [n for n in sys.modules if n.split('.')[0] in heavy]\n",
        "utf-8",
    )
    found = run(tmp_path, "-q", "-p", "no:hypothesispytest")
    assert found.returncode == 0, found.stdout
