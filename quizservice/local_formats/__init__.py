"""How times are told in each language: all are in UTC, and say so."""
