"""Tables that device, host and documents share: settings, faults, names."""
