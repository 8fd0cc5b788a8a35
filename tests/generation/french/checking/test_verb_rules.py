"""The rules about verbs: person, form, auxiliary, participle, reflexive pronoun, tense and mood."""

from __future__ import annotations

from pathlib import Path

import pytest

from generation.french.checking.verdict import Verdict
from generation.french.checking.verify import verify
from generation.french.compose import CannotCompose, ProblemSpec, compose
from verbs.french.vocabulary import Focus, Tense

RIGHT = (Path(__file__).parent / "right_sentences.txt").read_text(encoding="utf-8").splitlines()

#: A wrong sentence, the code of its error and the words that are wrong.
WRONG = [
    ("Vous rentre à midi.", "wrong_person", "rentre"),
    ("Mes cousines habite à Lille.", "wrong_person", "habite"),
    ("C'est moi qui a fermé la porte.", "wrong_person", "a"),
    ("Les voisins qui parle fort sont partis.", "wrong_person", "parle"),
    ("Où va tes frères ?", "wrong_person", "va"),
    ("Tout le monde sont là.", "wrong_person", "sont"),
    ("Mon frère et moi va au stade.", "wrong_person", "va"),
    ("Vous faisez du bruit.", "wrong_form.regularised_stem", "faisez"),
    ("Il a prendu le bus.", "wrong_form.regularised_participle", "prendu"),
    ("Nous mangons tôt.", "wrong_form.spelling_g", "mangons"),
    ("Nous commencons demain.", "wrong_form.spelling_c", "commencons"),
    ("J'allerai à la mer.", "wrong_form.regularised_future", "allerai"),
    ("Elle prefere le thé.", "wrong_form.accent", "prefere"),
    ("Tu dois m'appeller.", "wrong_form.double_consonant", "appeller"),
    ("J'ai manger une pomme.", "wrong_form.infinitive_for_participle", "manger"),
    ("Il a finit son travail.", "wrong_form.finite_for_participle", "finit"),
    ("Je veux mangé une glace.", "wrong_form.infinitive", "mangé"),
    ("Je mangé une glace.", "wrong_form.not_finite", "mangé"),
    ("Parles plus fort !", "wrong_form.imperative_s", "Parles"),
    ("Elle a allé au marché.", "wrong_auxiliary.avoir_for_etre", "a allé"),
    ("Je m'ai levé tôt.", "wrong_auxiliary.avoir_with_reflexive", "ai levé"),
    ("Je suis mangé une pomme.", "wrong_auxiliary.etre_for_avoir", "suis mangé"),
    ("Nous sommes dormi ici.", "wrong_auxiliary.etre_for_avoir", "sommes dormi"),
    ("Elle est monté les valises.", "wrong_auxiliary.etre_with_object", "est monté"),
    ("Elle a sorti avec ses amis.", "wrong_auxiliary.avoir_without_object", "a sorti"),
    ("Ma tante est parti.", "participle_agreement.subject", "parti"),
    ("Les portes sont fermé.", "participle_agreement.subject", "fermé"),
    ("La maison a été vendu.", "participle_agreement.subject", "vendu"),
    ("Elles se sont levé tôt.", "participle_agreement.reflexive", "levé"),
    ("Elle s'est lavée les mains.", "participle_agreement.reflexive_following_object", "lavée"),
    ("Elles se sont téléphonées.", "participle_agreement.reflexive_indirect", "téléphonées"),
    ("Elles se sont souries.", "participle_agreement.reflexive_indirect", "souries"),
    ("La robe que j'ai acheté est verte.", "participle_agreement.preceding_object", "acheté"),
    ("Quelle robe as-tu choisi ?", "participle_agreement.preceding_object", "choisi"),
    ("Ces clés, je les ai perdu.", "participle_agreement.preceding_object", "perdu"),
    ("Elle a mangée une pomme.", "participle_agreement.following_object", "mangée"),
    ("Ils ont dormis.", "participle_agreement.avoir_with_subject", "dormis"),
    ("Je leur ai parlés.", "participle_agreement.indirect_object", "parlés"),
    ("Elle s'est faite couper les cheveux.", "participle_agreement.before_infinitive", "faite"),
    ("Nous se lavons.", "reflexive_pronoun.se_for_other_person", "se"),
    ("Je vais se coucher.", "reflexive_pronoun.se_for_other_person", "se"),
    ("Ne se promenons plus ici.", "reflexive_pronoun.se_for_other_person", "se"),
    ("Je souviens de toi.", "reflexive_pronoun.missing", "souviens"),
    ("Je lève à sept heures.", "reflexive_pronoun.missing", "lève"),
    ("Dépêche-vous !", "reflexive_pronoun.imperative", "vous"),
    ("Repose-te un peu.", "reflexive_pronoun.weak_for_stressed", "te"),
    ("Si tu viendras, je serai ravi.", "wrong_tense.si_future", "viendras"),
    ("Si j'aurais su, je serais venu.", "wrong_tense.si_conditional", "aurais"),
    ("Si j'avais su, j'aurai attendu.", "wrong_tense.main_clause_of_si", "aurai"),
    ("Il faut que tu viens.", "wrong_tense.subjunctive", "viens"),
    ("Bien qu'il est malade, il travaille.", "wrong_tense.subjunctive", "est"),
    ("Je suis content que tu es là.", "wrong_tense.subjunctive", "es"),
    ("J'espère que tu viennes.", "wrong_tense.indicative", "viennes"),
    ("Hier, je mangerai au restaurant.", "wrong_tense.past_adverb", "mangerai"),
    ("Demain, je mangeai au restaurant.", "wrong_tense.future_adverb", "mangeai"),
]


@pytest.mark.parametrize(("text", "code", "wrong"), WRONG)
def test_a_certain_error_is_named_where_it_is(text: str, code: str, wrong: str) -> None:
    report = verify(text)
    assert report.verdict is Verdict.WRONG
    (found,) = report.findings
    assert found.code == code or found.code.startswith(code + ".")
    assert found.error_type.value == code.partition(".")[0]
    assert text[found.start : found.end] == wrong
    assert report.reasons == (found.reason,)


@pytest.mark.parametrize("text", RIGHT)
def test_a_right_sentence_has_no_error(text: str) -> None:
    report = verify(text)
    assert report.findings == ()
    assert report.verdict is Verdict.OK


@pytest.mark.parametrize("focus", [Focus.CONJUGATION, Focus.AUXILIARY, Focus.AGREEMENT])
@pytest.mark.parametrize("seed", range(4))
def test_what_the_engine_writes_is_judged_as_it_means_it(focus: Focus, seed: int) -> None:
    """No key has an error, and a distractor is never blamed for another one than its own."""
    try:
        problem = compose(ProblemSpec(focus=focus, tense=Tense.PASSE_COMPOSE), seed)
    except CannotCompose:
        problem = compose(ProblemSpec(focus=focus, tense=Tense.PRESENT), seed)
    for statement in problem.statements:
        found = {each.error_type for each in verify(statement.text).findings}
        expected = set() if statement.is_correct else {statement.error_type}
        assert found <= expected, statement.text


def test_a_correction_makes_the_sentence_right() -> None:
    text = "Ma tante est parti."
    (found,) = verify(text).findings
    assert found.correction is not None
    corrected = text[: found.start] + found.correction + text[found.end :]
    assert corrected == "Ma tante est partie."
    assert verify(corrected).verdict is Verdict.OK


def test_two_errors_are_two_findings() -> None:
    report = verify("Ma tante est parti. Vous rentre à midi.")
    assert [each.code for each in report.findings] == [
        "participle_agreement.subject",
        "wrong_person.1s_for_2p",
    ]


def test_a_text_that_is_not_understood_is_unsure() -> None:
    report = verify("Tu schmurfles souvent.")
    assert report.verdict is Verdict.UNSURE
    assert "schmurfles" in report.reasons[0]
