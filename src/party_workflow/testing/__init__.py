"""What a user tests with: given/when/then for deciders and policies, laws, and the contract of stores.

Importing this package needs nothing beyond the library; strategies import Hypothesis when they are used.
"""
