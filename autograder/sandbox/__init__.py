"""Where a student's code runs, and how much of what it says is believed."""
