"""Who is who: names in one form, one resolver, several accounts of one person."""
