"""Who speaks for a brand, what a reward brings, and whether a campaign pays: advocates, incentives, plan, track."""
