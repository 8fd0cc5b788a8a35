"""Prepositions behind verbs: "il s'oppose la décision", "elle utilise à un dictionnaire".

What is wrong is a closed list in ``verbs.french.government``. In a sentence alone the noun must be no
time, manner, place or inverted subject, and nothing else may need the preposition.
"""

from __future__ import annotations

from collections.abc import Iterator

from generation.french.checking.lexis import (
    is_place_name,
    is_time,
    noun_readings,
    only,
    traits,
)
from generation.french.checking.rules.uses import (
    Use,
    behind,
    is_body,
    is_person_phrase,
    phrase_at,
    uses,
)
from generation.french.checking.sentence import Clause, NounPhrase, Sentence, SubjectKind, Tag
from generation.french.checking.verdict import Finding
from generation.french.checking.words import Kind
from verbs.french.government import NONE, PERSON, PLACE, Government
from verbs.french.vocabulary import ErrorType

__all__ = ["governed", "governed_doubts", "is_place", "preposition_at", "preposition_finding"]

_CONTRACTED = {"au": "à", "aux": "à", "du": "de", "des": "de", "d'": "de"}
_DEFINITE = frozenset(
    {
        *("le", "la", "les", "ce", "cet", "cette", "ces", "mon", "ma", "mes", "ton", "ta", "tes"),
        *("son", "sa", "ses", "notre", "nos", "votre", "vos", "leur", "leurs"),
    }
)
#: Prepositions that are wrong before every noun, but for these manners of being.
_ALWAYS = frozenset(
    {
        *(("dépendre", "sur"), ("appartenir", "de"), ("renoncer", "de")),
        *(("nuire", "de"), ("obéir", "de"), ("ressembler", "de"), ("s'emparer", "à")),
        *(("se souvenir", "sur"), ("quitter", "de")),
        *(("ressembler", "avec"),),
    }
)
_MANNERS = frozenset(
    {
        *("façon", "manière", "sorte", "côté", "part", "fait", "suite", "doigt", "tête", "avis"),
        *("sens", "point", "fond", "moitié", "contraire", "moins", "coup", "champ", "place"),
        *("moment", "instant", "main", "œil", "cœur", "gré", "plupart", "degré", "titre", "plan"),
        *("premier", "première", "premiers", "premières", "dernier", "dernière", "derniers"),
        *("tour", "bord", "départ", "début", "fin", "milieu", "niveau", "rythme", "pied", "force"),
        *("base", "cause", "grâce", "droit", "œillet", "bout", "tard", "loin", "près", "mesure"),
    }
)
#: What has another sense: "attendre pour sa mère", "attendre au train", "trouver à Marie l'air
#: fatigué", "penser l'avenir", "raconter sa mère", "tomber la veste", "dépendre le lustre", "rire un
#: coup", "s'adresser la parole", "échouer un examen" (Canada).
_OTHER_SENSE = frozenset(
    {
        *(("rester", NONE), ("retourner", NONE), ("rentrer", NONE), ("sortir", NONE)),
        *(("trouver", "à"), ("compter", "à"), ("connaître", "à")),
        *(("écrire", NONE), ("penser", NONE), ("rêver", NONE), ("réfléchir", NONE)),
        *(("échouer", NONE), ("raconter", NONE), ("expliquer", NONE), ("rendre", NONE)),
        *(("tomber", NONE), ("dépendre", NONE), ("rire", NONE), ("s'adresser", NONE)),
        *(("s'entendre", NONE), ("se battre", NONE), ("se fâcher", NONE)),
        *(("traverser", "à"), ("voir", "à"), ("consulter", "avec"), ("fêter", "à")),
        *(("comprendre", "à"), ("reconnaître", "à"), ("appeler", "à"), ("gagner", "à")),
    }
)
#: Verbs of movement: behind them a noun may say how one comes, so it must be a place.
_MOVING = frozenset(
    {
        *("aller", "arriver", "venir", "revenir", "parvenir", "naître", "s'enfuir", "s'éloigner"),
        *("rester", "rentrer", "retourner", "sortir", "entrer", "se rendre", "provenir"),
    }
)
_NOURISHING = frozenset({"manger", "boire", "lire", "dîner", "déjeuner", "goûter", "faire", "voir"})
#: "Hésiter de" and "réussir de" are found in books, "éviter à" and "oublier à" have persons.
_UNSURE_INFINITIVE = frozenset(
    {("hésiter", "de"), ("réussir", "de"), ("avoir", "à"), ("demander", "à"), ("prier", "à")}
)


def governed(sentence: Sentence) -> list[Finding]:
    """Return the prepositions behind verbs that certainly are wrong or missing."""
    found: list[Finding] = []
    for use in uses(sentence):
        if use.known and use.end < len(sentence.words):
            found += _before_infinitive(sentence, use)
            found += _before_noun(sentence, use)
    return found


def preposition_finding(
    sentence: Sentence, code: str, first: int, last: int, reason: str
) -> Finding:
    """Return the finding of a wrong or missing preposition over some words."""
    error = ErrorType.PREPOSITION
    words = sentence.words
    return Finding(error, f"{error.value}.{code}", words[first].start, words[last].end, reason)


def preposition_at(sentence: Sentence, index: int) -> str:
    """Return the preposition that a word is or holds, "" if it is none."""
    if sentence.tags[index] is not Tag.PREPOSITION:
        return ""
    word = sentence.words[index]
    return _CONTRACTED.get(word.text.lower(), word.lower)


# --- Before a noun ----------------------------------------------------------------------------


def _before_noun(sentence: Sentence, use: Use) -> Iterator[Finding]:
    phrase = phrase_at(sentence, use.end)
    if phrase is None or use.others or (use.enclitics and not use.reflexive):
        return
    if is_time(sentence.words[phrase.noun]) or sentence.tags[phrase.noun] is Tag.ADJECTIVE:
        return
    verb = use.known[0].verb
    noun = sentence.words[phrase.noun].text
    if phrase.preposition is None:
        if _lacks_preposition(sentence, use, phrase):
            reason = f"“{verb}” needs a preposition before “{noun}”."
            yield preposition_finding(sentence, "missing", use.verb, phrase.noun, reason)
        return
    preposition = preposition_at(sentence, use.end)
    if phrase.preposition != use.end or not preposition:
        return
    if _has_wrong_preposition(sentence, use, phrase, preposition):
        reason = f"“{verb}” does not take “{preposition}” before “{noun}”."
        yield preposition_finding(sentence, "wrong", use.verb, phrase.noun, reason)


def _lacks_preposition(sentence: Sentence, use: Use, phrase: NounPhrase) -> bool:
    """Whether a noun right behind the verb can be neither object, subject nor manner."""
    if not all(_is_forbidden(sentence, g, NONE, phrase) for g in use.known):
        return False
    if use.clause is not None and not _has_own_subject(sentence, use.clause):
        return False
    if use.clause is None and _is_told(sentence, use):
        return False
    word = sentence.words[phrase.start].lower
    name = sentence.tags[phrase.noun] is Tag.NAME and is_person_phrase(sentence, phrase)
    if word not in _DEFINITE and not name and not (word in ("un", "une") and not use.reflexive):
        return False
    if is_body(sentence, phrase) or sentence.words[phrase.noun].lower in _MANNERS:
        return False
    if word in ("un", "une") and any(g.direct != "-" for g in use.known):
        # "Il répond une longue lettre": what is said.
        return False
    if all(g.verb in _MOVING and not g.wrong_noun[NONE] for g in use.known):
        return word in _DEFINITE and is_place(sentence, phrase)
    return True


def is_place(sentence: Sentence, phrase: NounPhrase) -> bool:
    """Return whether a phrase names a place."""
    word = sentence.words[phrase.noun]
    return "place" in traits(word) or is_place_name(word)


def _is_told(sentence: Sentence, use: Use) -> bool:
    """Whether a pronoun before the infinitive is no reflexive one, or a noun may be its subject."""
    return any(sentence.words[i].lower != "se" for i in use.clitics)


def _has_own_subject(sentence: Sentence, clause: Clause) -> bool:
    """Whether the subject stands before the verb, so that what follows is none."""
    subject = clause.subject
    if subject.kind is SubjectKind.NONE:
        # "Ainsi s'oppose la majorité" is no order.
        return not clause.group.clitics
    if subject.kind in (SubjectKind.UNKNOWN,) or (subject.impersonal and not subject.persons):
        return False
    if subject.inverted:
        return subject.kind is SubjectKind.PRONOUN
    if subject.impersonal and sentence.words[subject.start].lower == "ce":
        return False
    # "Il arrive la chose suivante": il may stand for nothing.
    arrives = {"arriver", "venir", "appartenir", "convenir", "naître", "rester", "tomber"}
    if subject.impersonal and set(clause.group.lemmas) & arrives:
        return False
    return subject.end <= clause.group.finite


def _has_wrong_preposition(
    sentence: Sentence, use: Use, phrase: NounPhrase, preposition: str
) -> bool:
    noun = sentence.words[phrase.noun].lower
    if noun in _MANNERS or sentence.words[phrase.noun].elided:
        return False
    if phrase.determiner is None and sentence.tags[phrase.noun] is not Tag.NAME and (
        preposition in ("de", "à")
    ) and sentence.words[use.end].text.lower() not in _CONTRACTED:  # fmt: skip
        return False
    if use.clause is not None and not _needs_object(sentence, use.clause):
        return False
    if use.infinitive is not None and not _is_plain(sentence, use):
        return False
    if not all(_is_forbidden(sentence, g, preposition, phrase) for g in use.known):
        return False
    # "Éviter à Paul des ennuis", "trouver à Marie du charme": another object may follow.
    direct = any(g.direct != "-" for g in use.known)
    return not direct or not behind(sentence, _end_of(sentence, phrase))


def _end_of(sentence: Sentence, phrase: NounPhrase) -> int:
    """Return where a phrase ends with its complements in de."""
    end = phrase.end
    for other in sentence.phrases:
        if other.preposition == end and preposition_at(sentence, end) == "de":
            end = other.end
    while end < len(sentence.words) and sentence.tags[end] in (Tag.ADVERB, Tag.NEGATION):
        end += 1
    return end


def _needs_object(sentence: Sentence, clause: Clause) -> bool:
    """Whether no que, quel or front phrase can be the object that the verb has."""
    if clause.subject.kind is SubjectKind.UNKNOWN:
        return False
    before = {w.lower for w in sentence.words[: clause.group.finite]}
    return not before & {"que", "quel", "quelle", "quels", "quelles", "combien", "quoi", "ce"} or (
        clause.introducer is not None
        and sentence.tags[clause.introducer] is Tag.SUBORDINATION
        and not before & {"quel", "quelle", "quels", "quelles", "combien", "quoi"}
    )


def _is_plain(sentence: Sentence, use: Use) -> bool:
    """Whether no question word stands before an infinitive."""
    before = {w.lower for w in sentence.words[: use.start]}
    return not before & {"que", "quel", "quelle", "quels", "quelles", "combien", "quoi", "à"}


def _is_forbidden(
    sentence: Sentence, known: Government, preposition: str, phrase: NounPhrase
) -> bool:
    """Whether a preposition (or none) is certainly wrong between a verb and this noun."""
    key = (known.verb, preposition)
    if key in _OTHER_SENSE:
        return False
    if key in _ALWAYS:
        return True
    if key in _NOT_PERSONS and is_person_phrase(sentence, phrase):
        return False
    limits = known.wrong_noun.get(preposition)
    if not limits:
        return limits is not None and preposition == NONE and known.direct == "-"
    if key == ("attendre", "à"):
        # "Au train": where one waits.
        limits = limits & {PERSON}
    return _is_among(sentence, phrase, limits)


#: "Attendre pour sa mère" is to wait in her place.
_NOT_PERSONS = frozenset({("attendre", "pour"), ("chercher", "pour")})


def _is_among(sentence: Sentence, phrase: NounPhrase, limits: frozenset[str]) -> bool:
    """Whether the noun of a phrase is one of those that limit a wrong preposition."""
    word = sentence.words[phrase.noun]
    if PERSON in limits and is_person_phrase(sentence, phrase):
        return True
    if PLACE in limits and is_place_name(word):
        return True
    return bool({r.lemma for r in noun_readings(word)} & limits)


# --- Before an infinitive ---------------------------------------------------------------------


def _before_infinitive(sentence: Sentence, use: Use) -> Iterator[Finding]:
    """Yield "il finit travailler", "elle a oublié à fermer", "je suis allé à voir"."""
    found = next((i for i in sentence.infinitives if i.governor == use.verb), None)
    if found is None or (use.enclitics and not use.reflexive):
        return
    word = sentence.words[found.index]
    if any(w.is_punctuation for w in sentence.words[use.verb : found.index]):
        return
    others = {sentence.words[i].lower for i in use.others} - {"y", "en"}
    if found.preposition is None:
        if others or not only(word, Kind.INFINITIVE):
            return
        wrong, first = "bare", use.end
        if sentence.tags[use.end] not in (Tag.INFINITIVE, Tag.CLITIC, Tag.NE):
            return
    else:
        wrong, first = sentence.words[found.preposition].lower, found.preposition
        if first != use.end or others & {"le", "la", "les"} or word.lower == "ravir":
            return
        if others and any(g.direct == "-" for g in use.known):
            # "Il lui arrive de", "cette robe lui va à ravir".
            return
    if not _is_wrong_infinitive(use, wrong, word.lower):
        return
    verb = use.known[0].verb
    right = sorted(use.known[0].infinitive - {"bare"})
    wanted = f"“{right[0]}”" if right else "no preposition"
    reason = f"“{verb}” takes {wanted} before an infinitive."
    code = "missing" if wrong == "bare" else "wrong"
    yield preposition_finding(sentence, code, use.verb, found.index, reason)


def _is_wrong_infinitive(use: Use, wrong: str, infinitive: str) -> bool:
    if not all(wrong in g.wrong_infinitive for g in use.known):
        return False
    if any((g.verb, wrong) in _UNSURE_INFINITIVE for g in use.known):
        return False
    # "Il refuse à manger à son chien".
    nourishing = wrong == "à" and infinitive in _NOURISHING
    return not nourishing or not any("lui" in g.indirect for g in use.known)


# --- What may be meant ------------------------------------------------------------------------


def governed_doubts(sentence: Sentence) -> list[str]:
    """Return complements that hardly go with their verb, where another sense may be meant."""
    found: list[str] = []
    for use in uses(sentence):
        if not use.known or use.end >= len(sentence.words) or use.others:
            continue
        phrase = phrase_at(sentence, use.end)
        if phrase is None or is_time(sentence.words[phrase.noun]):
            continue
        if sentence.tags[phrase.noun] is Tag.ADJECTIVE or use.infinitive is not None:
            continue
        preposition = NONE if phrase.preposition is None else preposition_at(sentence, use.end)
        if not preposition or sentence.words[phrase.noun].lower in _MANNERS:
            continue
        if phrase.preposition is None and not _may_lack_preposition(sentence, use, phrase):
            continue
        if all(_is_doubtful(sentence, g, preposition, phrase) for g in use.known):
            noun = sentence.words[phrase.noun].text
            found.append(f"“{use.known[0].verb}” hardly goes with “{noun}” like this.")
    return found


def _may_lack_preposition(sentence: Sentence, use: Use, phrase: NounPhrase) -> bool:
    definite = sentence.words[phrase.start].lower in _DEFINITE and phrase.determiner is not None
    return (
        definite
        and not is_body(sentence, phrase)
        and use.clause is not None
        and _has_own_subject(sentence, use.clause)
    )


#: Verbs with de or à only, behind which another preposition is hardly meant.
_ONE_COMPLEMENT = frozenset(
    {
        *("se souvenir", "se moquer", "s'intéresser", "se méfier", "s'emparer", "renoncer"),
        *("se débarrasser", "se plaindre", "s'opposer", "s'apercevoir"),
    }
)


def _is_doubtful(
    sentence: Sentence, known: Government, preposition: str, phrase: NounPhrase
) -> bool:
    limits = known.wrong_noun.get(preposition)
    if preposition == NONE:
        if limits is None or known.verb in ("rester", "penser", "répondre"):
            return False
        place = known.verb not in _MOVING or is_place(sentence, phrase)
        return (known.direct == "-" and place) or (
            bool(limits) and _is_among(sentence, phrase, limits)
        )
    if known.verb in _ONE_COMPLEMENT:
        takes = {"à"} if "y" in known.indirect else {"de"} if known.takes_de else set()
        determined = phrase.determiner is not None
        return preposition in {"à", "de", "sur"} - takes and determined
    if limits is None or phrase.determiner is None or known.verb == "répondre":
        return False
    if not limits:
        return known.direct == "-" and preposition in ("dans", "avec", "à", "sur")
    return preposition == "à" and _is_among(sentence, phrase, limits)
