"""The rules on elision, determiners, negation, pronouns and prepositions in single sentences."""

from __future__ import annotations

import pytest

from generation.french.checking.rules.determiners import determiners
from generation.french.checking.rules.elision import elision
from generation.french.checking.rules.negation import negation
from generation.french.checking.rules.prepositions import prepositions
from generation.french.checking.rules.pronouns import pronouns
from generation.french.checking.structure import analyse
from generation.french.checking.verdict import Verdict
from generation.french.checking.verify import verify

RULES = (elision, determiners, negation, pronouns, prepositions)

WRONG = [
    ("Je arrive.", "elision.no_elision"),
    ("Le orage gronde.", "elision.no_elision"),
    ("Si ils chantent, je pars.", "elision.no_elision"),
    ("Ce est fini.", "elision.no_elision"),
    ("S'elle chante, je pars.", "elision.si"),
    ("J'aime l'hockey.", "elision.no_vowel"),
    ("Il rentre de le marché.", "elision.no_contraction"),
    ("Nous dormons au hôtel.", "elision.contraction_before_vowel"),
    ("Il habite un maison.", "determiner.gender"),
    ("Cette garçon chante.", "determiner.gender"),
    ("Ces maison est vide.", "determiner.number"),
    ("Ma amie chante.", "determiner.before_vowel"),
    ("Ce homme chante.", "determiner.before_vowel"),
    ("Elle ne chante pas jamais.", "negation_structure.two_negations"),
    ("Personne ne chante pas.", "negation_structure.two_negations"),
    ("Je chante ne pas.", "negation_structure.before_verb"),
    ("Il le ne chante pas.", "negation_structure.ne_after_pronoun"),
    ("Je n'ai chanté pas.", "negation_structure.after_participle"),
    ("Elle n'a personne invité.", "negation_structure.personne_before_participle"),
    ("Je lui le donne.", "pronoun_order"),
    ("Tu as lui parlé.", "pronoun_placement.before_participle"),
    ("Je chante la.", "pronoun_placement.after_verb"),
    ("Il part en Japon.", "preposition.masculine_country"),
    ("Elle vit à France.", "preposition.feminine_country"),
    ("Ils dorment en Lyon.", "preposition.city"),
    ("Je refuse à partir.", "preposition.wrong"),
]

RIGHT = [
    "Le onze est à moi, et le huit à toi.",
    "Puis-je entrer ?",
    "Donne-le à ta sœur.",
    "Il vient de le dire, et il pense à les inviter.",
    "La Hongrie et le Honduras sont loin.",
    "Elle dit que oui.",
    "Mon ancienne école est fermée.",
    "Quelle est ta réponse ?",
    "Il la porte et je le livre.",
    "Cet ancien ami habite cette île.",
    "Ce n'est pas rien.",
    "Je préfère ne pas sortir.",
    "Il ne faut jamais rien promettre à personne.",
    "Elle n'est plus jamais revenue.",
    "En le lui donnant, il a souri.",
    "Je n'ai pas voulu le dire.",
    "Il a la vue sur la mer.",
    "Les invités ont les mains froides.",
    "Elle pense à la France, et nous à Cuba.",
    "De Paris à Lyon, il y a deux heures de train.",
    "Il propose à boire, et je cherche à comprendre.",
    "Donne-m'en trois, et va-t'en.",
    "Y a-t-il un médecin ici ?",
]


@pytest.mark.parametrize(("text", "code"), WRONG)
def test_a_certain_error_is_found(text: str, code: str) -> None:
    found = [each for rule in RULES for each in rule(analyse(text))]
    assert [each.code for each in found] == [code]
    each = found[0]
    assert each.code.startswith(each.error_type.value)
    assert 0 <= each.start < each.end <= len(text)
    assert each.reason


@pytest.mark.parametrize("text", RIGHT)
def test_a_right_sentence_has_no_finding(text: str) -> None:
    assert [each for rule in RULES for each in rule(analyse(text))] == []


@pytest.mark.parametrize(("text", "code"), WRONG)
def test_verify_uses_the_rules(text: str, code: str) -> None:
    report = verify(text)
    assert report.verdict is Verdict.WRONG
    assert code in {each.code for each in report.findings}


def test_a_correction_puts_it_right() -> None:
    text = "Je arrive."
    (found,) = elision(analyse(text))
    assert found.correction is not None
    assert text[: found.start] + found.correction + text[found.end :] == "j'arrive."
