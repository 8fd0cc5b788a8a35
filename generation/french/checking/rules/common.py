"""What several rules need: findings over ranges of words, and questions about verb groups."""

from __future__ import annotations

from collections.abc import Iterator

from generation.french.checking.sentence import Clause, NounPhrase, Sentence, Tag, VerbGroup
from generation.french.checking.verdict import Finding
from generation.french.checking.words import Kind, Reading
from verbs.french.conjugation import Analysis, OtherForm
from verbs.french.overrides import cached
from verbs.french.verb_data import Pronominal, readings
from verbs.french.vocabulary import Auxiliary, ErrorType, Person, Tense

_ERROR = {t.value: t for t in ErrorType}
#: The reflexive pronoun of each person.
REFLEXIVE = {
    Person.S1: "me",
    Person.S2: "te",
    Person.S3: "se",
    Person.P1: "nous",
    Person.P2: "vous",
    Person.P3: "se",
}
#: Verbs that take être and never avoir, but for rare technical uses (Bon usage § 812).
ETRE_ONLY = frozenset(
    {
        *(
            "aller",
            "en aller",
            "arriver",
            "décéder",
            "devenir",
            "redevenir",
            "entrer",
            "intervenir",
        ),
        *("mourir", "naître", "partir", "repartir", "parvenir", "provenir", "rester", "retomber"),
        *("revenir", "survenir", "tomber", "venir", "advenir"),
    }
)
#: Verbs with être, but avoir when they have a direct object.
ETRE_OR_OBJECT = frozenset(
    {
        *("monter", "remonter", "descendre", "redescendre", "passer", "rentrer", "sortir"),
        *("ressortir", "retourner"),
    }
)
_POSSESSIVES = frozenset(
    {
        *("mon", "ma", "mes", "ton", "ta", "tes", "son", "sa", "ses", "notre", "nos", "votre"),
        *("vos", "leur", "leurs"),
    }
)
_TIMELY = frozenset({"time", "day", "month", "season", "clock"})
_TIME_NOUNS = frozenset(
    {
        *("fois", "jour", "matin", "soir", "midi", "nuit", "an", "année", "mois", "semaine"),
        *("heure", "minute", "seconde", "moment", "instant", "siècle", "week-end", "matinée"),
        *("soirée", "journée", "après-midi", "printemps", "été", "automne", "hiver", "temps"),
        *("veille", "lendemain", "décennie", "trimestre", "semestre", "date", "lundi", "mardi"),
        *("mercredi", "jeudi", "vendredi", "samedi", "dimanche", "kilomètre", "mètre", "euro"),
        *("kilo", "gramme", "litre", "degré", "centimètre", "pas", "étage", "quinzaine"),
        *("avant-veille", "surlendemain", "aube", "aurore", "crépuscule", "saison", "époque"),
    }
)


def finding(
    sentence: Sentence,
    code: str,
    span: tuple[int, int],
    reason: str,
    correction: str | None = None,
) -> Finding:
    """Return a finding over a range of words; the code begins with the error type."""
    start, end = span
    return Finding(
        _ERROR[code.partition(".")[0]],
        code,
        sentence.words[start].start,
        sentence.words[end - 1].end,
        reason,
        correction,
    )


# --- Verb groups ------------------------------------------------------------------------------


def finite_tenses(clause: Clause) -> frozenset[Tense | OtherForm]:
    """Return the tenses that the finite form can be in, with the person of its subject."""
    analyses = clause.group.analyses
    fitting = [each for each in analyses if each.person in clause.subject.persons]
    return frozenset(each.tense for each in fitting or analyses)


def analyses_with(group: VerbGroup, lemma: str) -> tuple[Analysis, ...]:
    """Return what the finite form can be as a form of one verb."""
    return tuple(each for each in group.analyses if each.infinitive == lemma)


def auxiliary_of(group: VerbGroup) -> str | None:
    """Return "être" or "avoir" if the group has a participle behind one of them."""
    if not group.participles:
        return None
    for lemma in ("avoir", "être"):
        if lemma in group.lemmas:
            return lemma
    return None


def participle_readings(sentence: Sentence, index: int) -> tuple[Reading, ...]:
    """Return what a participle can be: of which verb, in which gender and number."""
    return tuple(r for r in sentence.readings[index] if r.kind is Kind.PAST_PARTICIPLE)


def participle_verbs(sentence: Sentence, index: int) -> frozenset[str]:
    """Return the verbs that a participle can belong to."""
    return frozenset(r.lemma for r in participle_readings(sentence, index))


def clitic_words(sentence: Sentence, group: VerbGroup) -> tuple[str, ...]:
    """Return the pronouns before the finite form in full: "le" for "l'", too."""
    return tuple(sentence.words[i].lower for i in group.clitics)


def has_reflexive(sentence: Sentence, clause: Clause) -> bool:
    """Whether the verb has a pronoun that can be its subject's reflexive one."""
    clitics = clitic_words(sentence, clause.group)
    if "se" in clitics:
        return True
    persons = clause.subject.persons
    wanted = {REFLEXIVE[p] for p in persons if p not in (Person.S3, Person.P3)}
    return any(each in wanted for each in clitics)


# --- Objects ----------------------------------------------------------------------------------


#: "La pluie a tombé toute la nuit" is old, but found in good authors (Bon usage § 812).
_FALLING = frozenset(
    {
        *("pluie", "grêle", "grêlon", "neige", "flocon", "averse", "ondée", "giboulée", "bruine"),
        *("rosée", "brouillard", "brume", "foudre", "vent", "orage", "cendre", "goutte", "nuit"),
        *("soir", "jour", "eau", "verglas", "obus", "bombe"),
    }
)


def falls_from_the_sky(sentence: Sentence, clause: Clause) -> bool:
    """Return whether rain, snow, wind or night falls: with tomber, avoir is found there."""
    phrase = clause.subject.phrase
    heads = [phrase] if phrase is not None else []
    if clause.subject.impersonal or sentence.lower(clause.subject.start) == "il":
        heads += [p for p in sentence.phrases if clause.group.end <= p.start < clause.end]
    return any(
        r.kind is Kind.NOUN and r.lemma in _FALLING
        for head in heads
        for r in sentence.readings[head.noun]
    )


def noun_traits(sentence: Sentence, phrase: NounPhrase) -> frozenset[str]:
    """Return the traits of a phrase's noun in all its readings."""
    return frozenset(t for r in sentence.readings[phrase.noun] for t in r.traits)


def is_time(sentence: Sentence, phrase: NounPhrase) -> bool:
    """Whether a phrase can say when, how often or how much instead of naming an object."""
    if phrase.determiner is not None and sentence.words[phrase.determiner].lower in _POSSESSIVES:
        # "Mes vacances", "ma journée" are objects.
        return False
    word = sentence.words[phrase.noun].lower
    if word in _TIME_NOUNS or word.rstrip("s") in _TIME_NOUNS:
        return True
    return bool(noun_traits(sentence, phrase) & _TIMELY)


def direct_object(
    sentence: Sentence, clause: Clause, *, partitive: bool = False
) -> NounPhrase | None:
    """Return the noun phrase that is the direct object right behind the verb, if that is certain.

    ``partitive``: du and des can be no preposition behind this verb.
    """
    group = clause.group
    start = max(group.end, (group.infinitives[-1].index + 1) if group.infinitives else 0)
    for phrase in clause.objects:
        if phrase.start != start:
            continue
        if phrase.determiner is None or is_time(sentence, phrase) or not phrase.certain:
            return None
        if not partitive and sentence.lower(phrase.start) in ("du", "des", "de", "d'"):
            # It may be a preposition: "descendus du train".
            return None
        return phrase
    return None


_NOMINAL = frozenset({Tag.NOUN, Tag.NAME, Tag.PRONOUN, Tag.UNKNOWN, Tag.NUMBER, Tag.PUNCTUATION})


def may_be_relative(sentence: Sentence, clause: Clause) -> bool:
    """Whether que can be a relative: behind a noun, not behind a verb or an adjective."""
    que = clause.introducer
    if que is None or sentence.words[que].lower not in ("que", "quel", "quelle", "quoi"):
        return False
    if que == 0 or sentence.tags[que] is Tag.QUESTION:
        return True
    phrase_end = any(p.end == que for p in sentence.phrases)
    return phrase_end or sentence.tags[que - 1] in _NOMINAL


def may_have_object(sentence: Sentence, clause: Clause) -> bool:
    """Whether anything behind the verb may be its direct object: a phrase, a pronoun, que."""
    group = clause.group
    behind = [each.index for each in sentence.infinitives if each.index >= group.end]
    for phrase in clause.objects:
        if not is_time(sentence, phrase) and not any(i < phrase.start for i in behind):
            return True
    for index in range(group.end, clause.end):
        if sentence.tags[index] in (Tag.PRONOUN, Tag.NUMBER, Tag.INFINITIVE, Tag.UNKNOWN):
            in_phrase = any(p.start <= index < p.end for p in clause.phrases)
            if sentence.tags[index - 1] is not Tag.PREPOSITION and not in_phrase:
                return True
    following = sentence.tags[clause.end] if clause.end < len(sentence.words) else None
    if following in (Tag.SUBORDINATION, Tag.RELATIVE, Tag.QUESTION):
        return sentence.words[clause.end].lower in ("que", "ce", "si", "où", "comment", "combien")
    return False


# --- What verbs take --------------------------------------------------------------------------


@cached(maxsize=20_000)
def auxiliaries(infinitive: str) -> frozenset[Auxiliary]:
    """Return the auxiliaries of a verb's readings without se; empty if it is not listed."""
    return frozenset(e.auxiliary for e in readings(infinitive) if not e.reflexive)


@cached(maxsize=20_000)
def takes_object(infinitive: str) -> bool:
    """Whether a verb has a reading with a direct object."""
    return any(e.takes_cod for e in readings(infinitive) if not e.reflexive)


@cached(maxsize=20_000)
def takes_indirect(infinitive: str) -> bool:
    """Whether a verb has a reading with an indirect object that lui and leur stand for."""
    return any(e.takes_coi for e in readings(infinitive) if not e.reflexive)


@cached(maxsize=20_000)
def reflexive_kinds(infinitive: str) -> frozenset[Pronominal]:
    """Return what se is in the verb's reflexive readings."""
    return frozenset(e.pronominal for e in readings(infinitive) if e.reflexive)


def compound_clauses(sentence: Sentence) -> Iterator[tuple[Clause, str]]:
    """Yield the clauses with a participle, each with its auxiliary."""
    for clause in sentence.clauses:
        auxiliary = auxiliary_of(clause.group)
        if auxiliary is not None:
            yield clause, auxiliary
