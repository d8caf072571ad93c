"""A shortlist is a set, chosen from a ranking."""
