"""How fast the processor runs: CircuitPython starts an RP2040 below what its maker rates it for.

An RP2040 is rated for 200 MHz at 1.15 V (Raspberry Pi, pico-sdk, RP2040's ``platform_defs.h``:
``PICO_USE_FASTEST_SUPPORTED_CLOCK``) and started at 125 MHz. CircuitPython raises the voltage of
the core to 1.20 V with the rate. The flash keeps to a quarter of it, 50 MHz, and bus, motor and
light take their rates from it when they are made: so it is set first of all, in ``boot.py``.
Other chips are fast enough as they start.
"""

from leancore.hints import TYPE_CHECKING

if TYPE_CHECKING:
    from leandevice.interfaces import Processor

RATED_HZ = {"RP2040": 200_000_000}  # by ``sys.platform``


def set_rated(cpu: "Processor", platform: str) -> None:
    """Have ``cpu`` run as fast as it is rated for; ``platform``: ``sys.platform``."""
    rated_hz = RATED_HZ.get(platform)
    if rated_hz and cpu.frequency != rated_hz:
        cpu.frequency = rated_hz
