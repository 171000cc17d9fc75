"""Saving and restoring the state of a stage as a flat list of integers.

A stage names its state in ``FIELDS``; a field is an integer, a list of integers, or another
stage. A run can so be split anywhere, and a log carries the state at its start.
"""


def save(stage, out):
    """Append the state of ``stage`` to the list ``out``."""
    for name in stage.FIELDS:
        value = getattr(stage, name)
        if isinstance(value, list):
            out.extend(value)
        elif isinstance(value, int):
            out.append(int(value))
        else:
            save(value, out)


def load(stage, values, start=0):
    """Restore ``stage`` from ``values`` (as ``save`` wrote them); return the next index.

    Raises IndexError where ``values`` is too short.
    """
    for name in stage.FIELDS:
        value = getattr(stage, name)
        if isinstance(value, list):
            for i in range(len(value)):
                value[i] = values[start + i]
            start += len(value)
        elif isinstance(value, int):
            setattr(stage, name, values[start])
            start += 1
        else:
            start = load(value, values, start)
    return start
