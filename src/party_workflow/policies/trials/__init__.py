"""Other documents tried over the same rows: which one gives a published table, how far a ranking holds."""
