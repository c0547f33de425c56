"""Which clock and which holidays a commune lives by, from its département.

Sources: decree 90-236 and its successors for the school zones (academies), the labour code
(articles L3133-1, L3134-13, L3422-2) for public holidays, the IANA database for the clocks.
"""

_ACADEMIES_BY_ZONE = {
    "A": "25 39 70 90 24 33 40 47 64 03 15 43 63 21 58 71 89 07 26 38 73 74 19 23 87 01 42 69 "
    "16 17 79 86",
    "B": "04 05 13 84 02 60 80 59 62 54 55 57 88 44 49 53 72 85 06 83 14 27 50 61 76 "
    "18 28 36 37 41 45 08 10 51 52 22 29 35 56 67 68",
    "C": "77 93 94 11 30 34 48 66 75 09 12 31 32 46 65 81 82 78 91 92 95",
}

#: Metropolitan département -> A, B or C. Corsica and overseas keep calendars of their own.
SCHOOL_ZONES = {
    departement: zone
    for zone, departements in _ACADEMIES_BY_ZONE.items()
    for departement in departements.split()
}

HOLIDAY_ZONES = {
    "57": "Alsace-Moselle",
    "67": "Alsace-Moselle",
    "68": "Alsace-Moselle",
    "971": "Guadeloupe",
    "972": "Martinique",
    "973": "Guyane",
    "974": "La Réunion",
    "975": "Saint-Pierre-et-Miquelon",
    "976": "Mayotte",
    "977": "Saint-Barthélémy",
    "978": "Saint-Martin",
    "986": "Wallis-et-Futuna",
    "987": "Polynésie Française",
    "988": "Nouvelle-Calédonie",
}

TIME_ZONES = {
    "971": "America/Guadeloupe",
    "972": "America/Martinique",
    "973": "America/Cayenne",
    "974": "Indian/Reunion",
    "975": "America/Miquelon",
    "976": "Indian/Mayotte",
    "977": "America/St_Barthelemy",
    "978": "America/Marigot",
    "984": "Indian/Kerguelen",
    "986": "Pacific/Wallis",
    "987": "Pacific/Tahiti",
    "988": "Pacific/Noumea",
}

#: French Polynesia keeps three clocks: these communes are half an hour or an hour off Tahiti.
_ISLAND_TIME_ZONES = {
    "98718": "Pacific/Marquesas",
    "98719": "Pacific/Gambier",
    "98723": "Pacific/Marquesas",
    "98731": "Pacific/Marquesas",
    "98746": "Pacific/Marquesas",
    "98756": "Pacific/Marquesas",
    "98757": "Pacific/Marquesas",
}

METROPOLITAN_TIME_ZONE = "Europe/Paris"
METROPOLITAN_HOLIDAYS = "Métropole"


def time_zone(insee_code: str, departement: str) -> str:
    """Return the IANA time zone of a commune, Europe/Paris unless it lies overseas."""
    island = _ISLAND_TIME_ZONES.get(insee_code)
    return island or TIME_ZONES.get(departement, METROPOLITAN_TIME_ZONE)


def holiday_zone(departement: str) -> str:
    """Return the zone of public holidays, by its name in `jours_feries_france`."""
    return HOLIDAY_ZONES.get(departement, METROPOLITAN_HOLIDAYS)


def school_zone(departement: str) -> str | None:
    """Return A, B or C, or None where the academy decides alone (Corsica, overseas)."""
    return SCHOOL_ZONES.get(departement)
