"""Network files, one per arrangement: the data that makes the program a city's own."""
