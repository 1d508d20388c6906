"""Writes docs/reference/requirements.md: for each requirement, what carries it in code, pack and tests.

Numbers, titles and priorities stand in ``requirements.toml`` beside this.  Code carries a number where its
docstrings or comments cite it, a definition of the pack where it declares it, a test where its name has it
(``test_R_028_…``).  Nothing is imported from the tests: they are read as text.
"""

from __future__ import annotations

import ast
import re
import sys
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

from party_workflow.packs import party

ROOT: Final = Path(__file__).resolve().parent.parent
DATA: Final = ROOT / "tools" / "requirements.toml"
OWNERS: Final = {
    "year": "Year: assessment, recognition and study",
    "policies": "Policies",
    "cases": "Cases",
    "log": "Log and audit",
}

DONE: Final = ("year", "cases", "policies")
"""The parts of the work whose every number of P0 and P1 has to have a test, or is listed as lacking."""

_CITED: Final = re.compile(r"R-([0-9]{3})(?: to R-([0-9]{3}))?")
_TESTED: Final = re.compile(r"R_([0-9]{3})(?![0-9])")


@dataclass(frozen=True, slots=True)
class Requirement:
    """One number of the catalogue: title, priority, and who owns it."""

    number: str
    title: str
    priority: str
    owner: str


@cache
def sections() -> tuple[tuple[str, tuple[Requirement, ...]], ...]:
    """Each section with its requirements."""
    document = tomllib.loads(DATA.read_text("utf-8"))
    return tuple(
        (f"{each['letter']}. {each['title']}", tuple(Requirement(**row) for row in each["requirements"]))
        for each in document["section"]
    )


def listed_as_lacking() -> tuple[str, ...]:
    """The numbers that the data file says no test carries yet."""
    return tuple(tomllib.loads(DATA.read_text("utf-8"))["lacking"])


@cache
def tests() -> Mapping[str, tuple[tuple[str, str], ...]]:
    """By number: file and name of each test that carries it, read without importing anything."""
    found: dict[str, list[tuple[str, str]]] = {}
    for path in sorted((ROOT / "tests").rglob("test_*.py")):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.FunctionDef | ast.ClassDef) and node.name.lower().startswith("test"):
                for number in _TESTED.findall(node.name):
                    place = (path.relative_to(ROOT).as_posix(), node.name)
                    found.setdefault(f"R-{number}", []).append(place)
    return {number: tuple(places) for number, places in found.items()}


@cache
def modules() -> Mapping[str, tuple[str, ...]]:
    """By number: the modules of the library whose text cites it."""
    found: dict[str, set[str]] = {}
    for source in ("src", "adapters"):
        for path in sorted((ROOT / source).rglob("*.py")):
            name = ".".join(path.relative_to(ROOT / source).with_suffix("").parts).removesuffix(".__init__")
            for first, last in _CITED.findall(path.read_text("utf-8")):
                for number in range(int(first), int(last or first) + 1):
                    found.setdefault(f"R-{number:03}", set()).add(name.removeprefix("party_workflow."))
    return {number: tuple(sorted(names)) for number, names in found.items()}


def lacking() -> tuple[str, ...]:
    """The numbers of P0 and P1 of the parts of the work that are done and that no test carries."""
    return tuple(
        each.number
        for _, found in sections()
        for each in found
        if each.owner in DONE and each.priority in ("P0", "P1") and each.number not in tests()
    )


def page() -> Iterator[str]:
    """The page: what carries each requirement, and honestly what nothing carries."""
    every = [each for _, found in sections() for each in found]
    yield "# Requirements\n\nFor everybody who asks what there is and how it is shown. Each number of the "
    yield "catalogue that this library is built from, with the modules that cite it, the definitions of the "
    yield "pack `party` that declare it, and the tests whose names carry it. P0 is core, P1 is expected by a "
    yield "serious user, P2 is an extension that data can express. An empty cell means: nothing yet.\n\n"
    yield "| owned by | numbers | with a test |\n|---|---|---|\n"
    for owner, words in OWNERS.items():
        mine = [each for each in every if each.owner == owner]
        yield f"| {words} | {len(mine)} | {sum(each.number in tests() for each in mine)} |\n"
    for heading, found in sections():
        yield f"\n## {heading}\n\n| number | what | priority | owned by | modules | pack | tests |\n"
        yield "|---|---|---|---|---|---|---|\n"
        for each in found:
            yield _row(each)


def _row(each: Requirement) -> str:
    pack = ", ".join(f"`{code}`" for code in dict.fromkeys(e.code for e in party.PACK.declaring(each.number)))
    where = ", ".join(f"`{name}`" for name in modules().get(each.number, ()))
    by_file: dict[str, list[str]] = {}
    for file, name in tests().get(each.number, ()):
        words = re.sub(r"^test_(?:(?:and_)?R_[0-9]{3}_)+", "", name).replace("_", " ")
        by_file.setdefault(file, []).append(words)
    shown = "<br>".join(
        f"[{Path(file).name}](../../{file}): {'; '.join(names)}" for file, names in by_file.items()
    )
    owner = OWNERS[each.owner].partition(":")[0]
    return f"| {each.number} | {each.title} | {each.priority} | {owner} | {where} | {pack} | {shown} |\n"


def main() -> int:
    """Print the numbers that no test carries yet, as the data file wants them."""
    print("lacking = [")
    for number in lacking():
        print(f'  "{number}",')
    print("]")
    return 0


if __name__ == "__main__":
    sys.exit(main())
