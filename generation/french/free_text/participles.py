"""Past participles that agree with the wrong word or not at all, in a free text."""

from __future__ import annotations

from collections.abc import Iterator

from generation.french.checking.lexis import is_name, is_time
from generation.french.checking.sentence import Clause, ClauseKind, NounPhrase, Tag
from generation.french.checking.words import Kind
from generation.french.free_text.edits import Change
from generation.french.free_text.source import Draft, Source
from verbs.french.conjugation import participles
from verbs.french.vocabulary import Person

__all__ = ["agreement_drafts", "forms_of", "written_as"]

#: Masculine nouns for persons that no woman has: "le médecin est arrivée" is found.
_MEN = frozenset(
    {*("père", "frère", "oncle", "fils", "mari", "grand-père", "garçon", "homme", "monsieur"),
     *("cousin", "neveu", "roi", "papa", "papi", "beau-père", "beau-frère", "parrain")}
)  # fmt: skip
_DIRECT = frozenset({"le", "la", "les", "l'"})
_INDIRECT = frozenset({"lui", "leur", "nous", "vous", "me", "te"})
_NOBODY = frozenset({"personne", "rien", "aucun", "aucune", "nul", "nulle"})

#: Gender and plural of a participle.
Cell = tuple[str, bool]
_MASCULINE: Cell = ("m", False)


def forms_of(source: Source, index: int) -> tuple[str, ...]:
    """Return a participle as m. sg., f. sg., m. pl. and f. pl.; () if it is none."""
    found = sorted(source.lemmas(index, Kind.PAST_PARTICIPLE))
    if len(found) > 1:
        # "Plu" is of plaire rather than of pleuvoir.
        usual = source.citation(index).removeprefix("se ").removeprefix("s'")
        found = [lemma for lemma in found if lemma == usual]
    if not found or not participles(found[0]):
        return ()
    each = participles(found[0])[0]
    cells = (
        each.masculine_singular,
        each.feminine_singular,
        each.masculine_plural,
        each.feminine_plural,
    )
    return tuple(cell for cell in cells if cell is not None)


def written_as(source: Source, index: int, gender: str, *, plural: bool) -> str | None:
    """Return the participle of a place in a gender and number, also one that has no other form."""
    forms = forms_of(source, index)
    place = (gender == "f") + 2 * plural
    if len(forms) == 4:
        return forms[place]
    # "Souri", "plu": a learner who lets it agree writes it like the others.
    return forms[0] + ("", "e", "s", "es")[place] if forms else None


def agreement_drafts(source: Source) -> Iterator[Draft]:
    """Yield a text with a participle in another gender or number, as learners write it."""
    for clause in source.sentence.clauses:
        if not clause.group.participles:
            continue
        index = clause.group.participles[-1]
        right = source.lower(index)
        if source.tag(index + 1) is Tag.INFINITIVE:
            # "Se faire voler", "entendu chanter" follow rules of their own.
            continue
        seen = {right}
        for (gender, plural), code, decides in _wanted(source, clause, index):
            form = written_as(source, index, gender, plural=plural)
            if form is None or form in seen or not decides:
                continue
            seen.add(form)
            facts = {**source.named(clause), "agrees_with": decides}
            yield from source.draft(code, Change(index, index + 1, (form,)), **facts)


def _wanted(source: Source, clause: Clause, index: int) -> Iterator[tuple[Cell, str, str]]:
    """Yield agreements that learners write, with the code and what decides about the right one."""
    group = clause.group
    if "être" in group.lemmas or len(group.participles) > 1:
        if source.citation(index).startswith(("se ", "s'")):
            yield from _reflexive(source, clause, index)
        else:
            yield from _subject(source, clause, index, "subject")
    elif "avoir" in group.lemmas:
        yield from _with_avoir(source, clause, index)


def _cell(source: Source, index: int) -> Cell | None:
    """Return the gender and number that a participle is written in; None if it can be several."""
    forms = forms_of(source, index)
    right = source.lower(index)
    places = [n for n, form in enumerate(forms) if form == right]
    if not places:
        return None
    first = places[0]
    return ("f" if first % 2 else "m", first >= 2)


def _others(right: Cell) -> tuple[Cell, ...]:
    if right == ("f", True):
        return (_MASCULINE, ("m", True), ("f", False))
    return (_MASCULINE,)


def _subject(
    source: Source, clause: Clause, index: int, code: str
) -> Iterator[tuple[Cell, str, str]]:
    right = _cell(source, index)
    decides = source.subject_words(clause)
    if right is None or decides in _NOBODY:
        return
    if clause.subject.gender is None:
        # "Les enfants": boys or girls, but more than one.
        if clause.subject.plural and clause.subject.phrase is not None and right != _MASCULINE:
            yield _MASCULINE, code, decides
        return
    if right != _MASCULINE:
        for other in _others(right):
            yield other, code, decides
    elif _is_surely_masculine(source, clause):
        yield ("f", False), code, decides


def _is_surely_masculine(source: Source, clause: Clause) -> bool:
    """Whether no feminine participle could be meant: not with a trade or a given name."""
    phrase = clause.subject.phrase
    if phrase is None:
        return source.lower(clause.subject.start) == "il" and not clause.subject.impersonal
    noun = source.sentence.words[phrase.noun]
    if is_name(noun) or phrase.conjuncts:
        return False
    readings = source.side.readings(source.place(phrase.noun), Kind.NOUN)
    person = any("person" in r.traits for r in readings)
    return noun.lower in _MEN or (bool(readings) and not person)


def _reflexive(source: Source, clause: Clause, index: int) -> Iterator[tuple[Cell, str, str]]:
    right = _cell(source, index)
    if right is None:
        return
    subject = clause.subject
    if right != _MASCULINE:
        yield from _subject(source, clause, index, "reflexive")
        return
    if subject.plural is None or (subject.gender is None and not subject.plural):
        return
    # "Les enfants": what a writer lets agree with a plural of two genders.
    own = (subject.gender or "m", subject.plural)
    behind = _object_behind(source, clause)
    if own == _MASCULINE:
        return
    if behind is not None:
        yield own, "reflexive_following_object", source.words(behind.start, behind.end)
    else:
        yield own, "reflexive_indirect", source.subject_words(clause)


def _object_behind(source: Source, clause: Clause) -> NounPhrase | None:
    """Return the direct object right behind the verb; an expression of time is none."""
    for phrase in clause.objects:
        noun = source.sentence.words[phrase.noun]
        if phrase.start == clause.group.end and not is_time(noun) and phrase.preposition is None:
            return phrase
    return None


def _with_avoir(source: Source, clause: Clause, index: int) -> Iterator[tuple[Cell, str, str]]:
    right = _cell(source, index)
    if right is None:
        return
    clitics = {source.lower(i) for i in clause.group.clitics}
    written = [source.sentence.lower(i) for i in clause.group.clitics]
    if clitics & _DIRECT:
        if right != _MASCULINE:
            for other in _others(right)[:1]:
                yield other, "preceding_object", next(w for w in written if w in _DIRECT)
        return
    antecedent = _antecedent(source, clause)
    if clause.kind is ClauseKind.RELATIVE and antecedent is not None:
        yield from _relative(source, clause, right, antecedent)
        return
    if right == _MASCULINE:
        yield from _added(source, clause, clitics)
    elif clause.kind is ClauseKind.MAIN and source.sentence.question:
        yield from _asked(source, clause, right)


def _asked(source: Source, clause: Clause, right: Cell) -> Iterator[tuple[Cell, str, str]]:
    """Yield the errors behind "quelles erreurs avez-vous", "combien de pommes as-tu"."""
    before = [p for p in source.sentence.phrases if p.end <= clause.group.finite]
    if before and clause.subject.inverted and before[0].end == clause.group.finite:
        for other in _others(right)[:1]:
            decides = source.words(before[0].start, before[0].end)
            yield other, "preceding_object", decides


def _antecedent(source: Source, clause: Clause) -> NounPhrase | None:
    """Return what que stands for: nothing in "c'est à leur instinct qu'ils ont obéi"."""
    que = clause.introducer
    if que is None or source.lower(que) != "que":
        return None
    found = next((p for p in source.sentence.phrases if p.end == que), None)
    if found is not None and found.preposition:
        before = source.sentence.readings[found.preposition - 1]
        return None if any(r.lemma == "être" for r in before) else found
    return found


def _relative(
    source: Source, clause: Clause, right: Cell, antecedent: NounPhrase
) -> Iterator[tuple[Cell, str, str]]:
    decides = source.words(antecedent.start, antecedent.end)
    if right != _MASCULINE:
        for other in _others(right):
            yield other, "relative_object", decides
    subject = clause.subject
    if subject.gender is not None and subject.plural is not None:
        own = (subject.gender, subject.plural)
        if own not in (right, _MASCULINE):
            yield own, "relative_with_subject", decides


def _added(source: Source, clause: Clause, clitics: set[str]) -> Iterator[tuple[Cell, str, str]]:
    """Yield agreements with the subject, an object behind the verb or an indirect object."""
    subject, behind = clause.subject, _object_behind(source, clause)
    if behind is not None and behind.gender is not None and behind.plural is not None:
        found = (behind.gender, behind.plural)
        if found != _MASCULINE and behind.certain:
            yield found, "following_object", source.words(behind.start, behind.end)
    if clitics & _INDIRECT and Person.S1 not in subject.persons:
        plural = clitics & {"leur", "nous", "vous"}
        if plural:
            yield ("m", True), "indirect_object", sorted(plural)[0]
    elif subject.gender is not None and subject.plural is not None:
        own = (subject.gender, subject.plural)
        if own != _MASCULINE:
            yield own, "avoir_with_subject", source.subject_words(clause)
