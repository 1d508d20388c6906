"""Scales: what a mark on an item can be, and why one is off it."""

from __future__ import annotations

from fractions import Fraction
from typing import Any, Literal, Self, assert_never

from pydantic import ModelWrapValidatorHandler, model_validator

from party_workflow.domain.assessment.values import Value
from party_workflow.errors import Faults
from party_workflow.partwise import judged
from party_workflow.values import Code, Definition, Number


class Scale(Definition):
    """One way of marking.

    ``pass``: passed or not.  ``grades``: ordered labels, best first.  ``points``: from `low` to `high`, in
    whole `step` from `low` where one is given.  ``measure``: any number in `unit`.  ``rate``: two counts.
    """

    type: Literal["pass", "grades", "points", "measure", "rate"]
    grades: tuple[Code, ...] = ()
    low: Number | None = None
    high: Number | None = None
    step: Number | None = None
    unit: Code | None = None

    @model_validator(mode="wrap")
    @classmethod
    def _judged(cls, data: Any, handler: ModelWrapValidatorHandler[Self]) -> Self:
        return judged(cls, data, handler, cls.judge, "scale")

    def judge(self, faults: Faults) -> None:
        """Adds what does not agree within the scale."""
        if (self.type == "grades") != bool(self.grades):
            faults.add("grades", "A scale has grades exactly if it is of grades.", "Mend one of the two.")
        if len(set(self.grades)) < len(self.grades):
            faults.add("grades", "A grade stands twice.", "Remove one of the two.")
        if len(self.grades) == 1:
            faults.add("grades", "A single grade says nothing.", "Name at least two, best first.")
        bounds = self.low is not None and self.high is not None
        if self.type == "points" and not bounds:
            faults.add("low", "Points have a lowest and a highest.", "Give low and high.")
        if self.type != "points" and not self.low is self.high is self.step is None:
            faults.add("type", "Only points have low, high and step.", "Leave them out.")
        if self.low is not None and self.high is not None and self.low >= self.high:
            faults.add("high", "The highest is not above the lowest.", "Mend one of the two.")
        if self.step is not None and self.step <= 0:
            faults.add("step", "A step is more than zero.", "Mend it, or leave it out.")
        if (self.type == "measure") != (self.unit is not None):
            faults.add("unit", "A scale has a unit exactly if it measures.", "Mend one of the two.")

    def misfit(self, value: Value) -> str | None:
        """Why a value is not on the scale; None where it is, or says that there is none."""
        if value.absent is not None:
            return None
        match self.type:
            case "pass":
                return None if value.passed is not None else "it is passed or not"
            case "grades":
                return None if value.grade in self.grades else f"grades are {', '.join(self.grades)}"
            case "points":
                return self._misfit_points(value)
            case "measure":
                return None if value.points is not None else f"it is a number of {self.unit}"
            case "rate":
                return None if value.whole is not None else "it is a part of a whole, both counted"
            case _:
                assert_never(self.type)

    def _misfit_points(self, value: Value) -> str | None:
        if value.points is None or self.low is None or self.high is None:
            return f"it is from {self.low} to {self.high} points"
        if not self.low <= value.points <= self.high:
            return f"points are from {self.low} to {self.high}"
        if self.step is not None and (Fraction(value.points) - Fraction(self.low)) % Fraction(self.step):
            return f"points go in steps of {self.step} from {self.low}"
        return None
