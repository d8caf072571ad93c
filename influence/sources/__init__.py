"""Files as they come: readers that stream rows of text, without knowing what the columns mean."""
