"""Explanations in French."""

from __future__ import annotations

from types import MappingProxyType

from generation.french.wording.language import Wording
from verbs.french.vocabulary import Person, Tense

_RULES = {
    "wrong_person": "Le verbe s'accorde avec son sujet : il faut la forme de « {person} ».",
    "wrong_form.regularised_stem": (
        "Attention au radical de « {infinitive} », qui change ici : « {wrong_form} » n'existe pas."
    ),
    "wrong_form.regularised_participle": (
        "Le verbe « {infinitive} » a un participe passé à apprendre par cœur : « {right_form} »."
    ),
    "wrong_form.regularised_future": (
        "Attention au radical de « {infinitive} » {in_tense} : « {wrong_form} » n'existe pas."
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
    "wrong_form.y_for_i": "Dans les formes de « {infinitive} », attention au y et au i.",
    "wrong_form.dropped_e": (
        "Le futur et le conditionnel des verbes en -er se forment sur l'infinitif entier : on écrit"
        " le e même si on ne l'entend pas."
    ),
    "wrong_form.imperative_s": (
        "À l'impératif avec « tu », les verbes en -er (et « ouvrir », « offrir »...) n'ont pas de s :"
        " « {right_form} »."
    ),
    "wrong_auxiliary.avoir_for_etre": (
        "Le verbe « {infinitive} » fait partie des quelques verbes (aller, venir, partir, rester,"
        " naître...) qui forment {compound} avec « être »."
    ),
    "wrong_auxiliary.etre_for_avoir": (
        "Le verbe « {infinitive} » forme {compound} avec « avoir », comme la plupart des verbes."
    ),
    "wrong_auxiliary.avoir_with_reflexive": (
        "Les verbes pronominaux comme « {infinitive} » forment toujours {compound} avec « être »."
    ),
    "wrong_auxiliary.etre_with_object": (
        "Le verbe « {infinitive} » se conjugue avec « être » quand il est seul, mais avec"
        " « avoir » quand il a un complément d'objet direct (qui ? quoi ?)."
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
        " placé après lui (« {agrees_with} »)."
    ),
    "participle_agreement.preceding_object": (
        "Avec « avoir », le participe passé s'accorde avec le complément d'objet direct placé"
        " avant lui, ici « {agrees_with} »{stands_for}."
    ),
    "participle_agreement.relative_object": (
        "« que » remplace « {agrees_with} », complément d'objet direct, et se trouve avant le"
        " verbe : le participe passé s'accorde avec « {agrees_with} »."
    ),
    "participle_agreement.relative_with_subject": (
        "Avec « avoir », le participe passé s'accorde avec le complément d'objet direct placé avant"
        " lui (« {agrees_with} »), et non avec le sujet."
    ),
    "participle_agreement.indirect_object": (
        "Le participe passé ne s'accorde jamais avec un complément d'objet indirect (à qui ?)"
        " comme « leur »."
    ),
    "participle_agreement.reflexive_indirect": (
        "Dans « {infinitive} », le pronom « se » est complément d'objet indirect : le participe"
        " passé ne s'accorde pas."
    ),
    "participle_agreement.reflexive_following_object": (
        "Le complément d'objet direct, « {agrees_with} », est placé après le verbe, et « se » est"
        " indirect : le participe passé ne s'accorde pas."
    ),
    "reflexive_pronoun.se_for_other_person": (
        "Le pronom réfléchi change avec le sujet : me, te, se, nous, vous, se."
    ),
    "reflexive_pronoun.other_person": (
        "Le pronom réfléchi change avec le sujet : avec « on », c'est « se »."
    ),
    "reflexive_pronoun.missing": (
        "Dans ce sens, le verbe « {infinitive} » ne s'emploie jamais sans son pronom réfléchi."
    ),
    "reflexive_pronoun.weak_for_stressed": "Après un impératif, « te » devient « toi ».",
    "reflexive_pronoun.infinitive": (
        "Le pronom d'un infinitif pronominal change avec le sujet de la phrase : ici « {pronoun} »."
    ),
    "negation_structure.after_participle": (
        "{In_compound}, « {negation} » se place entre l'auxiliaire et le participe."
    ),
    "negation_structure.personne_before_participle": (
        "{In_compound}, « personne » se place après le participe."
    ),
    "negation_structure.before_verb": (
        "« ne » se place avant le verbe et « {negation} » juste après lui (après l'auxiliaire à un"
        " temps composé)."
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
    "negation_structure.subject_with_pas": (
        "Le sujet « {negation} » remplace « pas » : « ne » devant le verbe suffit."
    ),
    "negation_structure.ne_before_subject": (
        "« ne » se place juste avant le verbe, après le sujet « {negation} »."
    ),
    "negation_structure.ni_with_pas": (
        "« ni ... ni » remplace « pas » : « ne » et deux fois « ni » suffisent."
    ),
    "negation_structure.ou_for_ni": "Après « ne », les deux parties prennent « ni » : ni ... ni.",
    "negation_structure.de_after_que": (
        "« ne ... que » veut dire « seulement » et ne nie rien : l'article reste."
    ),
    "pronoun_placement.after_verb": (
        "Le pronom complément « {pronoun} » se place juste avant le verbe."
    ),
    "pronoun_placement.before_participle": (
        "{In_compound}, le pronom « {pronoun} » se place avant l'auxiliaire."
    ),
    "pronoun_placement.before_imperative": (
        "À l'impératif, le pronom suit le verbe, avec un trait d'union : « -{pronoun} »."
    ),
    "pronoun_placement.after_negative_imperative": (
        "À l'impératif avec « ne », le pronom « {pronoun} » se place avant le verbe."
    ),
    "pronoun_order.direct_first": ("Avec deux pronoms, le, la, les se placent avant lui, leur."),
    "pronoun_order.indirect_first": (
        "Avec deux pronoms, me, te, se, nous, vous se placent avant le, la, les."
    ),
    "pronoun_order.en_last": "« y » et « en » se placent en dernier, après les autres pronoms.",
    "pronoun_order.imperative": (
        "Après un impératif, le, la, les viennent en premier : verbe-le-lui."
    ),
    "pronoun_category.indirect_for_direct": (
        "Le verbe « {infinitive} » a un complément d'objet direct (sans « à ») : le pronom est"
        " « {right_pronoun} »."
    ),
    "pronoun_category.direct_for_indirect": (
        "On dit « {infinitive} à quelqu'un » : le complément est indirect et le pronom est"
        " « {right_pronoun} »."
    ),
    "pronoun_category.lui_for_y": (
        "« lui » et « leur » remplacent des personnes ; pour « à » et une chose, le pronom est"
        " « y »."
    ),
    "pronoun_category.lui_for_tonic": (
        "Avec « {infinitive} », « {wrong_pronoun} » ne remplace pas une personne : on dit"
        " « {right_pronoun} » après le verbe."
    ),
    "pronoun_category.le_for_en": (
        "On dit « {infinitive} de quelque chose » : le pronom pour « de » et une chose est « en »."
    ),
    "pronoun_category.weak_for_stressed": "Après un impératif, « me » devient « moi ».",
    "pronoun_gender": (
        "Le pronom prend le genre de ce qu'il remplace : « {noun} » est {gender}, c'est donc"
        " « {right_pronoun} »."
    ),
    "pronoun_number.singular_for_plural": (
        "Le pronom remplace « {noun} », qui est au pluriel : c'est « {right_pronoun} »."
    ),
    "pronoun_number.plural_for_singular": (
        "Le pronom remplace « {noun} », qui est au singulier : c'est « {right_pronoun} »."
    ),
    "preposition.missing": (
        "Le verbe « {infinitive} » demande ici la préposition « {preposition} »."
    ),
    "preposition.wrong": (
        "Le verbe « {infinitive} » est suivi de la préposition « {preposition} »."
    ),
    "preposition.added": (
        "Le verbe « {infinitive} » a un complément d'objet direct, sans la préposition"
        " « {preposition} »."
    ),
    "preposition.infinitive_missing": (
        "Le verbe « {infinitive} » prend « {preposition} » devant un infinitif."
    ),
    "preposition.infinitive_wrong": (
        "Le verbe « {infinitive} » prend « {preposition} » devant un infinitif, et non"
        " « {wrong_preposition} »."
    ),
    "preposition.infinitive_added": (
        "Après « {infinitive} », l'infinitif suit directement, sans préposition."
    ),
    "preposition.feminine_country": (
        "Devant un nom de pays féminin comme « {place} », on emploie « en »."
    ),
    "preposition.masculine_country": (
        "Devant un nom de pays masculin comme « {place} », qui commence par une consonne, on emploie"
        " « au »."
    ),
    "preposition.plural_country": (
        "Devant un nom de pays au pluriel comme « {place} », on emploie « aux »."
    ),
    "preposition.city": "Devant un nom de ville comme « {place} », on emploie « à ».",
    "determiner.gender": "« {noun} » est un nom {gender}, et son déterminant s'accorde avec lui.",
    "determiner.number": "« {words} » est un pluriel, et son déterminant aussi.",
    "determiner.before_vowel": (
        "Devant une voyelle ou un h muet, on emploie mon, ton, son (même au féminin) et cet :"
        " c'est le cas devant « {words} »."
    ),
    "elision.no_elision": (
        "« {word} » perd sa voyelle devant un mot qui commence par une voyelle ou un h muet."
    ),
    "elision.no_contraction": (
        "La préposition « {word} » et l'article qui suit se contractent en un seul mot."
    ),
    "elision.elision_before_h": (
        "Le h de « {word} » est un h aspiré : l'article garde sa voyelle devant lui."
    ),
    "elision.no_linking_t": (
        "Quand le verbe finit par une voyelle, un -t- le lie à « {word} » dans la question."
    ),
    "elision.no_linking_s": "L'impératif prend un s devant « {word} », pour la liaison.",
    "wrong_tense.indicative_for_subjunctive": (
        "« {marker} » est suivi du subjonctif ({right_name}), et non de l'indicatif ({wrong_name})."
    ),
    "wrong_tense.subjunctive_for_indicative": (
        "« {marker} » est suivi de l'indicatif ({right_name}) : ce qui suit est présenté comme un"
        " fait, il n'y a donc pas de subjonctif."
    ),
    "wrong_tense.future_after_si": (
        "Il n'y a pas de futur après le « si » de condition : il faut {right_name}."
    ),
    "wrong_tense.conditional_after_si": (
        "Il n'y a pas de conditionnel après le « si » de condition : il faut {right_name}."
    ),
    "wrong_tense.main_clause_of_si": (
        "Après « {marker} », le temps de la proposition principale est {right_name}."
    ),
    "wrong_tense.after_quand": (
        "Après « {marker} », le temps de ce qui va arriver est {right_name}."
    ),
    "wrong_tense.future_for_past": ("« {marker} » parle du passé : {wrong_name} est impossible."),
    "wrong_tense.past_for_future": (
        "« {marker} » parle de ce qui va venir : {wrong_name} est impossible."
    ),
}

_KEYS = {
    "conjugation": (
        "« {form} » est la forme de « {infinitive} » qui va avec « {subject} » {in_tense}."
    ),
    "imperative": "« {form} » est l'impératif de « {infinitive} » pour « {subject} ».",
    "auxiliary_etre": (
        "« {infinitive} » fait partie des verbes qui forment {compound} avec « être » : « {form} »."
    ),
    "auxiliary_avoir": "« {infinitive} » forme {compound} avec « avoir » : « {form} ».",
    "auxiliary_reflexive": (
        "Les verbes pronominaux comme « {infinitive} » prennent « être » : « {form} »."
    ),
    "agreement_subject": (
        "« {participle} » s'accorde avec le sujet « {agrees_with} », parce que le verbe se conjugue"
        " avec « être »."
    ),
    "agreement_reflexive": (
        "« {participle} » s'accorde avec « se », qui représente « {agrees_with} »."
    ),
    "agreement_preceding": (
        "« {participle} » s'accorde avec le complément d'objet direct « {agrees_with} »"
        "{stands_for}, placé avant le verbe."
    ),
    "agreement_relative": (
        "« {participle} » s'accorde avec « {agrees_with} », complément d'objet direct, que « que »"
        " remplace avant le verbe."
    ),
    "agreement_following": (
        "« {participle} » ne change pas : le complément d'objet direct « {agrees_with} » est placé"
        " après le verbe."
    ),
    "agreement_none": (
        "« {participle} » ne change pas : avec « avoir », il ne s'accorde qu'avec un complément"
        " d'objet direct placé avant le verbe."
    ),
    "agreement_indirect": (
        "« {participle} » ne change pas : « se » est un complément d'objet indirect."
    ),
    "reflexive": "Avec « {subject} », le pronom réfléchi est « {pronoun} ».",
    "reflexive_infinitive": "L'infinitif prend le pronom de son sujet : « {pronoun} ».",
    "reflexive_imperative": "À l'impératif, le pronom réfléchi suit le verbe : « {form} ».",
    "negation": "« ne » se place avant le verbe et va avec « {negation} », sans « pas ».",
    "negation_pas": "« ne » se place avant le verbe et « pas » juste après lui.",
    "negation_compound": (
        "« ne » se place avant l'auxiliaire et « {negation} » avant le participe."
    ),
    "negation_subject": "Le sujet « {negation} » remplace « pas » : « ne » devant le verbe suffit.",
    "negation_ni": "« ne » va avec « ni » devant chacun des deux compléments.",
    "negation_que": "« ne ... que » veut dire « seulement », et l'article reste comme il est.",
    "pronouns": "Le pronom « {pronoun} » se place juste avant le verbe.",
    "pronouns_two": "Les pronoms se placent avant le verbe dans cet ordre : « {pronoun} ».",
    "pronouns_imperative": (
        "À l'impératif, le pronom suit le verbe, avec un trait d'union : « {form} »."
    ),
    "pronouns_resumed": (
        "« {pronoun} » remplace « {noun} », dont il a le genre et le nombre, et se place avant le"
        " verbe."
    ),
    "preposition": "Le verbe « {infinitive} » prend « {preposition} » : « {words} ».",
    "preposition_none": (
        "Le verbe « {infinitive} » a un complément direct, sans préposition : « {words} »."
    ),
    "preposition_place": "« {words} » a la préposition qui convient à ce lieu.",
    "infinitive": (
        "Le verbe « {infinitive} » prend « {preposition} » devant un infinitif : « {words} »."
    ),
    "infinitive_bare": "Après « {infinitive} », l'infinitif suit directement : « {words} ».",
    "determiner": "« {noun} » est un nom {gender} : « {words} ».",
    "determiner_plain": (
        "Chaque nom a le déterminant de son genre et de son nombre, et les élisions sont faites."
    ),
    "tense_trigger": "« {marker} » demande ici {tense_name} : « {form} ».",
    "tense_time": "« {marker} » va avec {tense_name} : « {form} ».",
    "tense_plain": "« {form} » est {in_tense}, comme le veut le sens de la phrase.",
}

_PERSONS = ("je", "tu", "il/elle/on", "nous", "vous", "ils/elles")

FRENCH = Wording(
    rules=MappingProxyType(_RULES),
    keys=MappingProxyType(_KEYS),
    closing="On écrit « {right} » et non « {wrong} ».",
    surplus="Ici « {surplus} » est de trop.",
    stands_for=", qui remplace « {antecedent} » ({gender} pluriel)",
    persons=MappingProxyType(dict(zip(Person, _PERSONS, strict=True))),
    tenses=MappingProxyType(
        {
            Tense.PRESENT: "le présent",
            Tense.IMPARFAIT: "l'imparfait",
            Tense.PASSE_COMPOSE: "le passé composé",
            Tense.PLUS_QUE_PARFAIT: "le plus-que-parfait",
            Tense.FUTUR_SIMPLE: "le futur simple",
            Tense.CONDITIONNEL: "le conditionnel présent",
            Tense.SUBJONCTIF: "le subjonctif présent",
            Tense.IMPERATIF: "l'impératif",
            Tense.PASSE_SIMPLE: "le passé simple",
            Tense.FUTUR_ANTERIEUR: "le futur antérieur",
            Tense.CONDITIONNEL_PASSE: "le conditionnel passé",
            Tense.SUBJONCTIF_PASSE: "le subjonctif passé",
        }
    ),
    genders=MappingProxyType({"m": "masculin", "f": "féminin"}),
)
