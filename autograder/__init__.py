"""The engine that turns one definition of an exercise into page, stub, check and mark."""

__version__ = "0.1.0"
