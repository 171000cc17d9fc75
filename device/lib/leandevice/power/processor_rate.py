"""The processor's clock rate: CircuitPython starts an RP2040 below its rated maximum.

An RP2040 is rated for 200 MHz at 1.15 V (Raspberry Pi, pico-sdk, RP2040's ``platform_defs.h``:
``PICO_USE_FASTEST_SUPPORTED_CLOCK``) and started at 125 MHz. CircuitPython raises the core voltage
to 1.20 V with the rate. The flash runs at a quarter of it, 50 MHz, and bus, motor and light derive
their rates from it when they are created, so it is set first, in ``boot.py``. Other chips are fast
enough by default.
"""

from leancore.hints import TYPE_CHECKING

if TYPE_CHECKING:
    from leandevice.interfaces import Processor

RATED_HZ = {"RP2040": 200_000_000}  # by ``sys.platform``


def set_rated(cpu: "Processor", platform: str) -> None:
    """Set ``cpu`` to its rated maximum; ``platform``: ``sys.platform``."""
    rated_hz = RATED_HZ.get(platform)
    if rated_hz and cpu.frequency != rated_hz:
        cpu.frequency = rated_hz
