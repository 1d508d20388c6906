"""The aggregates: one a module, each in the same order of sections.

Events, commands, lifecycle, refusal reasons in order of precedence, state, evolve, decide, decider.
Aggregates do not import each other; one asks another for a fact by name (`party_workflow.decider.Ask`).
"""
