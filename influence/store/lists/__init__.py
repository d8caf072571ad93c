"""Saved lists: who is on them, what was agreed, what became of what they said."""
