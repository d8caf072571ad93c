"""From a shortlist to the files that outreach tools take; nothing is ever sent."""
