"""What a file's columns are, told by their names and by their values; knows no tables and no files."""
