"""Everything a person looks at: tables, files, sentences."""
