"""Weights as versioned data, how they were made and how they run."""
