"""What verify finds in one sentence alone, and what looks like it but is right.

Every sentence is typed by hand. The right ones show the other readings that the rules must know.
"""

from __future__ import annotations

from random import Random

import pytest

from generation.french.checking.verdict import Verdict
from generation.french.checking.verify import verify
from verbs.french.vocabulary import ErrorType

WRONG: dict[ErrorType, tuple[str, ...]] = {
    ErrorType.PRONOUN_ORDER: (
        "Paul le te raconte.",
        "Mon père le nous a confié.",
        "Est-ce que Nadia leur l'a indiqué ?",
        "Ce texte, explique-leur-le.",
        "Ce film, ne lui le racontez pas.",
        "Les valises, le porteur y les déposera.",
        "Ils se lui présentent.",
    ),
    ErrorType.PRONOUN_PLACEMENT: (
        "Vincent analyse les.",
        "Marie parle me souvent.",
        "Nadia avait vous téléphoné la veille.",
        "Mes parents ont leur emprunté un dictionnaire.",
        "Un voleur m'a le pris dans le train.",
        "Au marché, ils vont y chaque jeudi.",
        "Il reste deux parts, qui veut en ?",
        "Mes amis sont drôles et j'invite les souvent.",
        "Le professeur explique nous la règle.",
        "Elle est partie sans consulter me.",
        "Ces exercices, il faut finir les ce soir.",
        "Te douche après le sport.",
        "La réparons mardi.",
        "Ne réveillez-la pas.",
    ),
    ErrorType.PRONOUN_CATEGORY: (
        "Ils leur respecteront.",
        "Tu ne leur encourageras jamais.",
        "Il est possible qu'ils lui aient remercié.",
        "À ce moment-là, il lui consultait.",
        "Les élèves ne l'obéissaient pas.",
        "Votre père a raison, obéissez-le.",
        "Je les parle de toi.",
        "Ils lui participent.",
        "Ma sœur les a beaucoup plu.",
        "Écoute-me quand je parle.",
        "J'irais volontiers en Corse avec te.",
        "Ils dînent avec ils.",
        "Ma tante moi donne ses livres.",
    ),
    ErrorType.PREPOSITION: (
        "Thomas s'oppose la décision.",
        "J'utilise à un dictionnaire.",
        "Il finit travailler.",
        "Personne ne réussira trouver un hôtel.",
        "Les recrues ont obéi les ordres.",
        "Embrasse à ta sœur.",
        "Tu te moqueras ton voisin.",
        "Il avait téléphoné sa mère.",
        "Elle a oublié à fermer la porte.",
        "Je suis allé à voir un film.",
        "Nous avons bu un café avant partir.",
        "J'ai envie à une glace.",
        "Les arbres fleurissent en printemps.",
        "Il est tombé amoureux avec une danseuse.",
        "Je me souviens sur ton exposé.",
    ),
    ErrorType.PRONOUN_GENDER: (
        "Ce tramway, ils la voient.",
        "Cette table, mesurons-le.",
        "Ce dossier, vous la lui envoyez.",
        "Je la prends, ce vélo.",
        "Votre sœur vient-il demain ?",
        "Lequel de ces robes préfères-tu ?",
        "Cette valise est le mien.",
        "Cette maison est celui de Paul.",
    ),
    ErrorType.PRONOUN_NUMBER: (
        "Ces clés, je l'ai perdue.",
        "Ce mur, ils les mesurent.",
        "Vos billets, montrez-le.",
        "Ses enfants, elle lui raconte une histoire.",
        "Ces gants sont celui de Marie.",
    ),
    ErrorType.NEGATION_STRUCTURE: (
        "Alice ne pas console le bébé.",
        "Elle ne comprendra l'exercice pas.",
        "Deux jours plus tôt, elle n'avait aidé pas les clients.",
        "Il ne travaille plus pas à la banque.",
        "Le magasin est ne pas ouvert le lundi.",
        "Le bébé pleure ne pas souvent.",
    ),
    ErrorType.DETERMINER: (
        "Tu ne supportes plus le foule.",
        "Le voiture de mon oncle est en panne.",
        "Ce rue est longue.",
        "Mettons le table.",
        "Elle habite un petite ferme.",
        "Ma sœur prenait souvent la petit déjeuner.",
        "La petit déjeuner est prêt.",
        "Cet vieux quartier est beau.",
        "Il cuisinera la dîner.",
    ),
}

#: Right, though hardly: a model or a person should look.
DOUBTFUL = (
    "Donne-moi-le.",
    "Il te lui a mis une gifle.",
    "Mon frère lui réfléchit.",
    "Les enfants, je la vois là-bas.",
    "Ma fille, je le connais bien.",
    "Ce film, il la trouble encore.",
    "Il la regarde, ce garçon.",
    "Je n'ai vu jamais la mer.",
    "Je me souviens à la réunion.",
    "Trop du sel est mauvais.",
)

RIGHT = (
    # Order and place of pronouns.
    "Je la lui donne demain.",
    "Il me les a rendus hier.",
    "Prends-les avec toi.",
    "Dites-le-leur.",
    "Parlez-m'en demain.",
    "Avec lui la vie est belle.",
    "Lui la regarde, elle baisse les yeux.",
    "Il y en a trois.",
    "Il m'y en a donné deux.",
    "En y allant, il chantait.",
    "Le nous désigne le groupe.",
    "Il se le rappelle très bien.",
    "Ne me le donne pas maintenant.",
    "Il voit les autres partir.",
    "Il travaille le moins possible.",
    "Il pèse le pour et le contre.",
    "Il préfère les déjà vieux vins.",
    "Je connais le dessous des cartes.",
    "Le directeur travaille lui aussi.",
    "Nous partons nous aussi.",
    "Ce livre qu'il lit nous plaît.",
    "Le peu qu'il a nous suffit.",
    "Ce qu'il a nous a surpris.",
    "Si nous restons, nous resteront les souvenirs.",
    "Il dit vous à tout le monde.",
    "Il n'y a que lui.",
    "C'est lui venu hier.",
    "Je veux te tout dire.",
    "Elle a les mains froides.",
    "Il a le condamné devant lui.",
    "Me voici enfin.",
    "Te souviens-tu de lui ?",
    "Ne partez-vous pas demain ?",
    "Ne vous servez-vous plus du téléphone ?",
    "Il la fait en au moins deux heures.",
    "Il en veut à Paul.",
    "Je vais y réfléchir.",
    "Laisse-la lui parler.",
    # Kinds of objects.
    "Il leur parle souvent.",
    "On lui a volé son sac.",
    "Cela lui pèse beaucoup.",
    "Il lui court après.",
    "Elle lui a sauté dessus.",
    "Cette robe lui va bien.",
    "Cette robe te va à ravir.",
    "Il lui reste trois euros.",
    "Il lui est resté fidèle.",
    "L'idée lui est venue hier.",
    "Elle lui a lavé les cheveux.",
    "Il leur fait visiter la ville.",
    "Il lui fait respecter les règles.",
    "Elle lui laisse choisir la musique.",
    "Je lui trouve du charme.",
    "Malades, elles le sont encore.",
    "Cette langue, je la parle bien.",
    "Je le lui ai téléphoné hier.",
    "Que lui reproches-tu ?",
    "Il lui arrive de se tromper.",
    "Sans te voir, je m'ennuie.",
    "Pour me parler, appelle demain.",
    "Ma sœur et moi partons demain.",
    "Mon frère et toi chantez bien.",
    "Il est plus grand que moi.",
    # Prepositions.
    "Elle mange du pain.",
    "Je pars la semaine prochaine.",
    "Il habite la campagne.",
    "À qui appartient cette maison ?",
    "D'où provient l'eau de cette source ?",
    "Ainsi s'oppose la majorité.",
    "Où est tombé le vase ?",
    "Quand arrive le train de Lyon ?",
    "Il est arrivé les mains vides.",
    "Elle s'occupe l'esprit comme elle peut.",
    "Ils s'adressent la parole de nouveau.",
    "Il renonce de bon cœur.",
    "Il arrête à midi.",
    "Il attend à la gare.",
    "J'espère pour Paul qu'il viendra.",
    "Il regarde à la télé.",
    "Il trouve à Marie mauvaise mine.",
    "Il entre le premier.",
    "Vous partirez les premiers.",
    "Elle est née un lundi.",
    "Ils se marient l'été prochain.",
    "Cette maison reste la maison de mon enfance.",
    "Ils ont retourné la maison pour trouver la clé.",
    "Il répond une longue lettre à sa mère.",
    "Cela dépend à l'école.",
    "Il finit le dîner.",
    "J'aimerais avant finir ce travail.",
    "Avant, partir était simple.",
    "Il refuse à manger à son chien.",
    "Il fait peur aux enfants.",
    "Elle téléphone souvent à sa mère.",
    "Elle ressemble comme deux gouttes d'eau à sa mère.",
    # Nouns apart from their clause.
    "Ce soir, je la vois.",
    "Le cœur battant, il la regarde.",
    "La tête haute, elle le salue.",
    "Les mains dans les poches, il la regarde.",
    "Cette histoire, je le jure, est vraie.",
    "Cette ville, je l'y ai rencontré.",
    "Mes devoirs finis, je le rejoins.",
    "Ce garçon, elle l'aime.",
    "Les enfants, il pleut.",
    "Sa chambre, il ne veut pas me la montrer.",
    "Quelle robe met-il en vente ?",
    "Le matin part-il tôt ?",
    "Quel train prend-elle ?",
    "Lequel de ces livres préfères-tu ?",
    "Ce rôle est celui de Paul.",
    "Cette place est la sienne.",
    # Negation and determiners.
    "L'essentiel est de ne pas tomber.",
    "Je n'ai pas vu un chat.",
    "Ne pas ouvrir la fenêtre.",
    "Il n'a trouvé rien de mieux.",
    "Il dit la nuit ce qu'il pense.",
    "Voyager le fatigue.",
    "Ce doit être lui.",
    "Le porte-t-il encore ?",
    "Ce qu'il dit le trouble.",
    "Un petit bonhomme sourit.",
    "Il cuisinera le dîner.",
    "Cette tarte, il veut la goûter.",
    "J'en ai assez du bruit.",
    "Elle est nommée la reine du bal.",
    "De un à dix, je donne huit.",
)


@pytest.mark.parametrize(
    ("text", "error_type"), [(text, kind) for kind, texts in WRONG.items() for text in texts]
)
def test_the_error_is_found_and_named(text: str, error_type: ErrorType) -> None:
    report = verify(text)
    assert (report.verdict, report.error_type) == (Verdict.WRONG, error_type), report.reasons
    for each in report.findings:
        assert 0 <= each.start < each.end <= len(text)
        assert each.code.startswith(each.error_type.value)


@pytest.mark.parametrize("text", RIGHT)
def test_a_right_sentence_is_ok(text: str) -> None:
    report = verify(text)
    assert report.verdict is Verdict.OK, report.reasons


@pytest.mark.parametrize("text", DOUBTFUL)
def test_a_doubtful_sentence_is_neither(text: str) -> None:
    report = verify(text)
    assert report.verdict is Verdict.UNSURE, report.reasons
    assert report.reasons


#: Pieces of French and English, and what else a text can hold.
PIECES = (
    *("s'", "S'", "l'", "qu'", "-t-il", "-le", "-moi", "-y", "'", "’", "-", ".", "?", "…", "«"),
    *("He's", "tired", "it's", "don't", "le", "la", "les", "lui", "en", "y", "ne", "pas", "avant"),
    *("Paul", "donne", "est", "vu", "ouvrir", "à", "du", "que", "beaucoup", "tout", "un", "42"),
    *("\u00a0", "\n", "\u200b", "€", "Œ", "cette", "table", ",", "lequel", "celui", "printemps"),
)


def test_no_text_is_too_strange() -> None:
    rng = Random(11)
    for _ in range(3000):
        joiner = rng.choice(("", " "))
        text = joiner.join(rng.choice(PIECES) for _ in range(rng.randrange(14)))
        assert verify(text).verdict in Verdict
