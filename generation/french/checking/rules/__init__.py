"""The rules of checking: each is a function over a sentence that gives certain errors."""
