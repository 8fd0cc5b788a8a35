"""Explanations in English."""

from __future__ import annotations

from types import MappingProxyType

from generation.french.wording.language import Wording
from verbs.french.vocabulary import Person, Tense

_RULES = {
    "wrong_person": (
        "The verb agrees with its subject: the form that goes with “{person}” is needed."
    ),
    "wrong_form.regularised_stem": (
        "Mind the stem of “{infinitive}”, which is another one here: “{wrong_form}” does not exist."
    ),
    "wrong_form.regularised_participle": (
        "“{infinitive}” has a past participle of its own, to be learned: “{right_form}”."
    ),
    "wrong_form.regularised_future": (
        "Mind the stem of “{infinitive}” in {tense_name}: “{wrong_form}” does not exist."
    ),
    "wrong_form.spelling_g": "Verbs in -ger keep an e before a and o, so that the g stays soft.",
    "wrong_form.spelling_c": (
        "Verbs in -cer take a cedilla before a and o, so that the c stays soft."
    ),
    "wrong_form.accent": "Mind the accent: the e of the stem of “{infinitive}” depends on the ending.",
    "wrong_form.double_consonant": "Mind the consonants of “{infinitive}”: single or double.",
    "wrong_form.y_for_i": "In the forms of “{infinitive}” mind where there is a y and where an i.",
    "wrong_form.dropped_e": (
        "The future and the conditional of -er verbs are built on the whole infinitive: the e is"
        " written even if it is not heard."
    ),
    "wrong_form.imperative_s": (
        "In an order to “tu” verbs in -er (and “ouvrir”, “offrir”...) have no s: “{right_form}”."
    ),
    "wrong_auxiliary.avoir_for_etre": (
        "“{infinitive}” belongs to the few verbs (aller, venir, partir, rester, naître...) that form"
        " {compound} with “être”."
    ),
    "wrong_auxiliary.etre_for_avoir": (
        "“{infinitive}” forms {compound} with “avoir”, as most verbs do."
    ),
    "wrong_auxiliary.avoir_with_reflexive": (
        "Reflexive verbs like “{infinitive}” always form {compound} with “être”."
    ),
    "wrong_auxiliary.etre_with_object": (
        "“{infinitive}” takes “être” on its own, but “avoir” when it has a direct object"
        " (whom? what?)."
    ),
    "participle_agreement.subject": (
        "With “être” the past participle agrees in gender and number with the subject,"
        " here “{agrees_with}”."
    ),
    "participle_agreement.reflexive": (
        "The past participle of “{infinitive}” agrees with “se”, which stands for the subject,"
        " here “{agrees_with}”."
    ),
    "participle_agreement.avoir_with_subject": (
        "With “avoir” the past participle never agrees with the subject."
    ),
    "participle_agreement.following_object": (
        "With “avoir” the past participle does not agree with a direct object that comes after it"
        " (“{agrees_with}”)."
    ),
    "participle_agreement.preceding_object": (
        "With “avoir” the past participle agrees with a direct object that comes before it,"
        " here “{agrees_with}”{stands_for}."
    ),
    "participle_agreement.relative_object": (
        "“que” stands for “{agrees_with}”, the direct object, and comes before the verb: the past"
        " participle agrees with “{agrees_with}”."
    ),
    "participle_agreement.relative_with_subject": (
        "With “avoir” the past participle agrees with the direct object that comes before it"
        " (“{agrees_with}”), not with the subject."
    ),
    "participle_agreement.indirect_object": (
        "The past participle never agrees with an indirect object (to whom?) such as “leur”."
    ),
    "participle_agreement.reflexive_indirect": (
        "In “{infinitive}” the pronoun “se” is an indirect object (to each other),"
        " so the past participle does not agree."
    ),
    "participle_agreement.reflexive_following_object": (
        "The direct object, “{agrees_with}”, comes after the verb, and “se” is an indirect object"
        " here: the past participle does not agree."
    ),
    "reflexive_pronoun.se_for_other_person": (
        "The reflexive pronoun changes with the subject: me, te, se, nous, vous, se."
    ),
    "reflexive_pronoun.other_person": (
        "The reflexive pronoun changes with the subject: “on” goes with “se”."
    ),
    "reflexive_pronoun.missing": (
        "In this meaning “{infinitive}” is never used without its reflexive pronoun."
    ),
    "reflexive_pronoun.weak_for_stressed": "Behind an order “te” becomes “toi”.",
    "reflexive_pronoun.infinitive": (
        "The pronoun of a reflexive infinitive goes with the subject of the sentence: here"
        " “{pronoun}”."
    ),
    "negation_structure.after_participle": (
        "In {compound} “{negation}” stands between the auxiliary and the participle."
    ),
    "negation_structure.personne_before_participle": (
        "In {compound} “personne” comes after the participle."
    ),
    "negation_structure.before_verb": (
        "“ne” comes before the verb and “{negation}” right after it (with two verb words, after"
        " the first)."
    ),
    "negation_structure.after_object": "“pas” comes right after the verb, before the object.",
    "negation_structure.two_negations": (
        "“{negation}” replaces “pas”: the two are not used together."
    ),
    "negation_structure.ne_after_pronoun": (
        "“ne” comes before the pronouns that stand in front of the verb."
    ),
    "negation_structure.subject_with_pas": (
        "The subject “{negation}” replaces “pas”: “ne” before the verb is enough."
    ),
    "negation_structure.ne_before_subject": (
        "“ne” comes right before the verb, after the subject “{negation}”."
    ),
    "negation_structure.ni_with_pas": "“ni ... ni” replaces “pas”: “ne” and two times “ni” are enough.",
    "negation_structure.ou_for_ni": "After “ne” both parts take “ni”: ni ... ni.",
    "negation_structure.de_after_que": (
        "“ne ... que” means “only” and denies nothing: the article stays."
    ),
    "pronoun_placement.after_verb": "The object pronoun “{pronoun}” comes right before the verb.",
    "pronoun_placement.before_participle": (
        "In {compound} the pronoun “{pronoun}” comes before the auxiliary."
    ),
    "pronoun_placement.before_imperative": (
        "In an order the pronoun follows the verb with a hyphen: “-{pronoun}”."
    ),
    "pronoun_placement.after_negative_imperative": (
        "In an order with “ne” the pronoun “{pronoun}” comes before the verb."
    ),
    "pronoun_order.direct_first": "With two pronouns, le, la, les come before lui, leur.",
    "pronoun_order.indirect_first": (
        "With two pronouns, me, te, se, nous, vous come before le, la, les."
    ),
    "pronoun_order.en_last": "“y” and “en” come last, after the other pronouns.",
    "pronoun_order.imperative": "Behind an order, le, la, les come first: verb-le-lui.",
    "pronoun_category.indirect_for_direct": (
        "“{infinitive}” takes a direct object (no “à”), so the pronoun is “{right_pronoun}”."
    ),
    "pronoun_category.direct_for_indirect": (
        "One says “{infinitive} à quelqu'un”: the object is indirect, and the pronoun is"
        " “{right_pronoun}”."
    ),
    "pronoun_category.lui_for_y": (
        "“lui” and “leur” stand for people; for “à” and a thing the pronoun is “y”."
    ),
    "pronoun_category.lui_for_tonic": (
        "With “{infinitive}” a person is not replaced by “{wrong_pronoun}”: one says"
        " “{right_pronoun}” after the verb."
    ),
    "pronoun_category.le_for_en": (
        "One says “{infinitive} de quelque chose”: the pronoun for “de” and a thing is “en”."
    ),
    "pronoun_category.weak_for_stressed": "Behind an order “me” becomes “moi”.",
    "pronoun_gender": (
        "The pronoun takes the gender of what it stands for: “{noun}” is {gender}, so it is"
        " “{right_pronoun}”."
    ),
    "pronoun_number.singular_for_plural": (
        "The pronoun stands for “{noun}”, a plural: it is “{right_pronoun}”."
    ),
    "pronoun_number.plural_for_singular": (
        "The pronoun stands for “{noun}”, a singular: it is “{right_pronoun}”."
    ),
    "preposition.missing": "“{infinitive}” takes the preposition “{preposition}” here.",
    "preposition.wrong": "“{infinitive}” is followed by the preposition “{preposition}”.",
    "preposition.added": (
        "“{infinitive}” takes a direct object in French, without the preposition “{preposition}”."
    ),
    "preposition.infinitive_missing": (
        "“{infinitive}” takes “{preposition}” before an infinitive."
    ),
    "preposition.infinitive_wrong": (
        "“{infinitive}” takes “{preposition}” before an infinitive, not “{wrong_preposition}”."
    ),
    "preposition.infinitive_added": (
        "After “{infinitive}” an infinitive follows directly, without a preposition."
    ),
    "preposition.feminine_country": "Before a feminine country such as “{place}” one uses “en”.",
    "preposition.masculine_country": (
        "Before a masculine country such as “{place}” that begins with a consonant one uses “au”."
    ),
    "preposition.plural_country": "Before a country in the plural such as “{place}” one uses “aux”.",
    "preposition.city": "Before the name of a city such as “{place}” one uses “à”.",
    "determiner.gender": "“{noun}” is {gender}, and its determiner agrees with it.",
    "determiner.number": "“{words}” is a plural, and so must its determiner be.",
    "determiner.before_vowel": (
        "Before a vowel or a mute h one uses mon, ton, son (for feminine nouns, too) and cet:"
        " “{words}” begins with one."
    ),
    "elision.no_elision": (
        "“{word}” loses its vowel before a word that begins with a vowel or a mute h."
    ),
    "elision.no_contraction": (
        "The preposition “{word}” and the article that follows become one word."
    ),
    "elision.elision_before_h": (
        "The h of “{word}” is an aspirate h: the article keeps its vowel before it."
    ),
    "elision.no_linking_t": (
        "When the verb ends in a vowel, a -t- links it to “{word}” in a question."
    ),
    "elision.no_linking_s": "An order takes an s before “{word}”, so that it is easier to say.",
    "wrong_tense.indicative_for_subjunctive": (
        "“{marker}” is followed by the subjunctive ({right_name}), not by {wrong_name}."
    ),
    "wrong_tense.subjunctive_for_indicative": (
        "“{marker}” is followed by the indicative, here {right_name}: what follows is taken for a"
        " fact, so there is no subjunctive."
    ),
    "wrong_tense.future_after_si": ("There is no future after “si” (if): {right_name} is needed."),
    "wrong_tense.conditional_after_si": (
        "There is no conditional after “si” (if): {right_name} is needed."
    ),
    "wrong_tense.main_clause_of_si": "After “{marker}” the main clause is in {right_name}.",
    "wrong_tense.after_quand": (
        "After “{marker}” something that will happen is told in {right_name}."
    ),
    "wrong_tense.future_for_past": "“{marker}” tells of the past, so {wrong_name} is impossible.",
    "wrong_tense.past_for_future": (
        "“{marker}” tells of what will come, so {wrong_name} is impossible."
    ),
}

_KEYS = {
    "conjugation": "“{form}” is the form of “{infinitive}” for “{subject}” in {tense_name}.",
    "imperative": "“{form}” is the imperative of “{infinitive}” for “{subject}”.",
    "auxiliary_etre": (
        "“{infinitive}” is one of the verbs that form {compound} with “être”: “{form}”."
    ),
    "auxiliary_avoir": "“{infinitive}” forms {compound} with “avoir”: “{form}”.",
    "auxiliary_reflexive": "Reflexive verbs like “{infinitive}” take “être”: “{form}”.",
    "agreement_subject": (
        "“{participle}” agrees with the subject “{agrees_with}”, because the verb takes “être”."
    ),
    "agreement_reflexive": ("“{participle}” agrees with “se”, which stands for “{agrees_with}”."),
    "agreement_preceding": (
        "“{participle}” agrees with the direct object “{agrees_with}”{stands_for}, which comes"
        " before the verb."
    ),
    "agreement_relative": (
        "“{participle}” agrees with “{agrees_with}”, the direct object, for which “que” stands"
        " before the verb."
    ),
    "agreement_following": (
        "“{participle}” does not change: the direct object “{agrees_with}” comes after the verb."
    ),
    "agreement_none": (
        "“{participle}” does not change: with “avoir” it agrees only with a direct object that"
        " comes before the verb."
    ),
    "agreement_indirect": (
        "“{participle}” does not change: “se” is an indirect object (to each other)."
    ),
    "reflexive": "With “{subject}” the reflexive pronoun is “{pronoun}”.",
    "reflexive_infinitive": "The infinitive takes the pronoun of its subject: “{pronoun}”.",
    "reflexive_imperative": "In an order the reflexive pronoun follows the verb: “{form}”.",
    "negation": "“ne” comes before the verb, and “{negation}” goes with it, without “pas”.",
    "negation_pas": "“ne” comes before the verb and “pas” right after it.",
    "negation_compound": "“ne” comes before the auxiliary and “{negation}” before the participle.",
    "negation_subject": "The subject “{negation}” replaces “pas”: “ne” before the verb is enough.",
    "negation_ni": "“ne” goes with “ni” before each of the two objects.",
    "negation_que": "“ne ... que” means “only”, and the article stays as it is.",
    "pronouns": "The pronoun “{pronoun}” comes right before the verb.",
    "pronouns_two": "The pronouns come before the verb in this order: “{pronoun}”.",
    "pronouns_imperative": "In an order the pronoun follows the verb with a hyphen: “{form}”.",
    "pronouns_resumed": (
        "“{pronoun}” stands for “{noun}” and has its gender and number; it comes before the verb."
    ),
    "preposition": "“{infinitive}” takes “{preposition}”: “{words}”.",
    "preposition_none": "“{infinitive}” takes a direct object, without a preposition: “{words}”.",
    "preposition_place": "“{words}” has the preposition that goes with this place.",
    "infinitive": "“{infinitive}” takes “{preposition}” before an infinitive: “{words}”.",
    "infinitive_bare": "After “{infinitive}” an infinitive follows directly: “{words}”.",
    "determiner": "“{noun}” is {gender}: “{words}”.",
    "determiner_plain": "Every noun has the determiner of its gender and number, and elision is made.",
    "tense_trigger": "“{marker}” is followed by {tense_name}: “{form}”.",
    "tense_time": "“{marker}” goes with {tense_name}: “{form}”.",
    "tense_plain": "“{form}” is in {tense_name}, which tells what the sentence means.",
}

_PERSONS = ("je", "tu", "il/elle/on", "nous", "vous", "ils/elles")

ENGLISH = Wording(
    rules=MappingProxyType(_RULES),
    keys=MappingProxyType(_KEYS),
    closing="Write “{right}”, not “{wrong}”.",
    surplus="Leave out “{surplus}”.",
    stands_for=", which stands for “{antecedent}” ({gender} plural)",
    persons=MappingProxyType(dict(zip(Person, _PERSONS, strict=True))),
    tenses=MappingProxyType(
        {
            Tense.PRESENT: "the present",
            Tense.IMPARFAIT: "the imparfait",
            Tense.PASSE_COMPOSE: "the passé composé",
            Tense.PLUS_QUE_PARFAIT: "the plus-que-parfait",
            Tense.FUTUR_SIMPLE: "the future",
            Tense.CONDITIONNEL: "the conditional",
            Tense.SUBJONCTIF: "the present subjunctive",
            Tense.IMPERATIF: "the imperative",
            Tense.PASSE_SIMPLE: "the passé simple",
            Tense.FUTUR_ANTERIEUR: "the futur antérieur",
            Tense.CONDITIONNEL_PASSE: "the past conditional",
            Tense.SUBJONCTIF_PASSE: "the past subjunctive",
        }
    ),
    genders=MappingProxyType({"m": "masculine", "f": "feminine"}),
)
