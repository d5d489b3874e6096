"""One file a measurement; each returns values per image, to be summarised afterwards."""
