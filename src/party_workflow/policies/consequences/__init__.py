"""Consequences judged: what was used as their ground, what became of it, who may still appeal."""
