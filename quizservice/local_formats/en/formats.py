"""Times in English. The short format is for where a sentence names the zone itself."""

DATETIME_FORMAT = r"j M Y, H:i \U\T\C"
SHORT_DATETIME_FORMAT = "j M Y, H:i"
