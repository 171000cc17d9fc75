"""Applies the current configuration to the parts."""

from leancore.hints import TYPE_CHECKING

from leandevice.power import small_heap

if TYPE_CHECKING:
    from leancore.pipeline import Pipeline

    from leandevice.feedback.haptic import Haptic
    from leandevice.interfaces import MotionSensor
    from leandevice.sensing.sensor_watchdog import SensorWatchdog
    from leandevice.storage.stored_config import StoredConfig


class Configurator:
    """Knows which part uses which values of ``config``."""

    def __init__(
        self,
        config: "StoredConfig",
        pipeline: "Pipeline",
        sensor_watchdog: "SensorWatchdog",
        haptic: "Haptic",
        imu: "MotionSensor",
    ) -> None:
        self._config = config
        self._pipeline = pipeline
        self._sensor_watchdog = sensor_watchdog
        self._haptic = haptic
        self._imu = imu

    def configure(self) -> None:
        """Apply it to all parts; only between runs."""
        small_heap.collect()
        config = self._config
        settings = config.settings
        self._pipeline.configure(settings, config.effective_prescription(), config.sessions)
        self._sensor_watchdog.stale_ms = settings["stale_ms"]
        self._haptic.strength_percent = settings["motor_percent"]
        self._imu.ask(1000000 // settings["rate_hz"])
