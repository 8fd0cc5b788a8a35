"""Pairs of sentences: the difference is named, and a pair is good only if the error is certain."""

from __future__ import annotations

import random

import pytest

from generation.french.checking.pairs import check_pair, classify
from generation.french.checking.verdict import Verdict
from verbs.french.vocabulary import ErrorType

#: Type, correct sentence, sentence with exactly that error.
GOOD = [
    ("wrong_person", "Mes voisins cultivent des roses.", "Mes voisins cultive des roses."),
    ("wrong_person", "Tu connais cette ville ?", "Tu connaît cette ville ?"),
    ("wrong_person", "C'est toi qui as cassé le vase.", "C'est toi qui a cassé le vase."),
    ("wrong_form", "Vous faites trop de bruit.", "Vous faisez trop de bruit."),
    ("wrong_form", "Le facteur a ouvert la grille.", "Le facteur a ouvri la grille."),
    ("wrong_form", "Il a promis de revenir.", "Il a promettu de revenir."),
    ("wrong_form", "Nous avons gagné le match.", "Nous avons gagner le match."),
    ("wrong_form", "Range ta chambre !", "Ranges ta chambre !"),
    ("wrong_auxiliary", "Le train est arrivé à midi.", "Le train a arrivé à midi."),
    ("wrong_auxiliary", "Ma tante est partie hier.", "Ma tante a parti hier."),
    ("wrong_auxiliary", "Elle s'est coupé le doigt.", "Elle s'a coupé le doigt."),
    ("wrong_auxiliary", "Nous avons dansé toute la nuit.", "Nous sommes dansé toute la nuit."),
    ("participle_agreement", "Les roses sont tombées.", "Les roses sont tombé."),
    ("participle_agreement", "La veste que j'ai choisie est chaude.",
     "La veste que j'ai choisi est chaude."),
    ("participle_agreement", "Ces poires, je les ai cueillies.", "Ces poires, je les ai cueillis."),
    ("participle_agreement", "Elles se sont écrit souvent.", "Elles se sont écrites souvent."),
    ("reflexive_pronoun", "Nous nous couchons tard.", "Nous se couchons tard."),
    ("reflexive_pronoun", "Le voleur s'enfuit.", "Le voleur enfuit."),
    ("reflexive_pronoun", "Tu dois te méfier de lui.", "Tu dois se méfier de lui."),
    ("negation_structure", "Il n'a pas neigé.", "Il n'a neigé pas."),
    ("negation_structure", "Je ne connais personne.", "Je ne connais pas personne."),
    ("negation_structure", "On ne le voit plus.", "On le ne voit plus."),
    ("negation_structure", "Elle ne sourit jamais.", "Elle ne jamais sourit."),
    ("pronoun_placement", "Je l'ai cherché partout.", "J'ai le cherché partout."),
    ("pronoun_placement", "Il nous invite.", "Il invite nous."),
    ("pronoun_placement", "Ne le touche pas !", "Ne touche-le pas !"),
    ("pronoun_order", "Je le lui explique.", "Je lui l'explique."),
    ("pronoun_order", "Nous vous les envoyons.", "Nous les vous envoyons."),
    ("pronoun_category", "Je lui obéis.", "Je l'obéis."),
    ("pronoun_category", "Elle les accompagne.", "Elle leur accompagne."),
    ("pronoun_category", "Je m'en occupe.", "Je m'y occupe."),
    ("pronoun_category", "C'est un outil dont j'ai besoin.", "C'est un outil que j'ai besoin."),
    ("pronoun_gender", "Cette lampe, je la vends.", "Cette lampe, je le vends."),
    ("pronoun_number", "Ces lampes, je les vends.", "Ces lampes, je la vends."),
    ("preposition", "Elle téléphone à son oncle.", "Elle téléphone son oncle."),
    ("preposition", "Je refuse de sortir.", "Je refuse à sortir."),
    ("preposition", "Ils vivent au Maroc.", "Ils vivent en Maroc."),
    ("preposition", "Il joue du violon.", "Il joue le violon."),
    ("determiner", "La lampe est cassée.", "Le lampe est cassée."),
    ("determiner", "Il a une armoire.", "Il a un armoire."),
    ("determiner", "Mon idée est bonne.", "Ma idée est bonne."),
    ("determiner", "Elle a beaucoup de patience.", "Elle a beaucoup de la patience."),
    ("determiner", "Nous allons à la banque.", "Nous allons au banque."),
    ("elision", "L'hiver est long.", "Le hiver est long."),
    ("elision", "Je reviens du marché.", "Je reviens de le marché."),
    ("elision", "S'il neige, on reste.", "Si il neige, on reste."),
    ("elision", "Le hibou dort.", "L'hibou dort."),
    ("wrong_tense", "Si tu cours, tu le rattraperas.", "Si tu courras, tu le rattraperas."),
    ("wrong_tense", "Il faut que je fasse la cuisine.", "Il faut que je fais la cuisine."),
    ("wrong_tense", "Hier, on a dîné tard.", "Hier, on dînera tard."),
]  # fmt: skip

#: Two sentences that are both right, in one reading or another.
BOTH_RIGHT = [
    ("Il a monté le piano.", "Il est monté."),
    ("Elle l'a salué.", "Elle l'a saluée."),
    ("Tu es tombé.", "Tu es tombée."),
    ("Nous sommes sortis.", "Nous sommes sorties."),
    ("On est partis.", "On est parti."),
    ("Elle parle de son frère.", "Elle parle à son frère."),
    ("Je mange une poire.", "Je mange des poires."),
    ("Elle peut le dire.", "Elle le peut dire."),
    ("Il se coiffe.", "Il me coiffe."),
    ("Je le connais.", "Je la connais."),
    ("Donne-le-moi !", "Donne-moi-le !"),
    ("Il commence à chanter.", "Il commence de chanter."),
    ("Elle paie le loyer.", "Elle paye le loyer."),
    ("Je pars demain.", "Je partirai demain."),
    ("Je dors bien.", "Je dormais bien."),
    ("La plupart des élèves sont là.", "La plupart des élèves est là."),
    ("Une élève chante.", "Un élève chante."),
    ("Paul la salue.", "Paul le salue."),
    ("Elle rentre à la gare.", "Elle rentre de la gare."),
    ("Je comprends pas.", "Je ne comprends pas."),
    ("Je n'ose pas parler.", "Je n'ose parler."),
    ("Il boit le café.", "Il boit du café."),
    ("Elle s'est laissé convaincre.", "Elle s'est laissée convaincre."),
    ("Ne cherche pas ici.", "Ne cherche plus ici."),
]


@pytest.mark.parametrize(("name", "correct", "incorrect"), GOOD)
def test_a_pair_with_its_certain_error_is_ok(name: str, correct: str, incorrect: str) -> None:
    error_type = ErrorType(name)
    report = check_pair(correct, incorrect, error_type)
    assert (report.verdict, report.error_type) == (Verdict.OK, error_type), report.reasons
    found = classify(correct, incorrect)
    assert found.certain
    assert error_type in {found.error_type, *found.also}
    assert found.reasons


@pytest.mark.parametrize(("name", "correct", "incorrect"), GOOD)
def test_the_type_is_found_when_none_is_named(name: str, correct: str, incorrect: str) -> None:
    report = check_pair(correct, incorrect)
    assert report.verdict is Verdict.OK
    found = classify(correct, incorrect)
    assert name in {t.value for t in (report.error_type, *found.also) if t is not None}


@pytest.mark.parametrize(
    ("correct", "incorrect", "code"),
    [
        ("Il ne dort pas.", "Il ne pas dort.", "negation_structure.before_verb"),
        ("Il n'a pas dormi.", "Il n'a dormi pas.", "negation_structure.after_participle"),
        ("Il ne lit pas le journal.", "Il ne lit le journal pas.", "negation_structure.after_object"),
        ("Elle n'a vu personne.", "Elle n'a personne vu.",
         "negation_structure.personne_before_participle"),
        ("Il faut que Marie lui ait offert un vélo.", "Il faut que Marie lui ait offerte un vélo.",
         "participle_agreement.indirect_object"),
    ],
)  # fmt: skip
def test_the_finer_code(correct: str, incorrect: str, code: str) -> None:
    found = classify(correct, incorrect)
    assert (found.certain, found.code) == (True, code)


@pytest.mark.parametrize(("first", "second"), BOTH_RIGHT)
def test_two_right_sentences_are_no_pair(first: str, second: str) -> None:
    for correct, other in ((first, second), (second, first)):
        report = check_pair(correct, other)
        assert report.verdict is not Verdict.OK, (correct, other, report.error_type)
        assert report.reasons


@pytest.mark.parametrize(("name", "correct", "incorrect"), GOOD[::3])
def test_another_label_is_wrong(name: str, correct: str, incorrect: str) -> None:
    found = classify(correct, incorrect)
    for other in ErrorType:
        if other.value == name or other in {found.error_type, *found.also}:
            continue
        report = check_pair(correct, incorrect, other)
        assert report.verdict is Verdict.WRONG
        assert name in report.reasons[0]


def test_two_errors_are_no_pair() -> None:
    report = check_pair("Hier, nous avons mangé à la gare.", "Hier, nous avons manger au gare.")
    assert report.verdict is not Verdict.OK


def test_an_error_in_the_correct_sentence_is_told() -> None:
    report = check_pair("Vous mange une poire.", "Vous mange un poire.", ErrorType.DETERMINER)
    assert report.verdict is Verdict.WRONG
    assert report.error_type is ErrorType.WRONG_PERSON
    assert report.reasons[0].startswith("The correct sentence:")


@pytest.mark.parametrize(
    ("correct", "other"),
    [
        ("Il pleut.", "Il pleut."),
        ("Il pleut.", "Il pleut !"),
        ("L\u2019été arrive.", "L'été arrive."),
    ],
)
def test_the_same_words_are_no_error(correct: str, other: str) -> None:
    report = check_pair(correct, other)
    assert report.verdict is Verdict.WRONG
    assert classify(correct, other).error_type is None


def test_odd_texts_do_no_harm() -> None:
    """Whatever stands in the other sentence, there is an answer and never a wrong "ok"."""
    rng = random.Random(7)
    words = (
        *("je", "le", "la", "les", "ne", "pas", "à", "de", "au", ",", ".", "!", "?", "l'", "qu'"),
        *("est", "a", "vu", "bleue", "Zork", "12", "-"),
    )
    for _ in range(60):
        text = " ".join(rng.choices(words, k=rng.randint(1, 9)))
        assert check_pair(text, text).verdict is not Verdict.OK
        assert check_pair("Elle chante bien.", text).reasons
