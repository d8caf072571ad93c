"""A ranking and a shortlist as table, file, workbook and words."""
