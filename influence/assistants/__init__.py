"""A server for assistants over one open session (the Model Context Protocol); extra ``mcp``."""
