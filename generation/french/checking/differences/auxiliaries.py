"""Avoir for être and être for avoir in a compound tense, where only one of them can stand.

Être goes with aller, arriver, partir and their like and with every reflexive verb, avoir with all
others (Bescherelle). Être with the participle of a transitive verb may be a passive: only a direct
object behind it, or a verb that has no passive, makes it an error.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from generation.french.checking.alignment import Region
from generation.french.checking.differences.agreement import agreements_of, subject_agreements
from generation.french.checking.differences.base import Difference, Pair, Side
from generation.french.checking.lexis import is_person, is_time
from generation.french.checking.rules.common import falls_from_the_sky
from generation.french.checking.sentence import Clause, NounPhrase, Tag
from generation.french.checking.words import Kind
from verbs.french.government import government
from verbs.french.vocabulary import ErrorType

__all__ = ["auxiliary_difference"]

_ETRE_ONLY = frozenset(
    {
        *("aller", "arriver", "décéder", "devenir", "redevenir", "intervenir", "mourir", "naître"),
        *("partir", "parvenir", "provenir", "rester", "retomber", "revenir", "survenir", "tomber"),
        *("venir", "advenir", "entrer", "renaître", "repartir"),
    }
)
#: Être without an object, avoir with one.
_BOTH = frozenset(
    {
        *("monter", "remonter", "descendre", "redescendre", "passer", "rentrer", "sortir"),
        *("ressortir", "retourner", "repasser"),
    }
)
#: Of these avoir without an object is wrong. Not of monter, descendre and passer: the dictionaries
#: know "il a monté à sa chambre", "il a passé par Lyon", for what was done (Académie, Littré).
_ETRE_ALONE = frozenset({"rentrer", "sortir", "retourner", "ressortir"})
#: What rises and falls: then both auxiliaries are right (Bon usage § 812).
_GRADUAL = frozenset(
    {*("monter", "remonter", "descendre", "redescendre", "passer", "tomber", "retomber")}
)
_MEASURES = frozenset(
    {
        *("prix", "niveau", "température", "baromètre", "thermomètre", "salaire", "bourse", "mer"),
        *("rivière", "fleuve", "eau", "fièvre", "tension", "taux", "chiffre", "note", "loyer"),
        *("dollar", "euro", "action", "marée", "pression", "cours", "coût", "valeur", "nombre"),
        *("tarif", "brouillard", "ton", "voix", "volume", "mercure", "chômage", "essence", "or"),
        *("pétrole", "crue", "total", "moyenne", "impôt", "facture", "montant", "indice", "seine"),
        *("popularité", "demande", "production", "ventes", "vente", "lac", "neige", "courbe"),
        *("compteur", "aiguille", "note", "sève", "lait", "pâte", "colère", "rideau", "jour"),
    }
)
#: Verbs with avoir whose participle behind être means nothing, whatever the subject. Not those whose
#: participle describes ("réfléchi", "échoué", "rougi", "grimpé") or is a passive ("pleuré").
_AVOIR_ONLY = frozenset(
    {
        *("marcher", "dormir", "nager", "voyager", "déjeuner", "dîner", "souper", "rire"),
        *("sourire", "plaire", "déplaire", "pouvoir", "falloir", "pleuvoir", "neiger", "être"),
        *("skier", "bavarder", "durer", "participer", "exister", "appartenir", "ressembler"),
        *("mentir", "hésiter", "tousser", "tarder", "suffire", "briller", "éternuer", "trembler"),
        *("douter", "téléphoner", "renoncer"),
    }
)
#: Of these "il est renoncé à", "il a été longuement parlé de" are found, with an il that is nobody.
_IMPERSONAL = frozenset({"renoncer", "parler"})
#: Verbs whose participle behind être never describes a person, only a thing: "la langue est parlée".
_NOT_OF_PERSONS = frozenset({"parler", "danser", "commencer", "crier"})
#: Words behind the participle that leave no passive of a person: "les enfants ont joué avec".
_FOLLOWED: Mapping[str, frozenset[str]] = MappingProxyType(
    {
        "habiter": frozenset({"à", "en", "dans", "chez"}),
        "vivre": frozenset({"à", "en", "dans", "chez", "avec"}),
        "jouer": frozenset({"à", "avec"}),
        "travailler": frozenset({"chez", "pour", "comme", "avec"}),
        "courir": frozenset({"vers", "jusque", "après", "derrière"}),
        "sauter": frozenset({"dans", "sur", "de"}),
    }
)
#: Verbs with à and an infinitive of which one who does something is never the object.
_DOING = frozenset({"réussir", "commencer", "hésiter", "continuer", "chercher", "apprendre"})
#: The same with de; not "obligée de", "finie de".
_DOING_DE = frozenset(
    {
        *("essayer", "oublier", "refuser", "accepter", "tenter", "promettre", "éviter", "cesser"),
        *("rêver", "mériter", "négliger"),
    }
)
#: Verbs without an object whose participle describes, or of which "il y est remédié" is said.
_DESCRIBING = frozenset(
    {
        *("agir", "divorcer", "échouer", "éclater", "remédier", "songer", "plaisanter", "insister"),
        *("adhérer", "déroger", "procéder"),
    }
)
_MODALS = frozenset({"vouloir", "pouvoir", "devoir", "savoir", "aimer", "oser"})


def auxiliary_difference(pair: Pair) -> Difference | None:
    """Name the wrong auxiliary; the participle may follow it ("elle est allée", "elle a allé")."""
    regions = _split(pair.regions)
    if not 1 <= len(regions) <= 2:
        return None
    head = regions[0]
    if len(head.old) != 1 or len(head.new) != 1:
        return None
    old, new = _auxiliary(pair.correct, head.left), _auxiliary(pair.incorrect, head.right)
    clause = pair.correct.clause_of(head.left)
    if {old, new} != {"avoir", "être"} or clause is None:
        return None
    if not clause.group.participles:
        return _before_tu(pair, head)
    if not _same_slot(pair, head):
        return None
    place = _place(pair.correct, clause.group.participles[-1])
    if len(regions) == 2 and not _is_participle(pair, regions[1], place):
        return None
    lemmas = frozenset(r.lemma for r in pair.correct.readings(place, Kind.PAST_PARTICIPLE))
    if old == "être":
        certain, code = _avoir_is_wrong(pair.correct, clause, place, lemmas)
        reason = "The compound tenses of this verb are formed with “être” here."
    else:
        certain, code = _etre_is_wrong(pair.correct, clause, place, lemmas)
        reason = "The compound tenses of this verb are formed with “avoir” here."
    certain = certain or pair.found(ErrorType.WRONG_AUXILIARY)
    if not certain:
        reason = "Both auxiliaries may be right here."
    return Difference(ErrorType.WRONG_AUXILIARY, f"wrong_auxiliary.{code}", certain, reason)


def _split(regions: tuple[Region, ...]) -> tuple[Region, ...]:
    """Take auxiliary and participle apart where they stand side by side."""
    if len(regions) != 1 or len(regions[0].old) != 2 or len(regions[0].new) != 2:
        return regions
    both = regions[0]
    return (
        Region(both.left, both.right, both.old[:1], both.new[:1]),
        Region(both.left + 1, both.right + 1, both.old[1:], both.new[1:]),
    )


def _before_tu(pair: Pair, head: Region) -> Difference | None:
    """Name "je m'ai tu": the participle looks like a pronoun."""
    reflexive = pair.correct.text(head.left - 1) in ("me", "te", "se", "nous", "vous")
    if len(pair.regions) != 1 or not reflexive or pair.correct.text(head.left + 1) != "tu":
        return None
    word = pair.correct.word(head.left + 1)
    if word is None or word.joined:
        return None
    reason = "Reflexive verbs form their compound tenses with “être”."
    code = "wrong_auxiliary.avoir_with_reflexive"
    return Difference(ErrorType.WRONG_AUXILIARY, code, True, reason)


def _auxiliary(side: Side, place: int) -> str | None:
    lemmas = {r.lemma for r in side.readings(place, Kind.VERB, Kind.INFINITIVE)}
    found = lemmas & {"avoir", "être"}
    return found.pop() if len(found) == 1 else None


def _same_slot(pair: Pair, region: Region) -> bool:
    """Whether both auxiliaries have the same tense and a person in common."""
    old = {(r.tense, r.person) for r in pair.correct.readings(region.left, Kind.VERB)}
    new = {(r.tense, r.person) for r in pair.incorrect.readings(region.right, Kind.VERB)}
    return bool(old & new)


def _place(side: Side, index: int) -> int:
    return next(p for p, atom in enumerate(side.atoms) if atom.word == index)


def _is_participle(pair: Pair, region: Region, place: int) -> bool:
    """Whether the second difference is the participle, agreeing otherwise."""
    if region.left != place or len(region.old) != 1 or len(region.new) != 1:
        return False
    old = {r.lemma for r in pair.correct.readings(region.left, Kind.PAST_PARTICIPLE)}
    new = {r.lemma for r in pair.incorrect.readings(region.right, Kind.PAST_PARTICIPLE)}
    agreeing = agreements_of(pair.incorrect, region.right) or frozenset()
    if (
        _auxiliary(pair.incorrect, pair.regions[0].right) == "avoir"
        and ("m", False) not in agreeing
    ):
        # The participle would be wrong too.
        return False
    if _auxiliary(pair.incorrect, pair.regions[0].right) == "être" and not _follows_subject(
        pair, region, agreeing
    ):
        return False
    return bool(old & new)


def _follows_subject(pair: Pair, region: Region, agreeing: frozenset[tuple[str, bool]]) -> bool:
    """Whether a participle that changed with its auxiliary agrees with the subject."""
    clause = pair.correct.clause_of(region.left)
    if clause is None:
        return True
    words = pair.correct.sentence.words[clause.subject.start : clause.subject.end]
    allowed = subject_agreements(clause.subject, words[0].lower if len(words) == 1 else "")
    return allowed is None or not agreeing or not allowed.isdisjoint(agreeing)


def _clitics(side: Side, clause: Clause) -> frozenset[str]:
    return frozenset(side.sentence.words[index].lower for index in clause.group.clitics)


#: Verbs whose passive takes de: "il est aimé de ses élèves", "il est composé de".
_DE_IN_PASSIVE = frozenset(
    {
        *("aimer", "respecter", "connaître", "craindre", "admirer", "adorer", "mépriser"),
        *("accompagner", "suivre", "composer", "couvrir", "détester", "apprécier"),
    }
)


def _takes_object_only(lemmas: frozenset[str]) -> bool:
    """Whether verbs have a direct object and no complement with de."""
    known = [government(lemma) for lemma in sorted(lemmas)]
    return not lemmas & _DE_IN_PASSIVE and bool(known) and all(
        g is not None and not g.takes_de and g.direct != "-" for g in known
    )  # fmt: skip


def _object_behind(side: Side, clause: Clause) -> NounPhrase | None:
    """Return a direct object behind the participle; an expression of time is none."""
    for phrase in clause.objects:
        noun = side.sentence.words[phrase.noun]
        spent = any(
            "passer" in {r.lemma for r in side.sentence.readings[index]}
            for index in clause.group.participles
        )
        from_where = side.sentence.lower(phrase.start) in ("du", "des", "de", "d'")
        if from_where and _moves(side, clause):
            return None
        if phrase.start != clause.group.end or (is_time(noun) and not spent):
            return None
        return phrase
    return None


def _moves(side: Side, clause: Clause) -> bool:
    """Whether du, des, de la behind the participle may say where someone comes from."""
    verbs = {r.lemma for i in clause.group.participles for r in side.sentence.readings[i]}
    return bool(verbs & (_BOTH | _ETRE_ONLY))


def _avoir_is_wrong(
    side: Side, clause: Clause, place: int, lemmas: frozenset[str]
) -> tuple[bool, str]:
    clitics = _clitics(side, clause)
    if "se" in clitics or _reflexive(side, clause, clitics):
        return True, "avoir_with_reflexive"
    code = "avoir_for_etre"
    behind = _object_behind(side, clause)
    if lemmas & _GRADUAL and _is_measure(side, clause, place):
        return False, code
    if "tomber" in lemmas and falls_from_the_sky(side.sentence, clause):
        return False, code
    never = lemmas <= _ETRE_ONLY - {"tomber", "entrer"}
    bare = behind is not None and behind.determiner is None
    if not never and ((behind is not None and not bare) or clitics & {"le", "la", "les"}):
        return False, code
    if lemmas <= _ETRE_ONLY:
        return True, code
    if lemmas <= _ETRE_ALONE:
        return True, code
    return False, code


def _is_measure(side: Side, clause: Clause, place: int) -> bool:
    """Whether the subject is what rises and falls, or a number says how much or how far."""
    phrase = clause.subject.phrase
    if phrase is not None:
        names = {r.lemma for r in side.sentence.readings[phrase.noun] if r.kind is Kind.NOUN}
        if names & _MEASURES or side.sentence.lower(phrase.noun) in _MEASURES:
            return True
    counted = side.can_be(place + 2, Kind.NUMBER) and side.text(place + 2) not in ("un", "une")
    return side.text(place + 1) in ("à", "de") and counted


def _reflexive(side: Side, clause: Clause, clitics: frozenset[str]) -> bool:
    """Whether me, te, nous, vous before the auxiliary are the person of the subject."""
    subject = [w.lower for w in side.sentence.words[clause.subject.start : clause.subject.end]]
    pairs = {"je": "me", "tu": "te", "nous": "nous", "vous": "vous"}
    return len(subject) == 1 and pairs.get(subject[0], "-") in clitics


#: Subjects that are persons.
_PERSONAL = frozenset({"je", "tu", "nous", "vous", "on"})
_DEFINITE = frozenset(
    {
        *("le", "la", "l'", "les", "mon", "ma", "mes", "ton", "ta", "tes", "son", "sa", "ses"),
        *("notre", "nos", "votre", "vos", "leur", "leurs", "ce", "cet", "cette", "ces"),
    }
)


def _etre_is_wrong(
    side: Side, clause: Clause, place: int, lemmas: frozenset[str]
) -> tuple[bool, str]:
    code = "etre_with_object" if lemmas <= _BOTH else "etre_for_avoir"
    subject = _subject_word(side, clause)
    if _clitics(side, clause) & {"le", "la", "les"}:
        return True, code
    behind = _object_behind(side, clause)
    if behind is not None:
        determiner = behind.determiner
        text = side.sentence.lower(determiner) if determiner is not None else ""
        impersonal = subject == "il" and text not in _DEFINITE
        return not impersonal and not lemmas <= {"devenir"}, code
    if lemmas & _MODALS and side.tag(place + 1) is Tag.INFINITIVE:
        return True, code
    if _asks_somebody(side, clause, place, lemmas) and subject not in ("il", "ce", "cela", "ça"):
        return True, code
    # "Je n'ai pas demandé d'argent", "j'ai bu de l'eau": an object, unless the verb takes de.
    negated = clause.group.ne is not None and bool(clause.group.negations)
    partitive = negated or side.text(place + 2) in ("le", "la")
    if partitive and side.text(place + 1) == "de" and _takes_object_only(lemmas):
        return subject != "il", code
    return _means_nothing(side, clause, place, lemmas), code


def _means_nothing(side: Side, clause: Clause, place: int, lemmas: frozenset[str]) -> bool:
    """Whether être and a participle without an object are neither a passive nor a state."""
    phrase, subject = clause.subject.phrase, _subject_word(side, clause)
    person = phrase is not None and is_person(side.sentence.words[phrase.noun])
    personal = (person or subject in _PERSONAL) and "par" not in side.texts[place:]
    somebody = personal or subject in ("elle", "elles", "ils")
    following = side.text(place + 1)
    if subject == "il" and lemmas & _IMPERSONAL:
        return False
    if lemmas <= _AVOIR_ONLY or (personal and lemmas <= _NOT_OF_PERSONS):
        return True
    if side.tag(place + 2) in (Tag.INFINITIVE, Tag.CLITIC) and somebody:
        return lemmas <= {"à": _DOING, "de": _DOING_DE}.get(following, frozenset())
    if personal and all(following in _FOLLOWED.get(lemma, ()) for lemma in lemmas):
        return True
    known = [government(lemma) for lemma in sorted(lemmas)]
    no_passive = all(g is not None and g.direct == "-" and "lui" not in g.indirect for g in known)
    return bool(known) and no_passive and not lemmas & (_ETRE_ONLY | _BOTH | _DESCRIBING)


def _asks_somebody(side: Side, clause: Clause, place: int, lemmas: frozenset[str]) -> bool:
    """Whether an indirect object stands before the verb and "si" behind it: "ils m'ont demandé si".

    Such a clause is the direct object; "nous nous sommes demandé si" has no avoir to begin with.
    """
    dative = _clitics(side, clause) & {"me", "m'", "te", "t'", "lui", "leur", "nous", "vous"}
    known = [government(lemma) for lemma in sorted(lemmas)]
    asks = bool(known) and all(g is not None and "lui" in g.indirect for g in known)
    return bool(dative) and asks and side.text(place + 1) == "si"


def _subject_word(side: Side, clause: Clause) -> str:
    """Return the first word of the subject; "on" for "Paul a-t-il", whose il is not impersonal."""
    if clause.subject.inverted and any(
        p.end == clause.group.finite and p.preposition is None for p in side.sentence.phrases
    ):
        return "on"
    words = side.sentence.words[clause.subject.start : clause.subject.end]
    return words[0].lower if words else ""
