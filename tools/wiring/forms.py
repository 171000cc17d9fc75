"""Pin positions of known boards: seen from above, USB socket at the top, from top to bottom.

Sources: the pinout drawings of Adafruit's products 4884, 4900 and 4062, of Raspberry Pi Pico
(datasheet, figure 4) and of Seeed's XIAO nRF52840, RP2040 and RP2350; the board layouts (Eagle) of
Adafruit's products 6000, 5302 and 4481 and of SparkFun's DEV-24870. A name in lower case is no pin
of the module `board`. An unknown board is drawn with the pins that it uses.
"""

from __future__ import annotations

from dataclasses import dataclass
from types import ModuleType

POWER, GROUND = "3v3", "gnd"
_USED = ("SDA", "SCL", "MOTOR", "BUTTON")


@dataclass(frozen=True)
class Form:
    """A board's outline. ``pitch``: px between pins. ``supply``: the pin that a charger feeds;
    ``diode``: through a diode, because the board feeds that pin from USB.
    """

    name: str
    left: tuple[str, ...]
    right: tuple[str, ...]
    columns: float  # from left to right pins, in pitches
    pitch: float
    right_from: int = 0  # pitches by which the right row begins lower
    supply: str = ""
    diode: bool = False


def _row(text: str) -> tuple[str, ...]:
    return tuple(text.split())


_PICO = Form(
    "Raspberry Pi Pico",
    _row("GP0 GP1 gnd GP2 GP3 GP4 GP5 gnd GP6 GP7 GP8 GP9 gnd GP10 GP11 GP12 GP13 gnd GP14 GP15"),
    _row("vbus vsys gnd 3v3_en 3v3 adc_vref GP28 gnd GP27 GP26 run GP22 gnd GP21 GP20 GP19 GP18 "
         "gnd GP17 GP16"),
    7, 24, supply="vsys", diode=True,
)  # fmt: skip
_XIAO_LEFT, _XIAO_RIGHT = _row("D0 D1 D2 D3 D4 D5 D6"), _row("5v gnd 3v3 D10 D9 D8 D7")
_PRO_MICRO_RIGHT = "raw gnd rst 3v3 A3 A2 A1 A0 SCK MISO MOSI"
_FEATHER_RIGHT = "bat en usb D13 D12 D11 D10 D9 D6 D5 SCL SDA"

FORMS = {
    "adafruit_feather_rp2040": Form(
        "Adafruit Feather RP2040",
        _row("rst 3v3 3v3 gnd A0 A1 A2 A3 D24 D25 SCK MOSI MISO RX TX D4"),
        _row(_FEATHER_RIGHT), 8, 28, right_from=4,
    ),
    "adafruit_feather_rp2350": Form(
        "Adafruit Feather RP2350",
        _row("rst 3v3 3v3 gnd A0 A1 A2 A3 D24 D25 SCK MOSI MISO RX TX psram_cs"),
        _row(_FEATHER_RIGHT), 8, 28, right_from=4,
    ),
    "feather_nrf52840_express": Form(
        "Adafruit Feather nRF52840 Express",
        _row("rst 3v3 AREF gnd A0 A1 A2 A3 A4 A5 SCK MOSI MISO RX TX D2"),
        _row(_FEATHER_RIGHT), 8, 28, right_from=4,
    ),
    "adafruit_qtpy_rp2040": Form(
        "Adafruit QT Py RP2040", _row("A0 A1 A2 A3 SDA SCL TX"),
        _row("5v gnd 3v3 MOSI MISO SCK RX"), 6, 46, supply="5v",
    ),
    "Seeed_XIAO_nRF52840_Sense": Form(
        "Seeed Studio XIAO nRF52840 Sense", _XIAO_LEFT, _XIAO_RIGHT, 6, 46,
    ),
    "seeeduino_xiao_rp2040": Form(
        "Seeed Studio XIAO RP2040", _XIAO_LEFT, _XIAO_RIGHT, 6, 46, supply="5v", diode=True
    ),
    "seeeduino_xiao_rp2350": Form("Seeed Studio XIAO RP2350", _XIAO_LEFT, _XIAO_RIGHT, 6, 46),
    "adafruit_kb2040": Form(
        "Adafruit KB2040", _row("usb_d+ D0 D1 gnd gnd D2 D3 D4 D5 D6 D7 D8 D9"),
        _row(f"usb_d- {_PRO_MICRO_RIGHT} D10"), 6, 34, supply="raw", diode=True,
    ),
    "sparkfun_pro_micro_rp2350": Form(
        "SparkFun Pro Micro RP2350", _row("D0 D1 gnd gnd D2 D3 D4 D5 D6 D7 D8 D9"),
        _row(f"{_PRO_MICRO_RIGHT} D21"), 6, 36, supply="raw", diode=True,
    ),
    "itsybitsy_nrf52840_express": Form(
        "Adafruit ItsyBitsy nRF52840 Express",
        _row("rst 3v3 en vhi A0 A1 A2 A3 A4 A5 SCK MOSI MISO D2"),
        _row("bat gnd usb D13 D12 D11 D10 D9 D7 D5 SCL SDA TX RX"), 6, 30, supply="bat",
    ),
    "raspberry_pi_pico": _PICO,
    "raspberry_pi_pico2": Form(
        "Raspberry Pi Pico 2", _PICO.left, _PICO.right, 7, 24, supply="vsys", diode=True
    ),
}  # fmt: skip

# Pins of the module `board` that have another name on the board's edge.
_XIAO_EDGE = {"SDA": "D4", "SCL": "D5"}
_EDGE = {
    "Seeed_XIAO_nRF52840_Sense": _XIAO_EDGE,
    "seeeduino_xiao_rp2040": _XIAO_EDGE,
    "seeeduino_xiao_rp2350": _XIAO_EDGE,
}


def form_of(board: str, spec: ModuleType) -> Form:
    """Return the form of a board, or one made of the pins in its file."""
    if board in FORMS:
        return FORMS[board]
    pins = tuple(getattr(spec, used) for used in _USED)
    return Form(board, (), (POWER, GROUND, *pins, "supply"), 6, 40, supply="supply")


def edge_name(board: str, pin: str) -> str:
    """Return the label printed beside a pin."""
    return _EDGE.get(board, {}).get(pin, pin)
