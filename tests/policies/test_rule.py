"""An alternative rule is a copy with changes: checked, and with a digest of its own."""

from __future__ import annotations

from datetime import timedelta

import pytest

from party_workflow.errors import InvalidDefinition
from party_workflow.packs.campaign_2005 import APPRAISAL_RULE


def test_a_copy_with_changes_has_its_own_digest_and_one_without_has_the_same() -> None:
    assert APPRAISAL_RULE.digest == APPRAISAL_RULE.model_copy().digest
    changed = APPRAISAL_RULE.model_copy(update={"version": 2})
    assert changed.body["version"] == 2
    assert changed.digest != APPRAISAL_RULE.digest


def test_a_copy_with_changes_is_checked_like_any_other_rule() -> None:
    before = APPRAISAL_RULE.effective_from - timedelta(days=1)
    with pytest.raises(InvalidDefinition, match="ends before it begins"):
        APPRAISAL_RULE.model_copy(update={"effective_until": before})
    twice = (*APPRAISAL_RULE.clauses, APPRAISAL_RULE.clause("scale"))
    with pytest.raises(InvalidDefinition, match="stands twice"):
        APPRAISAL_RULE.model_copy(update={"clauses": twice})
