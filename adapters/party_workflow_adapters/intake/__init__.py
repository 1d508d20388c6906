"""Taking in files as people keep them: rosters, activities, marks and points from CSV and Excel.

``take_in(file, mapping, store, openings, at=…, salts=…)`` records a whole file or nothing; with ``dry_run``
it only says what is wrong and what would be recorded.  ``provenance(history, event_id)`` says of an event
from which file, sheet and row it came.
"""

from party_workflow_adapters.intake.mapping import FIELDS, KINDS, Mapping, mapping_of, read_mapping
from party_workflow_adapters.intake.problems import Group, Problem, Problems, Unusable, grouped, ranges
from party_workflow_adapters.intake.provenance import Provenance, events_of, provenance
from party_workflow_adapters.intake.running import Report, take_in
from party_workflow_adapters.intake.tables import place_of

__all__ = [
    "FIELDS",
    "KINDS",
    "Group",
    "Mapping",
    "Problem",
    "Problems",
    "Provenance",
    "Report",
    "Unusable",
    "events_of",
    "grouped",
    "mapping_of",
    "place_of",
    "provenance",
    "ranges",
    "read_mapping",
    "take_in",
]
