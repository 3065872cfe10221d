"""Offline recipes: how each model was made. Nothing that serves imports this."""
