"""Open networks as sources: blogs by their feeds, Bluesky, Mastodon, podcasts; polite, resumable, within a budget."""
