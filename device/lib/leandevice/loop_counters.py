"""Counters of the main loop."""


class LoopCounters:
    """``worst_pass_ms``: the longest pass. ``refused``: samples not newer than the last one.

    ``last_error``: the last unexpected error and its origin. ``errors_lost``: those of which not
    even that could be stored.
    """

    def __init__(self) -> None:
        self.worst_pass_ms = self.refused = self.errors_lost = 0
        self.last_error = ""
