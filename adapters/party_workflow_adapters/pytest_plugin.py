"""A pytest plugin: files ``*.policy.toml`` and ``*.policy.csv`` are tests of policies.

It is installed with the package and does nothing in a run without such files: nothing of the library is
imported before the first of them is collected.  See `party_workflow.testing.policies.cases` for what they
say.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from party_workflow.testing.policies.cases import Case

ENDINGS = (".policy.toml", ".policy.csv")
"""The files that are collected."""


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> pytest.Collector | None:
    """Collects the tables of cases."""
    if file_path.name.endswith(ENDINGS):
        found: pytest.Collector = PolicyFile.from_parent(parent, path=file_path)
        return found
    return None


class PolicyFile(pytest.File):
    """A table of cases."""

    def collect(self) -> Iterator[pytest.Item]:
        """The cases.  A table with faults fails as a whole, with each of them."""
        from party_workflow.errors import InvalidInput
        from party_workflow.testing.policies.cases import read_cases

        def load(name: str) -> str:
            return (self.path.parent / name).read_text(encoding="utf-8")

        try:
            cases = read_cases(self.path.read_text(encoding="utf-8"), self.path.name, load)
        except InvalidInput as error:
            raise self.CollectError("\n".join(str(fault) for fault in error.faults)) from None
        for case in cases:
            yield PolicyCase.from_parent(self, name=case.id, case=case)


class PolicyCase(pytest.Item):
    """One case of a table."""

    def __init__(self, *, case: Case, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.case = case

    def runtest(self) -> None:
        """Holds what is expected against what follows."""
        self.case.check()

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None) -> str:
        """What differs, in words; of an error that is none of the case its traceback."""
        if isinstance(excinfo.value, AssertionError):
            return str(excinfo.value)
        return f"{self.case.where}: {self.case.id}\n{super().repr_failure(excinfo, style)}"

    def reportinfo(self) -> tuple[Path, int, str]:
        """File and line of the case."""
        return self.path, self.case.line - 1, self.case.id
