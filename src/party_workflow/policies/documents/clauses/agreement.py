"""How far the raters of a panel agree, reported beside its figures."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from typing import Final, Literal

from party_workflow.policies.arithmetic import reliability
from party_workflow.policies.conclusion import Note
from party_workflow.policies.documents.clauses.base import BaseClause
from party_workflow.policies.documents.measures import Key
from party_workflow.policies.figure import Absent, Figure, Value

Agreement = Literal["krippendorff_alpha", "kendall_w", "icc_1", "icc_2"]
"""See `party_workflow.policies.arithmetic.reliability`."""

_COMPLETE: Final = {
    "kendall_w": reliability.kendall_w,
    "icc_1": reliability.icc_1,
    "icc_2": reliability.icc_2,
}


def agreement(
    clause: BaseClause,
    compared: str,
    marks: Mapping[Key, Mapping[str, Figure]],
    measures: Sequence[Agreement],
) -> Iterator[Note]:
    """A note ``reliability.<measure>`` for each measure, about those compared: how many raters, how many were
    rated, and how many of them are left out because not every rater marked them.

    `marks` has by panel the mark of each rater.  A measure that is not defined for them is not applicable.
    """
    given: dict[str, dict[Key, Fraction]] = {}
    for key, of_key in marks.items():
        for rater, figure in of_key.items():
            if not isinstance(figure.value, Absent):
                given.setdefault(rater, {})[key] = figure.value
    everybody = list(marks)
    whole = [key for key in everybody if given and all(key in own for own in given.values())]

    def counted(name: str, number: int) -> Figure:
        return Figure(name, Fraction(number), "count", clause.code, clause.basis)

    for measure in measures:
        if measure == "krippendorff_alpha":
            keys = everybody
            found = reliability.krippendorff_alpha([[own.get(key) for key in keys] for own in given.values()])
        else:
            keys = whole
            found = _COMPLETE[measure]([[own[key] for key in keys] for own in given.values()])
        inputs = (
            counted("raters", len(given)),
            counted("rated", len(keys)),
            counted("left_out", len(everybody) - len(keys)),
        )
        value: Value = Absent("not_applicable") if found is None else found
        figure = Figure(measure, value, measure, clause.code, clause.basis, inputs)
        yield Note(clause.code, f"reliability.{measure}", compared, (figure,))
