"""Exact arithmetic of scoring, apart from what it is applied to: fractions in, fractions out.

Nothing here knows of events, clauses or figures.  What has no exact fraction (logarithms, roots, deviations)
is given to declared significant digits, correctly rounded, half to even: the same on every machine, for no
host context takes part.
"""
