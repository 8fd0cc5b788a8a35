"""Reflexive pronouns: they change with the subject, and essential reflexive verbs need one."""

from __future__ import annotations

from collections.abc import Iterator

from generation.french.checking.rules.common import (
    REFLEXIVE,
    clitic_words,
    finding,
    has_reflexive,
    may_have_object,
    participle_verbs,
)
from generation.french.checking.sentence import (
    Clause,
    ClauseKind,
    Infinitive,
    Sentence,
    SubjectKind,
)
from generation.french.checking.verdict import Finding
from verbs.french.vocabulary import Person, Tense

#: Verbs that modern French has with se only (Académie: "verbes essentiellement pronominaux").
ESSENTIAL = frozenset(
    {
        *("souvenir", "évader", "enfuir", "évanouir", "repentir", "absenter", "abstenir", "méfier"),
        *("suicider", "efforcer", "emparer", "écrier", "exclamer", "évertuer", "blottir"),
        *("accroupir", "désister", "ingénier", "soucier", "entraider", "extasier", "enquérir"),
        *("raviser", "démener", "prélasser", "prosterner", "esclaffer", "gargariser"),
        *("agenouiller", "obstiner", "réfugier", "envoler", "écrouler"),
    }
)
#: Verbs that mean nothing without an object and without se, when a time of day follows.
_ROUTINE = frozenset({"lever", "réveiller", "dépêcher", "promener", "habiller", "doucher"})
#: Verbs whose infinitive has the same subject, directly or with à and de.
_SAME_SUBJECT = frozenset(
    {
        *("aller", "vouloir", "pouvoir", "devoir", "savoir", "préférer", "aimer", "espérer"),
        *("compter", "désirer", "souhaiter", "détester", "adorer", "oser", "penser", "venir"),
        *("essayer", "commencer", "finir", "décider", "continuer", "arrêter", "oublier"),
        *("refuser", "éviter", "choisir", "accepter", "hésiter", "réussir", "tenter"),
    }
)
_IMPERATIVE_TENSES = frozenset({Tense.IMPERATIF, Tense.PRESENT, Tense.SUBJONCTIF})
_ATTACHED = {Person.S2: "toi", Person.P1: "nous", Person.P2: "vous"}
_OTHER_PERSON = {Person.S1, Person.S2, Person.P1, Person.P2}
_NAMES = {"me": "je", "te": "tu", "nous": "nous", "vous": "vous", "se": "il, elle"}


def reflexive(sentence: Sentence) -> list[Finding]:
    """Return the reflexive pronouns that are certainly wrong or missing."""
    found: list[Finding] = []
    for clause in sentence.clauses:
        found += _se_for_other(sentence, clause)
        found += _essential(sentence, clause)
        found += _routine(sentence, clause)
        found += _imperative(sentence, clause)
    for infinitive in sentence.infinitives:
        found += _infinitive(sentence, infinitive)
    return found


def _single(clause: Clause) -> Person | None:
    """Return the person of the subject if it is certain."""
    persons = clause.subject.persons
    return next(iter(persons)) if len(persons) == 1 else None


def _right(sentence: Sentence, index: int, pronoun: str) -> str:
    """Return the right pronoun, elided as the wrong one is."""
    elided = sentence.words[index].elided and pronoun in ("me", "te", "se")
    return pronoun[0] + "'" if elided else pronoun


def _wrong_pronoun(sentence: Sentence, index: int, person: Person) -> Finding:
    pronoun = REFLEXIVE[person]
    code = "se_for_other_person" if sentence.words[index].lower == "se" else "other_person"
    return finding(
        sentence,
        f"reflexive_pronoun.{code}",
        (index, index + 1),
        f"The reflexive pronoun of “{_NAMES[pronoun]}” is “{pronoun}”.",
        _right(sentence, index, pronoun),
    )


def _se_for_other(sentence: Sentence, clause: Clause) -> Iterator[Finding]:
    """Find "nous se lavons", "ne se promenons pas", and what nobody can mean: "vous te levez"."""
    person = _single(clause)
    if clause.kind is ClauseKind.IMPERATIVE:
        persons = {each.person for each in clause.group.analyses}
        person = next((p for p in _ATTACHED if persons == {p}), None)
        if person is None and clause.start == 0 and clause.group.ne == 0:
            # "Ne se promène plus": only an imperative begins with ne.
            orders = (a.person for a in clause.group.analyses if a.tense is Tense.IMPERATIF)
            person = next(orders, None)
    if person is None or clause.subject.kind is SubjectKind.RELATIVE:
        return
    for index in clause.group.clitics:
        word = sentence.words[index].lower
        if word == "se" and person in _OTHER_PERSON and not _fits_verb(clause, person):
            return
        if (word == "se" and person in _OTHER_PERSON) or (person, word) in (
            (Person.P1, "me"),
            (Person.P2, "te"),
        ):
            yield _wrong_pronoun(sentence, index, person)


def _fits_verb(clause: Clause, person: Person) -> bool:
    """Whether the verb has the subject's person, so that only the pronoun is wrong."""
    return any(each.person is person for each in clause.group.analyses)


def _verbs(sentence: Sentence, clause: Clause) -> tuple[str, ...]:
    """Return the verbs that a group can be about: those of the participle, if it has one."""
    group = clause.group
    if group.participles:
        return tuple(sorted(participle_verbs(sentence, group.participles[0])))
    return group.lemmas


def _essential(sentence: Sentence, clause: Clause) -> Iterator[Finding]:
    """Find essential verbs without se, or with the pronoun of another person."""
    group = clause.group
    verbs = _verbs(sentence, clause)
    if not verbs or not set(verbs) <= ESSENTIAL or group.enclitics:
        return
    if clause.kind is ClauseKind.IMPERATIVE and not group.clitics:
        if all(each.tense in _IMPERATIVE_TENSES for each in group.analyses):
            yield _missing(sentence, clause, verbs[0])
        return
    if clause.kind is ClauseKind.IMPERATIVE or not clause.subject.persons:
        return
    start = min([group.finite, *group.clitics, *([] if group.ne is None else [group.ne])])
    if clause.subject.inverted and start and sentence.words[start - 1].lower in ("nous", "vous"):
        # "Nous souvenons-nous": the first is the reflexive pronoun.
        return
    if clause.subject.impersonal and "souvenir" in verbs:
        # "Il me souvient d'un jour": an old impersonal phrase.
        return
    if group.participles and "être" in group.lemmas and not group.clitics:
        # "Les prisonniers évadés sont ...": a participle used as an adjective.
        return
    if has_reflexive(sentence, clause):
        return
    person = _single(clause)
    wrong = [
        i
        for i in group.clitics
        if sentence.words[i].lower in ("me", "te", "nous", "vous", "se", "le", "la", "les")
    ]
    if wrong and person is not None and sentence.words[wrong[0]].lower in _NAMES:
        yield _wrong_pronoun(sentence, wrong[0], person)
    elif not wrong:
        yield _missing(sentence, clause, verbs[0])


def _missing(sentence: Sentence, clause: Clause, verb: str) -> Finding:
    index = clause.group.finite
    return finding(
        sentence,
        "reflexive_pronoun.missing",
        (index, index + 1),
        f"“{verb}” is never used without its reflexive pronoun.",
    )


def _routine(sentence: Sentence, clause: Clause) -> Iterator[Finding]:
    """Find "je lève à sept heures": a transitive verb with neither object nor pronoun."""
    group = clause.group
    if group.participles or group.clitics or group.enclitics:
        return
    if group.infinitives and "dépêcher" not in group.lemmas:
        return
    if not group.lemmas or not set(group.lemmas) <= _ROUTINE or clause.introducer is not None:
        return
    if may_have_object(sentence, clause) or not clause.subject.persons:
        return
    if "dépêcher" in group.lemmas or (
        clause.subject.kind is SubjectKind.PRONOUN and _tells_time(sentence, clause)
    ):
        yield finding(
            sentence,
            "reflexive_pronoun.missing",
            (group.finite, group.finite + 1),
            f"Without an object “{group.lemmas[0]}” needs its reflexive pronoun here.",
        )


def _tells_time(sentence: Sentence, clause: Clause) -> bool:
    """Whether tôt, tard or a time of day follows the verb."""
    end = clause.group.end
    if any(sentence.words[i].lower in ("tôt", "tard") for i in clause.group.adverbs):
        return True
    words = [w.lower for w in sentence.words[end : end + 3]]
    return words[:1] == ["à"] and any(w in ("heures", "heure", "midi") for w in words[1:])


def _imperative(sentence: Sentence, clause: Clause) -> Iterator[Finding]:
    """Find "dépêche-vous", "levez-toi", "lave-se"."""
    group = clause.group
    if clause.kind is not ClauseKind.IMPERATIVE or not group.enclitics:
        return
    persons = {a.person for a in group.analyses if a.tense is Tense.IMPERATIF}
    index = group.enclitics[0]
    word = sentence.words[index].lower
    if word == "te" and not sentence.words[index].elided and Person.S2 in persons:
        yield finding(
            sentence,
            "reflexive_pronoun.weak_for_stressed",
            (index, index + 1),
            "Behind an imperative the pronoun is “toi”.",
            "toi",
        )
        return
    wrong = word == "se" or (persons == {Person.P2} and word in ("toi", "te"))
    wrong = wrong or (persons == {Person.P1} and word in ("toi", "te", "vous"))
    if persons == {Person.S2} and word == "vous" and _is_reflexive(group.lemmas):
        wrong = True
    if wrong and persons & set(_ATTACHED):
        right = next(_ATTACHED[p] for p in _ATTACHED if p in persons)
        yield finding(
            sentence,
            "reflexive_pronoun.imperative",
            (index, index + 1),
            f"The pronoun behind this imperative is “{right}”.",
            right,
        )


def _is_reflexive(lemmas: tuple[str, ...]) -> bool:
    return bool(set(lemmas) & (ESSENTIAL | _ROUTINE | {"taire", "asseoir", "calmer", "laver"}))


def _infinitive(sentence: Sentence, infinitive: Infinitive) -> Iterator[Finding]:
    """Find "nous allons se promener": the pronoun is that of the subject."""
    se = [i for i in infinitive.clitics if sentence.words[i].lower == "se"]
    if not se or infinitive.governor is None:
        return
    for clause in sentence.clauses:
        group = clause.group
        verbs = group.lemmas
        if infinitive.governor in group.participles:
            verbs = tuple(participle_verbs(sentence, infinitive.governor))
        elif infinitive.governor != group.finite:
            continue
        if infinitive.preposition is not None and sentence.words[
            infinitive.preposition
        ].lower not in ("à", "de"):
            continue
        person = _single(clause)
        plain = not set(clitic_words(sentence, group)) - {"y", "en"}
        if set(verbs) <= _SAME_SUBJECT | {"en aller"} and plain and person in _OTHER_PERSON:
            assert person is not None
            if clause.subject.kind is SubjectKind.RELATIVE:
                continue
            yield _wrong_pronoun(sentence, se[0], person)
