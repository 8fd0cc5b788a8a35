"""The rule behind every error code, in plain words for learners.

A template may name the facts of its deviation: {infinitive}, {wrong_form}, {right_auxiliary}, ...
A code without a template of its own takes that of its error type.
"""

from __future__ import annotations

ENGLISH: dict[str, str] = {
    "wrong_auxiliary.avoir_for_etre": (
        "“{infinitive}” belongs to the few verbs (aller, venir, partir, rester, naître...) that form"
        " the passé composé with “être”."
    ),
    "wrong_auxiliary.etre_for_avoir": (
        "“{infinitive}” forms the passé composé with “avoir”, as most verbs do."
    ),
    "wrong_auxiliary.avoir_with_reflexive": (
        "Reflexive verbs like “{infinitive}” always form the passé composé with “être”."
    ),
    "wrong_auxiliary.etre_with_object": (
        "“{infinitive}” takes “être” on its own, but “avoir” when it has a direct object."
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
        "With “avoir” the past participle does not agree with a direct object that comes after it."
    ),
    "participle_agreement.preceding_object": (
        "With “avoir” the past participle agrees with a direct object that comes before it,"
        " here “{agrees_with}”{stands_for}."
    ),
    "participle_agreement.indirect_object": (
        "The past participle never agrees with an indirect object such as “leur”."
    ),
    "participle_agreement.reflexive_indirect": (
        "In “{infinitive}” the pronoun “se” is an indirect object (to each other),"
        " so the past participle does not agree."
    ),
    "participle_agreement.reflexive_following_object": (
        "The direct object, the part of the body, comes after the verb, and “se” is an indirect"
        " object: the past participle does not agree."
    ),
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
        "Mind the stem of the future of “{infinitive}”: “{wrong_form}” does not exist."
    ),
    "wrong_form.spelling_g": ("Verbs in -ger keep an e before a and o, so that the g stays soft."),
    "wrong_form.spelling_c": (
        "Verbs in -cer take a cedilla before a and o, so that the c stays soft."
    ),
    "wrong_form.accent": "Mind the accent: the e of the stem of “{infinitive}” depends on the ending.",
    "wrong_form.double_consonant": "Mind the consonants of “{infinitive}”: single or double.",
    "wrong_form.y_for_i": "In the forms of “{infinitive}” mind where there is a y and where an i.",
    "wrong_form.dropped_e": (
        "The future of -er verbs is built on the whole infinitive: the e is written even if it is"
        " not heard."
    ),
    "negation_structure.after_participle": (
        "In the passé composé “{negation}” stands between the auxiliary and the participle."
    ),
    "negation_structure.personne_before_participle": (
        "In the passé composé “personne” comes after the participle."
    ),
    "negation_structure.before_verb": (
        "“ne” comes before the verb and “{negation}” right after it (after the auxiliary in the"
        " passé composé)."
    ),
    "negation_structure.after_object": ("“pas” comes right after the verb, before the object."),
    "negation_structure.two_negations": (
        "“{negation}” replaces “pas”: the two are not used together."
    ),
    "negation_structure.ne_after_pronoun": (
        "“ne” comes before the pronouns that stand in front of the verb."
    ),
    "pronoun_placement.after_verb": ("The object pronoun “{pronoun}” comes right before the verb."),
    "pronoun_placement.before_participle": (
        "In the passé composé the pronoun “{pronoun}” comes before the auxiliary."
    ),
    "pronoun_order": "With two pronouns, le, la, les come before lui, leur.",
    "pronoun_category.indirect_for_direct": (
        "“{infinitive}” takes a direct object (no “à”), so the pronoun is “{right_pronoun}”."
    ),
    "pronoun_category.direct_for_indirect": (
        "One says “{infinitive} à quelqu'un”: the object is indirect, and the pronoun is"
        " “{right_pronoun}”."
    ),
    "reflexive_pronoun.se_for_other_person": (
        "The reflexive pronoun changes with the subject: me, te, se, nous, vous, se."
    ),
    "reflexive_pronoun.missing": (
        "In this meaning “{infinitive}” is never used without its reflexive pronoun."
    ),
    "preposition.missing": (
        "“{infinitive}” takes the preposition “{preposition}” before its object."
    ),
    "preposition.wrong": ("“{infinitive}” is followed by the preposition “{preposition}”."),
    "preposition.added": (
        "“{infinitive}” takes a direct object in French, without the preposition “{preposition}”."
    ),
    "preposition.feminine_country": "Before a feminine country such as “{place}” one uses “en”.",
    "preposition.masculine_country": (
        "Before a masculine country such as “{place}” that begins with a consonant one uses “au”."
    ),
    "preposition.city": "Before the name of a city such as “{place}” one uses “à”.",
    "determiner": "“{noun}” is {gender}, and its determiner agrees with it.",
    "elision.no_elision": (
        "“{word}” loses its vowel before a word that begins with a vowel or a mute h."
    ),
    "elision.no_contraction": (
        "The preposition “{word}” and the article that follows become one word."
    ),
}

FRENCH: dict[str, str] = {
    "wrong_auxiliary.avoir_for_etre": (
        "Le verbe « {infinitive} » fait partie des quelques verbes (aller, venir, partir, rester,"
        " naître...) qui forment leur passé composé avec « être »."
    ),
    "wrong_auxiliary.etre_for_avoir": (
        "Le verbe « {infinitive} » forme son passé composé avec « avoir », comme la plupart des"
        " verbes."
    ),
    "wrong_auxiliary.avoir_with_reflexive": (
        "Les verbes pronominaux comme « {infinitive} » forment toujours leur passé composé avec"
        " « être »."
    ),
    "wrong_auxiliary.etre_with_object": (
        "Le verbe « {infinitive} » se conjugue avec « être » quand il est seul, mais avec"
        " « avoir » quand il a un complément d'objet direct."
    ),
    "participle_agreement.subject": (
        "Avec « être », le participe passé s'accorde en genre et en nombre avec le sujet, ici"
        " « {agrees_with} »."
    ),
    "participle_agreement.reflexive": (
        "Le participe passé de « {infinitive} » s'accorde avec « se », qui représente le sujet,"
        " ici « {agrees_with} »."
    ),
    "participle_agreement.avoir_with_subject": (
        "Avec « avoir », le participe passé ne s'accorde jamais avec le sujet."
    ),
    "participle_agreement.following_object": (
        "Avec « avoir », le participe passé ne s'accorde pas avec un complément d'objet direct"
        " placé après lui."
    ),
    "participle_agreement.preceding_object": (
        "Avec « avoir », le participe passé s'accorde avec le complément d'objet direct placé"
        " avant lui, ici « {agrees_with} »{stands_for}."
    ),
    "participle_agreement.indirect_object": (
        "Le participe passé ne s'accorde jamais avec un complément d'objet indirect comme « leur »."
    ),
    "participle_agreement.reflexive_indirect": (
        "Dans « {infinitive} », le pronom « se » est complément d'objet indirect : le participe"
        " passé ne s'accorde pas."
    ),
    "participle_agreement.reflexive_following_object": (
        "Le complément d'objet direct, la partie du corps, est placé après le verbe : le participe"
        " passé ne s'accorde pas."
    ),
    "wrong_person": ("Le verbe s'accorde avec son sujet : il faut la forme de « {person} »."),
    "wrong_form.regularised_stem": (
        "Attention au radical de « {infinitive} », qui change ici : « {wrong_form} » n'existe pas."
    ),
    "wrong_form.regularised_participle": (
        "Le verbe « {infinitive} » a un participe passé à apprendre par cœur : « {right_form} »."
    ),
    "wrong_form.regularised_future": (
        "Attention au radical du futur de « {infinitive} » : « {wrong_form} » n'existe pas."
    ),
    "wrong_form.spelling_g": (
        "Les verbes en -ger gardent un e devant a et o, pour que le g reste doux."
    ),
    "wrong_form.spelling_c": (
        "Les verbes en -cer prennent une cédille devant a et o, pour que le c reste doux."
    ),
    "wrong_form.accent": (
        "Attention à l'accent : le e du radical de « {infinitive} » dépend de la terminaison."
    ),
    "wrong_form.double_consonant": (
        "Attention aux consonnes de « {infinitive} », simples ou doubles."
    ),
    "wrong_form.y_for_i": ("Dans les formes de « {infinitive} », attention au y et au i."),
    "wrong_form.dropped_e": (
        "Le futur des verbes en -er se forme sur l'infinitif entier : on écrit le e même si on ne"
        " l'entend pas."
    ),
    "negation_structure.after_participle": (
        "Au passé composé, « {negation} » se place entre l'auxiliaire et le participe."
    ),
    "negation_structure.personne_before_participle": (
        "Au passé composé, « personne » se place après le participe."
    ),
    "negation_structure.before_verb": (
        "« ne » se place avant le verbe et « {negation} » juste après lui (après l'auxiliaire au"
        " passé composé)."
    ),
    "negation_structure.after_object": (
        "« pas » se place juste après le verbe, avant le complément."
    ),
    "negation_structure.two_negations": (
        "« {negation} » remplace « pas » : on n'emploie pas les deux ensemble."
    ),
    "negation_structure.ne_after_pronoun": (
        "« ne » se place avant les pronoms qui précèdent le verbe."
    ),
    "pronoun_placement.after_verb": (
        "Le pronom complément « {pronoun} » se place juste avant le verbe."
    ),
    "pronoun_placement.before_participle": (
        "Au passé composé, le pronom « {pronoun} » se place avant l'auxiliaire."
    ),
    "pronoun_order": "Avec deux pronoms, le, la, les se placent avant lui, leur.",
    "pronoun_category.indirect_for_direct": (
        "Le verbe « {infinitive} » a un complément d'objet direct (sans « à ») : le pronom est"
        " « {right_pronoun} »."
    ),
    "pronoun_category.direct_for_indirect": (
        "On dit « {infinitive} à quelqu'un » : le complément est indirect et le pronom est"
        " « {right_pronoun} »."
    ),
    "reflexive_pronoun.se_for_other_person": (
        "Le pronom réfléchi change avec le sujet : me, te, se, nous, vous, se."
    ),
    "reflexive_pronoun.missing": (
        "Dans ce sens, le verbe « {infinitive} » ne s'emploie jamais sans son pronom réfléchi."
    ),
    "preposition.missing": (
        "Le verbe « {infinitive} » demande la préposition « {preposition} » devant son complément."
    ),
    "preposition.wrong": (
        "Le verbe « {infinitive} » est suivi de la préposition « {preposition} »."
    ),
    "preposition.added": (
        "Le verbe « {infinitive} » a un complément d'objet direct, sans la préposition"
        " « {preposition} »."
    ),
    "preposition.feminine_country": (
        "Devant un nom de pays féminin comme « {place} », on emploie « en »."
    ),
    "preposition.masculine_country": (
        "Devant un nom de pays masculin comme « {place} », qui commence par une consonne, on emploie"
        " « au »."
    ),
    "preposition.city": "Devant un nom de ville comme « {place} », on emploie « à ».",
    "determiner": "« {noun} » est un nom {gender}, et son déterminant s'accorde avec lui.",
    "elision.no_elision": (
        "« {word} » perd sa voyelle devant un mot qui commence par une voyelle ou un h muet."
    ),
    "elision.no_contraction": (
        "La préposition « {word} » et l'article qui suit se contractent en un seul mot."
    ),
}
