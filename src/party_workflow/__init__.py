"""Record an organisation's appraisal year as immutable events, and rank, award and audit from them."""
