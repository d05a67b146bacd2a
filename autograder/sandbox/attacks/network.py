"""The network, and sockets of other kinds."""

import contextlib
import ctypes
import errno
import os
import socket

LIBC = ctypes.CDLL(None, use_errno=True)
MESSAGE = b"an answer for a friend"


def connect_to_this_machine(target):
    """connect to a port of this machine (TCP)"""
    socket.create_connection(("127.0.0.1", target["port"]), timeout=1).close()


def connect_to_the_world(target):
    """connect to another machine (TCP)"""
    with socket.socket() as line:
        line.settimeout(0.2)
        with contextlib.suppress(TimeoutError):  # which means that something was sent
            line.connect(("192.0.2.1", 80))  # an address for documentation, which nobody has


def wait_for_a_connection(target):
    """wait for connections (TCP bind)"""
    with socket.socket() as line:
        line.bind(("127.0.0.1", 0))
        line.listen()


def send_a_datagram(target):
    """send a datagram to this machine (UDP)"""
    with socket.socket(type=socket.SOCK_DGRAM) as line:
        line.connect(("127.0.0.1", target["port"]))
        line.send(MESSAGE)


def ask_for_a_name(target):
    """ask for the address of a name (DNS)"""
    with socket.socket(type=socket.SOCK_DGRAM) as line:
        line.connect(("192.0.2.1", 53))
        line.send(MESSAGE)


def use_an_abstract_socket(target):
    """connect to a program by an abstract Unix socket"""
    with socket.socket(socket.AF_UNIX) as line:
        line.connect(target["abstract"].encode())


def use_a_socket_in_a_folder(target):
    """connect to a program by a Unix socket in a folder"""
    with socket.socket(socket.AF_UNIX) as line:
        line.connect(target["unix"])


def ask_the_kernel_about_the_network(target):
    """ask the kernel about the network (netlink)"""
    socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, 0).close()


def make_raw_packets(target):
    """make packets of its own (raw socket)"""
    socket.socket(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_ICMP).close()


def talk_to_the_host_of_a_virtual_machine(target):
    """talk to the host of a virtual machine (vsock)"""
    socket.socket(socket.AF_VSOCK, socket.SOCK_STREAM).close()


def use_the_kernels_cryptography(target):
    """use the kernel's cryptography (AF_ALG)"""
    socket.socket(socket.AF_ALG, socket.SOCK_SEQPACKET).close()


def use_inherited_files(target):
    """use files it was not meant to have"""
    for one in range(4, 4096):
        try:
            os.fstat(one)
        except OSError:
            continue
        return
    raise OSError("there are none")


def talk_to_itself(target):
    """hold memory in a pair of sockets"""
    for end in socket.socketpair():
        end.close()


def pass_an_open_file_to_the_grader(target):
    """pass an open file to the grader (sendmsg)"""
    # The kernel looks at the message last, and says so if only that is wrong.
    LIBC.sendmsg(3, ctypes.c_void_p(1), 0)
    if ctypes.get_errno() != errno.EFAULT:
        raise OSError(ctypes.get_errno(), "refused")
