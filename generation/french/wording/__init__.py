"""The words of explanations, one module for each language."""
