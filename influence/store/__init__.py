"""The workspace: one DuckDB file that holds the tables of `influence.schema`."""
