"""The English of a clause, from the templates of the lexicon and of the triggers.

A French tense has no single English one: the time expression, the adverb, the negation and whether
the verb is a state decide between "eats" and "is eating", "used to eat" and "was eating"; behind a
trigger its English decides ("when he arrives" for "quand il arrivera").
"""

from __future__ import annotations

from generation.french.clause import NEGATIVE_SUBJECTS, Clause, ObjectForm, Polarity
from generation.french.english_objects import Complements, object_form
from generation.french.english_verbs import Form, VerbGroup, english_verb, modal, verb_group
from verbs.french.triggers import EnglishKind, Trigger
from verbs.french.vocabulary import Person, Tense

#: The word beside the verb that renders a negation.
_WORDS = {
    Polarity.PAS: "not",
    Polarity.RIEN: "not",
    Polarity.PERSONNE: "not",
    Polarity.AUCUN: "not",
    Polarity.JAMAIS: "never",
    Polarity.QUE: "only",
}
#: What a French tense is behind a trigger.
_BEHIND: dict[EnglishKind, dict[Tense, Form]] = {
    EnglishKind.WHEN: {Tense.FUTUR_SIMPLE: Form.PRESENT, Tense.FUTUR_ANTERIEUR: Form.PERFECT},
    EnglishKind.IF: {
        Tense.PRESENT: Form.PRESENT,
        Tense.IMPARFAIT: Form.PAST,
        Tense.PLUS_QUE_PARFAIT: Form.PLUPERFECT,
    },
    EnglishKind.SUBJUNCTIVE: {
        Tense.SUBJONCTIF: Form.PRESENT,
        Tense.SUBJONCTIF_PASSE: Form.PAST,
    },
    EnglishKind.FUTURE: {Tense.SUBJONCTIF: Form.FUTURE, Tense.SUBJONCTIF_PASSE: Form.PAST},
}
#: The tenses with the same English everywhere.
_PLAIN = {
    Tense.PLUS_QUE_PARFAIT: Form.PLUPERFECT,
    Tense.FUTUR_SIMPLE: Form.FUTURE,
    Tense.FUTUR_ANTERIEUR: Form.FUTURE_PERFECT,
    Tense.CONDITIONNEL: Form.CONDITIONAL,
    Tense.CONDITIONNEL_PASSE: Form.CONDITIONAL_PERFECT,
    Tense.PASSE_SIMPLE: Form.PAST,
    Tense.SUBJONCTIF: Form.PRESENT,
    Tense.SUBJONCTIF_PASSE: Form.PAST,
    Tense.IMPERATIF: Form.PRESENT,
}
_CONTRASTS = frozenset({Form.PRESENT, Form.PAST})
#: Tenses of what goes on, in which "plus" is "no longer".
_LASTING = frozenset({Tense.PRESENT, Tense.IMPARFAIT, Tense.SUBJONCTIF})
#: Negations that tell how things are rather than what is going on.
_GENERAL = frozenset({Polarity.PLUS, Polarity.JAMAIS, Polarity.AUCUN, Polarity.NI, Polarity.QUE})


def translate(clause: Clause) -> str:
    """Return an idiomatic English translation."""
    return _Translation(clause).sentence()


class _Translation:
    """One translation: the facts about the clause that several steps need."""

    def __init__(self, clause: Clause) -> None:
        self.clause = clause
        subject = clause.subject
        self.person = Person.P1 if subject.surface == "on" else subject.person
        verb, _, rest = clause.frame.english.partition(" ")
        self.verb = english_verb(verb)
        self.stative = "stative" in clause.frame.flags
        self.aspect = _aspect(clause)
        self.complements = Complements(clause, rest, self.aspect, self.person)

    def sentence(self) -> str:
        """Return the whole sentence."""
        clause = self.clause
        trigger = clause.trigger
        if clause.cod_form is ObjectForm.RELATIVE:
            core = self._relative()
        elif clause.imperative:
            core = self._order()
        elif clause.question:
            core = self._question()
        elif trigger is not None and trigger.kind is EnglishKind.INFINITIVE:
            return _finished(self._infinitive(trigger), ".")
        else:
            core = self._statement()
        if clause.time is not None:
            time = clause.time.english
            core = f"{time}, {core}" if clause.time_first else f"{core} {time}"
        if trigger is not None:
            core = trigger.english.format(clause=core)
        lead = clause.lead
        return _finished(core, "?" if clause.question else lead.mark if lead else ".")

    # --- Kinds of sentence ----------------------------------------------------------------------

    def _statement(self) -> str:
        form, word = self._form(), self._word()
        group = self._modal(form, word)
        bare = group is not None
        group = group or verb_group(self.verb, form, self.person)
        text = group.statement(word, self._adverb(form, word))
        return self._with_end(f"{self.clause.subject.english} {text}", bare=bare)

    def _question(self) -> str:
        word = "not" if self._anymore(question=True) else self._word()
        form = self._form()
        if form is Form.USED_TO:
            form = Form.PAST
        group = self._modal(form, word) or verb_group(self.verb, form, self.person)
        text = group.question(self.clause.subject.english, word, self._adverb(form, word))
        bare = self._modal(form, word) is not None
        return self._with_end(text, anymore=self._anymore(question=True), bare=bare)

    def _relative(self) -> str:
        lead, cod = self.clause.lead, self.clause.cod
        if lead is None or cod is None:
            return self._statement()
        before = lead.english_plural if _is_plural(cod.english, cod.plural) else lead.english
        return f"{before} {self.complements.antecedent()} {self._statement()}"

    def _order(self) -> str:
        polarity = self.clause.polarity
        word = "not" if self._anymore() else self._word()
        together = self.person is Person.P1
        group = VerbGroup("let's" if together else "", self.verb.base, "do", self.verb.base)
        never = polarity is Polarity.JAMAIS and not together
        text = f"never {self.verb.base}" if never else group.statement(word)
        return self._with_end(text, anymore=self._anymore())

    def _infinitive(self, trigger: Trigger) -> str:
        """Fill a template without a clause: "Marie must leave", "I want her to leave"."""
        perfect = self.clause.tense is Tense.SUBJONCTIF_PASSE
        verb = f"have {self.verb.participle}" if perfect else self.verb.base
        word = "not" if self._anymore() else self._word()
        end = self._with_end("", anymore=self._anymore())
        if self.clause.time is not None:
            end = f"{end} {self.clause.time.english}"
        plain, long = (" ".join(each.split()) for each in (f"{word} {verb} {end}",
                                                           f"{word} to {verb} {end}"))  # fmt: skip
        return trigger.english.format(
            subject=self.clause.subject.english, object=object_form(self.clause), vp=plain, to=long
        )

    def _with_end(self, text: str, *, anymore: bool | None = None, bare: bool = False) -> str:
        """Add what follows the verb; ``bare``: an infinitive without to, behind a modal verb."""
        end = self.complements.text()
        if bare:
            end = end.removeprefix("able ").removeprefix("to ")
        last = "anymore" if (self._anymore() if anymore is None else anymore) else ""
        return " ".join(each for each in (text, end, last) if each)

    # --- The verb -------------------------------------------------------------------------------

    def _anymore(self, *, question: bool = False) -> bool:
        """Whether "plus" is "not ... anymore": not of what goes on, "no longer eats"."""
        if self.clause.polarity is not Polarity.PLUS:
            return False
        lasting = self.clause.tense in _LASTING and self._form() in _CONTRASTS
        return question or not lasting

    def _word(self) -> str:
        if self.clause.polarity is Polarity.PLUS:
            return "not" if self._anymore() else "no longer"
        return _WORDS.get(self.clause.polarity, "")

    def _adverb(self, form: Form, word: str) -> str:
        adverb = self.clause.adverb
        if adverb is None or (word == "not" and form in _CONTRASTS and adverb.aspect == "habit"):
            return ""
        return adverb.english

    def _modal(self, form: Form, word: str) -> VerbGroup | None:
        oblique = self.clause.oblique
        if oblique is None or not oblique.infinitive:
            return None
        return modal(self.clause.frame.verb.infinitive, form, word)

    def _form(self) -> Form:
        clause = self.clause
        kind = EnglishKind.SAME if clause.trigger is None else clause.trigger.kind
        form = _BEHIND.get(kind, {}).get(clause.tense)
        never = clause.polarity is Polarity.JAMAIS
        if form is not None:
            past = form is Form.PAST and clause.tense is Tense.SUBJONCTIF_PASSE
            return Form.PERFECT if past and never else form
        if clause.tense is Tense.PRESENT:
            return self._present()
        if clause.tense is Tense.IMPARFAIT:
            return self._imperfect()
        if clause.tense is Tense.PASSE_COMPOSE:
            done = clause.adverb is not None and clause.adverb.aspect in ("done", "recent")
            return Form.PERFECT if never or done else Form.PAST
        return _PLAIN[clause.tense]

    def _present(self) -> Form:
        progressive = (
            not self.stative
            and self.aspect in ("", "now")
            and self.clause.polarity not in _GENERAL
            and "nonow" not in self.clause.frame.flags
        )
        return Form.PRESENT_PROGRESSIVE if progressive else Form.PRESENT

    def _imperfect(self) -> Form:
        polarity = self.clause.polarity
        if self.verb.base == "be" or polarity in _GENERAL:
            return Form.PAST
        once = "nohabit" in self.clause.frame.flags
        if polarity is Polarity.PAS and self.aspect == "" and not once:
            # "My aunt did not ski", not that evening but at all.
            return Form.PAST
        lasting = self.aspect == "state" and once
        if not self.stative and (self.aspect in ("", "now") or lasting):
            return Form.PAST_PROGRESSIVE
        usual = self.aspect in ("habit", "state") and not self.stative
        denied = self.clause.negative and polarity not in NEGATIVE_SUBJECTS
        return Form.USED_TO if usual and not denied and self.clause.adverb is None else Form.PAST


def _aspect(clause: Clause) -> str:
    """Return how the sentence sees its event: by its adverb, its time, or what stands before."""
    if clause.adverb is not None and clause.adverb.aspect == "habit":
        return "habit"
    if clause.time is not None:
        return clause.time.aspect
    return "" if clause.trigger is None else clause.trigger.aspect


def _is_plural(english: str, plural: bool) -> bool:
    """Whether the English of an object is a plural, too: not "the news", "the furniture"."""
    return plural and english.endswith(("s", "children", "people", "men", "teeth", "feet"))


def _finished(text: str, mark: str) -> str:
    return text[0].upper() + text[1:] + mark
