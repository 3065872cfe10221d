"""Soft reading: sampled modules, their reliability, Reed-Solomon with erasures."""
