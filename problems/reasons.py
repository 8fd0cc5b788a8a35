"""The engine's reasons in the language of the interface.

The engine is a library that knows no languages of pages: it gives its reasons in English, and workers
store them. Here are their sentences, by which a reason is found and said anew.
"""

from __future__ import annotations

import re

from django.utils.translation import gettext, gettext_noop

from problems import names
from quizservice.stored_texts import Sentences

#: What the checks of sentences and of pairs say; a brace stands for words of the sentence.
_OF_THE_ENGINE = (
    gettext_noop("The participle does not agree with what decides about it here."),
    gettext_noop("The participle of this verb never agrees: it has no direct object."),
    gettext_noop("Both agreements of the participle may be right here."),
    gettext_noop("Reflexive verbs form their compound tenses with “être”."),
    gettext_noop("The compound tenses of this verb are formed with “être” here."),
    gettext_noop("The compound tenses of this verb are formed with “avoir” here."),
    gettext_noop("Both auxiliaries may be right here."),
    gettext_noop("“{one}” does not go with the gender or number of the noun."),
    gettext_noop("Both determiners may be right here."),
    gettext_noop("Behind a word of quantity stands “de” without an article."),
    gettext_noop("Without a negation it is not “de”."),
    gettext_noop("The article after a quantity may be right."),
    gettext_noop("The noun needs a determiner here."),
    gettext_noop("The noun has no such determiner here."),
    gettext_noop("“Cet” stands before a vowel only."),
    gettext_noop("No noun of the text can be meant by “{one}”."),
    gettext_noop("The text does not tell whether “{one}” or “{two}” is meant."),
    gettext_noop("Both negations may be right; a missing “ne” is common in speech."),
    gettext_noop("The words of the negation stand in the wrong place."),
    gettext_noop("The words of the negation do not go together, or stand in the wrong place."),
    gettext_noop("“Pas” does not go with another negation."),
    gettext_noop("“Plus” and “pas” are not used together."),
    gettext_noop("“Ni” is repeated."),
    gettext_noop("“Ne” needs its second word; it stands alone with few verbs only."),
    gettext_noop("A verb is not made negative by “non”."),
    gettext_noop("“Ne” stands before the pronouns that precede the verb."),
    gettext_noop("“{one}” stands in a place where it cannot stand."),
    gettext_noop("“{one}” may stand in both places."),
    gettext_noop("Here stands {one}."),
    gettext_noop("Here stands no preposition."),
    gettext_noop("Both may be right here, with another meaning."),
    gettext_noop("Behind a preposition it is “{one}”, not “{two}”."),
    gettext_noop("Before a verb it is “{one}”, not “{two}”."),
    gettext_noop("The verb takes “{one}” here, not “{two}”."),
    gettext_noop("“Leur” before a verb never takes an s."),
    gettext_noop("Behind an affirmative imperative it is “{one}”."),
    gettext_noop("Before en and y it is “{one}”."),
    gettext_noop("Both “{one}” and “{two}” may go with the verb."),
    gettext_noop("Apart from its verb the pronoun is “{one}”, not “{two}”."),
    gettext_noop("The reflexive pronoun of this subject is “{one}”, not “{two}”."),
    gettext_noop("The verb is not used without its reflexive pronoun in this meaning."),
    gettext_noop("The verb is not used with a reflexive pronoun."),
    gettext_noop("With “{one}” the verb may have an object of another person."),
    gettext_noop("The verb may stand without a reflexive pronoun."),
    gettext_noop("The verb may be used with a reflexive pronoun."),
    gettext_noop("Behind “{one}” there is no future beside a main clause in the past."),
    gettext_noop("Behind “{one}” there is no past tense beside a main clause in the future."),
    gettext_noop("Before “{one}” the imperative takes an s: “{two}-{three}”."),
    gettext_noop("Between a vowel and il, elle, on the inverted verb takes “-t-”."),
    gettext_noop("“{one}”, not “{two}”, stands before “{three}”."),
    gettext_noop(
        "The prepositions “à” and “de” contract with the articles “le” and “les”, and with nothing else."
    ),
    gettext_noop("The relative pronoun of this clause is “{one}”, not “{two}”."),
    gettext_noop("The verb takes “à {one}”, not “{two}”."),
    gettext_noop("“{one}” before the verb, not “{two}” with “à” behind it."),
    gettext_noop("The object of the verb is “{one}” before it, not “{two}”."),
    gettext_noop("No noun of the text that the pronoun can repeat has its gender."),
    gettext_noop("The verb shows that the pronoun cannot be “{one}”."),
    gettext_noop("What is said of “{one}” has another gender."),
    gettext_noop("What is to come is not told in this past tense."),
    gettext_noop("What is past is not told in the future."),
    gettext_noop("After “si” of a condition there is neither a future nor a conditional."),
    gettext_noop("What stands before “que” demands the subjunctive."),
    gettext_noop("What stands before “que” demands the indicative."),
    gettext_noop("“Si” with the imparfait asks for the conditional in the main clause."),
    gettext_noop("The form is one of the verb, but not of the kind that stands here."),
    gettext_noop("The imperative has a form of its own here."),
    gettext_noop("The form is one of another person than the subject."),
    gettext_noop("“{one}” is no form of any verb; here it is “{two}”."),
    gettext_noop("Another tense may be right here: no word of the sentence demands one."),
    gettext_noop("The form of the verb does not go with “{one}”."),
    gettext_noop("Another tense may be right here: no word demands one."),
    gettext_noop("The incorrect sentence has more than one error."),
    gettext_noop("The difference is none of the known errors."),
    gettext_noop("The two sentences do not differ in their words."),
    gettext_noop("There is another error in how “{one}” is written."),
    gettext_noop("The sentences differ in {one} places."),
    gettext_noop("The error is {one}, not {two}."),
    gettext_noop(
        "With avoir the past participle does not agree with a direct object that follows."
    ),
    gettext_noop("With être the past participle agrees with the subject “{one}”."),
    gettext_noop("The past participle never agrees with an indirect object."),
    gettext_noop("With avoir the past participle does not agree with the subject."),
    gettext_noop("“fait” is invariable before an infinitive."),
    gettext_noop(
        "With avoir the past participle agrees with the direct object before it (“{one}”)."
    ),
    gettext_noop("“{one}” forms its compound tenses with avoir."),
    gettext_noop("Reflexive verbs form their compound tenses with être."),
    gettext_noop("“{one}” forms its compound tenses with être."),
    gettext_noop("With a direct object “{one}” forms its compound tenses with avoir."),
    gettext_noop("Without a direct object “{one}” forms its compound tenses with être."),
    gettext_noop("Before “{one}”, which begins with a vowel sound, it is “{two}”."),
    gettext_noop("Before “{one}” it is “ce”: “cet” stands before a vowel sound only."),
    gettext_noop("“{one}” is feminine; “{two}” does not go with it."),
    gettext_noop("“{one}” is masculine; “{two}” does not go with it."),
    gettext_noop("“{one}” is {two}; “{three}” does not go with it."),
    gettext_noop("“{one}” is a {two}; “{three}” does not go with it."),
    gettext_noop("“{one}” does not go with “{two}”, for which it stands."),
    gettext_noop("“{one}” does not go with “{two}”, which it repeats."),
    gettext_noop("“{one}” does not go with “{two}”."),
    gettext_noop("“{one}” has hardly an object in the passive."),
    gettext_noop("“{one}” has no subject beside it."),
    gettext_noop("Behind “{one}” stands “de”."),
    gettext_noop("“{one}” hardly stays whole before “{two}”."),
    gettext_noop("Before a feminine noun it is “toute”."),
    gettext_noop("“{one}” loses its vowel before “{two}”: “{three}{four}”."),
    gettext_noop("“si” keeps its vowel before “{one}”: it elides only before il, ils."),
    gettext_noop("“{one}” keeps its vowel before “{two}”: no elision there."),
    gettext_noop("“{one} {two}” contracts to “{three}”."),
    gettext_noop("Before “{one}” it is “{two} l'”, not “{three}”."),
    gettext_noop("“Avant” takes “de” before an infinitive."),
    gettext_noop("“Avoir {one}” takes “de”."),
    gettext_noop("It is “au printemps”."),
    gettext_noop("“Tomber amoureux” takes “de”."),
    gettext_noop("The past participle “{one}” does not exist: “{two}” has its own."),
    gettext_noop("The form “{one}” of “{two}” does not exist."),
    gettext_noop("The future or conditional form “{one}” of “{two}” does not exist."),
    gettext_noop("Verbs in -ger keep an e before a and o: “{one}” is misspelt."),
    gettext_noop("Verbs in -cer take a cedilla before a and o: “{one}” is misspelt."),
    gettext_noop("Mind y and i in the forms of “{one}”: “{two}” does not exist."),
    gettext_noop("The accents of “{one}” are wrong: it is a form of “{two}”."),
    gettext_noop("Mind single and double consonants: “{one}” is no form of “{two}”."),
    gettext_noop("Behind the auxiliary the past participle is needed, not “{one}”."),
    gettext_noop("Behind “{one}” the infinitive is needed."),
    gettext_noop("The imperative of tu has no -s in verbs in -er, but before y and en."),
    gettext_noop("Behind “{one}” a finite form is needed, not “{two}”."),
    gettext_noop("Behind the auxiliary the past participle is needed, not the infinitive “{one}”."),
    gettext_noop("“{one}” takes {two} before an infinitive."),
    gettext_noop("“{one}” takes no preposition before an infinitive."),
    gettext_noop("“{one}” does not take “{two}” before “{three}”."),
    gettext_noop("“{one}” needs a preposition before “{two}”."),
    gettext_noop("“{one}” hardly goes with “{two}” like this."),
    gettext_noop("“{one}” stands behind the verb."),
    gettext_noop("“Pas” stands right behind the verb."),
    gettext_noop("In compound tenses “{one}” stands before the participle."),
    gettext_noop("“Ne” stands before the verb, and the second word behind it."),
    gettext_noop("“{one}” hardly stands behind the participle."),
    gettext_noop("In a condition with “si” neither the future nor the conditional can stand."),
    gettext_noop("“{one}” is followed by the subjunctive."),
    gettext_noop("“{one}” is followed by the indicative."),
    gettext_noop("“{one} que” is followed by the indicative."),
    gettext_noop("“{one} que” demands the subjunctive."),
    gettext_noop("“Ne” alone stands before the verb; its second word comes behind the verb."),
    gettext_noop("“Pas” stands behind the verb."),
    gettext_noop("“Ni” goes with another “ni”, not with “ou”."),
    gettext_noop("“{one}” is negative itself and goes without “pas”."),
    gettext_noop("“{one}” and “pas” are not used together."),
    gettext_noop("In compound tenses “rien” stands between the auxiliary and the participle."),
    gettext_noop("“Ne” stands before “{one}”, not behind it."),
    gettext_noop("“Ne” stands before the verb."),
    gettext_noop("“Ne” stands before the verb, and “pas” behind it."),
    gettext_noop("In compound tenses “pas” stands between the auxiliary and the participle."),
    gettext_noop("In compound tenses “personne” stands behind the participle."),
    gettext_noop("“Ne” stands before the verb, not before “{one}”."),
    gettext_noop("The verb takes no direct object here: “{one}”, not “{two}”."),
    gettext_noop("The verb takes no direct object here: not “{one}”."),
    gettext_noop("The verb does not take “{one}”."),
    gettext_noop("The verb takes a direct object here, not “{one}”."),
    gettext_noop("“{one}” is hardly an object of “{two}”."),
    gettext_noop("Before the verb “{one}” comes first, then “{two}”."),
    gettext_noop("“{one}” and “{two}” do not stand together before a verb."),
    gettext_noop("Behind an imperative “{one}” comes first, then “{two}”."),
    gettext_noop("“{one}-{two}” is in the wrong order by the norm."),
    gettext_noop("“{one}” and “{two}” hardly stand together before a verb."),
    gettext_noop("“{one}” does not agree with its subject “{two}”: the form of {three} is needed."),
    gettext_noop("“{one}” stands before the auxiliary, not before the participle."),
    gettext_noop("“{one}” stands before the verb."),
    gettext_noop("“{one}” stands behind an affirmative imperative."),
    gettext_noop("With ne “{one}” stands before the imperative."),
    gettext_noop("“{one}” takes {two} before an infinitive, not “{three}”."),
    gettext_noop("“{one}” takes no preposition before an infinitive, not “{two}”."),
    gettext_noop("Before “{one}” it is “{two}”, not “{three}”."),
    gettext_noop("The reflexive pronoun of “{one}” is “{two}”."),
    gettext_noop("“{one}” is never used without its reflexive pronoun."),
    gettext_noop("Without an object “{one}” needs its reflexive pronoun here."),
    gettext_noop("Behind an imperative the pronoun is “toi”."),
    gettext_noop("The pronoun behind this imperative is “{one}”."),
    gettext_noop(
        "The direct object comes after the verb, and the pronoun is an indirect object: "
        "the past participle does not agree."
    ),
    gettext_noop(
        "The reflexive pronoun is an indirect object: the past participle does not agree."
    ),
    gettext_noop(
        "The past participle agrees with the reflexive pronoun, which stands for “{one}”."
    ),
    gettext_noop("The past participle “{one}” is invariable."),
    gettext_noop("Without a verb it is “{one}”, not “{two}”."),
    gettext_noop("Before a verb it is “{one}”."),
    gettext_noop("“{one}” names the past and excludes the future."),
    gettext_noop("“{one}” names the future, not the past."),
    gettext_noop(
        "Behind si with the imparfait or plus-que-parfait the main clause is in the conditional."
    ),
    gettext_noop("The clause with “{one}” is in the past, which excludes the future."),
    gettext_noop("Behind “{one}” the future is needed here, not the conditional."),
    gettext_noop("“{one}” stands where a verb is expected, but is not known."),
    gettext_noop("There are no words."),
    gettext_noop("No verb was found, and {one} is not known."),
    gettext_noop("The order “{one} {two}” of the two pronouns is wrong here."),
    gettext_noop("The order “{one} {two}” of the two pronouns is in use too."),
    gettext_noop("The correct sentence: {one}"),
)
#: What the judges of drafts add.
_OF_THE_JUDGES = (
    gettext_noop("It cannot be told whether “{one}” stands in the {two}."),
    gettext_noop("“{one}” may lack its preposition."),
    gettext_noop("A sentence with a negation was asked for."),
    gettext_noop("A sentence without a negation was asked for."),
    gettext_noop("A sentence with a direct object was asked for."),
    gettext_noop("A sentence without a direct object was asked for."),
    gettext_noop("A sentence with an indirect object was asked for."),
    gettext_noop("A sentence without an indirect object was asked for."),
    gettext_noop("A sentence with an object pronoun was asked for."),
    gettext_noop("The verb “{one}” in the {two} was asked for and is not there."),
    gettext_noop("Nobody would say it."),
    gettext_noop("The incorrect sentence may be right."),
    gettext_noop("The judge gave no answer: {one}"),
)
#: Words that stand in the place of a brace and are not the sentence's.
_WORDS = (
    gettext_noop("masculine"),
    gettext_noop("feminine"),
    gettext_noop("singular"),
    gettext_noop("plural"),
)
_QUOTED = re.compile(r"“([^”]*)”")


def translated(reason: str) -> str:
    """A reason of the engine, or of a judge of drafts, as the reader's language says it.

    One that is not known here, such as a sentence of a model, stays as it is.
    """
    return SENTENCES.translated(reason)


def _fact(text: str) -> str:
    """What stands in the place of a brace: a word of the engine's, a reason, or the sentence's."""
    if text in _WORDS:
        return gettext(text)
    if text in names.ERRORS:
        return str(names.ERRORS[text])
    if text in SENTENCES:
        return translated(text)
    return _QUOTED.sub(lambda found: gettext("“%(word)s”") % {"word": found[1]}, text)


SENTENCES = Sentences((*_OF_THE_ENGINE, *_OF_THE_JUDGES), _fact)
