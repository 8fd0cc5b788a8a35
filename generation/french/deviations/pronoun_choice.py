"""Object pronouns of the wrong kind, gender or number."""

from __future__ import annotations

from collections.abc import Iterator

from generation.french.clause import Clause, ObjectForm
from generation.french.clitics import cod_clitic, follows_verb
from generation.french.deviations.base import Deviation, deviate, words_of
from generation.french.realise import (
    INVARIABLE,
    Parts,
    build,
    finite_forms,
    participle_forms,
    parts,
)
from generation.french.tokens import Role, Token
from verbs.french.phrases import ObliqueKind
from verbs.french.vocabulary import AUXILIARY_TENSE, ErrorType

#: Verbs with only a direct object, and verbs with only an indirect one, for persons.
#: Not aider: "lui aider" is old and regional, but French. Not téléphoner, parler, répondre,
#: pardonner: "je le téléphone", "le parler", "le répondre", "le pardonner" can mean a thing.
DIRECT_ONLY = frozenset(
    {
        *("inviter", "remercier", "rencontrer", "attendre", "regarder", "écouter", "admirer"),
        *("accompagner", "féliciter", "saluer", "embrasser", "épouser", "encourager", "consoler"),
        *("rassurer", "embaucher", "photographier", "interviewer", "consulter"),
        *("respecter", "réveiller", "surveiller"),
    }
)
INDIRECT_ONLY = frozenset(
    {
        *("obéir", "désobéir", "plaire", "déplaire", "ressembler", "sourire", "mentir", "nuire"),
        *("succéder", "résister", "survivre"),
    }
)
#: Verbs with à and a thing that lui does not stand for.
Y_ONLY = frozenset(
    {
        *(
            "penser",
            "participer",
            "réfléchir",
            "assister",
            "s'intéresser",
            "renoncer",
            "s'inscrire",
        ),
        *("songer", "réagir"),
    }
)
#: Verbs with de that learners use like "se rappeler quelque chose".
EN_ONLY = frozenset(
    {"se souvenir", "se méfier", "se repentir", "se moquer", "se plaindre", "s'apercevoir"}
)
#: Verbs with à and a person that a pronoun before the verb does not stand for.
TONIC = frozenset({"penser", "songer", "renoncer", "s'intéresser", "s'habituer", "s'adresser"})
#: Verbs of whose object "le" may stand for all that was said: "cette histoire, je le crois".
NEUTER = frozenset(
    {
        *("savoir", "croire", "dire", "penser", "comprendre", "voir", "espérer", "apprendre"),
        *("oublier", "vouloir", "remarquer", "demander", "expliquer", "raconter", "découvrir"),
        *("deviner", "répéter", "regretter", "avouer", "annoncer", "promettre"),
        *("proposer", "conseiller", "prévoir", "accepter", "refuser", "noter", "vérifier"),
    }
)

#: A wrong sentence, the right one, the code, the wrong pronoun and the right one.
Wrong = tuple[Parts, Parts, str, str, str]


def category_errors(clause: Clause) -> list[Deviation]:
    """Return the clause with a pronoun of another kind: lui for le, le for lui, lui for y or à elle.

    Only with verbs that have one kind of object and no other object that is left unsaid.
    """
    found: list[Deviation] = []
    for kind in (_indirect_for_direct, _direct_for_indirect, _for_thing, _for_tonic, _weak):
        for wrong, right, code, new, old in kind(clause):
            if new == "lui" and _may_repeat_subject(clause):
                continue
            found += deviate(
                clause, wrong.text, ErrorType.PRONOUN_CATEGORY, code, right=right.text,
                wrong_pronoun=new, right_pronoun=old,
            )  # fmt: skip
    return found


def _may_repeat_subject(clause: Clause) -> bool:
    """Whether lui may stress the subject: "mon voisin lui attend", which many write without commas."""
    subject = clause.subject
    noun = not subject.pronoun and not clause.imperative and not clause.negative
    return noun and subject.gender != "f" and not subject.plural


def _slot(clause: Clause) -> str:
    """Return where the object pronouns of a clause stand."""
    return "enclitics" if follows_verb(clause) else "clitics"


def _replaced(clause: Clause, sentence: Parts, old: str, new: str) -> Parts | None:
    """Return the sentence with another object pronoun in the place of one."""
    slot = _slot(clause)
    hyphen = "-" if slot == "enclitics" else ""
    tokens = list(sentence[slot])
    places = [i for i, token in enumerate(tokens) if token.text == hyphen + old]
    if not places:
        return None
    tokens[places[-1]] = Token(hyphen + new, Role.CLITIC, bare=bool(hyphen))
    return sentence.with_slot(slot, *tokens)


def _indirect_for_direct(clause: Clause) -> Iterator[Wrong]:
    cod = clause.cod
    if cod is None or not clause.cod_pronoun or not cod.is_person or not cod.is_definite:
        return
    if clause.frame.verb.infinitive not in DIRECT_ONLY or clause.reflexive or clause.has_dative:
        return
    right = parts(clause)
    if len(right[_slot(clause)]) != 1:
        return
    if clause.tense in AUXILIARY_TENSE:
        # "Je leur ai aidés" would have a second error in its participle; behind l' the
        # masculine is right too, so that "je lui ai aidé" has only one.
        if cod.plural or clause.cod_form is ObjectForm.DISLOCATED:
            return
        participle = participle_forms(clause, INVARIABLE)[0]
        right = build(clause, finite_forms(clause)[0], participle)
    old, new = cod_clitic(cod), "leur" if cod.plural else "lui"
    wrong = _replaced(clause, right, old, new)
    if wrong is not None:
        yield wrong, right, "indirect_for_direct", new, old


def _direct_for_indirect(clause: Clause) -> Iterator[Wrong]:
    oblique = clause.oblique
    if oblique is None or oblique.phrase is None or not clause.oblique_pronoun:
        return
    if oblique.kind is not ObliqueKind.LUI or clause.cod is not None:
        return
    if clause.frame.verb.infinitive not in INDIRECT_ONLY or clause.tense in AUXILIARY_TENSE:
        return
    right, phrase = parts(clause), oblique.phrase
    old = "leur" if phrase.plural else "lui"
    new = "les" if phrase.plural else "la" if phrase.gender == "f" else "le"
    wrong = _replaced(clause, right, old, new)
    if wrong is not None:
        yield wrong, right, "direct_for_indirect", new, old


def _for_thing(clause: Clause) -> Iterator[Wrong]:
    """Yield lui for y and le for en, which stand for a thing behind à and de."""
    oblique, citation = clause.oblique, clause.frame.verb.citation
    if oblique is None or oblique.phrase is None or not clause.oblique_pronoun:
        return
    if clause.cod is not None or oblique.phrase.is_person or follows_verb(clause):
        return
    right, phrase = parts(clause), oblique.phrase
    if oblique.kind is ObliqueKind.Y and citation in Y_ONLY:
        old, new, code = "y", "leur" if phrase.plural else "lui", "lui_for_y"
    elif oblique.kind is ObliqueKind.EN and citation in EN_ONLY:
        if clause.tense in AUXILIARY_TENSE:
            return
        new = "les" if phrase.plural else "la" if phrase.gender == "f" else "le"
        old, code = "en", "le_for_en"
    else:
        return
    wrong = _replaced(clause, right, old, new)
    if wrong is not None:
        yield wrong, right, code, new, old


def _for_tonic(clause: Clause) -> Iterator[Wrong]:
    """Yield "je lui pense" for "je pense à elle"."""
    oblique = clause.oblique
    if oblique is None or oblique.phrase is None or not clause.oblique_pronoun:
        return
    if oblique.kind is not ObliqueKind.TONIC or oblique.words != ("à",):
        return
    if clause.frame.verb.citation not in TONIC or follows_verb(clause) or clause.cod is not None:
        return
    right = parts(clause)
    new = "leur" if oblique.phrase.plural else "lui"
    clitics = (*right["clitics"], Token(new, Role.CLITIC))
    wrong = right.with_slot("oblique").with_slot("clitics", *clitics)
    yield wrong, right, "lui_for_tonic", new, words_of(right["oblique"])


def _weak(clause: Clause) -> Iterator[Wrong]:
    """Yield "donne-me le livre" for "donne-moi le livre"."""
    if not follows_verb(clause) or clause.reflexive:
        return
    right = parts(clause)
    tokens = right["enclitics"]
    if tokens and tokens[-1].text == "-moi":
        weak = Token("-me", Role.CLITIC, bare=True)
        wrong = right.with_slot("enclitics", *tokens[:-1], weak)
        yield wrong, right, "weak_for_stressed", "me", "moi"


# --- Gender and number ------------------------------------------------------------------------


def _resumed(clause: Clause, new: str) -> Iterator[tuple[Parts, dict[str, str]]]:
    """Yield the sentence with another pronoun for the object that stands in front of it."""
    cod = clause.cod
    assert cod is not None
    right = parts(clause)
    old = cod_clitic(cod)
    wrong = _replaced(clause, right, old, new)
    if wrong is not None:
        antecedent = words_of(right["dislocated"][:-1])
        facts = {"pronoun": new, "right_pronoun": old, "noun": antecedent, "gender": cod.gender}
        yield wrong, facts


def _can_be_resumed(clause: Clause) -> bool:
    """Whether an object in front is taken up by le, la or les, and no participle shows the same."""
    simple = clause.tense not in AUXILIARY_TENSE
    return clause.cod is not None and clause.cod_form is ObjectForm.DISLOCATED and simple


def gender_errors(clause: Clause) -> list[Deviation]:
    """Return the clause with le for la or la for le: "Cette lettre, je le lis"."""
    cod = clause.cod
    if cod is None or not _can_be_resumed(clause) or cod.plural or cod.is_person:
        return []
    if cod.gender == "f" and clause.frame.verb.infinitive in NEUTER:
        return []
    new = "le" if cod.gender == "f" else "la"
    found: list[Deviation] = []
    for wrong, facts in _resumed(clause, new):
        found += deviate(clause, wrong.text, ErrorType.PRONOUN_GENDER, "object", **facts)
    return found


def number_errors(clause: Clause) -> list[Deviation]:
    """Return the clause with les for le, la or the reverse: "Ces fleurs, je la vends"."""
    cod = clause.cod
    if cod is None or not _can_be_resumed(clause):
        return []
    new = "les"
    code = "plural_for_singular"
    if cod.plural:
        new = "la" if cod.gender == "f" else "le"
        code = "singular_for_plural"
        if new == "le" and clause.frame.verb.infinitive in NEUTER:
            return []
    found: list[Deviation] = []
    for wrong, facts in _resumed(clause, new):
        found += deviate(clause, wrong.text, ErrorType.PRONOUN_NUMBER, code, **facts)
    return found
