"""One value in natural units, its support and the reason, per candidate and question."""
