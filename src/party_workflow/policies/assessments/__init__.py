"""Assessments judged: four-valued sheets, standings, compliance, stars, rounds of votes, appraisals."""
