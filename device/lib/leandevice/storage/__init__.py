"""The drive: the log of the runs, and the configuration."""
