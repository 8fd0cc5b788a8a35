"""What every writer offers, and the values that travel between planning, writing and judging."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields
from typing import TYPE_CHECKING, Any, Protocol

from verbs.french.vocabulary import ErrorType, Focus, Language, Level, Tense

if TYPE_CHECKING:
    from generation.prompts import Prompt
    from generation.prompts.briefs import Brief

#: Labels of the caller that go with a plan at most, and characters of one of them.
MAX_TOPICS = 5
MAX_TOPIC_LENGTH = 50


@dataclass(frozen=True, slots=True)
class Plan:
    """What one problem shall be: fixed when the order is accepted, stored with the item.

    An empty tuple and None leave a choice to the writer. ``verbs`` binds every statement, the three flags
    bind the correct one. ``key_verb`` and ``format`` are wishes of the planner, for even coverage: the
    verb of the correct statement, and how the statements belong together. A writer that cannot meet them
    with all the rest writes without them. ``topics`` are labels of the caller that are no themes, in the
    caller's words: data, which a writer may ignore. ``model``: the one to ask, None for OPENAI_MODEL.
    """

    focus: Focus
    tense: Tense
    verbs: tuple[str, ...] = ()
    level: Level | None = None
    error_types: tuple[ErrorType, ...] = ()
    negation: bool | None = None
    cod: bool | None = None
    coi: bool | None = None
    themes: tuple[str, ...] = ()
    topics: tuple[str, ...] = ()
    statement_count: int = 4
    language: Language = Language.ENGLISH
    key_verb: str | None = None
    format: str | None = None
    model: str | None = None
    seed: int = 0

    def as_json(self) -> dict[str, Any]:
        values = {one.name: getattr(self, one.name) for one in fields(self)}
        return {name: value for name, value in values.items() if value not in (None, ())}

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Plan:
        """The plan that :meth:`as_json` described.

        Raises:
            ValueError: for a word that the vocabulary does not know.
            TypeError: for a field that a plan does not have.
        """
        values = dict(data)
        values["focus"] = Focus(values["focus"])
        values["tense"] = Tense(values["tense"])
        values["language"] = Language(values.get("language", Language.ENGLISH))
        if values.get("level"):
            values["level"] = Level(values["level"])
        values["error_types"] = tuple(ErrorType(name) for name in values.get("error_types", ()))
        for name in ("verbs", "themes", "topics"):
            values[name] = tuple(values.get(name, ()))
        return cls(**values)


@dataclass(frozen=True, slots=True)
class DraftStatement:
    """One sentence of a draft.

    ``span`` is where the error stands in ``text`` (start, end), ``correction`` what would be right there.
    ``counterpart`` is the whole sentence without its error and ``brief`` what was asked for, from a writer
    whose sentences have to be judged one by one.
    """

    text: str
    is_correct: bool
    translation: str | None = None
    explanation: str | None = None
    error_type: ErrorType | None = None
    error_code: str | None = None
    span: tuple[int, int] | None = None
    correction: str | None = None
    counterpart: str | None = None
    brief: Brief | None = None
    trace: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Draft:
    """A problem as a writer made it, in its final order, before it is judged."""

    statements: Sequence[DraftStatement]
    level: Level
    metadata: Mapping[str, Any]
    themes: tuple[str, ...] = ()
    #: One sentence with different forms in one place, instead of different sentences.
    one_slot: bool = False
    trace: Mapping[str, Any] = field(default_factory=dict)
    #: What the engine's own check needs, where the writer has it.
    engine: Any = None


class CannotWrite(Exception):
    """No problem can be written to this plan; the message says what clashes."""


class WriterError(Exception):
    """Writing failed for a technical reason.

    ``message`` is in a teacher's words; ``str(error)`` holds the technical cause. ``retry_after`` is the
    number of seconds to wait before another attempt, None when another attempt cannot help.
    ``spends_attempt`` is false where the item is not to blame, so that it may wait as long as it takes
    (the server's rate limit, a server that is away, a budget). ``stops_writer``: nothing of this writer
    can be made until a person has acted (a refused key); its items wait.
    """

    def __init__(
        self,
        cause: str,
        *,
        message: str,
        retry_after: float | None,
        spends_attempt: bool = True,
        stops_writer: bool = False,
    ) -> None:
        super().__init__(cause)
        self.message = message
        self.retry_after = retry_after
        self.spends_attempt = spends_attempt
        self.stops_writer = stops_writer


class Writer(Protocol):
    """Writes drafts. One instance serves all threads of a process."""

    name: str
    #: Whether what it asks for has to be paid: a budget is looked at first.
    paid: bool

    @property
    def tenses(self) -> Sequence[Tense]:
        """The tenses in which it can write."""

    @property
    def focuses(self) -> Sequence[Focus]:
        """What it can write about."""

    def prepare(self) -> None:
        """Load what writing needs. A worker calls it once, before its threads begin."""

    def check(self, plan: Plan) -> None:
        """Whether drafts can be written to plans like this one, whatever their seed; quick.

        Raises:
            CannotWrite: when they cannot; says what clashes.
        """

    def key_verbs(self, plan: Plan) -> Sequence[str]:
        """The infinitives that the correct statement of such a plan may have, in a fixed order; quick.

        Not every one must succeed under all constraints: ``Plan.key_verb`` is a wish.
        """

    def formats(self, plan: Plan) -> Sequence[str]:
        """The formats in which such a plan can be written, the usual one first; quick."""

    def prompts(self, plan: Plan) -> Sequence[tuple[Brief, Prompt]]:
        """What a model would be asked for a plan, a sentence each; none where no model is asked.

        Raises:
            CannotWrite: when the plan cannot be met.
        """

    def write(self, plan: Plan) -> Draft:
        """A draft for the plan.

        Raises:
            CannotWrite: when the plan cannot be met.
            WriterError: for a technical reason.
        """

    def rewrite(self, plan: Plan, draft: Draft, faults: Mapping[int, str]) -> Draft | None:
        """The draft with some statements written again; ``faults``: why each was rejected, by its place.

        None from a writer that would only write the same.

        Raises:
            CannotWrite: when it will not be written.
            WriterError: for a technical reason.
        """
