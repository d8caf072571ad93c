"""The client's report: one HTML file that opens offline, prints well and asks nobody for anything."""
