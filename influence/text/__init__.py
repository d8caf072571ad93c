"""What accounts say: tokens, the niche and how well texts fit it, feelings about a brand."""
