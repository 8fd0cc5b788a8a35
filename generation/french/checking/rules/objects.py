"""Object pronouns of a kind that their verb does not take: "je la téléphone", "il leur respecte".

Lui and leur stand for à and a person, le, la, les for a direct object (Bon usage § 284 and on conjunct
pronouns). What a verb takes is in ``verbs.french.government``.
"""

from __future__ import annotations

from collections.abc import Iterator

from generation.french.checking.rules.uses import Use, behind, uses
from generation.french.checking.sentence import Clause, ClauseKind, Sentence, SubjectKind, Tag
from generation.french.checking.verdict import Finding
from generation.french.checking.words import Kind
from verbs.french.government import PERSON, Government
from verbs.french.vocabulary import ErrorType, Person

__all__ = ["indirect_only", "object_doubts"]

_DIRECT = frozenset({"le", "la", "les"})
_INDIRECT = frozenset({"lui", "leur"})
#: Verbs without direct object, even one that is a clause; le may be one with "téléphoner".
_INDIRECT_ONLY = frozenset(
    {
        *("téléphoner", "ressembler", "plaire", "déplaire", "nuire", "appartenir", "succéder"),
        *("mentir", "sourire", "obéir", "désobéir", "survivre"),
    }
)
#: Verbs of state, with which le, la, les may be the attribute: "malades, elles le sont".
_STATES = frozenset({"devenir", "paraître", "sembler", "rester", "être", "naître", "mourir"})
#: Verbs without lui, whatever it should mean (Bon usage § 674-676: y, or à lui).
_WITHOUT_LUI = frozenset(
    {
        *("participer", "renoncer", "songer", "réfléchir", "assister", "contribuer", "adhérer"),
        *("penser", "remédier", "rêver"),
    }
)
#: Verbs whose lui may be that of a person concerned: "la tête lui tourne", "cela lui pèse", "il lui
#: mange dans la main", "on lui cuisine", "le cœur lui bat".
_OF_INTEREST = frozenset(
    {
        *("battre", "tourner", "peser", "manger", "tirer", "pleurer", "chauffer", "cuisiner"),
        *("boire", "courir", "toucher", "frapper", "aider", "applaudir", "changer", "composer"),
        *("connaître", "trouver", "croire", "imaginer", "prévoir", "sentir", "finir", "commencer"),
        *("continuer", "laver", "coiffer", "allumer", "éteindre", "balayer", "ranger", "repasser"),
        *("chercher", "choisir", "briser", "brosser", "décorer", "installer", "griller"),
        *("recopier", "remplir", "réveiller", "savoir", "habiter", "aimer", "arrêter"),
        *("découvrir", "construire", "inventer", "monter", "plier", "râper", "refaire", "copier"),
        *("rallumer", "ramasser", "revoir", "tailler", "tondre", "vider", "corriger", "gagner"),
        *("conserver", "créer", "augmenter", "améliorer", "considérer", "démolir", "déplacer"),
        *("détruire", "dépenser", "discuter", "mélanger", "mesurer", "approcher", "attacher"),
        *("détacher", "dérouler", "évaluer", "examiner", "abîmer", "avaler", "bloquer", "occuper"),
        *("organiser", "partager", "photographier", "peindre", "repeindre", "résumer", "signer"),
        *("télécharger", "traverser", "transformer", "travailler", "conduire", "pousser", "viser"),
    }
)
#: Adverbs of place with lui: "il lui court après", "elle lui saute dessus".
_STRANDED = frozenset(
    {
        *("après", "dessus", "dessous", "dedans", "autour", "devant", "derrière", "contre"),
        *("auprès", "loin", "près", "côté", "davantage", "hors", "là-dessus"),
    }
)


def indirect_only(sentence: Sentence) -> list[Finding]:
    """Return the object pronouns that certainly are of the wrong kind for their verb."""
    found: list[Finding] = []
    for use in uses(sentence):
        pronouns = [i for i in use.others if sentence.words[i].lower not in ("y", "en")]
        if len(pronouns) != 1 or len(use.others) != 1:
            continue
        index = pronouns[0]
        text = sentence.words[index].lower
        if text in _DIRECT:
            found += _direct(sentence, use, index)
        elif text in _INDIRECT and sentence.tags[index] is Tag.CLITIC:
            found += _indirect(sentence, use, index)
    return found


def _finding(sentence: Sentence, index: int, code: str, reason: str, right: str | None) -> Finding:
    word = sentence.words[index]
    error = ErrorType.PRONOUN_CATEGORY
    return Finding(error, f"{error.value}.{code}", word.start, word.end, reason, right)


# --- Le, la, les ------------------------------------------------------------------------------


def _direct(sentence: Sentence, use: Use, index: int) -> Iterator[Finding]:
    word = sentence.words[index]
    lemmas = {each.removeprefix("se ").removeprefix("s'") for each in use.citations}
    if use.reflexive or not _is_pronoun(sentence, use, index):
        return
    if lemmas <= _INDIRECT_ONLY:
        # "Je le lui ai téléphoné": le may be what was said.
        wrong = word.text.lower() in ("la", "les") or not lemmas & {"téléphoner"}
    else:
        wrong = _takes_none(sentence, use, word.text.lower())
    if not wrong:
        return
    lui = any("lui" in g.indirect for g in use.known) or lemmas <= _INDIRECT_ONLY
    right = None
    if lui and use.clause is not None:
        right = "leur" if word.lower == "les" else "lui"
    reason = f"The verb takes no direct object here: not “{word.text}”."
    if right:
        reason = f"The verb takes no direct object here: “{right}”, not “{word.text}”."
    correction = right if not word.elided and right else None
    yield _finding(sentence, index, "direct_for_indirect", reason, correction)


def _is_pronoun(sentence: Sentence, use: Use, index: int) -> bool:
    """Whether le, la, les, l' is no article: "la nuit", "la marche", "l'appel"."""
    if sentence.words[index].joined or use.clause is None:
        return True
    subject = use.clause.subject
    if use.clause.group.ne is not None or len(use.clause.group.participles) == 1:
        return True
    known = subject.kind in (SubjectKind.PRONOUN, SubjectKind.PHRASE, SubjectKind.RELATIVE)
    return known and subject.end <= index


def _takes_none(sentence: Sentence, use: Use, text: str) -> bool:
    """Whether no reading of the verb has a direct object: "elle la va", "je les parle de toi"."""
    if not use.known or any(g.verb in _STATES for g in use.known):
        return False
    following = sentence.words[use.end].lower if use.end < len(sentence.words) else ""
    if all(g.verb == "parler" for g in use.known):
        # "Cette langue, je la parle."
        return following in ("de", "à") and text != "l'"
    if text not in ("la", "les") or use.infinitive is not None:
        return False
    return all(g.direct in ("-", "clause") and g.verb in _NEVER_DIRECT for g in use.known)


#: Verbs that no list of transitive uses has, however rare: not "courir", "dormir", "tomber".
_NEVER_DIRECT = frozenset(
    {
        *("aller", "répondre", "participer", "renoncer", "arriver", "consister", "contribuer"),
        *("dépendre", "échapper", "exister", "insister", "parvenir", "profiter", "provenir"),
        *("remédier", "résister", "suffire", "venir", "adhérer", "bénéficier", "hésiter"),
    }
)


# --- Lui, leur --------------------------------------------------------------------------------


def _indirect(sentence: Sentence, use: Use, index: int) -> Iterator[Finding]:
    if not _is_alone(sentence, use) or use.reflexive or _may_be_stressed(sentence, use, index):
        return
    word = sentence.words[index]
    if all(g.verb in _WITHOUT_LUI for g in use.known):
        reason = f"The verb does not take “{word.text}”."
        yield _finding(sentence, index, "lui_for_y", reason, None)
    elif all(_is_transitive(g) for g in use.known):
        reason = f"The verb takes a direct object here, not “{word.text}”."
        right = "les" if word.lower == "leur" else None
        yield _finding(sentence, index, "indirect_for_direct", reason, right)


def _may_be_stressed(sentence: Sentence, use: Use, index: int) -> bool:
    """Whether lui may stress the subject right before it: "mon frère lui réfléchit"."""
    if use.clause is None or sentence.words[index].lower != "lui" or sentence.words[index].joined:
        return False
    subject = use.clause.subject
    near = subject.end == index and subject.kind is not SubjectKind.PRONOUN
    return near and subject.gender != "f" and (not subject.persons or Person.S3 in subject.persons)


def _is_transitive(known: Government) -> bool:
    """Whether a verb has a direct object and certainly no lui, not even that of interest."""
    plain = known.direct in ("any", "person") and not known.indirect & {"lui", "tonic"}
    limits = known.wrong_noun.get("à")
    person = limits is not None and (not limits or PERSON in limits)
    return plain and (person or known.verb not in _OF_INTEREST) and known.verb not in _ALSO_LUI


#: Verbs with à before a person that lists forget: "je lui connais un ami", "on lui trouve du charme".
_ALSO_LUI = frozenset({"connaître", "trouver", "laver", "aider", "compter", "applaudir", "croire"})


def _is_alone(sentence: Sentence, use: Use) -> bool:
    """Whether lui has no direct object beside it, and nothing else that licenses it."""
    if not use.known or behind(sentence, use.end):
        return False
    words, clause = sentence.words, use.clause
    if clause is not None and not _can_lack_object(sentence, clause):
        return False
    end = clause.end if clause is not None else min(len(words), use.end + 4)
    rest = {w.lower for w in words[use.verb + 1 : end]}
    if rest & (_STRANDED | {"tout", "rien", "ça", "cela", "que", "beaucoup", "assez", "trop"}):
        return False
    if use.infinitive is not None and _has_object_before(sentence, use):
        return False
    return not any(r.kind is Kind.NOUN and r.lemma == "fois" for r in sentence.readings[use.verb])


def _can_lack_object(sentence: Sentence, clause: Clause) -> bool:
    """Whether que, quel or combien before the verb cannot be its direct object."""
    if clause.kind is ClauseKind.RELATIVE and clause.introducer is not None:
        return sentence.words[clause.introducer].lower in ("qui", "où", "dont")
    before = {w.lower for w in sentence.words[: clause.group.finite]}
    if before & {"quel", "quelle", "quels", "quelles", "combien", "quoi", "tout"}:
        return False
    asked = clause.introducer is not None and sentence.tags[clause.introducer] is Tag.QUESTION
    words = sentence.words
    return not (asked and words[clause.introducer or 0].lower in ("que", "quel", "combien"))


def _has_object_before(sentence: Sentence, use: Use) -> bool:
    """Whether que or a question stands anywhere before an infinitive."""
    return any(
        sentence.words[i].lower in ("que", "quel", "quelle", "quels", "quelles", "quoi", "combien")
        for i in range(use.start)
    )


# --- What may be meant ------------------------------------------------------------------------


def object_doubts(sentence: Sentence) -> list[str]:
    """Return lui and leur with verbs that take a direct object, where a rare dative may be meant."""
    found: list[str] = []
    for use in uses(sentence):
        if len(use.others) != 1 or use.reflexive or not use.known:
            continue
        word = sentence.words[use.others[0]]
        if word.lower in _INDIRECT and not word.joined and _is_alone(sentence, use):
            transitive = all(
                g.direct in ("any", "person") and "lui" not in g.indirect for g in use.known
            )
            if transitive or all(g.verb in _WITHOUT_LUI for g in use.known):
                found.append(f"“{word.text}” is hardly an object of “{use.known[0].verb}”.")
    return found
