"""Normalization: the hidden suite, the catalogue of mistakes and other right solutions."""
