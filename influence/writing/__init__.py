"""Plain text, safe text, whole files, data and pictures: what every room that writes shares; it uses no other room."""
