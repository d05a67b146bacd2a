"""A class of made-up students that shows everything the grader can meet."""
