"""The simulated BNO08x on its bus."""
