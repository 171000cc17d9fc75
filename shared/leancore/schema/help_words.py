"""What each setting and each value of a prescription is: at the desk alone, the clip does not load
it. The numbers stand in ``settings.SETTINGS``, ``prescription.TABLE`` and ``prescription.PLAN``.
"""

SETTINGS = {
    "rate_hz": "sensor reports asked for per second",
    "orientation": "source of the lean: 0 the chip, 1 our own, 2 both",
    "speed_cmps": "usual running speed, for the pull of curves",
    "stand_ms": "stillness needed to measure standing",
    "stand_wait_ms": "time allowed to come to a stand",
    "hinge_wait_ms": "time after the stand in which a bow may begin",
    "hinge_min_cdeg": "least depth of a bow that counts",
    "run_steps": "running steps in a row that make a run",
    "run_stop_ms": "time without a running step that ends running",
    "run_end_ms": "time without running that ends the run",
    "warmup_ms": "no cues in the first time of each running spell",
    "refractory_ms": "least pause from the end of a cue to the next",
    "budget_ms": "most buzzing in a minute, the cap cue apart",
    "exit_reference_cdeg": "how far outside the band a step must be to count",
    "exit_threshold_cdeg": "evidence of an exit for a cue, at 1 deg SD",
    "cap_threshold_cdeg": "evidence of over-lean for the cap cue",
    "baseline_ms": "running time for a baseline",
    "slope_allowance_cdeg": "widening of the band, for hilly runs",
    "back_in_cue": "tick when the band is reached again after a cue",
    "window_ms": "running time of one feedback window",
    "lean_more_ms": "shortest lean-more cue",
    "ease_off_ms": "shortest ease-off cue",
    "cue_growth_ms": "how much longer a cue is for each degree of error",
    "cue_max_ms": "longest cue",
    "settle_ms": "time after a pulse in which samples count as shaken",
    "motor_percent": "strength of the motor",
    "stale_ms": "age of the last sample at which cues stop",
    "battery_low_mv": "battery voltage called low",
    "battery_end_mv": "battery voltage at which a run is closed",
    "sleep_ms": "stillness after which the clip sleeps",
}

PRESCRIPTION = {
    "baseline_cdeg": "own running lean, relative to standing",
    "offset_low_cdeg": "lower edge of the band above the baseline",
    "offset_high_cdeg": "upper edge of the band above the baseline",
    "cap_offset_cdeg": "over-lean cap above the baseline",
    "gain_permille": "trunk angle over sensor angle",
    "raw": "record the samples, so that the decisions can be proved",
    "ramp_sessions": "sessions over which the offset grows",
    "sessions": "planned sessions",
    "minutes": "running time",
    "feedback_percent": "time with cues",
}
