"""What is done with a result: explained, certified, compared, taken apart; and what would be otherwise.

`explanation` for one subject, `why` for a pair, `certificates` for the whole, `altered` for histories that
were not, `compare` for two results, `lineage` for an indicator that changed.
"""
