"""Pages, tables and words of what was heard: one list of parts, drawn for a browser, a terminal and a workbook."""
