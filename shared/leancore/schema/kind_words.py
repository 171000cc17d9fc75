"""Names of activities and cues, by number, as files and pages write them; not for the clip."""

ACTIVITIES = ("still", "walk", "run", "other")  # ``activity.STILL`` and so on
CUES = ("", "lean_more", "ease_off", "cap", "back_in")  # ``coach.NO_CUE`` and so on
