"""A deterministic grammar engine for French. Pure Python, no Django."""
