"""Building the downloads: locks, licences, icons, archives, and their tests."""
