"""A clip's flash, the drive's cache before it and the FAT volume on it, to cut the power of."""
