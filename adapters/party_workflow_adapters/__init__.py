"""What connects the pure library `party_workflow` with the world: stores, command line, reports.

Importing this package imports nothing heavy; each module names the extra that it needs, for instance
`pip install party-workflow[sql]`.
"""
