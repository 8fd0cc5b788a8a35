"""Times in French. The short format is for where a sentence names the zone itself."""

DATETIME_FORMAT = r"j N Y, H:i \U\T\C"
SHORT_DATETIME_FORMAT = "j N Y, H:i"
