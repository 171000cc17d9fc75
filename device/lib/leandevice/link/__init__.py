"""The host at the other end of the cable."""
