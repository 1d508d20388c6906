"""Audits: what an auditor asks of a history, check by check, and the results that are computed again."""
