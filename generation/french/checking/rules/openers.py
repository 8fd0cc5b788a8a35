"""What the rules about tense and mood share: the conjunction of a clause, and si that asks."""

from __future__ import annotations

from generation.french.checking.rules.common import finding, finite_tenses
from generation.french.checking.sentence import Clause, Sentence, Tag
from generation.french.checking.verdict import Finding
from verbs.french.vocabulary import Tense

#: Verbs behind which si means whether.
WHETHER = frozenset(
    {
        *("savoir", "demander", "ignorer", "voir", "dire", "regarder", "vérifier", "chercher"),
        *("comprendre", "hésiter", "oublier", "rappeler", "imaginer", "deviner", "décider"),
        *("expliquer", "montrer", "apprendre", "découvrir", "douter", "contrôler", "juger"),
        *("préciser", "indiquer", "répondre", "penser", "réfléchir", "essayer", "examiner"),
        *("étudier", "intéresser", "importer", "dépendre", "discuter", "souvenir"),
        *("parier", "calculer", "déterminer", "prévoir", "sentir", "confirmer", "interroger"),
        *("renseigner", "informer", "excuser", "avouer", "raconter", "déduire", "tester"),
    }
)


_ASKING = frozenset({"savoir", "ignorer", "demander", "dire", "voir", "importer"})


def found_tense(sentence: Sentence, clause: Clause, code: str, reason: str) -> Finding:
    """Return a finding about the finite form of a clause."""
    index = clause.group.finite
    return finding(sentence, f"wrong_tense.{code}", (index, index + 1), reason)


def opener_of(sentence: Sentence, clause: Clause) -> str:
    """Return the conjunction of a clause in full, all its words."""
    if clause.introducer is None:
        return ""
    first = last = clause.introducer
    tags = sentence.tags
    while last + 1 < len(tags) and tags[last + 1] is tags[first] and last + 1 < clause.group.finite:
        last += 1
    words = [sentence.words[i].lower for i in range(first, last + 1)]
    if sentence.words[first].text.lower() == "s'":
        words[0] = "si"
    return " ".join(words)


def means_whether(sentence: Sentence, clause: Clause) -> bool:
    """Whether the si of a clause asks instead of naming a condition."""
    assert clause.introducer is not None
    earlier = [c for c in sentence.clauses if c.group.finite < clause.introducer]
    if earlier:
        if any(set(c.group.lemmas) & WHETHER or not c.group.lemmas for c in earlier):
            return True
        if any("être" in c.group.lemmas and _asks(c) for c in earlier):
            return True
        # Another verb form may ask: "pour savoir si", "j'ai demandé si".
        return any(
            reading.lemma in WHETHER
            for i in range(clause.introducer)
            if sentence.tags[i] in (Tag.INFINITIVE, Tag.GERUND, Tag.PARTICIPLE)
            for reading in sentence.readings[i]
        )
    # At the beginning a main clause must follow: "s'il viendra, je l'ignore" is literary.
    later = [c for c in sentence.clauses if c.group.finite > clause.group.finite]
    if any(sentence.tags[i] is Tag.INFINITIVE for i in range(clause.introducer)):
        return True
    return not later or any(set(c.group.lemmas) & _ASKING for c in later)


def _asks(clause: Clause) -> bool:
    """Whether être may introduce a question: "la question est si", but not "je serai content si"."""
    return not finite_tenses(clause) <= {Tense.FUTUR_SIMPLE, Tense.CONDITIONNEL}
