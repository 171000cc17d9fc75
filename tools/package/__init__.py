"""Making the downloads: locks, licences, icons, archives, and the trial of what was made."""
