"""Connections to a device: byte streams; and port errors."""
