"""The small organisation in which things are tried out."""

from __future__ import annotations

import pytest

from party_workflow.errors import InvalidInput
from party_workflow.testing.town import Town


def test_a_code_that_no_definition_in_force_has_is_said_to_be_unknown() -> None:
    town = Town("monthly_appraisal")
    assert len(town.digest("monthly_appraisal")) == 64
    with pytest.raises(InvalidInput, match="No definition of this code is in force"):
        town.digest("nosuch")
