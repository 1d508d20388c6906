"""The pack ``party``: the model of all aggregates, and the vocabulary of the source documents as data.

``MODEL`` is what a service passes to `party_workflow.Workflow`.  Definitions are adopted in the log they
govern (`definitions`), labels stay here; `PACKS` is what genesis records of them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from party_workflow.authority import OpenLog
from party_workflow.calendar import Calendar
from party_workflow.canonical import digest
from party_workflow.domain import (
    activity,
    appraisal,
    campaign,
    case,
    claim,
    definition,
    organisation,
    population,
    publication,
    rating,
    submission,
)
from party_workflow.domain.definition import AdoptDefinition
from party_workflow.lifecycle import Lifecycle
from party_workflow.model import Model
from party_workflow.packs.campaign_2005 import APPRAISAL_RULE, CALENDAR, CAMPAIGN, ROLES
from party_workflow.packs.case_kinds import COMPLAINT, FINDING, OPINION
from party_workflow.packs.labels import LABELS
from party_workflow.policies.rule import Rule

VALIDATORS: Final[Mapping[str, Callable[[dict[str, Any]], object]]] = {
    "lifecycle": Lifecycle.model_validate,
    "campaign": campaign.CampaignDefinition.model_validate,
    "case": case.CaseKind.model_validate,
    "calendar": Calendar.model_validate,
    "rule": Rule.read,
}
"""Who judges the body of a definition, by kind."""

MODEL: Final = Model(
    deciders=(
        organisation.DECIDER,
        definition.decider(VALIDATORS),
        population.DECIDER,
        activity.DECIDER,
        submission.DECIDER,
        rating.DECIDER,
        appraisal.DECIDER,
        case.DECIDER,
        campaign.DECIDER,
        claim.DECIDER,
        publication.DECIDER,
    )
)
"""Every aggregate of the library."""

PACKS: Final[Mapping[str, str]] = {
    "party": digest({code: list(labels) for code, labels in LABELS.items()}),
    "party.roles": digest({role: list(duties) for role, duties in ROLES.items()}),
}
"""The digests of the packs that genesis records."""


def open_log(tenant: str) -> OpenLog:
    """The first command of a log that uses this pack; its giver becomes the registrar."""
    return OpenLog(tenant=tenant, packs=dict(PACKS), role="registrar", roles=ROLES)


def definitions() -> tuple[AdoptDefinition, ...]:
    """The commands that adopt the pack's definitions in a log."""
    bodies: tuple[tuple[str, str, dict[str, Any]], ...] = (
        ("calendar", CALENDAR.code, CALENDAR.model_dump(mode="json", exclude_none=True)),
        ("campaign", CAMPAIGN.code, CAMPAIGN.data()),
        ("rule", APPRAISAL_RULE.code, APPRAISAL_RULE.body),
        *(("case", kind.code, kind.data()) for kind in (OPINION, COMPLAINT, FINDING)),
    )
    return tuple(
        AdoptDefinition(code=code.replace("_", "-"), kind=kind, version=1, body=body)
        for kind, code, body in bodies
    )
