"""Reflexive pronouns of the wrong person, left out or added.

"Il me lave" is right, and so is "il couche les enfants": another person or none is an error only with
se for je, tu, nous, vous and with verbs that cannot do without their pronoun.
"""

from __future__ import annotations

from generation.french.checking.differences.base import Difference, Pair, Side
from generation.french.checking.lexis import CLITICS, SUBJECTS, is_person
from generation.french.checking.sentence import Clause, ClauseKind, Tag
from generation.french.checking.words import Kind
from verbs.french.government import government
from verbs.french.vocabulary import ErrorType, Person, Tense

__all__ = ["ESSENTIAL", "reflexive_difference"]

#: Verbs that exist with se only (Grevisse: essentially pronominal verbs).
ESSENTIAL = frozenset(
    {
        *("souvenir", "évader", "évanouir", "enfuir", "méfier", "moquer", "emparer", "abstenir"),
        *("absenter", "repentir", "envoler", "réfugier", "suicider", "agenouiller", "écrier"),
        *("exclamer", "efforcer", "lamenter", "obstiner", "désister", "évertuer", "raviser"),
        *("empresser", "accroupir", "blottir", "en aller", "fier", "démener", "méprendre"),
        *("insurger", "prosterner", "extasier", "entraider", "affairer", "dépêcher"),
    }
)
#: Transitive verbs that say nothing without an object when a person is the subject.
_NEED_OBJECT = frozenset(
    {
        *("lever", "habiller", "promener", "asseoir", "inscrire", "fâcher", "inquiéter"),
        *("installer", "habituer", "réveiller", "déshabiller", "amuser", "dépêcher"),
    }
)
_REFLEXIVE = {
    "me": Person.S1,
    "te": Person.S2,
    "moi": Person.S1,
    "toi": Person.S2,
    "nous": Person.P1,
    "vous": Person.P2,
}
_TYPE = ErrorType.REFLEXIVE_PRONOUN
_BEHIND = frozenset({"se", "toi", "te", "nous", "vous"})
_PRONOUNS = CLITICS | {"moi", "toi", "tu"}


def reflexive_difference(pair: Pair) -> Difference | None:
    """Name a reflexive pronoun that is another one, missing or added."""
    region = pair.single
    if region is None:
        return None
    if len(region.old) == len(region.new) == 1:
        return _replaced(pair, region.left, region.right)
    if len(region.old) == 1 and not region.new:
        return _missing(pair, region.left)
    if len(region.new) == 1 and not region.old:
        return _added(pair, region.right)
    return None


def _persons(side: Side, verb: int) -> frozenset[Person]:
    clause = side.clause_of(verb) or side.clause_around(verb)
    if clause is None and len(side.sentence.clauses) == 1:
        # "En me promenant, j'ai vu...": the subject is that of the main clause.
        clause = side.sentence.clauses[0]
    if clause is None:
        return frozenset()
    if clause.kind is ClauseKind.IMPERATIVE:
        return frozenset(
            each.person
            for each in clause.group.analyses
            if each.tense is Tense.IMPERATIF and each.person is not None
        )
    return clause.subject.persons


def _verb(side: Side, place: int) -> int | None:
    """Return the verb form right behind a pronoun before it, or before a joined one."""
    word = side.word(place)
    if word is not None and word.joined:
        return side.verb_before(place, 3)
    for candidate in range(place + 1, min(place + 5, len(side.atoms))):
        if side.tag(candidate) in (Tag.FINITE, Tag.INFINITIVE, Tag.GERUND):
            return candidate
        if side.text(candidate) not in CLITICS | {"ne", "pas", "jamais", "plus"}:
            break
    return None


def _lemmas(side: Side, verb: int) -> frozenset[str]:
    """Return the verbs of a form, of the participle if it is an auxiliary."""
    clause = side.clause_of(verb)
    index = side.atoms[verb].word
    if clause is not None and clause.group.finite == index and clause.group.participles:
        last = clause.group.participles[-1]
        verb = next((p for p, a in enumerate(side.atoms) if a.word == last), verb)
    return frozenset(
        r.lemma
        for r in side.readings(verb, Kind.VERB, Kind.INFINITIVE, Kind.PAST_PARTICIPLE,
                               Kind.PRESENT_PARTICIPLE)
    )  # fmt: skip


def _is_reflexive(side: Side, place: int, verb: int) -> bool:
    text = side.text(place)
    return text == "se" or _REFLEXIVE.get(text) in _persons(side, verb)


def _replaced(pair: Pair, left: int, right: int) -> Difference | None:
    old, new = pair.correct.text(left), pair.incorrect.text(right)
    if old == new or old not in _PRONOUNS or new not in _PRONOUNS:
        return None
    if pair.correct.tag(left) is not Tag.CLITIC:
        return None
    side = pair.correct
    verb = _verb(side, left)
    if verb is None:
        return None
    written = side.word(left)
    joined = written is not None and written.joined
    if not joined and not _is_reflexive(side, left, verb):
        return None
    if joined and not ((old == "toi" and new in ("te", "tu", "se", "vous", "nous"))
                       or (old in ("nous", "vous") and new in _BEHIND)):  # fmt: skip
        return None
    persons = _persons(side, verb)
    essential = bool(_lemmas(side, verb)) and _lemmas(side, verb) <= ESSENTIAL
    third = frozenset({Person.S3, Person.P3})
    plain = essential or (bool(_lemmas(side, verb)) and _lemmas(side, verb) <= {"taire"})
    # "Lavez-nous" is right, "lavez-toi" and "lave-vous" are not: the object is the subject.
    clear = plain or "nous" not in (old, new)
    certain = essential or (new == "se" and bool(persons) and not persons & third)
    certain = certain if not joined else clear or new == "se"
    old_se = (
        new != "se" and old == "se" and "il" in side.texts and "souvenir" in _lemmas(side, verb)
    )
    if old_se or (new in ("en", "y") and not essential):
        certain = False
    certain = certain or pair.found(_TYPE)
    reason = f"The reflexive pronoun of this subject is “{old}”, not “{new}”."
    if not certain:
        reason = f"With “{new}” the verb may have an object of another person."
    also = frozenset({ErrorType.PRONOUN_CATEGORY}) if joined else frozenset[ErrorType]()
    code = "se_for_other_person" if new == "se" else "other_person"
    return Difference(_TYPE, f"reflexive_pronoun.{code}", certain, reason, also)


def _missing(pair: Pair, left: int) -> Difference | None:
    side = pair.correct
    if side.tag(left) is not Tag.CLITIC:
        return None
    verb = _verb(side, left)
    if verb is None or not (_is_reflexive(side, left, verb) or _is_command(side, left)):
        return None
    lemmas = _lemmas(side, verb)
    clause = side.clause_of(verb)
    compound = clause is not None and bool(clause.group.participles)
    impersonal = clause is not None and _subject_is_il(side, clause)
    essential = bool(lemmas) and lemmas <= ESSENTIAL
    if essential:
        # "Elle est évanouie" is an adjective; "il souvient de" an old phrase.
        odd = {"évanouir", "réfugier", "agenouiller", "blottir", "accroupir"}
        certain = not (compound and lemmas & odd) and not (impersonal and "souvenir" in lemmas)
    else:
        needs = bool(lemmas) and lemmas <= _NEED_OBJECT and not compound
        certain = needs and _has_no_object(side, verb) and _is_personal(side, verb)
    certain = certain or pair.found(_TYPE)
    reason = "The verb is not used without its reflexive pronoun in this meaning."
    if not certain:
        reason = "The verb may stand without a reflexive pronoun."
    return Difference(_TYPE, "reflexive_pronoun.missing", certain, reason)


def _is_command(side: Side, place: int) -> bool:
    word = side.word(place)
    return word is not None and word.joined and side.text(place) in ("toi", "nous", "vous", "te")


def _subject_is_il(side: Side, clause: Clause) -> bool:
    words = side.sentence.words[clause.subject.start : clause.subject.end]
    return [w.lower for w in words] == ["il"]


def _is_personal(side: Side, verb: int) -> bool:
    """Whether the subject is a person's pronoun: "la pâte lève" is right."""
    clause = side.clause_of(verb) or side.clause_around(verb)
    if clause is None:
        return False
    words = side.sentence.words[clause.subject.start : clause.subject.end]
    texts = [w.lower for w in words]
    return not texts or texts[0] in SUBJECTS or bool(
        clause.subject.phrase and _names_person(side, clause)
    )  # fmt: skip


def _names_person(side: Side, clause: Clause) -> bool:
    phrase = clause.subject.phrase
    return phrase is not None and is_person(side.sentence.words[phrase.noun])


def _has_no_object(side: Side, verb: int) -> bool:
    """Whether nothing behind the verb can be its object."""
    following = verb + 1
    while side.tag(following) in (Tag.NEGATION, Tag.ADVERB) or (
        side.tag(following) is Tag.CLITIC and side.text(following) in ("nous", "vous", "toi")
    ):
        following += 1
    if side.ends(following - 1):
        return True
    word = side.word(following)
    return side.can_be(following, Kind.PREPOSITION) and not (
        word is not None and word.text.lower() in ("du", "des", "de", "d'")
    )


def _added(pair: Pair, right: int) -> Difference | None:
    """Name se before a verb that never has it: "il s'est parti", "je me divorce"."""
    side = pair.incorrect
    pronoun = side.text(right)
    if pronoun not in ("me", "te", "se", "nous", "vous"):
        return None
    if side.tag(right) is Tag.SUBJECT and pronoun not in (
        side.text(right - 1),
        side.text(right + 1),
    ):
        # "Restez", "vous restez": a subject.
        return None
    verb = _verb(side, right)
    if verb is None or not _is_reflexive(side, right, verb):
        return None
    lemmas = _lemmas(side, verb)
    known = [government(lemma) for lemma in sorted(lemmas)]
    pronominal = [government(f"se {lemma}") or government(f"s'{lemma}") for lemma in lemmas]
    intransitive = all(g is not None and g.direct == "-" and "lui" not in g.indirect for g in known)
    certain = (
        bool(lemmas) and intransitive and not any(pronominal) and not lemmas & {"rire", "aller"}
    )
    certain = certain or pair.found(_TYPE)
    reason = "The verb is not used with a reflexive pronoun."
    if not certain:
        reason = "The verb may be used with a reflexive pronoun."
    return Difference(_TYPE, "reflexive_pronoun.added", certain, reason)
