"""Write tests/api/public.json: every public name with its signature, as the last release or commit left it.

`python tools/public_api.py` adds what is new.  A name that is gone, or has another signature, is only
written where CHANGELOG.md says so: a line under *Removed*, *Changed* or *Deprecated* that has the name in
backticks.  See docs/reference/versioning.md.
"""

from __future__ import annotations

import importlib
import inspect
import json
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from pydantic import BaseModel

ROOT = Path(__file__).resolve().parent.parent
OUT = ROOT / "tests" / "api" / "public.json"
CHANGELOG = ROOT / "CHANGELOG.md"

WHOLE = (
    "party_workflow",
    "party_workflow.deprecation",
    "party_workflow.policies.documents",
    "party_workflow.testing",
    "party_workflow.testing.policies",
    "party_workflow_adapters.backup",
    "party_workflow_adapters.intake",
    "party_workflow_adapters.journal",
    "party_workflow_adapters.openings",
    "party_workflow_adapters.sqlite",
)
"""The modules whose public names are promised: `__all__`, or else what they define without an underscore."""


def current() -> dict[str, str]:
    """Every public name, its members included, with its signature."""
    found: dict[str, str] = {}
    for module in WHOLE:
        for name, value in _names(module):
            found[f"{module}.{name}"] = _signature(value)
            if inspect.isclass(value):
                found |= {f"{module}.{name}.{member}": said for member, said in _members(value)}
    return dict(sorted(found.items()))


def _names(module: str) -> Iterator[tuple[str, Any]]:
    imported = importlib.import_module(module)
    listed = getattr(imported, "__all__", None)
    for name, value in sorted(vars(imported).items()):
        own = getattr(value, "__module__", None) == module and not name.startswith("_")
        if name in listed if listed is not None else own and (inspect.isclass(value) or callable(value)):
            yield name, value


def _members(kind: type) -> Iterator[tuple[str, str]]:
    if issubclass(kind, BaseModel):
        for name, info in sorted(kind.model_fields.items()):
            yield name, "field" if info.is_required() else "optional field"
    own: dict[str, Any] = {}
    for base in reversed(kind.__mro__):  # what a class of the library hands down is promised of each heir
        if base.__module__.startswith("party_workflow"):
            own |= vars(base)
    for name, value in sorted(own.items()):
        if name.startswith("_"):
            continue
        if isinstance(value, property):
            yield name, "property"
        elif isinstance(value, staticmethod | classmethod):
            yield name, _signature(value.__func__)
        elif inspect.isfunction(value):
            yield name, _signature(value)


def _signature(value: Any) -> str:
    """Names, kinds and whether there is a default: what a caller relies on.  Types are left out."""
    if inspect.isclass(value) and issubclass(value, BaseException):
        return f"exception({', '.join(base.__name__ for base in value.__mro__[1:-3])})"
    if not callable(value):
        return type(value).__name__
    try:
        signature = inspect.signature(value)
    except (TypeError, ValueError):
        return "class" if inspect.isclass(value) else "value"
    parts, keyword_only = [], False
    for parameter in signature.parameters.values():
        if parameter.kind is parameter.VAR_POSITIONAL:
            parts.append(f"*{parameter.name}")
            keyword_only = True
            continue
        if parameter.kind is parameter.VAR_KEYWORD:
            parts.append(f"**{parameter.name}")
            continue
        if parameter.kind is parameter.KEYWORD_ONLY and not keyword_only:
            parts.append("*")
            keyword_only = True
        parts.append(parameter.name + ("" if parameter.default is parameter.empty else "=…"))
    return f"({', '.join(parts)})"


def breaks(before: dict[str, str], now: dict[str, str]) -> dict[str, str]:
    """What a program that was written against `before` could miss: by name, what became of it."""
    found: dict[str, str] = {}
    for name, signature in before.items():
        if name not in now:
            found[name] = "gone"
        elif now[name] != signature and not _wider(signature, now[name]):
            found[name] = f"{signature} became {now[name]}"
    return found


def _wider(before: str, now: str) -> bool:
    """Whether every call that was right still is: the same parameters, and further ones with defaults."""
    if not (before.startswith("(") and now.startswith("(")):
        return before == "field" and now == "optional field"
    old = before[1:-1].split(", ") if before != "()" else []
    new = now[1:-1].split(", ") if now != "()" else []
    place = 0
    for index, part in enumerate(new):
        if place < len(old) and part in (old[place], f"{old[place]}=…"):
            place += 1
        elif part == "*" and place < len(old):
            return False  # what could be given by place has to be named now
        elif part == "*" or part.startswith("**"):
            continue
        elif not part.endswith("=…") or (place < len(old) and "*" not in new[:index]):
            return False
    return place == len(old) or old[place:] == ["*"]


def announced(name: str, changelog: str) -> bool:
    """Whether the changelog says that this name goes or changes: in backticks, under a heading of that kind.

    The name may be written whole, or from its class on: `Workflow.execute`.
    """
    parts = name.split(".")
    forms = {".".join(parts[index:]) for index in range(len(parts)) if parts[index:]}
    heading = ""
    for line in changelog.splitlines():
        if line.startswith("#"):
            heading = line.lstrip("# ").strip()
        elif heading in ("Removed", "Changed", "Deprecated"):
            if forms & set(re.findall(r"`([A-Za-z0-9_.]+)(?:\(\))?`", line)):
                return True
    return False


def unannounced(before: dict[str, str], now: dict[str, str], changelog: str) -> dict[str, str]:
    """The breaks that the changelog does not mention.  A member goes with its class."""
    found = {}
    for name, what in breaks(before, now).items():
        owner = name.rpartition(".")[0]
        if announced(name, changelog) or (
            owner in before and owner not in now and announced(owner, changelog)
        ):
            continue
        found[name] = what
    return found


def main() -> None:
    now = current()
    before = json.loads(OUT.read_text("utf-8")) if OUT.exists() else {}
    if lacking := unannounced(before, now, CHANGELOG.read_text("utf-8")):
        for name, what in lacking.items():
            print(
                f"{name}: {what}. Say so in CHANGELOG.md, or restore it with a deprecation.", file=sys.stderr
            )
        raise SystemExit(1)
    OUT.parent.mkdir(exist_ok=True)
    OUT.write_text(json.dumps(now, indent=1, ensure_ascii=False, sort_keys=True) + "\n", "utf-8")
    print(f"{len(now)} names; {len(now.keys() - before.keys())} are new.")


if __name__ == "__main__":
    main()
