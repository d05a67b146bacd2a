"""A toy chapter."""
