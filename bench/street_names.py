"""Names of invented streets: those every town has, and those of people only one town remembers."""

import random

#: A quarter of the streets of a town have one of these: the name then exists in many towns.
FAMOUS = (
    "Rue de la République", "Avenue Jean Jaurès", "Rue Victor Hugo", "Rue du Général de Gaulle",
    "Avenue du Maréchal Foch", "Place de l'Église", "Rue de la Gare", "Rue des Écoles",
    "Rue du 11 Novembre 1918", "Rue du 8 Mai 1945", "Place du 14 Juillet", "Rue du 4 Septembre",
    "Rue Saint-Jacques", "Rue Saint-Jean", "Chemin de Sainte-Anne", "Rue Sainte-Catherine",
    "Boulevard Pasteur", "Rue Émile Zola", "Rue Jules Ferry", "Avenue Gambetta",
    "Rue Anatole France", "Rue Pierre et Marie Curie", "Allée des Tilleuls", "Impasse des Acacias",
    "Rue de l'Abbé Grégoire", "Rue du Docteur Roux", "Rue du Professeur Calmette",
    "Avenue du Président Wilson", "Rue du Colonel Fabien", "Rue du Capitaine Guynemer",
    "Place de l'Hôtel de Ville", "Chemin du Moulin", "Route de Paris", "Route Nationale",
    "Grande Rue", "Rue Haute", "Le Mail", "Rue de l'Égalité", "Rue de l'Arc-en-Ciel",
    "Quai de l'Île", "Cours de l'Yser", "Rue Louise Michel", "Rue de Verdun",
    "Rue du Faubourg Saint-Antoine", "Rond-Point de l'Europe", "Zone Artisanale",
    "Rue d'Alsace-Lorraine", "Rue de Châteaudun", "Rue Jean-Baptiste Clément",
    "Rue Œuvre du Mouton", "Sentier de la Côte", "Chemin du Bois d'Amour", "Résidence les Lilas",
    "Square Léon Blum", "Rue du Maréchal de Lattre de Tassigny", "Rue Monseigneur Gauthier",
    "Villa Saint-Charles",
)  # fmt: skip

_KINDS = {
    "Rue": 52, "Avenue": 9, "Allée": 8, "Impasse": 8, "Chemin": 8, "Place": 4, "Boulevard": 3,
    "Route": 3, "Square": 2, "Passage": 2, "Résidence": 2, "Villa": 1, "Cité": 1, "Quai": 1,
    "Sente": 1, "Ruelle": 1, "Cours": 1, "Lotissement": 1,
}  # fmt: skip

_TITLES = (
    "du Général", "du Docteur", "du Colonel", "du Capitaine", "du Commandant", "de l'Abbé",
    "du Lieutenant", "du Professeur", "du Président", "de l'Amiral", "Sœur", "Frère",
)  # fmt: skip

_FIRST = (
    "Aimé", "Alphonse", "André", "Anne", "Antoine", "Auguste", "Benoît", "Camille", "Cécile",
    "Charles", "Claude", "Colette", "Denise", "Édith", "Édouard", "Émile", "Étienne", "Eugène",
    "Fernand", "François", "Gabriel", "Georges", "Germaine", "Hélène", "Henri", "Irène", "Jacques",
    "Jean-Pierre", "Jeanne", "Joseph", "Jules", "Léon", "Louis", "Lucie", "Marcel",
    "Marie-Thérèse", "Maurice", "Noël", "Olympe", "Paul", "Raymond", "René", "Simone", "Théodore",
    "Zoé",
)  # fmt: skip

_LAST = (
    "Ampère", "Aubry", "Barthélémy", "Bénard", "Berthelot", "Bœuf", "Boucher", "Brossolette",
    "Caillé", "Carré", "Chevallier", "Clément", "Coëffic", "Cœuret", "Dalì", "Daoudi",
    "De La Porte", "Delaunay", "Desmoulins", "Diderot", "Dupré", "Duval", "Étévé", "Fabre", "Faÿ",
    "Fénelon", "Fournier", "Gaïda", "Garnier", "Girard", "Goëlo", "Guérin", "Hébert", "Hoche",
    "Joliot", "Kléber", "L'Herminier", "Laënnec", "Lafargue", "Le Goff", "Lefèvre", "Lemaître",
    "Levêque", "Maçon", "Mallarmé", "Mérimée", "Michelet", "Moreau", "Müller", "N'Diaye", "Noël",
    "Nuñez", "O'Brien", "Péguy", "Perrin", "Prévert", "Quéré", "Rabaté", "Rimbaud", "Roussel",
    "Saint-Exupéry", "Saint-Just", "Séverine", "Sévigné", "Tréhin", "Vaillant", "Valéry",
    "Verlaine", "Voltaire",
)  # fmt: skip

_THINGS = (
    "des Acacias", "des Alouettes", "des Bleuets", "des Cèdres", "des Chênes", "des Églantiers",
    "des Genêts", "des Hêtres", "des Lilas", "des Mésanges", "des Noyers", "des Peupliers",
    "des Prés", "des Vignes", "du Lavoir", "du Château", "du Puits", "du Pré aux Clercs",
    "de la Forêt", "de la Fontaine", "de la Mairie", "de l'Étang", "de l'Orée du Bois",
    "de l'Industrie", "d'Artagnan", "d'Île-de-France", "des Quatre Vents", "des Trois Évêchés",
)  # fmt: skip

_HAMLETS = ("Le Bourg", "La Croix Blanche", "Les Hautes Bruyères", "L'Épine", "Kerbiquet", "Le Mas")

_KIND_NAMES, _KIND_WEIGHTS = tuple(_KINDS), tuple(_KINDS.values())


def draw_street_name(chance: random.Random) -> str:
    """Return the name of a street as the national address base writes it, accents kept."""
    luck = chance.random()
    if luck < 0.25:
        return chance.choice(FAMOUS)
    kind = chance.choices(_KIND_NAMES, _KIND_WEIGHTS)[0]
    if luck < 0.35:
        return f"{kind} {chance.choice(_THINGS)}"
    if luck < 0.45:
        return f"{kind} {chance.choice(_TITLES)} {chance.choice(_LAST)}"
    return f"{kind} {chance.choice(_FIRST)} {chance.choice(_LAST)}"


def draw_hamlet(chance: random.Random) -> str:
    """Return the name of a hamlet."""
    return chance.choice(_HAMLETS)
