"""What is said about a brand and its rivals, who says it, where it is heading, and who must answer."""
