"""Participles of reflexive verbs: like se if that is the direct object (Bon usage § 952)."""

from __future__ import annotations

from collections.abc import Iterator

from generation.french.checking.rules.common import (
    clitic_words,
    direct_object,
    finding,
    may_be_relative,
    may_have_object,
    noun_traits,
    participle_readings,
    reflexive_kinds,
)
from generation.french.checking.rules.participles import (
    before_infinitive,
    differs,
    next_word,
    participle_finding,
    target_of,
)
from generation.french.checking.rules.reflexive import ESSENTIAL
from generation.french.checking.sentence import (
    Clause,
    NounPhrase,
    Sentence,
    Subject,
    SubjectKind,
    Tag,
)
from generation.french.checking.verdict import Finding
from generation.french.checking.words import is_known
from verbs.french.conjugation import participles
from verbs.french.verb_data import Pronominal

#: Verbs whose se is never a direct object: the participle is invariable (Bon usage § 952).
INDIRECT_REFLEXIVE = frozenset(
    {
        *("téléphoner", "plaire", "déplaire", "complaire", "rire", "sourire", "succéder", "nuire"),
        *("mentir", "ressembler", "convenir", "suffire", "survivre", "parler", "répondre"),
    }
)
#: Verbs whose se may be an indirect object, so that another word decides.
_OPEN_REFLEXIVE = frozenset(
    {
        *("acheter", "offrir", "faire", "rendre", "imaginer", "permettre", "donner", "dire"),
        *("demander", "écrire", "promettre", "procurer", "préparer", "commander"),
        *("verser", "poser", "répéter", "raconter", "jurer", "arroger", "attirer", "créer"),
        *("laisser", "voir", "sentir", "entendre", "croire", "trouver", "savoir", "vouloir"),
        *("construire", "partager", "réserver", "accorder", "proposer", "mettre", "prendre"),
        *("fixer", "figurer", "rappeler", "envoyer", "échanger", "montrer", "pardonner", "payer"),
        *("chercher", "choisir", "apporter", "assurer", "garder", "ouvrir", "découvrir", "confier"),
    }
)


def reflexive_agreement(sentence: Sentence, clause: Clause) -> Iterator[Finding]:
    """Find a participle of a reflexive verb that certainly does not agree as it should."""
    group = clause.group
    found = participle_readings(sentence, group.participles[-1])
    verbs = {r.lemma for r in found}
    clitics = set(clitic_words(sentence, group))
    agrees = differs(found, "m", False)
    if before_infinitive(sentence, clause):
        if verbs == {"faire"} and agrees:
            yield _added(sentence, clause, "before_infinitive", _BEFORE_INFINITIVE)
        return
    if clitics & {"le", "la", "les", "en"} or may_be_relative(sentence, clause):
        return
    following = direct_object(sentence, clause, partitive=verbs <= _GIVING)
    compte = verbs == {"rendre"} and next_word(sentence, clause) == "compte"
    takes_two = verbs & (_OPEN_REFLEXIVE | _BODY) or compte
    if agrees and (following is not None or compte) and takes_two and not verbs & _WITH_ATTRIBUTE:
        yield _added(sentence, clause, "reflexive_following_object", _FOLLOWING)
    elif agrees and _is_indirect(sentence, clause, verbs):
        yield _added(sentence, clause, "reflexive_indirect", _INDIRECT)
    elif not agrees or (not following and not compte):
        yield from _direct_reflexive(sentence, clause, verbs)


_BEFORE_INFINITIVE = "“fait” is invariable before an infinitive."
_FOLLOWING = (
    "The direct object comes after the verb, and the pronoun is an indirect object:"
    " the past participle does not agree."
)
_INDIRECT = "The reflexive pronoun is an indirect object: the past participle does not agree."


def _added(sentence: Sentence, clause: Clause, code: str, reason: str) -> Finding:
    """Return the finding of an agreement where the participle is invariable."""
    return participle_finding(sentence, clause, code, reason, ("m", False))


def _is_indirect(sentence: Sentence, clause: Clause, verbs: set[str]) -> bool:
    """Whether se is certainly an indirect object."""
    if verbs == {"écrire"}:
        return _write_to_each_other(sentence, clause)
    if not verbs <= INDIRECT_REFLEXIVE:
        return False
    return _are_persons(sentence, clause.subject) or not verbs & {"parler", "répondre"}


#: Verbs of what one does to a part of the body: "elle s'est lavé les mains".
_BODY = frozenset(
    {
        *(
            "laver",
            "casser",
            "couper",
            "brosser",
            "brûler",
            "fouler",
            "tordre",
            "sécher",
            "essuyer",
        ),
        *("maquiller", "raser", "teindre", "gratter", "frotter", "ronger", "mordre", "peigner"),
        *("blesser", "nettoyer", "coiffer", "boucher", "déchirer", "épiler", "vernir", "abîmer"),
    }
)
#: Verbs behind which "des" is no preposition: "ils se sont envoyé des lettres".
_GIVING = frozenset(
    {
        *("envoyer", "acheter", "offrir", "écrire", "échanger", "donner", "raconter", "poser"),
        *("préparer", "partager", "procurer", "construire", "lancer"),
    }
)


def _is_partitive(sentence: Sentence, phrase: NounPhrase) -> bool:
    """Whether a phrase begins with du or des, which may be de and an article."""
    if phrase.determiner is None:
        return False
    return sentence.words[phrase.determiner].lower in ("du", "des")


_WITH_ATTRIBUTE = frozenset({"nommer", "appeler", "croire", "dire", "faire", "trouver", "sentir"})


def _direct_reflexive(sentence: Sentence, clause: Clause, verbs: set[str]) -> Iterator[Finding]:
    """Check a participle that agrees with se, which stands for the subject."""
    moves = verbs == {"rendre"} and next_word(sentence, clause) in ("à", "au", "aux", "en", "chez")
    if verbs & (_OPEN_REFLEXIVE | INDIRECT_REFLEXIVE) and not moves:
        return
    alone = bool(clause.objects) and all(_is_partitive(sentence, p) for p in clause.objects)
    if not alone and may_have_object(sentence, clause) and not verbs <= ESSENTIAL:
        return
    kinds = set().union(*(reflexive_kinds(v) for v in verbs))
    if (not kinds and not verbs <= ESSENTIAL) or Pronominal.COI in kinds:
        return
    gender, plural = target_of(sentence, clause.subject)
    subject = clause.subject
    if gender is None and plural is None:
        return
    if subject.kind is SubjectKind.NONE or not subject.persons:
        return
    if differs(participle_readings(sentence, clause.group.participles[-1]), gender, plural):
        name = sentence.written(subject.start, subject.end)
        yield participle_finding(
            sentence,
            clause,
            "reflexive",
            f"The past participle agrees with the reflexive pronoun, which stands for “{name}”.",
            (gender, plural),
        )


def _write_to_each_other(sentence: Sentence, clause: Clause) -> bool:
    """Whether persons wrote, and not things that were written in some time."""
    if not _are_persons(sentence, clause.subject) or clause.objects:
        return False
    return next_word(sentence, clause) not in ("en", "par", "dans", "à", "sur", "avec")


def _are_persons(sentence: Sentence, subject: Subject) -> bool:
    if subject.phrase is not None:
        return "person" in noun_traits(sentence, subject.phrase) or (
            sentence.tags[subject.phrase.noun] is Tag.NAME
        )
    return subject.kind is SubjectKind.PRONOUN


def invariable(sentence: Sentence) -> Iterator[Finding]:
    """Find an agreement that an invariable participle has not: "elles se sont souries"."""
    for clause in sentence.clauses:
        group = clause.group
        if "être" not in group.lemmas and "avoir" not in group.lemmas:
            continue
        candidates = list(group.participles)
        if not group.participles and group.end < len(sentence.words):
            candidates = [group.end]
        candidates = [
            i
            for i in candidates
            if sentence.tags[i] is Tag.FINITE or not is_known(sentence.words[i].text)
        ]
        for index in candidates:
            word = sentence.words[index].text.lower()
            for verb in sorted(INDIRECT_REFLEXIVE):
                right = participles(verb)[0]
                stem = right.masculine_singular
                if right.invariable and word in (stem + "e", stem + "s", stem + "es"):
                    yield finding(
                        sentence,
                        "participle_agreement.reflexive_indirect",
                        (index, index + 1),
                        f"The past participle “{stem}” is invariable.",
                        stem,
                    )
