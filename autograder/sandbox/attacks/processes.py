"""Processes: making them, and reaching into those that are there."""

import ctypes
import errno
import fcntl
import os
import platform
import resource
import signal
import subprocess
import sys
import threading

LIBC = ctypes.CDLL(None, use_errno=True)
PTRACE_SEIZE = 0x4206
PR_SET_PDEATHSIG = 1
AT_EMPTY_PATH = 0x1000
# By architecture: x86_64, and the common list that newer ones share.
EXECVEAT, TGKILL = (322, 281), (234, 131)
PIDFD_OPEN, PIDFD_GETFD = 434, 438  # the same numbers on every architecture


def _done(status):
    if status < 0:
        raise OSError(ctypes.get_errno(), "refused")
    return status


def fork(target):
    """make a process (fork)"""
    child = os.fork()
    if not child:
        os._exit(0)
    os.waitpid(child, 0)


def start_a_thread(target):
    """start a thread"""
    thread = threading.Thread(target=int)
    thread.start()
    thread.join()


def start_a_daemon(target):
    """start a process that goes on when it is killed itself"""
    if not os.fork():
        os.setsid()
        os._exit(0)


def run_a_program(target):
    """run another program"""
    for program in ("/bin/true", "/usr/bin/true"):
        if os.path.exists(program):
            subprocess.run([program], check=True)
            return
    raise FileNotFoundError


def become_another_program(target):
    """become another program, the Python it runs in (exec)"""
    # The kernel looks at the arguments last, and says so if only they are wrong.
    LIBC.execve(sys.executable.encode(), ctypes.c_void_p(1), None)
    if ctypes.get_errno() != errno.EFAULT:
        raise OSError(ctypes.get_errno(), "refused")


def signal_the_grader(target):
    """send a signal to the grader"""
    os.kill(target["grader"], 0)


def signal_the_process_that_started_it(target):
    """send a signal to the process that started it"""
    os.kill(os.getppid(), 0)


def signal_everyone(target):
    """send a signal to every process it can reach"""
    os.kill(-1, 0)


def have_a_signal_sent_by_the_kernel(target):
    """have the kernel signal another process (F_SETOWN)"""
    fcntl.fcntl(3, fcntl.F_SETOWN, os.getppid())
    fcntl.fcntl(3, fcntl.F_SETOWN, 0)


def trace_the_process_that_started_it(target):
    """trace the process that started it (ptrace)"""
    _done(LIBC.ptrace(PTRACE_SEIZE, os.getppid(), 0, 0))


def read_the_memory_of_another_process(target):
    """read memory of the process that started it (process_vm_readv)"""
    _done(LIBC.process_vm_readv(os.getppid(), None, 0, None, 0, 0))


def take_a_file_of_another_process(target):
    """take an open file of the process that started it (pidfd_getfd)"""
    handle = _done(LIBC.syscall(PIDFD_OPEN, os.getppid(), 0))
    os.close(_done(LIBC.syscall(PIDFD_GETFD, handle, 0, 0)))


def change_limits_of_another_process(target):
    """read or change limits of the process that started it (prlimit)"""
    resource.prlimit(os.getppid(), resource.RLIMIT_CORE)


def move_another_process(target):
    """move the process that started it to other cores"""
    os.sched_setaffinity(os.getppid(), os.sched_getaffinity(0))


def lift_its_own_limits(target):
    """lift its own limits"""
    limit = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (limit + 1, limit + 1))


def set_an_alarm(target):
    """set an alarm clock"""
    signal.setitimer(signal.ITIMER_REAL, 1000)
    signal.setitimer(signal.ITIMER_REAL, 0)


def share_memory_with_others(target):
    """share memory with other processes (shmget)"""
    segment = _done(LIBC.shmget(0, 4096, 0o1600))
    LIBC.shmctl(segment, 0, None)


def run_a_program_from_memory(target):
    """run a program that is in no folder (execveat)"""
    program = _done(LIBC.memfd_create(b"program", 0))
    number = EXECVEAT[0 if platform.machine() == "x86_64" else 1]
    LIBC.syscall(number, program, b"", ctypes.c_void_p(1), None, AT_EMPTY_PATH)
    os.close(program)
    if ctypes.get_errno() != errno.EFAULT:
        raise OSError(ctypes.get_errno(), "refused")


def signal_the_group_of_the_grader(target):
    """send a signal to the grader and all it started"""
    os.killpg(target["group"], 0)


def signal_a_thread_of_another_process(target):
    """send a signal to a thread of the process that started it (tgkill)"""
    number = TGKILL[0 if platform.machine() == "x86_64" else 1]
    _done(LIBC.syscall(number, os.getppid(), os.getppid(), 0))


def outlive_the_grader(target):
    """go on when the grader ends (prctl)"""
    _done(LIBC.prctl(PR_SET_PDEATHSIG, 0, 0, 0, 0))


def change_its_priority(target):
    """change its own priority (setpriority)"""
    os.setpriority(os.PRIO_PROCESS, 0, os.getpriority(os.PRIO_PROCESS, 0))


def be_scheduled_otherwise(target):
    """be scheduled otherwise than its neighbours (sched_setscheduler)"""
    os.sched_setscheduler(0, os.SCHED_BATCH, os.sched_param(0))


def become_another_user(target):
    """become another user (setresuid)"""
    os.setresuid(-1, -1, -1)


def leave_messages_for_others(target):
    """leave messages for other processes (msgget)"""
    queue = _done(LIBC.msgget(0, 0o1600))
    LIBC.msgctl(queue, 0, None)


def leave_messages_under_a_name(target):
    """leave messages under a name (mq_open)"""
    _done(LIBC.mq_open(b"/doctor", os.O_CREAT | os.O_RDWR, 0o600, None))
    LIBC.mq_unlink(b"/doctor")


def share_a_semaphore(target):
    """share a semaphore with other processes (semget)"""
    semaphore = _done(LIBC.semget(0, 1, 0o1600))
    LIBC.semctl(semaphore, 0, 0, 0)
