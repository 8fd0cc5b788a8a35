"""French verbs: conjugation and the lexicon. Pure Python, no Django."""
