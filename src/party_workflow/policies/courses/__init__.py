"""Campaigns judged: courses aligned by phase, reports, problems old and new."""
