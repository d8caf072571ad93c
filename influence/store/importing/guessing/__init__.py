"""Without a mapping: which tables a file fills, and which header fills which column, by its names and its values.

`column` knows how well a column is a meaning, `filling` gives columns to slots, `identity` finds the account of a row;
`account_rows`, `post_rows` and `event_rows` are the ways to read a row, and `tables` decides among them.
"""

from influence.store.importing.guessing.column import SourceColumn, special_category
from influence.store.importing.guessing.tables import LEAST_SURE, Guess, guess_tables, what_next

__all__ = ["LEAST_SURE", "Guess", "SourceColumn", "guess_tables", "special_category", "what_next"]
