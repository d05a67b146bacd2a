"""What hostile code tries, for `autograder doctor`: each file is run as if it were a notebook cell.

A function is one attack, and its docstring says what it tries. Attacks in the files of `REFUSED`
return normally only if they succeeded, having done no harm. Those in the files of `CONTAINED`
cannot be refused, only survived: the grader has to go on, and the student's other functions too.
"""

REFUSED = ("files", "processes", "network", "kernel", "resources")
CONTAINED = ("endless", "protocol")
