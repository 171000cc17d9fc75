"""Tables shared by device, host and documents: settings, faults, names."""
