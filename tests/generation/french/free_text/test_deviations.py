"""Errors made in sentences of other authors: what must come out, and where nothing may."""

from __future__ import annotations

import pytest

from generation.french.free_text.deviations import wrong_versions
from verbs.french.vocabulary import ErrorType, Language

T = ErrorType

#: A sentence, the type, a version that must be among those found, and its finer code.
MADE: list[tuple[str, ErrorType, str, str]] = [
    ("Mes parents travaillent à l'hôpital.", T.WRONG_PERSON,
     "Mes parents travaille à l'hôpital.", "3s_for_3p"),
    ("Pourquoi voulez-vous changer de quartier ?", T.WRONG_PERSON,
     "Pourquoi veut-vous changer de quartier ?", "3s_for_2p"),
    ("Nous choisissons un cadeau.", T.WRONG_PERSON, "Nous choisissent un cadeau.", "3p_for_1p"),
    ("On mange à midi.", T.WRONG_PERSON, "On mangent à midi.", "3p_for_3s"),
    ("Vous faites la cuisine ce soir.", T.WRONG_FORM, "Vous faisez la cuisine ce soir.",
     "regularised_stem"),
    ("J'ai offert un vélo à ma fille.", T.WRONG_FORM, "J'ai offri un vélo à ma fille.",
     "regularised_participle"),
    ("Elle enverra le colis demain.", T.WRONG_FORM, "Elle envoyera le colis demain.",
     "regularised_future"),
    ("Nous mangeons souvent à la cantine.", T.WRONG_FORM, "Nous mangons souvent à la cantine.",
     "spelling_g"),
    ("Range ta chambre.", T.WRONG_FORM, "Ranges ta chambre.", "imperative_s"),
    ("Je suis tombé dans l'escalier.", T.WRONG_AUXILIARY, "J'ai tombé dans l'escalier.",
     "avoir_for_etre"),
    ("Ma sœur est partie ce matin.", T.WRONG_AUXILIARY, "Ma sœur a parti ce matin.",
     "avoir_for_etre"),
    ("Est-il arrivé à l'heure ?", T.WRONG_AUXILIARY, "A-t-il arrivé à l'heure ?",
     "avoir_for_etre"),
    ("Êtes-vous allés au cinéma ?", T.WRONG_AUXILIARY, "Avez-vous allé au cinéma ?",
     "avoir_for_etre"),
    ("Elles se sont levées tard.", T.WRONG_AUXILIARY, "Elles s'ont levées tard.",
     "avoir_with_reflexive"),
    ("Mon frère a voyagé pendant tout l'été.", T.WRONG_AUXILIARY,
     "Mon frère est voyagé pendant tout l'été.", "etre_for_avoir"),
    ("Elle a sorti le chien.", T.WRONG_AUXILIARY, "Elle est sortie le chien.", "etre_with_object"),
    ("Ma sœur est partie ce matin.", T.PARTICIPLE_AGREEMENT, "Ma sœur est parti ce matin.",
     "subject"),
    ("La lettre que tu as écrite est belle.", T.PARTICIPLE_AGREEMENT,
     "La lettre que tu as écrit est belle.", "relative_object"),
    ("Ces pommes, je les ai mangées hier.", T.PARTICIPLE_AGREEMENT,
     "Ces pommes, je les ai mangé hier.", "preceding_object"),
    ("Quelles photos as-tu prises ?", T.PARTICIPLE_AGREEMENT, "Quelles photos as-tu pris ?",
     "preceding_object"),
    ("Elle s'est lavé les mains.", T.PARTICIPLE_AGREEMENT, "Elle s'est lavée les mains.",
     "reflexive_following_object"),
    ("Elles se sont parlé longtemps.", T.PARTICIPLE_AGREEMENT, "Elles se sont parlées longtemps.",
     "reflexive_indirect"),
    ("Il a mangé une pomme.", T.PARTICIPLE_AGREEMENT, "Il a mangée une pomme.",
     "following_object"),
    ("Elle a dormi.", T.PARTICIPLE_AGREEMENT, "Elle a dormie.", "avoir_with_subject"),
    ("Nous nous levons tôt.", T.REFLEXIVE_PRONOUN, "Nous se levons tôt.", "se_for_other_person"),
    ("Je m'appelle Hugo.", T.REFLEXIVE_PRONOUN, "Je s'appelle Hugo.", "se_for_other_person"),
    ("Je dois me dépêcher.", T.REFLEXIVE_PRONOUN, "Je dois se dépêcher.", "infinitive"),
    ("Elle se souvient de toi.", T.REFLEXIVE_PRONOUN, "Elle souvient de toi.", "missing"),
    ("Dépêche-toi, le train part.", T.REFLEXIVE_PRONOUN, "Dépêche-te, le train part.",
     "weak_for_stressed"),
    ("Je n'ai pas mangé ce matin.", T.NEGATION_STRUCTURE, "Je n'ai mangé pas ce matin.",
     "after_participle"),
    ("Je n'ai vu personne.", T.NEGATION_STRUCTURE, "Je n'ai personne vu.",
     "personne_before_participle"),
    ("Elle ne boit jamais de café.", T.NEGATION_STRUCTURE, "Elle ne boit pas jamais de café.",
     "two_negations"),
    ("Tu ne le connais pas.", T.NEGATION_STRUCTURE, "Tu le ne connais pas.", "ne_after_pronoun"),
    ("Ne courez pas ici.", T.NEGATION_STRUCTURE, "Ne pas courez ici.", "before_verb"),
    ("Personne ne comprend cette règle.", T.NEGATION_STRUCTURE,
     "Personne ne comprend pas cette règle.", "subject_with_pas"),
    ("Il ne lit pas le journal.", T.NEGATION_STRUCTURE, "Il ne lit le journal pas.",
     "after_object"),
    ("Je le vois souvent.", T.PRONOUN_PLACEMENT, "Je vois le souvent.", "after_verb"),
    ("Elle m'a téléphoné hier.", T.PRONOUN_PLACEMENT, "Elle a me téléphoné hier.",
     "before_participle"),
    ("Donne-moi ton stylo.", T.PRONOUN_PLACEMENT, "Me donne ton stylo.", "before_imperative"),
    ("Ne me regarde pas.", T.PRONOUN_PLACEMENT, "Ne regarde-moi pas.",
     "after_negative_imperative"),
    ("Il me le donne.", T.PRONOUN_ORDER, "Il le me donne.", "indirect_first"),
    ("Je le lui ai dit.", T.PRONOUN_ORDER, "Je lui l'ai dit.", "direct_first"),
    ("Il y en a trois.", T.PRONOUN_ORDER, "Il en y a trois.", "en_last"),
    ("Donne-le-lui.", T.PRONOUN_ORDER, "Donne-lui-le.", "imperative"),
    ("Je lui ressemble.", T.PRONOUN_CATEGORY, "Je le ressemble.", "direct_for_indirect"),
    ("Nos professeurs, nous les remercions.", T.PRONOUN_CATEGORY,
     "Nos professeurs, nous leur remercions.", "indirect_for_direct"),
    ("Attends-moi ici.", T.PRONOUN_CATEGORY, "Attends-me ici.", "weak_for_stressed"),
    ("Je pense à elle.", T.PRONOUN_CATEGORY, "Je lui pense.", "lui_for_tonic"),
    ("Mes vacances, j'y pense souvent.", T.PRONOUN_CATEGORY, "Mes vacances, je leur pense souvent.",
     "lui_for_y"),
    ("Je m'en souviens très bien.", T.PRONOUN_CATEGORY, "Je me le souviens très bien.",
     "le_for_en"),
    ("Cette robe, je la porte souvent.", T.PRONOUN_GENDER, "Cette robe, je le porte souvent.",
     "object"),
    ("Ta fille mange-t-elle à la cantine ?", T.PRONOUN_GENDER,
     "Ta fille mange-t-il à la cantine ?", "object"),
    ("Cette voiture est celle de mon oncle.", T.PRONOUN_GENDER,
     "Cette voiture est celui de mon oncle.", "object"),
    ("Ces lettres, je les garde.", T.PRONOUN_NUMBER, "Ces lettres, je la garde.",
     "singular_for_plural"),
    ("Mon chat, je le nourris le matin.", T.PRONOUN_NUMBER, "Mon chat, je les nourris le matin.",
     "plural_for_singular"),
    ("Je téléphone à ma mère.", T.PREPOSITION, "Je téléphone ma mère.", "missing"),
    ("Je me souviens de ce film.", T.PREPOSITION, "Je me souviens à ce film.", "wrong"),
    ("Nous visitons le musée.", T.PREPOSITION, "Nous visitons au musée.", "added"),
    ("Elle a décidé de partir.", T.PREPOSITION, "Elle a décidé à partir.", "infinitive_wrong"),
    ("Tu as réussi à le réparer ?", T.PREPOSITION, "Tu as réussi le réparer ?",
     "infinitive_missing"),
    ("Il veut apprendre l'anglais.", T.PREPOSITION, "Il veut d'apprendre l'anglais.",
     "infinitive_added"),
    ("Ils habitent au Canada.", T.PREPOSITION, "Ils habitent en Canada.", "masculine_country"),
    ("Elle est née en Tunisie.", T.PREPOSITION, "Elle est née à Tunisie.", "feminine_country"),
    ("Ils ont un studio à Paris.", T.PREPOSITION, "Ils ont un studio en Paris.", "city"),
    ("J'ai besoin de ton aide.", T.PREPOSITION, "J'ai besoin à ton aide.", "wrong"),
    ("La voiture est rouge.", T.DETERMINER, "Le voiture est rouge.", "gender"),
    ("Il va au marché.", T.DETERMINER, "Il va à la marché.", "gender"),
    ("C'est mon amie.", T.DETERMINER, "C'est ma amie.", "before_vowel"),
    ("Cet hôtel est cher.", T.DETERMINER, "Ce hôtel est cher.", "before_vowel"),
    ("Où sont mes clés ?", T.DETERMINER, "Où sont ma clés ?", "number"),
    ("J'aime les oranges.", T.ELISION, "Je aime les oranges.", "no_elision"),
    ("S'il fait beau, nous sortirons.", T.ELISION, "Si il fait beau, nous sortirons.",
     "no_elision"),
    ("Nous allons au marché.", T.ELISION, "Nous allons à le marché.", "no_contraction"),
    ("Le hibou dort.", T.ELISION, "L'hibou dort.", "elision_before_h"),
    ("A-t-elle un chien ?", T.ELISION, "A-elle un chien ?", "no_linking_t"),
    ("Si j'avais le temps, je viendrais.", T.WRONG_TENSE, "Si j'aurais le temps, je viendrais.",
     "conditional_after_si"),
    ("S'il pleut, je reste ici.", T.WRONG_TENSE, "S'il pleuvra, je reste ici.",
     "future_after_si"),
    ("Si j'avais le temps, je viendrais.", T.WRONG_TENSE, "Si j'avais le temps, je viendrai.",
     "main_clause_of_si"),
    ("Il faut que tu sois prudent.", T.WRONG_TENSE, "Il faut que tu es prudent.",
     "indicative_for_subjunctive"),
    ("Je pense qu'il a raison.", T.WRONG_TENSE, "Je pense qu'il ait raison.",
     "subjunctive_for_indicative"),
    ("Hier, nous avons joué aux cartes.", T.WRONG_TENSE, "Hier, nous jouerons aux cartes.",
     "future_for_past"),
    ("Demain, nous visiterons le musée.", T.WRONG_TENSE, "Demain, nous visitâmes le musée.",
     "past_for_future"),
    ("Quand il arrivera, nous mangerons.", T.WRONG_TENSE, "Quand il arriverait, nous mangerons.",
     "after_quand"),
]  # fmt: skip


@pytest.mark.parametrize(("correct", "error_type", "wrong", "code"), MADE)
def test_made(correct: str, error_type: ErrorType, wrong: str, code: str) -> None:
    found = {v.text: v.code for v in wrong_versions(correct, error_type, Language.ENGLISH)}
    assert found.get(wrong) == f"{error_type.value}.{code}", found


#: Sentences of which no certain error of a type can be made.
NOTHING: list[tuple[str, ErrorType]] = [
    # Both numbers are right, or may be meant.
    ("La plupart des élèves aiment ce jeu.", T.WRONG_PERSON),
    ("Un groupe de touristes visite le musée.", T.WRONG_PERSON),
    ("Paul ou Marie viendra demain.", T.WRONG_PERSON),
    ("Parle plus fort !", T.WRONG_PERSON),
    # Verbs of both auxiliaries, states and passives, objects before the verb.
    ("Les prix ont monté cette année.", T.WRONG_AUXILIARY),
    ("Il est monté au grenier.", T.WRONG_AUXILIARY),
    ("Le bus est passé devant la poste.", T.WRONG_AUXILIARY),
    ("Il est tombé de la neige.", T.WRONG_AUXILIARY),
    ("La porte est fermée.", T.WRONG_AUXILIARY),
    ("Je les ai vus hier.", T.WRONG_AUXILIARY),
    ("Elle a réfléchi toute la nuit.", T.WRONG_AUXILIARY),
    ("Il a obéi.", T.WRONG_AUXILIARY),
    # Whose gender is not told, or usage varies.
    ("Je suis parti tôt.", T.PARTICIPLE_AGREEMENT),
    ("On est arrivés en retard.", T.PARTICIPLE_AGREEMENT),
    ("Nous sommes restés à la maison.", T.PARTICIPLE_AGREEMENT),
    ("Vous êtes venues en train.", T.PARTICIPLE_AGREEMENT),
    ("Le médecin est arrivé.", T.PARTICIPLE_AGREEMENT),
    ("Personne n'est venu.", T.PARTICIPLE_AGREEMENT),
    ("Des fleurs, j'en ai acheté.", T.PARTICIPLE_AGREEMENT),
    ("Elle s'est fait couper les cheveux.", T.PARTICIPLE_AGREEMENT),
    # Another person, or none, is right too.
    ("Il se lave les mains.", T.REFLEXIVE_PRONOUN),
    ("On se voit demain.", T.REFLEXIVE_PRONOUN),
    ("Je vous fais attendre.", T.REFLEXIVE_PRONOUN),
    # Nothing is negated; ne ... que; a missing ne is speech.
    ("Elle mange une pomme.", T.NEGATION_STRUCTURE),
    ("Je ne bois que de l'eau.", T.NEGATION_STRUCTURE),
    # An emphatic pronoun, an article.
    ("Il lui parle.", T.PRONOUN_PLACEMENT),
    ("Nous nous promenons.", T.PRONOUN_PLACEMENT),
    ("Donne-le-moi.", T.PRONOUN_ORDER),
    # Either object is possible.
    ("Elle lui téléphone.", T.PRONOUN_CATEGORY),
    ("Je le lui demande.", T.PRONOUN_CATEGORY),
    # The pronoun may mean somebody or something else.
    ("Je la connais.", T.PRONOUN_GENDER),
    ("Paul arrive et il sourit.", T.PRONOUN_GENDER),
    ("Un soir d'hiver, il le consulta.", T.PRONOUN_GENDER),
    ("Ma tante, je la vois souvent.", T.PRONOUN_GENDER),
    ("Ma tante, elle habite ici.", T.PRONOUN_GENDER),
    ("Cette histoire, je la crois.", T.PRONOUN_GENDER),
    ("J'ai vu Paul et je lui ai parlé.", T.PRONOUN_NUMBER),
    ("Avec plus d'argent, elle lui aurait offert un album.", T.PRONOUN_NUMBER),
    # Several prepositions are right, or say where and for whom.
    ("Nous attendons le bus.", T.PREPOSITION),
    ("Elle réfléchit à son avenir.", T.PREPOSITION),
    ("Il parle de son travail.", T.PREPOSITION),
    ("Ses grands frères, il leur obéit au doigt et à l'œil.", T.PREPOSITION),
    # Nouns of two genders or of both sexes, l'.
    ("Le tour commence à midi.", T.DETERMINER),
    ("L'école est fermée.", T.DETERMINER),
    ("Note la date.", T.DETERMINER),
    ("Le onze mars, il pleuvait.", T.ELISION),
    # Nothing forces the tense.
    ("Après que tu es parti, j'ai pleuré.", T.WRONG_TENSE),
    ("Je suis là depuis lundi.", T.WRONG_TENSE),
    ("Demain, je pars.", T.WRONG_TENSE),
    ("Demain, il finira son livre.", T.WRONG_TENSE),
    ("Je ne sais pas s'il viendra.", T.WRONG_TENSE),
    ("Hier, il pleuvait.", T.PARTICIPLE_AGREEMENT),
]


@pytest.mark.parametrize(("correct", "error_type"), NOTHING)
def test_nothing(correct: str, error_type: ErrorType) -> None:
    assert [v.text for v in wrong_versions(correct, error_type, Language.ENGLISH)] == []


def test_a_collective_subject_keeps_its_plural_reading() -> None:
    found = wrong_versions("Ma famille habite à Lyon.", T.WRONG_PERSON, Language.ENGLISH)
    assert "Ma famille habitent à Lyon." not in [v.text for v in found]


@pytest.mark.parametrize("error_type", list(ErrorType))
@pytest.mark.parametrize(
    "text",
    [
        "Mes parents travaille à l'hôpital.",  # wrong already
        "Zorglub grompait les snarks.",  # not understood
        "The cat sleeps.",
        "",
        "...",
    ],
)
def test_only_certainly_right_sentences_are_changed(text: str, error_type: ErrorType) -> None:
    assert wrong_versions(text, error_type, Language.FRENCH) == ()


def test_the_rare_error_comes_last() -> None:
    found = wrong_versions("Mes clés sont dans mon sac.", T.DETERMINER, Language.ENGLISH)
    assert [v.code for v in found] == ["determiner.gender", "determiner.number"]


EXPLAINED: list[tuple[str, ErrorType, Language, str]] = [
    ("Ma sœur est partie ce matin.", T.PARTICIPLE_AGREEMENT, Language.ENGLISH,
     "With “être” the past participle agrees in gender and number with the subject, here “ma sœur”."
     " Write “partie”, not “parti”."),
    ("Je suis tombé.", T.WRONG_AUXILIARY, Language.FRENCH,
     "On écrit « Je suis » et non « J'ai »."),
    ("Bien qu'elle soit fatiguée, elle travaille.", T.WRONG_TENSE, Language.ENGLISH,
     "“bien que” is followed by the subjunctive (the present subjunctive), not by the present."),
    ("Elle est contente que tu aies réussi.", T.WRONG_TENSE, Language.ENGLISH,
     "“elle est contente que” is followed by the subjunctive (the past subjunctive), not by the"
     " passé composé."),
    ("La semaine dernière, mes parents sont partis.", T.WRONG_TENSE, Language.ENGLISH,
     "“la semaine dernière” tells of the past"),
    ("Ses enfants, il leur écrit souvent.", T.PRONOUN_NUMBER, Language.FRENCH,
     "« ses enfants », qui est au pluriel : c'est « leur »"),
    ("Personne ne vient ici.", T.NEGATION_STRUCTURE, Language.ENGLISH,
     "Leave out “pas”."),
    ("Vous devez obéir au règlement.", T.PREPOSITION, Language.ENGLISH,
     "“obéir” takes the preposition “à” here. Write “au”, not “le”."),
    ("C'est à leur instinct que les saumons ont obéi.", T.PARTICIPLE_AGREEMENT, Language.ENGLISH,
     "With “avoir” the past participle never agrees with the subject."),
    ("Ses grands frères, il leur obéit.", T.PRONOUN_NUMBER, Language.ENGLISH,
     "“ses grands frères”, a plural: it is “leur”"),
]  # fmt: skip


@pytest.mark.parametrize(("correct", "error_type", "language", "words"), EXPLAINED)
def test_explanation(correct: str, error_type: ErrorType, language: Language, words: str) -> None:
    found = [v.explanation for v in wrong_versions(correct, error_type, language)]
    assert any(words in explanation for explanation in found), found


#: Sentences in each compound tense, with its name in English; étayer and suivre share forms.
COMPOUND: list[tuple[str, str]] = [
    ("Karim et Sophie ne se sont pas arrêtés.", "passé composé"),
    ("Karim et Sophie ne s'étaient pas arrêtés.", "plus-que-parfait"),
    ("Karim et Sophie ne se seront pas arrêtés.", "futur antérieur"),
    ("Karim et Sophie ne se seraient pas arrêtés.", "past conditional"),
    ("Il faut que Karim et Sophie ne se soient pas arrêtés.", "past subjunctive"),
    ("Je ne suis pas tombé.", "passé composé"),
    ("Mes voisins n'étaient pas venus.", "plus-que-parfait"),
    ("Elle m'avait aidé.", "plus-que-parfait"),
    ("Elle n'aura pas fini le travail.", "futur antérieur"),
    ("Nous n'aurions pas vendu la maison.", "past conditional"),
]
_RULES = (T.WRONG_AUXILIARY, T.NEGATION_STRUCTURE, T.PRONOUN_PLACEMENT)


@pytest.mark.parametrize(("correct", "tense"), COMPOUND)
def test_an_explanation_names_the_tense_of_its_sentence(correct: str, tense: str) -> None:
    names = {name for _, name in COMPOUND}
    told = [
        v.explanation for each in _RULES for v in wrong_versions(correct, each, Language.ENGLISH)
    ]
    named = [{name for name in names if name in explanation} for explanation in told]
    assert {tense} in named
    assert all(found <= {tense} for found in named), told


def test_the_auxiliary_keeps_its_tense() -> None:
    found = wrong_versions("Les fleurs étaient tombées.", T.WRONG_AUXILIARY, Language.ENGLISH)
    assert [v.text for v in found] == ["Les fleurs avaient tombé."]


def test_the_typography_of_the_sentence_is_kept() -> None:
    found = wrong_versions("J’ai vu qu’il dort\u00a0!", T.ELISION, Language.FRENCH)
    assert {v.text for v in found} == {"Je ai vu qu’il dort\u00a0!", "J’ai vu que il dort\u00a0!"}
