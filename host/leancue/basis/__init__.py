"""What every room may use: errors, files, checks of values and texts, times, the terminal."""
