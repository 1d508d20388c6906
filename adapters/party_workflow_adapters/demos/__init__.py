"""Example histories, told by the public API and executed afresh: nothing of them lies in the repository."""
