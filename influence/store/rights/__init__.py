"""What people may ask for: not to be contacted, to be told, to be forgotten."""
