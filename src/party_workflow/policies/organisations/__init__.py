"""The organisation judged: levels that reconcile, what became of units, coverage, tenures, capacity."""
