"""What each word of a sentence can be: its tags with what each costs, as arcs for the tagger."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from generation.french.checking.learner_forms import wrong_form_of
from generation.french.checking.sentence import Tag
from generation.french.checking.text import Word
from generation.french.checking.words import Kind, Reading, expression_at, readings
from verbs.french.conjugation import OtherForm, index
from verbs.french.overrides import cached
from verbs.french.verb_data import infinitives
from verbs.french.vocabulary import Person, Tense

_TAGS = {
    Kind.VERB: Tag.FINITE,
    Kind.INFINITIVE: Tag.INFINITIVE,
    Kind.PRESENT_PARTICIPLE: Tag.GERUND,
    Kind.PAST_PARTICIPLE: Tag.PARTICIPLE,
    Kind.NOUN: Tag.NOUN,
    Kind.ADJECTIVE: Tag.ADJECTIVE,
    Kind.ADVERB: Tag.ADVERB,
    Kind.NAME: Tag.NAME,
    Kind.NUMBER: Tag.NUMBER,
    Kind.DETERMINER: Tag.DETERMINER,
    Kind.CONTRACTION: Tag.PREPOSITION,
    Kind.PREPOSITION: Tag.PREPOSITION,
    Kind.CONJUNCTION: Tag.COORDINATION,
    Kind.SUBORDINATOR: Tag.SUBORDINATION,
    Kind.SUBJECT: Tag.SUBJECT,
    Kind.CLITIC: Tag.CLITIC,
    Kind.STRONG: Tag.PRONOUN,
    Kind.RELATIVE: Tag.RELATIVE,
    Kind.INTERROGATIVE: Tag.QUESTION,
    Kind.PRONOUN: Tag.PRONOUN,
    Kind.NE: Tag.NE,
    Kind.NEGATION: Tag.NEGATION,
    Kind.INTERJECTION: Tag.INTERJECTION,
}

#: Words of grammar with what each use costs; a word listed here has no other use than these.
_CLOSED: dict[str, dict[Tag, float]] = {}


def _closed(words: str, **costs: float) -> None:
    for word in words.split():
        _CLOSED[word] = {Tag(name): cost for name, cost in costs.items()}


_closed("je tu il ils on", subject=0)
_closed("elle elles", subject=0, pronoun=1)
_closed("nous vous", subject=0, clitic=0.3, pronoun=1)
_closed("ce", determiner=0, subject=0.3, pronoun=0.3)
_closed("me te se", clitic=0)
_closed("le la les", determiner=0, clitic=0.5)
_closed("leur", determiner=0, clitic=0.3)
_closed("leurs cet cette ces mon ma mes ta tes sa ses notre votre nos vos", determiner=0)
_closed("ton son", determiner=0, noun=3)
_closed("lui", clitic=0, pronoun=0.5)
_closed("y", clitic=0)
_closed("en", preposition=0, clitic=0.3)
_closed("moi toi soi eux ça cela ceci celui celle ceux celles", pronoun=0)
_closed("un une", determiner=0, pronoun=2.5)
_closed("de", preposition=0)
_closed("du des", determiner=0, preposition=0)
_closed("au aux", preposition=0)
_closed("quel quelle quels quelles", determiner=0.2, question=0.2)
_closed("tout", pronoun=0.5, determiner=0.3, adverb=0.7)
_closed("toute toutes", determiner=0, adverb=1.5, pronoun=1)
_closed("tous", determiner=0, pronoun=0.3)
_closed("aucun aucune", determiner=0, pronoun=0.7)
_closed("ne", ne=0)
_closed("pas", negation=0, noun=3)
_closed("plus", negation=0.2, adverb=0.2)
_closed("jamais", negation=0, adverb=0.6)
_closed("rien", negation=0, pronoun=0.4)
_closed("personne", negation=0, pronoun=0.4, noun=0.8)
_closed("que", subordination=0, relative=0.2, question=0.8, adverb=2)
_closed("qui", relative=0, question=0.3)
_closed("dont", relative=0)
_closed("où", relative=0, question=0.3)
_closed("quand", subordination=0, question=0.4)
_closed("comment pourquoi combien", question=0)
_closed("si", subordination=0, adverb=0.6)
_closed("comme", subordination=0.3, preposition=0.3, adverb=1.5)
_closed("et ou mais ni car", coordination=0)
_closed("à dans par pour sans avec chez", preposition=0)
_closed("voici voilà", finite=0.3, preposition=1.5)

#: Forms of the commonest verbs that are nouns or adjectives too, but seldom.
_SELDOM_NOUNS = frozenset(
    [
        "est",
        "a",
        "as",
        "ont",
        "sont",
        "suis",
        "sommes",
        "êtes",
        "avait",
        "avais",
        "fait",
        "faits",
        "va",
        "vas",
        "peut",
        "dit",
        "dis",
        "veut",
        "doit",
        "avoir",
        "être",
        "pouvoir",
        "savoir",
        "devoir",
        "mis",
        "pris",
        "vu",
        "vus",
        "tiens",
    ]
)
#: Participles that are prepositions too: "passé minuit", "vu la situation".
_PARTICIPLES = frozenset({"vu", "passé", "excepté", "suivant", "concernant", "moyennant"})
_SUBJECT_WORDS = frozenset({"je", "tu", "il", "elle", "on", "nous", "vous", "ils", "elles", "ce"})
_QUESTIONS = frozenset({"que", "qui", "quand", "où", "comment", "pourquoi", "combien"})
_RARE_TENSES = frozenset({Tense.PASSE_SIMPLE, OtherForm.IMPARFAIT_DU_SUBJONCTIF})


_BEFORE_STRESSED = frozenset(
    [
        "à",
        "de",
        "pour",
        "sans",
        "avec",
        "chez",
        "par",
        "sur",
        "sous",
        "entre",
        "contre",
        "vers",
        "devant",
        "derrière",
        "après",
        "avant",
        "selon",
    ]
)


class Arc(NamedTuple):
    """One or more words read as one thing."""

    length: int
    tag: Tag
    cost: float
    readings: tuple[Reading, ...]


# --- Arcs -------------------------------------------------------------------------------------


def _open_costs(form: str, found: Sequence[Reading]) -> dict[Tag, float]:
    """Return the tags of a word by its readings, with what each costs."""
    costs: dict[Tag, float] = {}
    for reading in found:
        tag = _TAGS[reading.kind]
        cost = 1.5 if reading.guessed else 0.0
        if tag is Tag.FINITE:
            cost += 0.5 if reading.tense in _RARE_TENSES else 0.0
            cost += 0.0 if reading.lemma in infinitives() else 0.5
        elif tag is Tag.NOUN and form in _SELDOM_NOUNS:
            cost += 3.0
        elif tag is Tag.PARTICIPLE:
            cost += 0.1
        elif tag is Tag.PREPOSITION and form in _PARTICIPLES:
            cost += 2.5
        elif tag is Tag.COORDINATION and reading.lemma in ("soit", "or", "ainsi", "puis"):
            cost += 1.0
        costs[tag] = min(cost, costs.get(tag, cost))
    rare = not any(reading.lemma in infinitives() for reading in found)
    if set(costs) == {Tag.FINITE} and rare:
        # The form of a rare verb may be a noun that no list has.
        costs[Tag.UNKNOWN] = 2.0
    if Tag.ADVERB in costs and Tag.FINITE in costs:
        costs[Tag.ADVERB] += 0.8
    return costs


def _fitting(tag: Tag, found: Sequence[Reading]) -> tuple[Reading, ...]:
    return tuple(r for r in found if _TAGS[r.kind] is tag)


def _all_readings(word: Word) -> tuple[Reading, ...]:
    forms = word.full if word.elided else (word.text,)
    return tuple(dict.fromkeys(r for form in forms for r in readings(form)))


def _joined(words: Sequence[Word], position: int) -> dict[Tag, float]:
    """Return the tag of a pronoun behind a hyphen: an inverted subject or an object.

    "Levez-vous" is a question with a question mark, else an imperative where one can stand.
    """
    lower = words[position].lower
    if lower in ("nous", "vous"):
        verb = words[position - 1]
        imperative = any(r.tense is Tense.IMPERATIF for r in _all_readings(verb))
        first = position < 2 or words[position - 2].lower in (",", ";", ":", ".", "!", "et", "«")
        closing = next((w.text for w in words[position:] if w.text in ".?!"), "")
        twice = position + 1 < len(words) and words[position + 1].joined
        if twice or (imperative and first and closing != "?"):
            return {Tag.CLITIC: 0.0}
        return {Tag.SUBJECT: 0.0}
    if lower in _SUBJECT_WORDS:
        return {Tag.SUBJECT: 0.0}
    if lower in ("ci", "là"):
        return {Tag.ADVERB: 0.0}
    return {Tag.CLITIC: 0.0}


def _listed_costs(
    words: Sequence[Word], position: int, found: Sequence[Reading]
) -> dict[Tag, float]:
    """Return the tags of a word of grammar, or those of its readings."""
    word = words[position]
    following = words[position + 1].lower if position + 1 < len(words) else ""
    if word.text.lower() == "s'":
        costs = {Tag.SUBORDINATION if following in ("il", "ils") else Tag.CLITIC: 0.0}
    elif word.lower == "le" and word.elided and following == "on":
        costs = {Tag.ADVERB: 0.0}
    elif word.lower in _CLOSED:
        costs = dict(_CLOSED[word.lower])
        if following in ("des", "de") and word.lower in ("un", "une", "aucun", "aucune"):
            costs = {Tag.PRONOUN: 0.0, Tag.DETERMINER: 2.0}
        if word.lower in ("nous", "vous", "lui") and (
            _is_stressed(words, position) or _is_exclaimed(words, position)
        ):
            costs.pop(Tag.CLITIC)
        if word.is_capitalised and not word.initial and word.text not in ("Je", "Tu", "Vous"):
            costs[Tag.NAME] = 2.0
    else:
        costs = _open_costs(word.lower, found)
        if position and words[position - 1].lower == "un" and word.lower == "as":
            costs = {Tag.NOUN: 0.0}
        if word.lower == "puis" and not _is_puis_of_pouvoir(words, position):
            costs.pop(Tag.FINITE, None)
    return costs


def _is_puis_of_pouvoir(words: Sequence[Word], position: int) -> bool:
    """Whether puis may be a form of pouvoir: "je puis", "que ne puis-je"; else it means then."""
    following = words[position + 1] if position + 1 < len(words) else None
    before = words[position - 1].lower if position else ""
    return (following is not None and following.joined) or before in (
        "je", "ne", "le", "en", "y", "vous", "te", "lui", "leur"
    )  # fmt: skip


def _word_costs(
    words: Sequence[Word], position: int
) -> tuple[dict[Tag, float], tuple[Reading, ...]]:
    word = words[position]
    if word.is_punctuation:
        return {Tag.PUNCTUATION: 0.0}, ()
    found = _all_readings(word)
    if word.joined and position:
        return _joined(words, position), found
    costs = _listed_costs(words, position, found)
    if all(r.guessed for r in found) and word.lower not in _CLOSED and not word.elided:
        costs = {**_unknown(word), **costs}
        if _behind_auxiliary(words, position):
            costs[Tag.PARTICIPLE] = 0.3
    if word.is_capitalised and any(r.kind is Kind.NAME and not r.guessed for r in found):
        # "Marie", "Pierre": seldom a form of marier or a stone.
        costs = {
            tag: cost + (1.5 if word.initial else 4.0) * (tag is not Tag.NAME)
            for tag, cost in costs.items()
        }
    if Tag.PARTICIPLE in costs and Tag.UNKNOWN not in costs and _behind_auxiliary(words, position):
        costs.pop(Tag.ADJECTIVE, None)
        costs[Tag.PARTICIPLE] = 0.0
    if word.lower == "qui" and position and words[position - 1].lower == ",":
        costs[Tag.QUESTION] = 1.5
    if word.is_capitalised and not word.initial and Tag.NAME not in costs:
        costs[Tag.NAME] = 1.0
    # An apostrophe where none belongs leaves no reading at all: "rends-le-m' avant".
    return costs or _unknown(word), found


@cached(maxsize=4)
def _auxiliary_forms() -> frozenset[str]:
    """Return the forms of être and avoir, those that a participle follows."""
    return frozenset(index({"être", "avoir"})) - {"eu", "eue", "eus", "eues"}


def _behind_auxiliary(words: Sequence[Word], position: int) -> bool:
    """Whether être or avoir stands before a word, with at most negation and adverbs between."""
    place = position - 1
    while place >= 0 and (
        words[place].joined
        or any(r.kind in (Kind.NEGATION, Kind.ADVERB) for r in _all_readings(words[place]))
    ):
        place -= 1
    return place >= 0 and words[place].lower in _auxiliary_forms()


def _is_exclaimed(words: Sequence[Word], position: int) -> bool:
    """Whether a pronoun is the subject behind what is exclaimed: "quelle chance vous avez"."""
    if not any(w.lower in ("quel", "quelle", "quels", "quelles") for w in words[:2]):
        return False
    person = {"nous": Person.P1, "vous": Person.P2}.get(words[position].lower)
    following = words[position + 1] if position + 1 < len(words) else None
    forms = [r for r in _all_readings(following) if r.kind is Kind.VERB] if following else []
    return bool(forms) and all(r.person is person for r in forms)


def _is_stressed(words: Sequence[Word], position: int) -> bool:
    """Whether a preposition stands before a pronoun and no infinitive behind: "chacun de nous a"."""
    if position == 0 or words[position - 1].lower not in _BEFORE_STRESSED:
        return False
    following = words[position + 1 : position + 3]
    return not any(r.kind is Kind.INFINITIVE for w in following for r in _all_readings(w))


def _unknown(word: Word) -> dict[Tag, float]:
    """Return what a word may be that no list has; a learner's verb form is one of them."""
    costs = {Tag.UNKNOWN: 1.0, Tag.NOUN: 1.2, Tag.ADJECTIVE: 1.6, Tag.FINITE: 2.5}
    if word.is_capitalised:
        costs[Tag.NAME] = 0.8 if word.initial else 0.2
    if word.lower.endswith(("ons", "ez", "aient", "ait", "ais")):
        costs[Tag.FINITE] = 1.0
    elif wrong_form_of(word.lower) is not None:
        costs[Tag.FINITE] = 0.8
    if word.lower.endswith(("é", "i", "u", "és", "ée", "ées", "is", "us", "ie", "ue", "rt", "t")):
        costs[Tag.PARTICIPLE] = 2.0
    if word.lower.endswith(("er", "ir", "re")):
        costs[Tag.INFINITIVE] = 1.2
    return costs


def _est_ce_que(words: Sequence[Word], position: int) -> int:
    """Return the length of "est-ce que" or "qu'est-ce qui" at a word, 0 if it is not there."""
    start = position
    if words[position].lower in _QUESTIONS and position + 1 < len(words):
        start += 1
    lower = [w.lower for w in words[start : start + 3]]
    if lower[:2] == ["est", "ce"] and words[start + 1].joined and lower[2:] in (["que"], ["qui"]):
        return start + 3 - position
    return 0


def _whoever(words: Sequence[Word], position: int) -> bool:
    """Whether "quoi que", "où que" or "qui que" begins at a word: whatever, wherever, whoever."""
    following = words[position + 1].lower if position + 1 < len(words) else ""
    return words[position].lower in ("quoi", "où", "qui") and following == "que"


def _expression_tags(found: Sequence[Reading]) -> Iterator[Tag]:
    yield from dict.fromkeys(_TAGS[r.kind] for r in found)


def arcs(words: Sequence[Word], position: int) -> list[Arc]:
    """Return what can begin at a word: itself, or an expression of several words."""
    costs, found = _word_costs(words, position)
    found_arcs = [Arc(1, tag, cost, _fitting(tag, found)) for tag, cost in costs.items()]
    if words[position].is_punctuation:
        return found_arcs
    if length := _est_ce_que(words, position):
        found_arcs.append(Arc(length, Tag.QUESTION, -1.0, ()))
    if _whoever(words, position):
        found_arcs.append(Arc(2, Tag.SUBORDINATION, -0.5, ()))
    full = tuple(w.full for w in words)
    expression = expression_at(full, position)
    if expression is not None and expression[0] > 1:
        length, several = expression
        found_arcs += (
            Arc(length, tag, -0.4, _fitting(tag, several)) for tag in _expression_tags(several)
        )
    return found_arcs
