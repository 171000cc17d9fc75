"""The golden results: inputs, cases, outputs, and what differs (``tools/golden.py``)."""
