"""Decides whether a run counts as a session of the plan, or as the baseline measurement."""

from leancore.coaching.session_plan import UNMEASURED, for_session
from leancore.hints import TYPE_CHECKING
from leancore.numeric.const import const
from leancore.posture.wear_frame import NOMINAL

if TYPE_CHECKING:
    from leancore.pipeline import Pipeline

    from leandevice.storage.stored_config import StoredConfig

_QUALIFY_PERCENT = const(60)  # of today's minutes: then the session counts


def count_session(pipeline: "Pipeline", config: "StoredConfig") -> None:
    """Count the ended run if most of its minutes were run, or as baseline if long enough.

    OSError, ValueError: it counts, but only until the next restart.
    """
    plan = pipeline.plan
    if pipeline.prescription["baseline_cdeg"] == UNMEASURED:
        if plan.run_ms < config.settings["baseline_ms"] or pipeline.frame.source == NOMINAL:
            return
        config.baseline_cdeg = pipeline.baseline_cdeg
    else:
        minutes = for_session(pipeline.prescription, "minutes", pipeline.session)
        if plan.run_ms < minutes * 600 * _QUALIFY_PERCENT:
            return
        config.sessions += 1
    config.save()
