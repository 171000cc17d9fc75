"""The device as an object: discovery, requests, sending."""
