"""Our styled codes beside those of others, before the same simulated camera."""
