"""The lexicon is complete, consistent, and says where a mistake in its files is."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable

import pytest

from verbs.french.conjugation import index
from verbs.french.lexicon import THEMES, Frame, lexicon
from verbs.french.lexicon_files import DATA, read_rows
from verbs.french.phrases import DeterminerKind, ObliqueKind, PhraseParser
from verbs.french.verb_data import Pronominal, infinitives
from verbs.french.vocabulary import Auxiliary, Level, Tense

#: Tenses that no time expression of their own goes with: what stands before the clause carries them.
LED = {
    *(Tense.CONDITIONNEL, Tense.CONDITIONNEL_PASSE),
    *(Tense.SUBJONCTIF, Tense.SUBJONCTIF_PASSE),
}
CONTRACT_THEMES = {
    *("food", "travel", "school", "work", "home", "health"),
    *("leisure", "feelings", "nature", "city"),
}


@pytest.fixture(scope="module")
def parser() -> PhraseParser:
    return PhraseParser(
        lexicon().nouns, read_rows("determiners.tsv").rows, read_rows("names.tsv").rows, {}
    )


def verbs_by(key: Callable[[Frame], str]) -> dict[str, set[str]]:
    """Group the infinitives by something that their readings have."""
    found: dict[str, set[str]] = {}
    for frame in lexicon().frames.values():
        found.setdefault(key(frame), set()).add(frame.verb.citation)
    return found


def test_size() -> None:
    words = lexicon()
    assert len({frame.verb.citation for frame in words.frames.values()}) >= 310
    assert len(words.nouns) >= 450
    assert len(words.times) >= 75
    assert len(words.adverbs) >= 12
    assert len(read_rows("names.tsv").rows) >= 30


def test_every_theme_has_verbs_and_nouns() -> None:
    verbs = verbs_by(lambda frame: frame.theme)
    nouns = Counter(noun.theme for noun in lexicon().nouns.values())
    assert verbs.keys() == nouns.keys() == THEMES
    assert {theme for theme, found in verbs.items() if len(found) < 18} <= THEMES - CONTRACT_THEMES
    assert min(nouns.values()) >= 25


def test_every_level_has_verbs() -> None:
    verbs = verbs_by(lambda frame: frame.verb.level.value)
    assert verbs.keys() == {level.value for level in Level}
    assert len(verbs["B1"]) + len(verbs["B2"]) >= 60
    assert min(map(len, verbs.values())) >= 40


def test_every_kind_of_verb_is_there() -> None:
    frames = lexicon().frames.values()
    kinds = {o.kind for f in frames for o in f.oblique.values() if o is not None}
    assert kinds == set(ObliqueKind)
    assert {frame.pronominal for frame in frames} == set(Pronominal)
    ditransitive = {f.verb.citation for f in frames if f.takes_dative and f.cod}
    assert {"donner", "prêter", "envoyer", "montrer", "offrir"} <= ditransitive
    with_infinitive = {f.verb.citation for f in frames if f.takes_infinitive}
    assert {"pouvoir", "vouloir", "devoir", "savoir", "décider", "essayer"} <= with_infinitive
    assert {"commencer", "apprendre", "finir", "oublier", "avoir", "réussir"} <= with_infinitive
    impersonal = {f.verb.citation for f in frames if f.impersonal}
    assert impersonal == {"pleuvoir", "neiger", "geler", "falloir", "faire"}
    dual = {f.verb.citation for f in frames if "dual" in f.flags}
    assert {"monter", "descendre", "passer", "rentrer", "sortir"} <= dual


def test_every_tense_has_frames_and_times() -> None:
    times = {tense for time in lexicon().times.values() for tense in time.tenses}
    assert times == set(Tense) - LED
    for tense in Tense:
        verbs = {f.verb.citation for f in lexicon().frames.values() if tense in f.tenses}
        assert len(verbs) >= 150, tense


@pytest.mark.parametrize(
    ("frame_id", "missing"),
    [
        ("finir", set()),
            ("manger", {Tense.FUTUR_ANTERIEUR}),
        ("manger.place", {Tense.FUTUR_ANTERIEUR}),
        ("naître", {Tense.PRESENT, Tense.IMPARFAIT, Tense.FUTUR_SIMPLE, Tense.CONDITIONNEL}
         | {Tense.SUBJONCTIF, Tense.FUTUR_ANTERIEUR, Tense.CONDITIONNEL_PASSE, Tense.IMPERATIF}),
        ("tomber", {Tense.IMPERATIF, Tense.FUTUR_ANTERIEUR, Tense.FUTUR_SIMPLE}
             | {Tense.CONDITIONNEL}),
        ("se doucher", {Tense.PASSE_SIMPLE}),
        ("pleuvoir", {Tense.IMPERATIF, Tense.FUTUR_ANTERIEUR}),
        ("venir.inf", set(Tense) - {Tense.PRESENT, Tense.IMPARFAIT}),
    ],
)  # fmt: skip
def test_tenses_of_a_reading(frame_id: str, missing: set[Tense]) -> None:
    assert set(Tense) - lexicon().frames[frame_id].tenses == missing


def test_orders_have_someone_to_obey() -> None:
    """Only tu, nous and vous are told to do something."""
    for frame in lexicon().frames.values():
        spoken_to = {"tu", "nous", "vous"} & frame.subjects.keys()
        assert spoken_to or Tense.IMPERATIF not in frame.tenses, frame.id


def test_every_english_verb_of_the_list_is_used() -> None:
    used = {frame.english.split(" ")[0] for frame in lexicon().frames.values()}
    listed = {row["base"] for row in read_rows("english_verbs.tsv").rows}
    assert listed <= used


@pytest.mark.parametrize(
    ("time", "shared"),
    [("hier", False), ("le lendemain", True), ("d'ici demain", False), ("chaque matin", True)],
)
def test_times_that_force_a_tense(time: str, shared: bool) -> None:
    assert lexicon().times[time].shared is shared


@pytest.mark.parametrize(
    ("word", "aspirate"),
    [
        *(("haricots", True), ("héros", True), ("onze", True), ("hurlait", True), ("hais", True)),
        *(("yaourt", True), ("haut", True), ("hors", True), ("hausse", True)),
        *(("hôtel", False), ("homme", False), ("héroïne", False), ("hiver", False)),
        *(("habite", False), ("hésitait", False), ("yeux", False), ("huile", False)),
    ],
)
def test_aspirate_h(word: str, aspirate: bool) -> None:
    assert (word in lexicon().h_aspire) is aspirate


@pytest.mark.parametrize(
    ("infinitive", "auxiliaries"),
    [
        ("monter", {Auxiliary.ETRE, Auxiliary.AVOIR}),
        ("sortir", {Auxiliary.ETRE, Auxiliary.AVOIR}),
        ("aller", {Auxiliary.ETRE}),
        ("manger", {Auxiliary.AVOIR}),
        ("se laver", {Auxiliary.ETRE}),
        ("souvenir", {Auxiliary.ETRE}),
    ],
)
def test_frames_of(infinitive: str, auxiliaries: set[Auxiliary]) -> None:
    assert {f.verb.auxiliary for f in lexicon().frames_of(infinitive)} == auxiliaries


def test_laver_and_se_laver_are_two_verbs() -> None:
    assert not any(f.verb.reflexive for f in lexicon().frames_of("laver"))
    assert all(f.verb.reflexive for f in lexicon().frames_of("se laver"))


@pytest.mark.parametrize("frame_id", sorted(lexicon().frames))
def test_every_frame_can_be_used(frame_id: str) -> None:
    frame = lexicon().frames[frame_id]
    assert frame.subjects
    assert frame.tenses
    assert ("{cod}" in frame.english) == bool(frame.cod) or "fixed" in frame.flags
    if any(each is not None and each.english for each in frame.oblique.values()):
        assert "{obl}" in frame.english or frame.oblique


@pytest.mark.parametrize(
    ("item", "kind", "gender", "plural", "english"),
    [
        ("la porte", DeterminerKind.DEFINITE, "f", False, "the door"),
        ("l'eau", DeterminerKind.DEFINITE, "f", False, "the water"),
        ("de l'eau", DeterminerKind.PARTITIVE, "f", False, "{some}water"),
        ("du pain", DeterminerKind.PARTITIVE, "m", False, "{some}bread"),
        ("*des fleurs", DeterminerKind.INDEFINITE, "f", True, "{some}flowers"),
        ("une orange", DeterminerKind.INDEFINITE, "f", False, "an orange"),
        ("ses clés", DeterminerKind.POSSESSIVE, "f", True, "{poss} keys"),
        ("le café=coffee", DeterminerKind.DEFINITE, "m", False, "coffee"),
        ("Marie", DeterminerKind.NONE, "f", False, "Marie"),
        ("un pantalon", DeterminerKind.INDEFINITE, "m", False, "{some}pants"),
        ("un mouton", DeterminerKind.INDEFINITE, "m", False, "a sheep"),
        ("une heure", DeterminerKind.INDEFINITE, "f", False, "an hour"),
        ("un oncle", DeterminerKind.INDEFINITE, "m", False, "an uncle"),
        ("les courses", DeterminerKind.DEFINITE, "f", True, "the shopping"),
        ("la course", DeterminerKind.DEFINITE, "f", False, "the race"),
    ],
)
def test_noun_phrases(
    parser: PhraseParser,
    item: str,
    kind: DeterminerKind,
    gender: str,
    plural: bool,
    english: str,
) -> None:
    phrase = parser.noun_phrase(item)
    assert (phrase.kind, phrase.gender, phrase.plural, phrase.english) == (
        kind,
        gender,
        plural,
        english,
    )
    assert phrase.once == item.startswith("*")


def test_contracted_prepositions_are_taken_apart(parser: PhraseParser) -> None:
    oblique = parser.oblique("y aux questions=the questions")
    assert oblique.kind is ObliqueKind.Y
    assert oblique.words == ("à",)
    assert oblique.phrase is not None
    assert oblique.phrase.surface == "les questions"


@pytest.mark.parametrize(
    ("item", "words", "infinitive"),
    [
        ("inf de partir=to leave", ("de",), ("partir",)),
        ("inf d'aller au lit=to go to bed", ("de",), ("aller", "au", "lit")),
        ("inf à nager=to swim", ("à",), ("nager",)),
        ("inf nager=to swim", (), ("nager",)),
        ("inf de se lever tôt=to get up early", ("de",), ("se", "lever", "tôt")),
        ("inf de s'habiller=to get dressed", ("de",), ("se", "habiller")),
    ],
)
def test_infinitives(
    parser: PhraseParser, item: str, words: tuple[str, ...], infinitive: tuple[str, ...]
) -> None:
    oblique = parser.oblique(item)
    assert oblique.kind is ObliqueKind.INFINITIVE
    assert (oblique.words, oblique.infinitive) == (words, infinitive)
    assert oblique.english == item.partition("=")[2]


def test_il_of_the_weather_is_nobody(parser: PhraseParser) -> None:
    weather, person = parser.subject("il=it"), parser.subject("il")
    assert weather.impersonal
    assert not person.impersonal
    assert (weather.surface, weather.english) == ("il", "it")


def test_the_english_of_a_subject_is_no_part_of_its_name(parser: PhraseParser) -> None:
    subject = parser.subject("le froid=cold")
    assert (subject.surface, subject.english) == ("le froid", "cold")


@pytest.mark.parametrize(
    ("item", "message"),
    [
        ("le maison", "maison is f"),
        ("le xyz", "no singular noun begins 'xyz'"),
        ("maison", "no determiner"),
        ("ses clés=the keys", "{poss}"),
    ],
)
def test_wrong_noun_phrases_are_refused(parser: PhraseParser, item: str, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        parser.noun_phrase(item)


@pytest.mark.parametrize(
    ("item", "message"),
    [
        ("lui la porte", "no person"),
        ("chez Marie", "no such kind"),
        ("y sur la table", "neither"),
        ("at au pays des merveilles", "no known place"),
        ("fixed tard", "needs its English"),
        ("inf de partir", "needs its English"),
        ("inf de la maison=the house", "no infinitive"),
        ("tonic à la porte", "no person"),
    ],
)
def test_wrong_complements_are_refused(parser: PhraseParser, item: str, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        parser.oblique(item)


def test_made_up_forms_are_no_forms() -> None:
    real = index(infinitives())
    for row in read_rows("learner_forms.tsv", DATA).rows:
        if row["slot"].startswith("present") or row["slot"] == "participle":
            assert row["form"] not in real, row


def test_plus_would_compare(parser: PhraseParser) -> None:
    """ "Elle ne rentre plus tard" reads as "later"."""
    assert parser.oblique("fixed tard=late").comparable
    assert not parser.oblique("fixed très tard=very late").comparable
    assert not parser.oblique("fixed à pied=on foot").comparable
