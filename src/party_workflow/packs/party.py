"""The pack ``party``: the model of all aggregates, and the vocabulary of the source documents as data.

``MODEL`` is what a service passes to `party_workflow.Workflow`.  Definitions are adopted in the log they
govern (`definitions`), labels stay here; `PACKS` is what genesis records of them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from party_workflow.authority import OpenLog
from party_workflow.calendar import Calendar, Series
from party_workflow.canonical import digest
from party_workflow.domain import (
    activity,
    appraisal,
    assessment,
    campaign,
    case,
    claim,
    criticism,
    definition,
    exchange,
    inspection,
    intake,
    ledger,
    observation,
    organisation,
    plan,
    points,
    population,
    procedure,
    publication,
    rating,
    responsibility,
    schedule,
    submission,
)
from party_workflow.domain.definition import AdoptDefinition
from party_workflow.lifecycle import Lifecycle
from party_workflow.model import Model
from party_workflow.packs.pack import Pack, shipped
from party_workflow.policies.activities.bundles import Bundle
from party_workflow.policies.activities.talks import TalkMatrix
from party_workflow.policies.cases.four_zeros import Promise
from party_workflow.policies.disclosure.masking import MaskingProfile
from party_workflow.policies.documents.document import RuleDocument
from party_workflow.policies.duties import Regime
from party_workflow.policies.ladders import Ladder
from party_workflow.policies.organisations.capacity import Capacity
from party_workflow.policies.rule import Rule
from party_workflow.policies.taxonomy import Taxonomy

VALIDATORS: Final[Mapping[str, Callable[[dict[str, Any]], object]]] = {
    "lifecycle": Lifecycle.model_validate,
    "campaign": campaign.CampaignDefinition.model_validate,
    "template": submission.TemplateDefinition.model_validate,
    "case": case.CaseKind.model_validate,
    "calendar": Calendar.model_validate,
    "series": Series.model_validate,
    "rule": Rule.read,
    "rule_document": RuleDocument.read,
    "assessment": assessment.AssessmentKind.model_validate,
    "procedure": procedure.ProcedureKind.model_validate,
    "plan": plan.PlanKind.model_validate,
    "publication": publication.PublicationKind.model_validate,
    "masking": MaskingProfile.model_validate,
    "points": points.PointsScheme.model_validate,
    "ledger": ledger.LedgerDefinition.model_validate,
    "ladder": Ladder.model_validate,
    "regime": Regime.model_validate,
    "taxonomy": Taxonomy.model_validate,
    "bundle": Bundle.model_validate,
    "capacity": Capacity.model_validate,
    "talk_matrix": TalkMatrix.model_validate,
    "promise": Promise.model_validate,
    "inspection": inspection.InspectionKind.model_validate,
    "responsibility": responsibility.ResponsibilityKind.model_validate,
}
"""Who judges the body of a definition, by kind."""

MODEL: Final = Model(
    deciders=(
        organisation.DECIDER,
        definition.decider(VALIDATORS),
        population.DECIDER,
        schedule.DECIDER,
        activity.DECIDER,
        submission.DECIDER,
        rating.DECIDER,
        appraisal.DECIDER,
        assessment.DECIDER,
        case.DECIDER,
        campaign.DECIDER,
        claim.DECIDER,
        criticism.DECIDER,
        publication.DECIDER,
        exchange.DECIDER,
        intake.DECIDER,
        plan.DECIDER,
        procedure.DECIDER,
        points.DECIDER,
        ledger.DECIDER,
        inspection.DECIDER,
        responsibility.DECIDER,
        observation.DECIDER,
    )
)
"""Every aggregate of the library."""


def _asked() -> frozenset[str]:
    """The duties that events ask for; custody of confidential cases opens them to the eye instead."""
    asked = {event.requires.duty for decider in MODEL.all_deciders for event in decider.events}
    return frozenset(duty for duty in asked if duty) | {"case.custody"}


PACK: Final = Pack.read(shipped("party"), validators=VALIDATORS, duties=_asked())
"""The vocabulary, the definitions and the role book, from the files in ``packs/party/``."""


def duties() -> frozenset[str]:
    """Every duty that there is: events ask for some, kinds of procedure and case in the pack for others."""
    values = (entry.value for name in ("procedure", "case") for entry in PACK.of_kind(name))
    kinds = (each for each in values if isinstance(each, procedure.ProcedureKind | case.CaseKind))
    return _asked().union(duty for kind in kinds for duty in kind.duties())


ROLES: Final[dict[str, tuple[str, ...]]] = dict(PACK.roles)
"""The role book: which role carries which duties.  A supervisor's gate has to come from outside the unit."""

PACKS: Final[Mapping[str, str]] = {
    "party": PACK.digest,
    "party.roles": digest({role: list(duties) for role, duties in ROLES.items()}),
}
"""The digests of the packs that genesis records."""


def open_log(tenant: str) -> OpenLog:
    """The first command of a log that uses this pack; its giver becomes the registrar."""
    return OpenLog(tenant=tenant, packs=dict(PACKS), role="registrar", roles=ROLES)


def definitions(*codes: str) -> tuple[AdoptDefinition, ...]:
    """The commands that adopt definitions of the pack in a log: those named, in that order, or all there are.

    Each brings every version, the earliest first.  Raises `InvalidInput` for a code that the pack does not
    have.
    """
    wanted = codes or tuple(dict.fromkeys(entry.code for entry in PACK.definitions))
    return tuple(
        AdoptDefinition(code=entry.key, kind=entry.kind, version=entry.version, body=entry.document())
        for code in wanted
        for entry in PACK.versions(code)
    )
