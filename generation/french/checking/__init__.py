"""Checking free text: French sentences that come without a specification. Pure Python.

``verify.verify`` judges one text, ``pairs.check_pair`` a right and a wrong sentence, ``lines`` whole
files of them. A text goes through ``text`` (words), ``arcs`` and ``tagger`` (what each word does),
``noun_phrases``, ``verb_groups``, ``subjects`` and ``clauses`` (all together: ``structure.analyse``),
and then through every rule of ``rules``. A rule gives an error only if it is certain.
"""
