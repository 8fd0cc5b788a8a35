"""Être and avoir in compound tenses: only where the other one is certainly wrong.

Lists after the school grammars and Bon usage § 811-816; verbs in use with both auxiliaries
(paraître, demeurer, changer, expirer, ...) are in none of them.
"""

from __future__ import annotations

from collections.abc import Iterator

from generation.french.checking.rules.common import (
    ETRE_ONLY,
    ETRE_OR_OBJECT,
    REFLEXIVE,
    auxiliaries,
    clitic_words,
    compound_clauses,
    direct_object,
    falls_from_the_sky,
    finding,
    may_have_object,
    noun_traits,
    participle_verbs,
    takes_object,
)
from generation.french.checking.sentence import Clause, NounPhrase, Sentence, SubjectKind, Tag
from generation.french.checking.verdict import Finding
from verbs.french.conjugation import forms
from verbs.french.vocabulary import Auxiliary, Person, Tense

#: Verbs of ETRE_ONLY that are said with an object in familiar or technical language.
_WITH_OBJECT = frozenset({"tomber", "entrer", "repartir"})
#: Verbs that take avoir and have no passive, not even an impersonal one in common use.
_NO_PASSIVE = frozenset(
    {
        *("dormir", "voyager", "marcher", "nager", "dîner", "déjeuner", "téléphoner", "rire"),
        *("sourire", "bavarder", "durer", "exister", "neiger", "pleuvoir", "trembler", "tousser"),
        *(
            "éternuer",
            "hésiter",
            "fonctionner",
            "sembler",
            "appartenir",
            "participer",
            "ressembler",
        ),
        *("mentir", "réagir", "skier", "patienter", "suffire"),
        *("briller", "bâiller", "pouvoir", "falloir", "plaire", "déplaire", "nuire", "régner"),
        *("pique-niquer", "jardiner", "insister", "renoncer", "songer", "lutter", "dépendre"),
        *("profiter", "coûter", "valoir", "survivre", "correspondre", "agir", "grelotter"),
        *("ronfler", "somnoler", "patiner", "résister"),
    }
)
#: "Il est renoncé à toute poursuite": an il that is nobody.
_SAID_OF_NOBODY = frozenset({"renoncer", "songer", "insister", "résister"})
#: Verbs that take avoir and whose passive never has a person as its subject.
_NO_PERSONAL_PASSIVE = frozenset(
    {
        *("travailler", "jouer", "vivre", "courir", "danser", "crier", "discuter"),
        *("parler", "chanter", "hurler", "cuisiner", "penser"),
    }
)
#: Verbs whose passive has no person as its subject, so that du and des are no agents.
_WITHOUT_AGENT = frozenset(
    {
        *("acheter", "manger", "boire", "cueillir", "commander", "lire", "écrire", "vendre"),
        *("prendre", "recevoir", "préparer", "visiter", "regarder", "apprendre", "dépenser"),
        *("utiliser", "ajouter", "planter", "oublier", "perdre", "gagner", "raconter"),
    }
)
_SPEAKERS = frozenset({Person.S1, Person.S2, Person.P1, Person.P2})
#: Participles behind which a noun phrase is an attribute or a way of being, and no object.
_ATTRIBUTIVE = frozenset(
    {
        *("devenir", "rester", "naître", "mourir", "élire", "nommer", "appeler", "considérer"),
        *("déclarer", "proclamer", "sacrer", "surnommer", "baptiser", "couronner", "faire", "dire"),
        *("estimer", "intituler", "juger", "vendre", "payer", "coûter", "asseoir", "allonger"),
        *("coucher", "vêtir", "habiller", "tourner", "traiter", "désigner"),
        *("prénommer", "croire", "supposer"),
    }
)
#: "Il a monté à sa chambre", "il a passé par Lyon": said of what was done (Académie, Littré).
_DONE_WITH_AVOIR = frozenset({"monter", "remonter", "descendre", "redescendre", "passer"})
_PLACE_PREPOSITIONS = frozenset({"dans", "de", "à", "au", "aux", "du", "en", "chez", "des"})


def auxiliary(sentence: Sentence) -> list[Finding]:
    """Return the auxiliaries that are certainly the wrong one."""
    found: list[Finding] = []
    for clause, helper in compound_clauses(sentence):
        if helper == "avoir":
            found += _avoir(sentence, clause)
        else:
            found += _etre(sentence, clause)
    return found


def _finding(sentence: Sentence, clause: Clause, code: str, verb: str, reason: str) -> Finding:
    """Return the finding with the form of the right auxiliary as its correction."""
    group = clause.group
    other = "être" if "avoir" in group.lemmas else "avoir"
    correction = None
    for each in group.analyses:
        if each.infinitive in ("être", "avoir") and isinstance(each.tense, Tense) and each.person:
            right = forms(other, each.tense, each.person)
            correction = right[0] if right else None
            break
    return finding(
        sentence,
        f"wrong_auxiliary.{code}",
        (group.finite, group.participles[0] + 1),
        reason.format(verb=verb),
        None if group.participles[0] != group.finite + 1 or correction is None else (
            f"{correction} {sentence.words[group.participles[0]].text}"
        ),
    )  # fmt: skip


# --- Avoir for être ---------------------------------------------------------------------------


def _avoir(sentence: Sentence, clause: Clause) -> Iterator[Finding]:
    group = clause.group
    verbs = participle_verbs(sentence, group.participles[0])
    if not verbs:
        return
    verb = min(verbs)
    clitics = clitic_words(sentence, group)
    if _reflexive(sentence, clause, clitics):
        yield _finding(
            sentence,
            clause,
            "avoir_with_reflexive",
            verb,
            "Reflexive verbs form their compound tenses with être.",
        )
    elif verbs <= ETRE_ONLY:
        if verb == "tomber" and falls_from_the_sky(sentence, clause):
            return
        if verb in _WITH_OBJECT and (
            may_have_object(sentence, clause) or set(clitics) & {"le", "la", "les", "en"}
        ):
            return
        yield _finding(
            sentence,
            clause,
            "avoir_for_etre",
            verb,
            "“{verb}” forms its compound tenses with être.",
        )
    elif verbs <= ETRE_OR_OBJECT and _certainly_no_object(sentence, clause, verb):
        yield _finding(
            sentence,
            clause,
            "avoir_without_object",
            verb,
            "Without a direct object “{verb}” forms its compound tenses with être.",
        )


def _reflexive(sentence: Sentence, clause: Clause, clitics: tuple[str, ...]) -> bool:
    """Whether a pronoun before avoir is certainly reflexive."""
    if "se" in clitics:
        return True
    subject = clause.subject
    if subject.kind is not SubjectKind.PRONOUN or len(subject.persons) != 1:
        return False
    person = next(iter(subject.persons))
    if person in (Person.S3, Person.P3):
        return False
    # "Nous avons", "vous avez" with one pronoun only: the subject itself.
    return REFLEXIVE[person] in clitics


def _certainly_no_object(sentence: Sentence, clause: Clause, verb: str) -> bool:
    """Whether no object can be meant: a person moves somewhere and nothing else is said."""
    group, subject = clause.group, clause.subject
    if verb in _DONE_WITH_AVOIR or group.clitics or len(group.participles) > 1 or group.infinitives:
        return False
    if clause.introducer is not None and sentence.words[clause.introducer].lower != "quand":
        return False
    if may_have_object(sentence, clause) or clause.objects or sentence.question:
        return False
    moves = subject.kind is SubjectKind.PRONOUN and not subject.impersonal
    if subject.impersonal or subject.phrase is not None:
        moves = subject.phrase is None or "person" in noun_traits(sentence, subject.phrase)
    end = group.end
    if not moves or end >= len(sentence.words):
        return False
    if any(w.lower in ("que", "ce") for w in sentence.words[end:]):
        return False
    if sentence.tags[end] is Tag.PREPOSITION:
        return sentence.words[end].text.lower() in _PLACE_PREPOSITIONS or (
            verb in ("sortir", "ressortir") and sentence.words[end].lower == "avec"
        )
    return False


# --- Être for avoir ---------------------------------------------------------------------------


_REASON = "“{verb}” forms its compound tenses with avoir."


def _etre(sentence: Sentence, clause: Clause) -> Iterator[Finding]:
    group, subject = clause.group, clause.subject
    verbs = participle_verbs(sentence, group.participles[0])
    clitics = clitic_words(sentence, group)
    if not verbs or "se" in clitics or _matches_subject(clause, clitics):
        return
    verb = min(verbs)
    if _cannot_be_passive(sentence, clause, verbs):
        yield _finding(sentence, clause, "etre_for_avoir", verb, _REASON)
        return
    if len(group.participles) > 1 or subject.inverted or group.infinitives:
        return
    phrase = direct_object(sentence, clause) or _named_object(sentence, clause)
    if phrase is None or not _is_object(sentence, clause, phrase):
        return
    if verbs <= ETRE_OR_OBJECT:
        if "place" not in noun_traits(sentence, phrase):
            yield _finding(
                sentence,
                clause,
                "etre_with_object",
                verb,
                "With a direct object “{verb}” forms its compound tenses with avoir.",
            )
    elif not verbs & _ATTRIBUTIVE and all(
        takes_object(v) and auxiliaries(v) == {Auxiliary.AVOIR} for v in verbs
    ):
        yield _finding(sentence, clause, "etre_for_avoir", verb, _REASON)


def _cannot_be_passive(sentence: Sentence, clause: Clause, verbs: frozenset[str]) -> bool:
    """Whether être and a participle can be no passive with this verb and subject."""
    group, subject = clause.group, clause.subject
    word = sentence.words[subject.start].lower
    single = len(group.participles) == 1
    if word == "ce" or (word == "il" and verbs & _SAID_OF_NOBODY):
        return False
    if verbs <= _NO_PASSIVE or (verbs == {"être"} and single and bool(subject.persons)):
        return True
    speaker = subject.kind is SubjectKind.PRONOUN and subject.persons <= _SPEAKERS
    bare = direct_object(sentence, clause, partitive=True)
    if speaker and bare is not None and verbs <= _WITHOUT_AGENT and single:
        return True
    person = speaker or word in ("personne", "quelqu'un")
    if subject.phrase is not None:
        person = person or "given" in noun_traits(sentence, subject.phrase)
    return person and verbs <= _NO_PERSONAL_PASSIVE and not _has_agent(sentence, clause)


def _is_object(sentence: Sentence, clause: Clause, phrase: NounPhrase) -> bool:
    """Whether the phrase behind the participle is an object, not a subject or a way of being."""
    subject = clause.subject
    word = sentence.words[subject.start].lower
    nobody = word in ("personne", "quelqu'un", "chacun", "tout")
    if subject.kind not in (SubjectKind.PRONOUN, SubjectKind.PHRASE) and not nobody:
        return False
    if "body" in noun_traits(sentence, phrase) or phrase.adjectives:
        return False
    first = sentence.words[phrase.start].text.lower()
    if phrase.determiner is not None and first in ("du", "des"):
        # "Redescendue du grenier", "aimée des enfants": a preposition.
        return False
    if sentence.tags[phrase.noun] not in (Tag.NOUN, Tag.NAME) or _has_number(sentence, clause):
        return False
    named = sentence.tags[phrase.noun] is Tag.NAME
    return not subject.impersonal or named or first in _DEFINITE


_DEFINITE = frozenset(
    {
        *("le", "la", "les", "l'", "ce", "cet", "cette", "ces", "mon", "ma", "mes", "ton", "ta"),
        *("tes", "son", "sa", "ses", "notre", "nos", "votre", "vos", "leur", "leurs"),
    }
)


def _named_object(sentence: Sentence, clause: Clause) -> NounPhrase | None:
    """Return the name of a person right behind the participle: "tu es accueilli Sophie"."""
    for phrase in clause.objects:
        given = "given" in noun_traits(sentence, phrase) and phrase.determiner is None
        if phrase.start == clause.group.end and given:
            return phrase
    return None


def _has_agent(sentence: Sentence, clause: Clause) -> bool:
    """Whether par or de follows, so that the verb may be passive after all."""
    return any(
        sentence.words[i].lower in ("par", "de") for i in range(clause.group.end, clause.end)
    )


def _has_number(sentence: Sentence, clause: Clause) -> bool:
    return any(
        sentence.tags[i] is Tag.NUMBER for p in clause.objects for i in range(p.start, p.end)
    )


def _matches_subject(clause: Clause, clitics: tuple[str, ...]) -> bool:
    """Whether a pronoun can be reflexive: "je me suis", "nous nous sommes"."""
    return any(REFLEXIVE[p] in clitics for p in clause.subject.persons) or bool(
        not clause.subject.persons and {"me", "te", "nous", "vous"} & set(clitics)
    )
