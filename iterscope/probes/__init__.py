"""One file per measurement. Each probe returns values per image, which are summarised afterwards."""
