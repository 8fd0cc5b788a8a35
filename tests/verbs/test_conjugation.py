"""Conjugation: the traps of French spelling, the irregular tables, compound tenses and the index."""

from pathlib import Path

import pytest

from verbs.french import paradigms
from verbs.french.conjugation import (
    SIMPLE_TENSES,
    Analysis,
    MissingForm,
    OtherForm,
    UnknownVerb,
    citation,
    compound,
    elides_before,
    forms,
    group,
    imperfect_subjunctive,
    index,
    is_regular,
    listed_verbs,
    participle,
    participles,
    present_participle,
    produce,
    reflexive_pronoun,
    table,
)
from verbs.french.vocabulary import AUXILIARY_TENSE, Auxiliary, Group, Person, Tense

P, I, F, C = Tense.PRESENT, Tense.IMPARFAIT, Tense.FUTUR_SIMPLE, Tense.CONDITIONNEL  # noqa: E741
S, J, Y = Tense.SUBJONCTIF, Tense.PASSE_SIMPLE, Tense.IMPERATIF


def written(infinitive: str, tense: Tense) -> str:
    """Return the forms to write of a tense, one after the other."""
    return " ".join(found[0] for person in Person if (found := forms(infinitive, tense, person)))


@pytest.mark.parametrize(
    ("infinitive", "tense", "expected"),
    [
        # First group
        ("parler", P, "parle parles parle parlons parlez parlent"),
        ("parler", J, "parlai parlas parla parlâmes parlâtes parlèrent"),
        ("parler", Y, "parle parlons parlez"),
        ("manger", P, "mange manges mange mangeons mangez mangent"),
        ("manger", I, "mangeais mangeais mangeait mangions mangiez mangeaient"),
        ("manger", J, "mangeai mangeas mangea mangeâmes mangeâtes mangèrent"),
        ("commencer", P, "commence commences commence commençons commencez commencent"),
        ("commencer", I, "commençais commençais commençait commencions commenciez commençaient"),
        ("commencer", J, "commençai commenças commença commençâmes commençâtes commencèrent"),
        ("étudier", I, "étudiais étudiais étudiait étudiions étudiiez étudiaient"),
        ("créer", P, "crée crées crée créons créez créent"),
        ("créer", F, "créerai créeras créera créerons créerez créeront"),
        ("appeler", P, "appelle appelles appelle appelons appelez appellent"),
        ("jeter", F, "jetterai jetteras jettera jetterons jetterez jetteront"),
        ("acheter", P, "achète achètes achète achetons achetez achètent"),
        ("acheter", F, "achèterai achèteras achètera achèterons achèterez achèteront"),
        ("geler", S, "gèle gèles gèle gelions geliez gèlent"),
        ("lever", P, "lève lèves lève levons levez lèvent"),
        ("céder", P, "cède cèdes cède cédons cédez cèdent"),
        ("céder", F, "céderai céderas cédera céderons céderez céderont"),
        ("protéger", I, "protégeais protégeais protégeait protégions protégiez protégeaient"),
        ("préférer", S, "préfère préfères préfère préférions préfériez préfèrent"),
        ("célébrer", P, "célèbre célèbres célèbre célébrons célébrez célèbrent"),
        ("régner", P, "règne règnes règne régnons régnez règnent"),
        ("déléguer", P, "délègue délègues délègue déléguons déléguez délèguent"),
        ("sécher", P, "sèche sèches sèche séchons séchez sèchent"),
        ("payer", P, "paie paies paie payons payez paient"),
        ("essayer", S, "essaie essaies essaie essayions essayiez essaient"),
        ("nettoyer", F, "nettoierai nettoieras nettoiera nettoierons nettoierez nettoieront"),
        ("essuyer", P, "essuie essuies essuie essuyons essuyez essuient"),
        ("envoyer", F, "enverrai enverras enverra enverrons enverrez enverront"),
        ("renvoyer", P, "renvoie renvoies renvoie renvoyons renvoyez renvoient"),
        ("dépêcher", P, "dépêche dépêches dépêche dépêchons dépêchez dépêchent"),
        ("regretter", P, "regrette regrettes regrette regrettons regrettez regrettent"),
        ("jogger", P, "jogge jogges jogge joggons joggez joggent"),
        ("tweeter", P, "tweete tweetes tweete tweetons tweetez tweetent"),
        ("débriefer", P, "débriefe débriefes débriefe débriefons débriefez débriefent"),
        ("foutre", P, "fous fous fout foutons foutez foutent"),
        ("ravoir", P, ""),
        ("fermer", P, "ferme fermes ferme fermons fermez ferment"),
        ("pleurer", P, "pleure pleures pleure pleurons pleurez pleurent"),
        # Second group
        ("finir", P, "finis finis finit finissons finissez finissent"),
        ("finir", J, "finis finis finit finîmes finîtes finirent"),
        ("définir", P, "définis définis définit définissons définissez définissent"),
        ("haïr", P, "hais hais hait haïssons haïssez haïssent"),
        ("haïr", J, "haïs haïs haït haïmes haïtes haïrent"),
        ("haïr", Y, "hais haïssons haïssez"),
        ("répartir", P, "répartis répartis répartit répartissons répartissez répartissent"),
        ("asservir", P, "asservis asservis asservit asservissons asservissez asservissent"),
        ("ralentir", P, "ralentis ralentis ralentit ralentissons ralentissez ralentissent"),
        # Third group
        ("être", P, "suis es est sommes êtes sont"),
        ("être", I, "étais étais était étions étiez étaient"),
        ("être", F, "serai seras sera serons serez seront"),
        ("être", S, "sois sois soit soyons soyez soient"),
        ("être", J, "fus fus fut fûmes fûtes furent"),
        ("être", Y, "sois soyons soyez"),
        ("avoir", P, "ai as a avons avez ont"),
        ("avoir", S, "aie aies ait ayons ayez aient"),
        ("avoir", J, "eus eus eut eûmes eûtes eurent"),
        ("avoir", Y, "aie ayons ayez"),
        ("aller", P, "vais vas va allons allez vont"),
        ("aller", F, "irai iras ira irons irez iront"),
        ("aller", S, "aille ailles aille allions alliez aillent"),
        ("aller", Y, "va allons allez"),
        ("savoir", S, "sache saches sache sachions sachiez sachent"),
        ("savoir", Y, "sache sachons sachez"),
        ("vouloir", P, "veux veux veut voulons voulez veulent"),
        ("vouloir", S, "veuille veuilles veuille voulions vouliez veuillent"),
        ("vouloir", Y, "veuille veuillons veuillez"),
        ("pouvoir", F, "pourrai pourras pourra pourrons pourrez pourront"),
        ("pouvoir", S, "puisse puisses puisse puissions puissiez puissent"),
        ("pouvoir", Y, ""),
        ("devoir", P, "dois dois doit devons devez doivent"),
        ("voir", F, "verrai verras verra verrons verrez verront"),
        ("prévoir", F, "prévoirai prévoiras prévoira prévoirons prévoirez prévoiront"),
        ("prévoir", J, "prévis prévis prévit prévîmes prévîtes prévirent"),
        ("pourvoir", J, "pourvus pourvus pourvut pourvûmes pourvûtes pourvurent"),
        ("recevoir", P, "reçois reçois reçoit recevons recevez reçoivent"),
        ("recevoir", S, "reçoive reçoives reçoive recevions receviez reçoivent"),
        ("recevoir", J, "reçus reçus reçut reçûmes reçûtes reçurent"),
        ("valoir", S, "vaille vailles vaille valions valiez vaillent"),
        ("prévaloir", S, "prévale prévales prévale prévalions prévaliez prévalent"),
        ("asseoir", P, "assieds assieds assied asseyons asseyez asseyent"),
        ("émouvoir", P, "émeus émeus émeut émouvons émouvez émeuvent"),
        ("tenir", J, "tins tins tint tînmes tîntes tinrent"),
        ("venir", S, "vienne viennes vienne venions veniez viennent"),
        ("courir", F, "courrai courras courra courrons courrez courront"),
        ("mourir", P, "meurs meurs meurt mourons mourez meurent"),
        ("mourir", F, "mourrai mourras mourra mourrons mourrez mourront"),
        ("offrir", P, "offre offres offre offrons offrez offrent"),
        ("offrir", Y, "offre offrons offrez"),
        ("cueillir", F, "cueillerai cueilleras cueillera cueillerons cueillerez cueilleront"),
        (
            "assaillir",
            F,
            "assaillirai assailliras assaillira assaillirons assaillirez assailliront",
        ),
        (
            "tressaillir",
            P,
            "tressaille tressailles tressaille tressaillons tressaillez tressaillent",
        ),
        ("défaillir", P, "défaille défailles défaille défaillons défaillez défaillent"),
        ("bouillir", P, "bous bous bout bouillons bouillez bouillent"),
        ("partir", P, "pars pars part partons partez partent"),
        ("servir", P, "sers sers sert servons servez servent"),
        ("dormir", P, "dors dors dort dormons dormez dorment"),
        ("fuir", P, "fuis fuis fuit fuyons fuyez fuient"),
        ("vêtir", P, "vêts vêts vêt vêtons vêtez vêtent"),
        ("revêtir", I, "revêtais revêtais revêtait revêtions revêtiez revêtaient"),
        ("acquérir", P, "acquiers acquiers acquiert acquérons acquérez acquièrent"),
        ("conquérir", F, "conquerrai conquerras conquerra conquerrons conquerrez conquerront"),
        ("dire", P, "dis dis dit disons dites disent"),
        ("redire", P, "redis redis redit redisons redites redisent"),
        ("interdire", P, "interdis interdis interdit interdisons interdisez interdisent"),
        ("contredire", P, "contredis contredis contredit contredisons contredisez contredisent"),
        ("médire", Y, "médis médisons médisez"),
        ("prédire", Y, "prédis prédisons prédisez"),
        ("maudire", P, "maudis maudis maudit maudissons maudissez maudissent"),
        ("faire", P, "fais fais fait faisons faites font"),
        ("faire", S, "fasse fasses fasse fassions fassiez fassent"),
        ("satisfaire", P, "satisfais satisfais satisfait satisfaisons satisfaites satisfont"),
        ("confire", P, "confis confis confit confisons confisez confisent"),
        ("suffire", J, "suffis suffis suffit suffîmes suffîtes suffirent"),
        ("rire", I, "riais riais riait riions riiez riaient"),
        ("lire", J, "lus lus lut lûmes lûtes lurent"),
        ("écrire", P, "écris écris écrit écrivons écrivez écrivent"),
        ("conduire", J, "conduisis conduisis conduisit conduisîmes conduisîtes conduisirent"),
        ("suivre", P, "suis suis suit suivons suivez suivent"),
        ("vivre", J, "vécus vécus vécut vécûmes vécûtes vécurent"),
        ("croire", P, "crois crois croit croyons croyez croient"),
        ("croître", P, "croîs croîs croît croissons croissez croissent"),
        ("croître", J, "crûs crûs crût crûmes crûtes crûrent"),
        ("accroître", P, "accrois accrois accroît accroissons accroissez accroissent"),
        ("accroître", J, "accrus accrus accrut accrûmes accrûtes accrurent"),
        ("boire", P, "bois bois boit buvons buvez boivent"),
        ("plaire", P, "plais plais plaît plaisons plaisez plaisent"),
        ("taire", P, "tais tais tait taisons taisez taisent"),
        ("distraire", P, "distrais distrais distrait distrayons distrayez distraient"),
        ("distraire", J, ""),
        ("connaître", F, "connaîtrai connaîtras connaîtra connaîtrons connaîtrez connaîtront"),
        ("naître", J, "naquis naquis naquit naquîmes naquîtes naquirent"),
        ("renaître", J, "renaquis renaquis renaquit renaquîmes renaquîtes renaquirent"),
        ("paître", P, "pais pais paît paissons paissez paissent"),
        ("peindre", P, "peins peins peint peignons peignez peignent"),
        ("craindre", J, "craignis craignis craignit craignîmes craignîtes craignirent"),
        ("joindre", S, "joigne joignes joigne joignions joigniez joignent"),
        ("prendre", S, "prenne prennes prenne prenions preniez prennent"),
        ("mettre", P, "mets mets met mettons mettez mettent"),
        ("rendre", P, "rends rends rend rendons rendez rendent"),
        ("rompre", P, "romps romps rompt rompons rompez rompent"),
        ("vaincre", P, "vaincs vaincs vainc vainquons vainquez vainquent"),
        ("coudre", P, "couds couds coud cousons cousez cousent"),
        ("moudre", P, "mouds mouds moud moulons moulez moulent"),
        ("résoudre", P, "résous résous résout résolvons résolvez résolvent"),
        ("conclure", J, "conclus conclus conclut conclûmes conclûtes conclurent"),
        # Defective and impersonal verbs: only the forms that exist
        ("falloir", P, "faut"),
        ("falloir", I, "fallait"),
        ("falloir", S, "faille"),
        ("falloir", J, "fallut"),
        ("falloir", Y, ""),
        ("pleuvoir", F, "pleuvra pleuvront"),
        ("neiger", I, "neigeait"),
        ("advenir", P, "advient adviennent"),
        ("advenir", Y, ""),
        ("ensuivre", P, "ensuit ensuivent"),
        ("échoir", F, "échoira échoiront"),
        ("gésir", P, "gis gis gît gisons gisez gisent"),
        ("gésir", F, ""),
        ("éclore", P, "éclot éclosent"),
        ("frire", P, "fris fris frit"),
        ("bruire", I, "bruissait bruissaient"),
        ("ouïr", F, "ouïrai ouïras ouïra ouïrons ouïrez ouïront"),
        ("déchoir", J, "déchus déchus déchut déchûmes déchûtes déchurent"),
        # The adverb of "s'en aller" is no part of its forms
        ("en aller", P, "vais vas va allons allez vont"),
    ],
)
def test_forms_to_write(infinitive: str, tense: Tense, expected: str) -> None:
    assert written(infinitive, tense) == expected


@pytest.mark.parametrize(
    ("infinitive", "tense", "person", "expected"),
    [
        # Spellings of 1990, behind the classical ones
        ("céder", F, Person.S1, ("céderai", "cèderai")),
        ("protéger", C, Person.P3, ("protégeraient", "protègeraient")),
        ("protéger", P, Person.S1, ("protège",)),
        ("renouveler", P, Person.S3, ("renouvelle", "renouvèle")),
        ("harceler", P, Person.S3, ("harcèle", "harcelle")),
        ("interpeler", P, Person.S3, ("interpelle",)),
        ("pique-niquer", P, Person.P1, ("pique-niquons", "piqueniquons")),
        ("fleurir", I, Person.S3, ("fleurissait", "florissait")),
        ("saillir", F, Person.S3, ("saillera", "saillira")),
        ("recroître", P, Person.S1, ("recrois", "recroîs")),
        ("ouïr", F, Person.S1, ("ouïrai", "orrai", "oirai")),
        ("feuilleter", F, Person.S2, ("feuilletteras", "feuillèteras")),
        ("appeler", P, Person.S3, ("appelle",)),
        ("rejeter", P, Person.S3, ("rejette",)),
        ("acheter", P, Person.S3, ("achète",)),
        ("connaître", P, Person.S3, ("connaît", "connait")),
        ("connaître", J, Person.P1, ("connûmes",)),
        ("plaire", P, Person.S3, ("plaît", "plait")),
        ("goûter", J, Person.P1, ("goûtâmes", "goutâmes")),
        ("rafraîchir", J, Person.P1, ("rafraîchîmes", "rafraichîmes")),
        ("croître", P, Person.S3, ("croît",)),
        ("croître", F, Person.S3, ("croîtra", "croitra")),
        ("jeûner", P, Person.S3, ("jeûne",)),
        ("être", S, Person.S3, ("soit",)),
        # Two conjugations
        ("payer", P, Person.S3, ("paie", "paye")),
        ("essayer", F, Person.P1, ("essaierons", "essayerons")),
        ("asseoir", P, Person.S1, ("assieds", "assois")),
        ("asseoir", F, Person.S1, ("assiérai", "asseyerai", "assoirai")),
        ("pouvoir", P, Person.S1, ("peux", "puis")),
        ("vouloir", Y, Person.P2, ("veuillez", "voulez")),
        # What does not exist
        ("parler", Y, Person.S1, ()),
        ("falloir", P, Person.S1, ()),
        ("pleuvoir", P, Person.P1, ()),
        ("advenir", P, Person.P2, ()),
    ],
)
def test_all_licensed_forms(
    infinitive: str, tense: Tense, person: Person, expected: tuple[str, ...]
) -> None:
    assert forms(infinitive, tense, person) == expected


@pytest.mark.parametrize(
    ("infinitive", "expected"),
    [
        ("parler", "parlé parlée parlés parlées"),
        ("créer", "créé créée créés créées"),
        ("finir", "fini finie finis finies"),
        ("haïr", "haï haïe haïs haïes"),
        ("partir", "parti partie partis parties"),
        ("devoir", "dû due dus dues"),
        ("redevoir", "redû redue redus redues"),
        ("mouvoir", "mû mue mus mues"),
        ("émouvoir", "ému émue émus émues"),
        ("promouvoir", "promu promue promus promues"),
        ("croître", "crû crue crus crues"),
        ("croire", "cru crue crus crues"),
        ("accroître", "accru accrue accrus accrues"),
        ("prendre", "pris prise pris prises"),
        ("asseoir", "assis assise assis assises"),
        ("acquérir", "acquis acquise acquis acquises"),
        ("inclure", "inclus incluse inclus incluses"),
        ("conclure", "conclu conclue conclus conclues"),
        ("exclure", "exclu exclue exclus exclues"),
        ("absoudre", "absous absoute absous absoutes"),
        ("résoudre", "résolu résolue résolus résolues"),
        ("circoncire", "circoncis circoncise circoncis circoncises"),
        ("confire", "confit confite confits confites"),
        ("maudire", "maudit maudite maudits maudites"),
        ("mourir", "mort morte morts mortes"),
        ("naître", "né née nés nées"),
        ("offrir", "offert offerte offerts offertes"),
        ("vêtir", "vêtu vêtue vêtus vêtues"),
        ("taire", "tu tue tus tues"),
        ("bénir", "béni bénie bénis bénies"),
        ("en aller", "allé allée allés allées"),
    ],
)
def test_participles_agree(infinitive: str, expected: str) -> None:
    found = participle(infinitive)
    assert not found.invariable
    agreeing = [found.form(gender, plural) for plural in (False, True) for gender in "mf"]
    assert " ".join(agreeing) == expected


@pytest.mark.parametrize(
    ("infinitive", "expected"),
    [
        ("être", "été"),
        ("pouvoir", "pu"),
        ("rire", "ri"),
        ("sourire", "souri"),
        ("suffire", "suffi"),
        ("plaire", "plu"),
        ("pleuvoir", "plu"),
        ("falloir", "fallu"),
        ("nuire", "nui"),
        ("luire", "lui"),
    ],
)
def test_invariable_participles_never_agree(infinitive: str, expected: str) -> None:
    found = participle(infinitive)
    assert found.invariable
    assert {found.form(g, n) for g in "mf" for n in (False, True)} == {expected}
    assert found.forms() == (expected,)


def test_participle_spellings_and_gaps() -> None:
    assert [each.masculine_singular for each in participles("mouvoir")] == ["mû", "mu"]
    assert [each.masculine_singular for each in participles("goûter")] == ["goûté", "gouté"]
    assert participles("gésir") == ()
    with pytest.raises(MissingForm, match="renaître has no past participle"):
        participle("renaître")
    with pytest.raises(ValueError, match="'n'"):
        participle("parler").form("n", plural=False)


@pytest.mark.parametrize(
    ("infinitive", "expected"),
    [
        ("être", "étant"),
        ("avoir", "ayant"),
        ("savoir", "sachant"),
        ("manger", "mangeant"),
        ("placer", "plaçant"),
        ("finir", "finissant"),
        ("faire", "faisant"),
        ("recevoir", "recevant"),
        ("vaincre", "vainquant"),
        ("falloir", None),
    ],
)
def test_present_participle(infinitive: str, expected: str | None) -> None:
    assert present_participle(infinitive) == expected


@pytest.mark.parametrize(
    "infinitive",
    [
        *("", "er", "ir", "mer", "Parler", "se laver", "parler vite", "bavoir", "xendre"),
        # These look like regular verbs, but also like derivations of servir, tenir and courir.
        *("transservir", "surtenir", "précourir"),
    ],
)
def test_a_verb_of_no_certain_class_is_refused(infinitive: str) -> None:
    with pytest.raises(UnknownVerb) as caught:
        forms(infinitive, P, Person.S1)
    assert repr(infinitive) in str(caught.value)
    assert caught.value.infinitive == infinitive


def test_produce_says_what_does_not_exist() -> None:
    assert produce("céder", F, Person.S1) == "céderai"
    with pytest.raises(MissingForm, match="falloir has no form in present, person 1s"):
        produce("falloir", P, Person.S1)
    with pytest.raises(ValueError, match="passe_compose is a compound tense"):
        forms("parler", Tense.PASSE_COMPOSE, Person.S1)


@pytest.mark.parametrize(
    ("infinitive", "expected"),
    [
        ("parler", "parlasse parlasses parlât parlassions parlassiez parlassent"),
        ("manger", "mangeasse mangeasses mangeât mangeassions mangeassiez mangeassent"),
        ("finir", "finisse finisses finît finissions finissiez finissent"),
        ("avoir", "eusse eusses eût eussions eussiez eussent"),
        ("venir", "vinsse vinsses vînt vinssions vinssiez vinssent"),
        ("haïr", "haïsse haïsses haït haïssions haïssiez haïssent"),
    ],
)
def test_imperfect_subjunctive(infinitive: str, expected: str) -> None:
    found = [imperfect_subjunctive(infinitive, person)[0] for person in Person]
    assert " ".join(found) == expected


@pytest.mark.parametrize(
    ("infinitive", "expected", "regular"),
    [
        ("parler", Group.FIRST, True),
        ("manger", Group.FIRST, True),
        ("placer", Group.FIRST, True),
        ("appeler", Group.FIRST, False),
        ("céder", Group.FIRST, False),
        ("payer", Group.FIRST, False),
        ("envoyer", Group.FIRST, False),
        ("finir", Group.SECOND, True),
        ("répartir", Group.SECOND, True),
        ("haïr", Group.SECOND, False),
        ("aller", Group.THIRD, False),
        ("en aller", Group.THIRD, False),
        ("partir", Group.THIRD, False),
        ("rendre", Group.THIRD, False),
        ("maudire", Group.THIRD, False),
        ("voir", Group.THIRD, False),
    ],
)
def test_groups(infinitive: str, expected: Group, regular: bool) -> None:
    assert (group(infinitive), is_regular(infinitive)) == (expected, regular)


AVOIR, ETRE = Auxiliary.AVOIR, Auxiliary.ETRE


def test_compound_tenses() -> None:
    cases = {
        Tense.PASSE_COMPOSE: "avons parlé",
        Tense.PLUS_QUE_PARFAIT: "avions parlé",
        Tense.FUTUR_ANTERIEUR: "aurons parlé",
        Tense.CONDITIONNEL_PASSE: "aurions parlé",
        Tense.SUBJONCTIF_PASSE: "ayons parlé",
    }
    assert set(cases) == set(AUXILIARY_TENSE)
    for tense, expected in cases.items():
        assert compound("parler", AVOIR, tense, Person.P1) == (expected,)


def test_participle_of_compound_tenses() -> None:
    pc = Tense.PASSE_COMPOSE
    assert compound("venir", ETRE, pc, Person.P3) == ("sont venus",)
    assert compound("venir", ETRE, pc, Person.P3, gender="f") == ("sont venues",)
    assert compound("venir", ETRE, pc, Person.P2, gender="f", plural=False) == ("êtes venue",)
    assert compound("venir", ETRE, pc, Person.S3, plural=True) == ("est venus",)
    assert compound("voir", AVOIR, pc, Person.S1, gender="f") == ("ai vu",)
    assert compound("voir", AVOIR, pc, Person.S1, gender="f", agreement=True) == ("ai vue",)
    assert compound("devoir", AVOIR, pc, Person.S1, gender="f", agreement=True) == ("ai due",)
    assert compound("goûter", AVOIR, pc, Person.S1) == ("ai goûté", "ai gouté")
    assert compound("falloir", AVOIR, pc, Person.S3) == ("a fallu",)
    assert compound("falloir", AVOIR, pc, Person.S1) == ()
    assert compound("renaître", ETRE, pc, Person.S1) == ()


def test_reflexive_compound_tenses() -> None:
    pc, pqp = Tense.PASSE_COMPOSE, Tense.PLUS_QUE_PARFAIT
    assert compound("laver", ETRE, pc, Person.S2, reflexive=True) == ("t'es lavé",)
    assert compound("hâter", ETRE, pc, Person.S3, reflexive=True) == ("s'est hâté",)
    assert compound("laver", ETRE, pqp, Person.P3, reflexive=True, gender="f") == (
        "s'étaient lavées",
    )
    assert compound("parler", ETRE, pc, Person.P3, reflexive=True, agreement=False) == (
        "se sont parlé",
    )
    assert compound("en aller", ETRE, pc, Person.P3, reflexive=True) == ("s'en sont allés",)
    with pytest.raises(ValueError, match="reflexive verbs take être"):
        compound("laver", AVOIR, pc, Person.S1, reflexive=True)
    with pytest.raises(ValueError, match="present is not a compound tense"):
        compound("laver", ETRE, P, Person.S1)


@pytest.mark.parametrize(
    ("infinitive", "tense", "expected"),
    [
        ("laver", P, "me lave|te laves|se lave|nous lavons|vous lavez|se lavent"),
        ("laver", Y, "lave-toi|lavons-nous|lavez-vous"),
        ("endormir", P, "m'endors|t'endors|s'endort|nous endormons|vous endormez|s'endorment"),
        ("habiller", P, "m'habille|t'habilles|s'habille"
            "|nous habillons|vous habillez|s'habillent"),
        ("haïr", P, "me hais|te hais|se hait|nous haïssons|vous haïssez|se haïssent"),
        ("souvenir", Y, "souviens-toi|souvenons-nous|souvenez-vous"),
        ("en aller", P, "m'en vais|t'en vas|s'en va|nous en allons|vous en allez|s'en vont"),
        ("en aller", Y, "va-t'en|allons-nous-en|allez-vous-en"),
    ],
)  # fmt: skip
def test_reflexive_tables(infinitive: str, tense: Tense, expected: str) -> None:
    cells = table(infinitive, ETRE, reflexive=True)[tense]
    assert "|".join(cell[0] for cell in cells.values()) == expected


def test_a_table_has_every_tense_and_only_what_exists() -> None:
    parler = table("parler", AVOIR)
    assert list(parler) == list(Tense)
    assert {tense: len(cells) for tense, cells in parler.items()} == {
        tense: 3 if tense is Y else 6 for tense in Tense
    }
    falloir = table("falloir", AVOIR)
    assert falloir[Y] == {}
    assert falloir[Tense.PASSE_COMPOSE] == {Person.S3: ("a fallu",)}
    parle = table("parler", ETRE, reflexive=True, agreement=False)
    assert parle[Tense.PASSE_COMPOSE][Person.P3] == ("se sont parlé",)


def test_elision() -> None:
    assert elides_before("aime", "aimer")
    assert elides_before("habite", "habiter")
    assert elides_before("œuvre", "œuvrer")
    assert not elides_before("hais", "haïr")
    assert not elides_before("heurte", "heurter")
    assert not elides_before("vais", "aller")
    assert reflexive_pronoun(Person.S1, "arrête", "arrêter") == "m'"
    assert reflexive_pronoun(Person.P1, "arrêtons", "arrêter") == "nous "
    assert [citation(verb) for verb in ("lever", "habiller", "hâter", "en aller")] == [
        "se lever",
        "s'habiller",
        "se hâter",
        "s'en aller",
    ]


def test_index_finds_what_a_form_can_be() -> None:
    found = index({"suivre", "être", "écrier", "écrire"})
    assert found["suis"] == {
        Analysis("suivre", P, Person.S1),
        Analysis("suivre", P, Person.S2),
        Analysis("suivre", Y, Person.S2),
        Analysis("être", P, Person.S1),
    }
    assert Analysis("écrier", P, Person.P3) in found["écrient"]
    assert found["écrites"] == {Analysis("écrire", OtherForm.PAST_PARTICIPLE, None)}
    assert found["étant"] == {Analysis("être", OtherForm.PRESENT_PARTICIPLE, None)}
    assert found["être"] == {Analysis("être", OtherForm.INFINITIVE, None)}
    assert Analysis("être", OtherForm.IMPARFAIT_DU_SUBJONCTIF, Person.S3) in found["fût"]
    assert "étés" not in found


def test_every_listed_verb_has_a_table_of_french_words() -> None:
    letters = set("abcdefghijklmnopqrstuvwxyzàâçéèêëîïôûüœ-")
    for infinitive in listed_verbs():
        for tense in SIMPLE_TENSES:
            for person in Person:
                for form in forms(infinitive, tense, person):
                    assert len(form) > 0
                    assert set(form) <= letters, (infinitive, form)


GOOD = "er\te es e ons ez ent\t=\ter\te e\tai\té\t=\t=\tall\tparler"


@pytest.mark.parametrize(
    ("line", "message"),
    [
        (GOOD.replace("ons ez ent", "ons ez"), "x.tsv:3: present has 5 entries instead of 6"),
        (GOOD.replace("e e\t", "e e e\t"), "x.tsv:3: subjunctive has 3 entries instead of 2 or 6"),
        (GOOD.replace("\tall\t", "\tsome\t"), "x.tsv:3: persons must be one of all, 3, 3s"),
        (GOOD.replace("parler", "finir"), "x.tsv:3: finir does not end in er"),
        (GOOD.replace("\tai\t", "\to\t"), "x.tsv:3: past must end in"),
        (GOOD + " parler", "x.tsv:3: parler is listed twice"),
        (GOOD.replace("\tparler", ""), "x.tsv:3: 10 columns instead of 11"),
        (GOOD.replace("\té\t", "\t\t"), "x.tsv:3: no column may be empty"),
        (GOOD.replace("\té\t=", "\té\te ons"), "x.tsv:3: imperative has 2 entries instead of 3"),
        (GOOD.replace("\té\t", "\t=\t"), "x.tsv:3: participle follows from nothing"),
        (GOOD.replace("\té\t", "\t@\t"), "x.tsv:3: participle has a letter that no"),
        (GOOD + "\n" + GOOD, "x.tsv:4: parler is listed twice"),
    ],
)
def test_a_malformed_paradigm_is_named_by_file_and_line(
    tmp_path: Path, line: str, message: str
) -> None:
    path = tmp_path / "x.tsv"
    header = "# note\n" + "\t".join(paradigms.COLUMNS) + "\n"
    path.write_text(header + GOOD + "\n", encoding="utf-8")
    assert paradigms.load_paradigms(path)["parler"][0].past == ("parlai",)
    path.write_text(header + line + "\n", encoding="utf-8")
    with pytest.raises(paradigms.ParadigmError, match=message):
        paradigms.load_paradigms(path)


def test_a_paradigm_file_needs_its_header(tmp_path: Path) -> None:
    path = tmp_path / "x.tsv"
    path.write_text("", encoding="utf-8")
    with pytest.raises(paradigms.ParadigmError, match=r"x\.tsv: the file is empty"):
        paradigms.load_paradigms(path)
    path.write_bytes(b"# note\nending\t\xe9\n")
    with pytest.raises(paradigms.ParadigmError, match=r"x\.tsv:2: not UTF-8"):
        paradigms.load_paradigms(path)
    path.write_text("ending\tverbs\n", encoding="utf-8")
    with pytest.raises(paradigms.ParadigmError, match=r"x\.tsv:1: the header must be ending"):
        paradigms.load_paradigms(path)
