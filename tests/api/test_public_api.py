"""No public name goes, or changes what it takes, without the changelog saying so."""

from __future__ import annotations

import importlib.util
import json
import sys
import warnings
from pathlib import Path
from types import ModuleType

import pytest

from party_workflow import deprecation

ROOT = Path(__file__).resolve().parent.parent.parent


def tool() -> ModuleType:
    """The program tools/public_api.py as a module."""
    spec = importlib.util.spec_from_file_location("public_api", ROOT / "tools" / "public_api.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


API = tool()
KEPT: dict[str, str] = json.loads((ROOT / "tests" / "api" / "public.json").read_text("utf-8"))
CHANGELOG = (ROOT / "CHANGELOG.md").read_text("utf-8")


def test_no_public_name_is_gone_or_takes_something_else_without_a_line_in_the_changelog() -> None:
    assert API.unannounced(KEPT, API.current(), CHANGELOG) == {}


def test_every_public_name_of_the_package_is_kept_in_the_snapshot() -> None:
    import party_workflow

    new = {f"party_workflow.{name}" for name in party_workflow.__all__} - KEPT.keys()
    assert not new, "Run python tools/public_api.py and commit tests/api/public.json."


def test_a_removed_or_renamed_name_fails_until_the_changelog_names_it() -> None:
    before = {"party_workflow.Workflow": "(store)", "party_workflow.Workflow.run": "(self, manager)"}
    now = {"party_workflow.Workflow": "(store)", "party_workflow.Workflow.go": "(self, manager)"}
    assert API.unannounced(before, now, "") == {"party_workflow.Workflow.run": "gone"}
    said = "## [0.2.0]\n\n### Removed\n\n- `Workflow.run`: use `Workflow.go`.\n"
    assert API.unannounced(before, now, said) == {}
    elsewhere = said.replace("Removed", "Added")
    assert API.unannounced(before, now, elsewhere) == {"party_workflow.Workflow.run": "gone"}


def test_the_members_of_a_class_go_with_its_line() -> None:
    before = {"party_workflow.Old": "()", "party_workflow.Old.run": "(self)"}
    assert API.unannounced(before, {}, "### Removed\n- `Old`\n") == {}


@pytest.mark.parametrize(
    ("before", "now"),
    [
        ("(a)", "(a, b=…)"),
        ("(a)", "(a=…)"),
        ("(a, *, x=…)", "(a, *, w=…, x=…)"),
        ("(a)", "(a, *, x=…)"),
        ("(*commands, by)", "(*commands, by, causation=…)"),
        ("(a)", "(a, **rest)"),
        ("field", "optional field"),
    ],
)
def test_what_only_takes_more_breaks_nobody(before: str, now: str) -> None:
    assert API.breaks({"m.f": before}, {"m.f": now}) == {}


@pytest.mark.parametrize(
    ("before", "now"),
    [
        ("(a, b)", "(a)"),
        ("(a)", "(a, b)"),
        ("(a, b=…)", "(a, b)"),
        ("(a, b=…)", "(a, x=…, b=…)"),
        ("(a, b)", "(b, a)"),
        ("(a)", "(x)"),
        ("(a, b)", "(a, *, b)"),
        ("(a, *, x)", "(a, *, y, x)"),
        ("property", "(self)"),
        ("optional field", "field"),
    ],
)
def test_what_a_right_call_could_trip_over_is_a_break(before: str, now: str) -> None:
    assert API.breaks({"m.f": before}, {"m.f": now}) != {}


# --- deprecation -----------------------------------------------------------------------------


@deprecation.deprecated(since="0.2", until="0.4", instead="new_sum")
def old_sum(one: int, other: int = 1) -> int:
    """Adds."""
    return one + other


def test_a_deprecated_function_works_and_warns_where_it_is_called_with_the_replacement() -> None:
    with pytest.warns(
        DeprecationWarning, match=r"^old_sum is deprecated since 0\.2 and goes in 0\.4\. Use new_sum"
    ) as met:
        assert old_sum(2) == 3
    assert met[0].filename == __file__
    assert (old_sum.__name__, old_sum.__doc__) == ("old_sum", "Adds.")


def test_a_name_that_moved_is_found_under_the_old_one_with_a_warning_and_others_are_not() -> None:
    find = deprecation.moved("here", {"Old": ("there.New", 7)}, since="0.2", until="0.4")
    with pytest.warns(DeprecationWarning, match=r"here\.Old is deprecated .* Use there\.New instead"):
        assert find("Old") == 7
    with pytest.raises(AttributeError, match="module 'here' has no attribute 'Other'"):
        find("Other")


def test_using_what_is_not_deprecated_warns_of_nothing() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        import party_workflow

        for name in party_workflow.__all__:
            getattr(party_workflow, name)
