"""Why, beside whom, how sure: explanations, comparisons, stability, backtests, learned weights."""
