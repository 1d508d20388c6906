"""Asserted figures, exact or not: "392", "over 30", "10-odd", "nearly 1 000", ">= 98 %".  (R-181)

A `Quantity` has a comparator, exact values and a unit.  What it asserts is an interval (`Bounds`):
arithmetic propagates the interval, and `compare` says whether an actual value lies in it.  An
approximate quantity says how far off it may be, or nothing can be verified with it: there is no
default tolerance.  Nothing is rounded.

Operations refuse with `InvalidInput`.  As a field of another model, a faulty quantity is reported as
pydantic does, for the codec to put into words.
"""

from party_workflow.quantity.bounds import Bounds
from party_workflow.quantity.exact import Exact, exact, exact_text, parse_exact
from party_workflow.quantity.quantity import PERCENT, Comparator, Comparison, Quantity

__all__ = [
    "Quantity",
    "Comparator",
    "Comparison",
    "Bounds",
    "Exact",
    "exact",
    "exact_text",
    "parse_exact",
    "PERCENT",
]
