"""Packs: vocabularies and definitions as data, to adopt in a log as they are or to begin one's own from."""
