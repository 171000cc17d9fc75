"""A model of a clip's flash, the drive's cache and the FAT volume, for power cuts."""
