"""Fuzzers of the readers: run by hand with atheris, shipped in no package."""
