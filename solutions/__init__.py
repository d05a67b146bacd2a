"""The reference solutions, one file a chapter. Each exercise of the course is defined here."""
