"""Clauses: each finite form with what introduces it and with its subject."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from generation.french.checking.antecedents import antecedent, in_question
from generation.french.checking.lexis import SPEECH
from generation.french.checking.sentence import (
    Clause,
    ClauseKind,
    Infinitive,
    Subject,
    SubjectKind,
    Tag,
    VerbGroup,
)
from generation.french.checking.subjects import (
    Context,
    before_verb,
    behind_verb,
    coordinated,
    merged,
    pronoun_subject,
)
from generation.french.checking.verb_groups import verb_group
from verbs.french.vocabulary import Person, Tense

_OPENERS = frozenset({Tag.SUBORDINATION, Tag.RELATIVE, Tag.QUESTION})
_ENDS = frozenset({".", "!", "?", ";", ":", "...", "…"})
_IMPERATIVE = frozenset({Person.S2, Person.P1, Person.P2})
_IMPERATIVE_TENSES = frozenset({Tense.IMPERATIF, Tense.PRESENT, Tense.SUBJONCTIF})
#: Subjects that never share their verb with what stands before "et".
_ALONE = frozenset({"je", "tu", "il", "ils", "on", "ce"})
_COMPARING = frozenset({"plus", "moins", "aussi", "autant", "mieux", "autre", "même", "tel"})
_CLOSING_QUOTES = frozenset({"»", '"', "”"})
_UNKNOWN = Subject(SubjectKind.UNKNOWN)


@dataclass(frozen=True)
class _Opener:
    """A conjunction or relative that waits for its verb; the clause it depends on."""

    index: int
    matrix: int | None


def group_start(group: VerbGroup) -> int:
    """Return where a verb group begins: at ne, its first clitic or the finite form."""
    return min([group.finite, *group.clitics, *([] if group.ne is None else [group.ne])])


def clauses(context: Context, known: Sequence[Infinitive]) -> tuple[Clause, ...]:
    """Return the clauses of a text in the order of their verbs."""
    return tuple(_bounded(context, _Builder(context, known).build()))


def _bounded(context: Context, found: list[Clause]) -> list[Clause]:
    """Give each clause its end and its phrases."""
    result: list[Clause] = []
    for number, clause in enumerate(found):
        end = len(context.words)
        for index in range(clause.group.end, end):
            if context.words[index].text in _ENDS:
                end = index
                break
        if number + 1 < len(found):
            following = found[number + 1]
            end = min(end, _first_word(following, clause))
        end = max(end, clause.group.end)
        own = range(clause.subject.start, clause.subject.end)
        phrases = tuple(p for p in context.phrases if clause.start <= p.start < end)
        objects = tuple(
            p
            for p in phrases
            if p.preposition is None and p.start >= clause.group.end and p.start not in own
        )
        result.append(replace(clause, end=end, phrases=phrases, objects=objects))
    return result


def _first_word(following: Clause, clause: Clause) -> int:
    """Return where the next clause begins, behind the verb of this one."""
    start = group_start(following.group)
    subject = following.subject
    if following.introducer is not None and following.introducer >= clause.group.end:
        start = min(start, following.introducer)
    if subject.end and not subject.inverted and subject.start >= clause.group.end:
        start = min(start, subject.start)
    return start


class _Builder:
    """Goes through the words once, from verb to verb."""

    def __init__(self, context: Context, known: Sequence[Infinitive]) -> None:
        self.context, self.known = context, known
        self.waiting: list[_Opener] = []
        self.found: list[Clause] = []
        self.hard = -1
        self.first = 0

    def build(self) -> list[Clause]:
        """Return the clauses, without their ends."""
        context = self.context
        for index, tag in enumerate(context.tagged.tags):
            if tag in _OPENERS and context.tagged.begins[index]:
                matrix = len(self.found) - 1 if len(self.found) > self.first else None
                self.waiting.append(_Opener(index, matrix))
            elif tag is Tag.PUNCTUATION and context.words[index].text in _ENDS:
                self.waiting.clear()
                self.hard, self.first = index, len(self.found)
            elif tag is Tag.FINITE:
                group = verb_group(context.words, context.tagged, index, self.known)
                opener = self.waiting.pop() if self.waiting else None
                self.found.append(self._clause(group, opener))
        return self.found

    @property
    def earlier(self) -> list[Clause]:
        """The clauses of the same sentence so far."""
        return self.found[self.first :]

    def _kind(self, opener: _Opener | None) -> ClauseKind:
        if opener is None:
            return ClauseKind.MAIN
        tag = self.context.tagged.tags[opener.index]
        if tag is Tag.RELATIVE:
            return ClauseKind.RELATIVE
        if tag is Tag.QUESTION and opener.matrix is None:
            return ClauseKind.MAIN
        return ClauseKind.SUBORDINATE

    def _clause(self, group: VerbGroup, opener: _Opener | None) -> Clause:
        left = group_start(group)
        subject = self._subject(group, opener, left)
        kind = self._kind(opener)
        if subject is None and opener is None and _may_be_imperative(group):
            kind, subject = ClauseKind.IMPERATIVE, Subject(SubjectKind.NONE)
        if subject is None:
            subject = behind_verb(self.context, group.end) or _UNKNOWN
        start = left if opener is None else opener.index
        if subject.end and not subject.inverted:
            start = min(start, subject.start)
        return Clause(
            kind,
            start,
            0,
            subject,
            group,
            None if opener is None else opener.index,
            matrix=None if opener is None else opener.matrix,
        )

    # --- The subject --------------------------------------------------------------------------

    def _subject(self, group: VerbGroup, opener: _Opener | None, left: int) -> Subject | None:
        context = self.context
        following = group.finite + 1
        if context.tag(following) is Tag.SUBJECT and context.words[following].joined:
            return replace(pronoun_subject(context, following), inverted=True)
        speaker = self._speaker(group, left)
        if speaker is not None:
            return speaker
        if opener is not None:
            subject = self._relative(group, opener, left)
            if subject is not None:
                return subject
        edge = self._edge(opener, group)
        nested = [c for c in self.earlier if c.introducer is not None and c.introducer > edge]
        pronoun = self._adjacent_pronoun(left, edge, nested)
        if pronoun is not None:
            return pronoun
        if nested:
            return self._around(nested, left, edge)
        if context.lower(left - 1) == ",":
            return self._behind_comma(group, left, edge, opener)
        subject = before_verb(context, left, edge)
        if subject is not None:
            return _UNKNOWN if opener and self._compares(opener) else subject
        if opener is None and context.tag(left - 1) is Tag.COORDINATION:
            return self._shared()
        if self._has_infinitive(edge, left):
            return _UNKNOWN
        return None

    def _compares(self, opener: _Opener) -> bool:
        """Whether que belongs to a comparison: "ceux plus grands que moi sont"."""
        before = range(max(0, opener.index - 3), opener.index)
        if any("valoir" in c.group.lemmas for c in self.earlier):
            # "Il vaut mieux que".
            return False
        return self.context.lower(opener.index) == "que" and any(
            self.context.lower(i) in _COMPARING for i in before
        )

    def _has_infinitive(self, edge: int, left: int) -> bool:
        tags = self.context.tagged.tags
        return any(tags[i] is Tag.INFINITIVE for i in range(edge + 1, left))

    def _speaker(self, group: VerbGroup, left: int) -> Subject | None:
        """Return the subject behind a verb of speech that follows what was said."""
        context = self.context
        before = context.lower(left - 1)
        quoted = before in _CLOSING_QUOTES
        if before == "," and context.lower(left - 2) in _CLOSING_QUOTES:
            quoted = True
        said = quoted or (before == "," and bool(self.earlier))
        verbs = set(group.lemmas)
        for index in group.participles:
            verbs |= {r.lemma for r in context.tagged.readings[index]}
        if not said or not verbs & SPEECH:
            return None
        found = behind_verb(context, group.end)
        persons = {each.person for each in group.analyses} & {Person.S3, Person.P3}
        if found is not None and found.persons & persons:
            return found
        # "... », soupira grand-père": who speaks is not in the quotation anyway.
        return _UNKNOWN if quoted else None

    def _is_inserted(self, clause: Clause, group: VerbGroup) -> bool:
        """Whether a clause with que stands between commas inside the subject.

        "Ma sœur, que tu connais, m'a écrit"; but "Marie, que tu viennes ou non, pars": only with a
        verb that can be no imperative, because a pronoun without ne stands before it.
        """
        context = self.context
        que, left = clause.introducer, group_start(group)
        if que is None or context.lower(que) != "que" or context.lower(que - 1) != ",":
            return False
        head = context.by_end.get(que - 1)
        between = {context.lower(i) for i in range(que, left)}
        return (
            head is not None
            and head.determiner is not None
            and head.start == self.hard + 1
            and context.lower(left - 1) == ","
            and "ou" not in between
            and bool(group.clitics)
            and group.ne is None
        )

    def _edge(self, opener: _Opener | None, group: VerbGroup) -> int:
        """Return the last word that cannot belong to the subject: a conjunction or a verb.

        A relative clause in between can stand inside the subject, so its verb does not count.
        """
        edge = self.hard
        if opener is not None:
            edge = opener.index
            while edge + 1 < len(self.context.words) and not self.context.tagged.begins[edge + 1]:
                edge += 1
        for clause in self.earlier:
            inside = clause.introducer is not None and clause.introducer > edge
            relative = clause.kind is ClauseKind.RELATIVE or self._is_inserted(clause, group)
            if relative and inside:
                continue
            edge = max(edge, clause.group.end - 1)
        return edge

    def _adjacent_pronoun(self, left: int, edge: int, nested: list[Clause]) -> Subject | None:
        """Return the subject pronoun right before the verb group."""
        context = self.context
        place = left - 1
        while place > edge and context.tag(place) in (Tag.ADVERB, Tag.NEGATION):
            place -= 1
        if place <= edge or context.tag(place) is not Tag.SUBJECT:
            return None
        subject = pronoun_subject(context, place)
        if context.lower(place) in _ALONE or nested:
            return subject
        return coordinated(context, subject, edge, after_verb=self._after_verb(edge))

    def _after_verb(self, edge: int) -> bool:
        """Whether the words before the subject can be the object of another verb."""
        return any(clause.group.end - 1 == edge for clause in self.earlier)

    def _relative(self, group: VerbGroup, opener: _Opener, left: int) -> Subject | None:
        """Return qui as the subject, or "qu'est-ce qui"."""
        context = self.context
        last = opener.index
        while last + 1 < len(context.words) and not context.tagged.begins[last + 1]:
            last += 1
        place = left - 1
        while place > last and context.tag(place) is Tag.ADVERB:
            place -= 1
        if place != last or context.lower(last) != "qui":
            return None
        if context.tag(opener.index - 1) is Tag.PREPOSITION:
            return None
        matrix = self.found[opener.matrix] if opener.matrix is not None else None
        # "Moi qui croyais tout savoir": behind a pronoun qui asks nothing.
        if context.tagged.tags[last] is Tag.QUESTION and context.tag(last - 1) is not Tag.PRONOUN:
            return in_question(context, opener.index, last, copula="être" in group.lemmas)
        copula = matrix is not None and "être" in matrix.group.lemmas
        return antecedent(context, last, matrix.subject if copula and matrix else None)

    def _around(self, nested: list[Clause], left: int, edge: int) -> Subject | None:
        """Return the subject that stands before a relative clause: "la fille qui chante est"."""
        context = self.context
        first = min(c.introducer for c in nested if c.introducer is not None)
        place = first
        if context.tag(place - 1) is Tag.PREPOSITION:
            place -= 1
        if context.lower(place - 1) == ",":
            place -= 1
        whole = before_verb(context, place, edge)
        near = before_verb(context, left, nested[-1].group.end - 1)
        if whole is None:
            return near if near is not None and self._after_verb(edge) else _UNKNOWN
        coordinations = [
            i for i in range(nested[-1].group.end, left) if context.tag(i) is Tag.COORDINATION
        ]
        if coordinations:
            return merged(whole, near) if near is not None else merged(whole, _UNKNOWN)
        return whole

    def _behind_comma(
        self, group: VerbGroup, left: int, edge: int, opener: _Opener | None
    ) -> Subject | None:
        """Return the subject of a verb that a comma separates from it: "Paul, fatigué, dort"."""
        context = self.context
        if opener is None and self._after_verb(edge):
            shared = self._shared() if self.earlier[-1].kind is ClauseKind.MAIN else None
            persons = {each.person for each in group.analyses if each.tense is not Tense.IMPERATIF}
            if shared is None or (_may_be_imperative(group) and not persons & shared.persons):
                return None
            return shared
        heads = [p for p in context.phrases if edge < p.start < left and p.preposition is None]
        commas = [i for i in range(edge + 1, left - 1) if context.lower(i) == ","]
        if len(heads) == 1 and commas:
            return before_verb(context, heads[0].end, edge)
        return _UNKNOWN if heads and commas else None

    def _shared(self) -> Subject | None:
        """Return the subject that a verb shares with the one before: "il entre et prend"."""
        last = self.earlier[-1] if self.earlier else None
        if last is None or last.kind is ClauseKind.IMPERATIVE:
            return None
        if last.subject.inverted:
            return _UNKNOWN
        found = last.subject
        for clause in self.earlier[:-1]:
            if clause.subject != found:
                found = merged(found, clause.subject, plural=False)
        return found


def _may_be_imperative(group: VerbGroup) -> bool:
    """Whether the finite form can be an imperative, or stands where only one can."""
    if group.enclitics:
        return True
    return any(
        each.tense in _IMPERATIVE_TENSES and each.person in _IMPERATIVE for each in group.analyses
    )
