# mypy: ignore-errors
"""As ``run.py``, from a sensor that sends the three reports of a sample in one cargo."""

import hardware  # noqa: F401 (before what imports hardware)

import clip_rig  # isort: skip

clip_rig.Reports.together = True

import run  # noqa: E402, F401 (it prints the answer)
