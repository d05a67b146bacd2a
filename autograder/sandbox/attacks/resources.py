"""Taking more than its share."""

import mmap
import os
import resource


def map_8_gigabytes(target):
    """ask for 8 GB of memory"""
    mmap.mmap(-1, 8 << 30).close()


def open_a_thousand_files(target):
    """open a thousand files"""
    opened = []
    try:
        for _ in range(1000):
            opened.append(os.dup(0))
    finally:
        for one in opened:
            os.close(one)


def fill_pipes(target):
    """hold memory in a pipe"""
    read, write = os.pipe()
    os.close(read), os.close(write)


def fork_many_times(target):
    """make many processes"""
    children = []
    try:
        for _ in range(50):
            children.append(os.fork())
            if not children[-1]:
                os._exit(0)
    finally:
        for child in children:
            os.waitpid(child, 0)


def lock_memory(target):
    """keep memory from being swapped out (mlockall)"""
    import ctypes

    if ctypes.CDLL(None, use_errno=True).mlockall(1):
        raise OSError(ctypes.get_errno(), "refused")
    ctypes.CDLL(None).munlockall()


def dump_its_memory(target):
    """leave its memory in a file when it crashes"""
    if not resource.getrlimit(resource.RLIMIT_CORE)[1]:
        raise OSError("a core file of no size")


def fill_a_disk(target):
    """write 32 MB to a disk"""
    name = os.path.join(target["scratch"], "large")
    try:
        with open(name, "wb") as file:
            file.write(bytes(32 << 20))
    finally:
        if os.path.exists(name):
            os.unlink(name)
