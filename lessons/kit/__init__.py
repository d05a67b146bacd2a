"""What every lesson uses, and what travels with the student: checks, figures, numbers."""

from .check import check
from .explore import explore
from .widget import widget

__all__ = ["check", "explore", "widget"]
