"""The log of a run: records, pages, and the state from which a run is replayed."""
