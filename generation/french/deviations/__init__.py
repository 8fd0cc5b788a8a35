"""Sentences with exactly one certain error, one module for each kind."""
