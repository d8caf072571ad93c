"""Quality and speed, measured: `python -m benchmarks` runs them all."""
