"""What goes wrong at a motion sensor, counted since its reader was made."""


class SensorHealth:
    """Counters, which only grow.

    ``lost``: reports that never came, by their sequence numbers. ``malformed``: pieces of data that
    make no sense. ``misdated``: samples left out, since their time cannot be. ``resets``: of the
    sensor. ``bus_errors``: transfers that failed.
    """

    def __init__(self) -> None:
        self.lost = self.malformed = self.misdated = self.resets = self.bus_errors = 0
