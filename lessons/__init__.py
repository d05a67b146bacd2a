"""The lessons, one folder a chapter, and `kit`: what they all use and the student takes home."""
