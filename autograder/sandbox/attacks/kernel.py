"""Calls of the kernel that a notebook never needs and that have had holes."""

import ctypes
import mmap
import os
import platform

LIBC = ctypes.CDLL(None, use_errno=True)
NEW_USER, NEW_NET = 0x10000000, 0x40000000
X86 = platform.machine() == "x86_64"
# By architecture where numbers differ: x86_64, and the common list that newer ones share.
NUMBERS = {
    "bpf": (321, 280),
    "perf_event_open": (298, 241),
    "userfaultfd": (323, 282),
    "add_key": (248, 217),
    "keyctl": (250, 219),
    "personality": (135, 92),
    "kcmp": (312, 272),
    "name_to_handle_at": (303, 264),
    "io_setup": (206, 0),
    "timer_create": (222, 107),
    "timer_delete": (226, 111),
    "seccomp": (317, 277),
    "memfd_create": (319, 279),
    "io_uring_setup": (425, 425),
    "clone3": (435, 435),
    "openat2": (437, 437),
    "open_tree": (428, 428),
    "listmount": (458, 458),
}


def _call(name, *arguments):
    number = NUMBERS[name][0 if X86 else 1]
    status = LIBC.syscall(number, *arguments)
    if status < 0:
        raise OSError(ctypes.get_errno(), "refused")
    return status


def use_io_uring(target):
    """use asynchronous input and output (io_uring)"""
    os.close(_call("io_uring_setup", 4, ctypes.create_string_buffer(256)))


def load_a_program_into_the_kernel(target):
    """load a program into the kernel (bpf)"""
    attributes = ctypes.create_string_buffer(b"\x02\0\0\0\x04\0\0\0\x08\0\0\0\x01\0\0\0", 120)
    os.close(_call("bpf", 0, attributes, 120))


def count_events_of_the_processor(target):
    """count events of the processor (perf_event_open)"""
    attributes = ctypes.create_string_buffer(b"\x01\0\0\0\x80\0\0\0", 128)
    os.close(_call("perf_event_open", attributes, 0, -1, -1, 0))


def handle_page_faults(target):
    """handle faults of memory itself (userfaultfd)"""
    os.close(_call("userfaultfd", 1))


def add_a_key(target):
    """leave a key with the kernel (add_key)"""
    _call("add_key", b"user", b"doctor", b"x", 1, -2)


def read_keys(target):
    """read keys kept by the kernel (keyctl)"""
    _call("keyctl", 0, -4, 1)


def change_personality(target):
    """make memory predictable (personality)"""
    _call("personality", 0x0040000)


def open_by_another_way(target):
    """open a file by a newer call (openat2)"""
    how = (ctypes.c_uint64 * 3)(0, 0, 0)
    os.close(_call("openat2", -100, target["hidden"].encode(), how, 24))


def take_a_handle_of_a_file(target):
    """take a handle of a file (name_to_handle_at)"""
    handle = ctypes.create_string_buffer(b"\x80\0\0\0", 256)
    _call("name_to_handle_at", -100, b"/", handle, ctypes.byref(ctypes.c_int()), 0)


def compare_processes(target):
    """compare itself with another process (kcmp)"""
    _call("kcmp", os.getpid(), os.getppid(), 1, 0, 0)


def fork_by_another_way(target):
    """make a process by a newer call (clone3)"""
    arguments = (ctypes.c_uint64 * 8)(0, 0, 0, 0, 17, 0, 0, 0)
    if not _call("clone3", arguments, 64):
        os._exit(0)


def hold_memory_in_a_file(target):
    """hold memory in a file without a name (memfd_create)"""
    os.close(_call("memfd_create", b"x", 0))


def change_its_own_filter(target):
    """add a filter of its own (seccomp)"""
    _call("seccomp", 2, 0, ctypes.create_string_buffer(4))


def enter_new_namespaces(target):
    """enter namespaces of its own (unshare)"""
    if LIBC.unshare(NEW_USER | NEW_NET):
        raise OSError(ctypes.get_errno(), "refused")


def call_as_another_architecture(target):
    """call the kernel as a program of 32 bits"""
    if not X86:
        raise OSError("only on x86-64")
    code = mmap.mmap(-1, 4096, prot=mmap.PROT_READ | mmap.PROT_WRITE | mmap.PROT_EXEC)
    code.write(b"\x53\xb8\x14\x00\x00\x00\xcd\x80\x5b\xc3")  # getpid by int 0x80
    call = ctypes.CFUNCTYPE(ctypes.c_int)(ctypes.addressof(ctypes.c_char.from_buffer(code)))
    assert call() == os.getpid()


def use_the_older_asynchronous_input(target):
    """use asynchronous input and output of the older kind (io_setup)"""
    _call("io_setup", 1, ctypes.byref(ctypes.c_ulong()))


def set_a_timer(target):
    """set a timer (timer_create)"""
    timer = ctypes.c_int()
    _call("timer_create", 1, None, ctypes.byref(timer))
    _call("timer_delete", timer)


def take_a_piece_of_the_file_system(target):
    """take hold of the file system (open_tree)"""
    os.close(_call("open_tree", -100, b"/", 0))


def list_what_is_mounted(target):
    """list what is mounted (listmount)"""
    asked = (ctypes.c_uint64 * 4)(24, 2**64 - 1, 0, 0)
    assert _call("listmount", asked, (ctypes.c_uint64 * 16)(), 16, 0)


def change_the_table_of_segments(target):
    """read the processor's table of segments (modify_ldt)"""
    if not X86:
        raise OSError("only on x86-64")
    if LIBC.syscall(154, 0, ctypes.create_string_buffer(16), 16) < 0:
        raise OSError(ctypes.get_errno(), "refused")
