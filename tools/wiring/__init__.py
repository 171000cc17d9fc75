"""A board's wiring as a picture and as tables, made from its board file."""
