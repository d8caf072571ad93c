"""Over what people are written to, and what is given to them: the words that rules and commands share."""

CHANNELS = ("email", "direct message", "contact form", "phone", "post")
OCCASIONS = ("gift", "payment", "synthetic")
BASES = ("consent", "customer", "legitimate interest", "none")
KINDS = ("individual", "corporate")
