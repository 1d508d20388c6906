"""Activities judged: what was done, how late, by whom, at what burden, and what belongs together."""
