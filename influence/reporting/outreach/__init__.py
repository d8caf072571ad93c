"""Outreach as people read it: drafts beside their sources, what the rules say, the desk."""
