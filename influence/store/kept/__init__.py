"""What was worked out, kept beside the workspace."""
