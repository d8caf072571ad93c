"""Apache Spark behind what `influence.store` gives: nothing of it is imported unless it is asked for."""
