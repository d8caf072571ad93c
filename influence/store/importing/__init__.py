"""Files into tables: what each file is, its columns, its values, one transaction."""
