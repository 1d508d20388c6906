"""What a user tests with: given/when/then for deciders, and the contract that every store passes.

Importing this package needs nothing beyond the library; strategies import Hypothesis when they are used.
"""
