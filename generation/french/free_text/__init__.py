"""Free French sentences, those of a model: what they are about, and versions with one error.

``describe.describe`` says which verbs, tenses and objects a text has, ``deviations.wrong_versions``
makes versions of a right sentence that have exactly one certain error. Pure Python.
"""
