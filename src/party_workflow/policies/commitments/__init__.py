"""Plans judged: what was promised beside what was reported, what is overdue, goals on a distribution."""
