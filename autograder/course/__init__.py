"""The course as data: exercises, lessons, and what is made of them for readers and students."""
