"""Measurements against other programs, run by hand; nothing here is shipped."""
