"""Responsibility judged: who answered when, gaps, letters down the tree, duties in person, bundles, tasks.

Everything is told as of a moment, and nothing follows from it: what ought to have consequences is a proposal
that somebody in a role decides on (R-207).
"""
