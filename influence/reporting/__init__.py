"""Results as people and programs take them: tables, files, sentences."""
