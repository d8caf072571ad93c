"""A synthetic campaign world with planted truth."""
