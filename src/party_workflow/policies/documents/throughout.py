"""What holds throughout a document: fields said once, for every clause that needs them and does not say them.

``throughout`` is a way of writing and no part of the document: what is read is written out in each clause, so
that digest, results and explanations are those of the same document with everything said in its place.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final, get_args

from party_workflow.errors import InvalidDefinition
from party_workflow.policies.documents.clauses import CLAUSES, BaseClause
from party_workflow.policies.documents.findings import Finding, put

KEY: Final = "throughout"
_OWN: Final = frozenset({"type", "code"})
_ALWAYS: Final = frozenset({"until", "display"})


def shareable(kind: type[BaseClause]) -> frozenset[str]:
    """What may be said for a kind of clause throughout: what it has to have, its end and its display."""
    needed = {name for name, info in kind.model_fields.items() if info.is_required()}
    return frozenset((needed | _ALWAYS) - _OWN)


_FIELDS: Final = {get_args(kind.model_fields["type"].annotation)[0]: shareable(kind) for kind in CLAUSES}


def spread(data: Mapping[str, Any]) -> Mapping[str, Any]:
    """The data of a document with ``throughout`` written out in its clauses.

    Raises `InvalidDefinition` for a field there that no clause of the document needs.
    """
    common, clauses = data.get(KEY), data.get("clause")
    if not isinstance(common, Mapping) or not isinstance(clauses, list | tuple):
        return data
    used: set[str] = set()
    found: list[Any] = []
    for clause in clauses:
        kind = clause.get("type") if isinstance(clause, Mapping) else None
        if not isinstance(kind, str) or kind not in _FIELDS:
            found.append(clause)
            continue
        fitting = {name: value for name, value in common.items() if name in _FIELDS[kind]}
        used |= fitting.keys()
        found.append({**fitting, **clause})
    if unused := [name for name in common if name not in used]:
        what = "No clause needs this field."
        raise InvalidDefinition(
            [
                put(Finding("", what, "Remove it, or say it where it belongs."), (KEY, name), data)
                for name in unused
            ]
        )
    return {**{name: value for name, value in data.items() if name != KEY}, "clause": found}
