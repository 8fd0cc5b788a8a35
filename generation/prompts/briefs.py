"""What the sentences of a problem shall be, one brief each.

The scenes come from the grammar engine, which knows where an error is certain; its wording stays out of
the brief. The same plan gives the same briefs, whoever asks and whenever.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields
from functools import cached_property
from random import Random
from typing import Any

from generation.french import compose
from generation.french.clause import Clause
from generation.prompts import describing
from generation.prompts.errors import meaning_of
from generation.writers.base import MAX_TOPIC_LENGTH, MAX_TOPICS, CannotWrite, Plan
from generation.writers.specs import wishes
from verbs.french.lexicon import THEMES
from verbs.french.vocabulary import Auxiliary, ErrorType, Focus, Language, Level, Tense

__all__ = ["Brief", "briefs_of", "facts_of"]

#: Fields that a prompt does not show.
_UNSENT = ("clause", "problem_themes")


@dataclass(frozen=True)
class Brief:
    """What one sentence of a problem shall be.

    ``task``: "correct" or "incorrect"; ``verb``: the infinitive as dictionaries have it;
    ``construction``: how it is built here; ``form``: the verb group that must be in the right sentence;
    ``subject``: its person, its kind in words, its gender or None; ``negation``: the word that goes with
    ne, or None; ``objects``: in plain words; ``sentence``: "statement", "question" or "order";
    ``trigger``: the words that fix mood or tense, or None; ``topics``: labels of the caller, which are
    data from outside; ``error``: the meaning of ``error_code`` in words; ``number``: the place among the
    briefs of a problem, the right sentence is 0; ``others``: the verbs of the other sentences.
    ``clause`` is the engine's scene and ``problem_themes`` the themes of the right one; no prompt shows
    them.
    """

    task: str
    focus: Focus
    tense: Tense
    level: Level
    language: Language
    verb: str
    construction: str
    auxiliary: Auxiliary
    subject: Mapping[str, str | None]
    form: str
    negation: str | None
    objects: str
    sentence: str
    trigger: str | None
    theme: str
    topics: tuple[str, ...]
    error_type: ErrorType | None
    error_code: str | None
    error: str | None
    number: int
    others: tuple[str, ...]
    clause: Mapping[str, Any] = field(default_factory=dict)
    problem_themes: tuple[str, ...] = ()

    def as_json(self) -> dict[str, Any]:
        """The brief as plain data, as a prompt shows it."""
        values = {each.name: getattr(self, each.name) for each in fields(self)}
        return {
            name: list(value) if isinstance(value, tuple) else _plain(value)
            for name, value in values.items()
            if name not in _UNSENT
        }

    @cached_property
    def scene(self) -> Clause:
        """The engine's scene."""
        return Clause.from_dict(self.clause)


def _plain(value: Any) -> Any:
    if isinstance(value, Mapping):
        return dict(value)
    return str(value) if isinstance(value, str) else value


def briefs_of(plan: Plan) -> list[Brief]:
    """The briefs of a plan's sentences: of the correct one, then of the others.

    Raises:
        CannotWrite: when the engine finds no scenes for the plan; says what clashes.
    """
    problem = _composed(plan)
    statements = sorted(problem.statements, key=lambda each: not each.is_correct)
    clauses = [Clause.from_dict(each.clause) for each in statements]
    themes = _themes(plan, clauses)
    return [
        _brief(plan, problem, statement, clause, number, theme, _others(clauses, number))
        for number, (statement, clause, theme) in enumerate(
            zip(statements, clauses, themes, strict=True)
        )
    ]


def _composed(plan: Plan) -> compose.ComposedProblem:
    """The scenes, with the planner's wishes where they can be met."""
    reason = ""
    for spec in wishes(plan, compose.Format.SENTENCES):
        try:
            return compose.compose(spec, plan.seed)
        except compose.CannotCompose as error:
            reason = str(error)
    raise CannotWrite(reason)


def _others(clauses: Sequence[Clause], number: int) -> tuple[str, ...]:
    """The verbs of the other sentences, without this one's own."""
    own = clauses[number].frame.verb.citation
    found = dict.fromkeys(each.frame.verb.citation for each in clauses)
    return tuple(verb for verb in found if verb != own)


def _themes(plan: Plan, clauses: Sequence[Clause]) -> list[str]:
    """A theme for each scene: one that was asked for, if the right sentence has it, else its own.

    Scenes of one verb get different themes, so that writers who do not know of each other do not write
    the same sentence.
    """
    spare = sorted(THEMES)
    Random(plan.seed).shuffle(spare)
    taken: dict[str, set[str]] = {}
    found = []
    for clause in clauses:
        own = describing.themes_of(clause)
        used = taken.setdefault(clause.frame.verb.citation, set())
        wanted = [theme for theme in own if theme in plan.themes]
        theme = next((each for each in (*wanted, *own, *spare) if each not in used), own[0])
        used.add(theme)
        found.append(theme)
    return found


def _brief(
    plan: Plan,
    problem: compose.ComposedProblem,
    statement: compose.Statement,
    clause: Clause,
    number: int,
    theme: str,
    others: tuple[str, ...],
) -> Brief:
    topics = tuple(topic[:MAX_TOPIC_LENGTH] for topic in plan.topics[:MAX_TOPICS])
    return Brief(
        task="correct" if statement.is_correct else "incorrect",
        focus=plan.focus,
        tense=plan.tense,
        level=problem.level,
        language=plan.language,
        verb=clause.frame.verb.citation,
        construction=describing.construction_of(clause),
        auxiliary=clause.frame.verb.auxiliary,
        subject=describing.subject_of(clause),
        form=describing.form_of(clause),
        negation=describing.negation_of(clause),
        objects=describing.objects_of(clause, plan.focus, statement.error_code),
        sentence=describing.sentence_of(clause),
        trigger=describing.trigger_of(clause, plan.focus),
        theme=theme,
        topics=topics,
        error_type=statement.error_type,
        error_code=statement.error_code,
        error=None if statement.is_correct else meaning_of(statement),
        number=number,
        others=others,
        clause=statement.clause,
        problem_themes=problem.themes,
    )


def facts_of(briefs: Sequence[Brief]) -> dict[str, Any]:
    """What a problem's row tells of its briefs: verbs, the right sentence's first, level, themes.

    ``verb_auxiliary`` and ``verb_classification`` are those of the right sentence's verb.
    """
    key = briefs[0]
    verb = key.scene.frame.verb
    return {
        "verb_infinitives": list(dict.fromkeys(each.verb for each in briefs)),
        "verb_auxiliary": verb.auxiliary.value,
        "verb_classification": verb.group.value,
        "level": key.level,
        "themes": key.problem_themes,
    }
