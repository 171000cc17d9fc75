"""The log of a run: records, pages, and the saved state that a replay starts from."""
