"""Ways to a device: bytes out, bytes in; and what may be wrong with a port."""
