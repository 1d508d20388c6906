"""Procedures judged: who waits, what rests on what, contests, posts over their years."""
