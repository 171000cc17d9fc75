"""What the loop counts of itself."""


class LoopCounters:
    """``worst_pass_ms``: the longest pass. ``refused``: samples not newer than the last one.

    ``last_error``: of those that nobody foresaw, what and where. ``errors_lost``: those of which
    not even that could be kept.
    """

    def __init__(self) -> None:
        self.worst_pass_ms = self.refused = self.errors_lost = 0
        self.last_error = ""
