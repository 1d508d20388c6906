"""What connects the pure library `party_workflow` with the world: stores, command line, reports.

Importing this package imports nothing heavy; each module asks for its own extra (`pip install party-workflow[sql]`).
"""
