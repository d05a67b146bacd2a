"""What a student's process may ask the kernel for at level ``strict``.

Landlock says which files may be read, seccomp which system calls may be made. Both are made once,
in the grader, and applied in each child by server.py.
"""

import errno
import os
import tempfile
from collections.abc import Iterable
from pathlib import Path

ALLOWED = """
    access close dup dup2 dup3 faccessat faccessat2 fstat fstatfs getcwd getdents getdents64 lseek
    lstat newfstatat open openat pread64 preadv read readlink readlinkat readv stat statfs statx

    poll ppoll pselect6 pwrite64 select write writev

    brk madvise mincore mmap mprotect mremap munmap

    exit exit_group futex getcpu getegid geteuid getgid getgroups getpgrp getpid getppid getresgid
    getresuid getrlimit getrusage gettid getuid restart_syscall rseq rt_sigaction rt_sigpending
    rt_sigprocmask rt_sigreturn sched_getaffinity sched_yield set_robust_list sigaltstack sysinfo
    times uname

    clock_getres clock_gettime clock_nanosleep getrandom gettimeofday nanosleep time
"""  # reading files, writing to what is open, memory, the process itself, clocks
F_DUPFD_CLOEXEC = 1030
# Copying a descriptor and reading its flags. F_SETOWN and F_SETSIG could aim signals.
FCNTL = (*range(5), F_DUPFD_CLOEXEC)


def seccomp_program() -> bytes:
    """The filter as the kernel takes it: what is not allowed fails with EPERM.

    Raises
    ------
    RuntimeError, ImportError, OSError : where libseccomp or its Python package is missing.
    """
    import pyseccomp

    rules = pyseccomp.SyscallFilter(pyseccomp.ERRNO(errno.EPERM))
    rules.set_attr(pyseccomp.Attr.CTL_OPTIMIZE, 2)  # a tree, which is quicker to load than a list
    for name in ALLOWED.split():
        _add(rules, pyseccomp.ALLOW, name)
    for command in FCNTL:
        _add(rules, pyseccomp.ALLOW, "fcntl", pyseccomp.Arg(1, pyseccomp.EQ, command))
    # Reading its own limits is allowed: glibc does it for the size of a stack.
    own, reading = pyseccomp.Arg(0, pyseccomp.EQ, 0), pyseccomp.Arg(2, pyseccomp.EQ, 0)
    _add(rules, pyseccomp.ALLOW, "prlimit64", own, reading)
    # Whether something is a terminal is asked by ioctl; nothing is.
    _add(rules, pyseccomp.ERRNO(errno.ENOTTY), "ioctl")
    with tempfile.TemporaryFile() as file:
        rules.export_bpf(file)
        file.seek(0)
        return file.read()


def _add(rules, action: int, name: str, *arguments) -> None:
    """Add a rule, unless this architecture has no such system call."""
    import pyseccomp

    number = pyseccomp.resolve_syscall(pyseccomp.Arch.NATIVE, name)
    if number >= 0:
        rules.add_rule(action, number, *arguments)


def landlock_rules(readable: Iterable[Path]):
    """A Landlock ruleset: reading below these paths, writing to /dev/null, nothing else.

    Returns
    -------
    landlockpy.Ruleset : to be closed after its file descriptor was passed on.

    Raises
    ------
    OSError : (a `landlockpy.LandlockError`) where the kernel has no Landlock.
    """
    from landlockpy import AccessFS, Ruleset, Scope

    rules = Ruleset(scoped=Scope.SIGNAL | Scope.ABSTRACT_UNIX_SOCKET)
    for path in readable:
        folder = AccessFS.READ_DIR if path.is_dir() else AccessFS.NONE
        rules.allow_path(path, AccessFS.READ_FILE | folder)
    rules.allow_path(os.devnull, AccessFS.READ_FILE | AccessFS.WRITE_FILE)
    return rules
