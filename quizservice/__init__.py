"""Plumbing without business rules: settings, transport, errors, health, the embedded default."""
