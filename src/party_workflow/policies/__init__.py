"""Policies: named, versioned judgements over a history.  They judge and never act.

A policy reads events and concludes a result: a ranking, findings, proposals.  Its parameters stand in a
`Rule`, dated and with their basis; every figure of a result is a `Figure` that explains itself down to event
ids.  Nothing here rounds, drops or fills in a value without naming the rule that says so.
"""
