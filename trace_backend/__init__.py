"""The record: identities, trace, authenticity."""
