"""The clip's program: small parts, each with a ``step``; ``app`` calls them in one pass."""
