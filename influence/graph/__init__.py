"""Who pays attention to whom, as sparse matrices."""
