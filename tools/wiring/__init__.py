"""A board's wiring as a picture and as tables, generated from its board file."""
