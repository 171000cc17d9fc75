"""Judge the same run by another coach: python other_coach.py FILE [PRESCRIPTION.toml]

FILE: a recording (CSV), or a run of a clip with raw samples (``.leanrun``).
"""

import sys

from leancue import api


class HalfTheCues(api.Coach):
    """Gives every second cue only; the cap's are never left out."""

    def reset(self) -> None:
        super().reset()
        self.wanted = 0

    def step(self, stride, steps, plan) -> int:
        cue = super().step(stride, steps, plan)
        if not cue or api.CUES[cue] == "cap":
            return cue
        self.wanted += 1
        return cue if self.wanted % 2 else 0


def cues(file: str, coach: api.Coach) -> api.Cues:
    if file.endswith(".leanrun"):
        return api.rejudge(file, coach=coach).cues
    prescription = sys.argv[2] if len(sys.argv) > 2 else None
    return api.replay(api.read_recording(file), prescription, coach=coach).cues


for coach in (api.Coach(), HalfTheCues()):
    found = cues(sys.argv[1], coach)
    print(f"{type(coach).__name__}: {len(found.t_s)} cues, first at {found.t_s[:3]} s")
