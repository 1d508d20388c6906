"""Cases judged: clocks, levels, counts that reward no silence, warnings missed, what answers a complaint."""
