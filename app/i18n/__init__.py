"""The words for what the code names by a word of its own. Vietnamese is the source; English is the catalogue."""
