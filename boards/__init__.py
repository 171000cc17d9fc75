"""Boards: one file each with pin names and kinds, no logic; ``sim`` is the simulated one."""
