"""What `influence check` looks at: one small function a rule, each one question to the engine."""
