"""The file system of the fork server: Python and NumPy, read-only, and nothing else.

bubblewrap mounts what is named here into an empty root, in namespaces of its own: no network, no
process but those of the pool, no home, no /tmp, no /proc, and not even the names of other folders.
"""

import ctypes
import importlib
import importlib.util
import os
import sys
import sysconfig
from collections.abc import Iterator
from pathlib import Path

import lessons

HERE = Path(__file__).parent
KIT = Path(lessons.__file__).parent / "kit"
SITE = Path(importlib.util.find_spec("numpy").origin).parents[1]
PACKAGES = ("numpy", "numpy.libs", "scipy", "scipy.libs")
PROGRAMS = ("server.py", "worker.py")
KIT_MODULES = ("functions.py", "plain.py", "observe.py")
# Modules of the standard library that pull in a library of the system, so that it is mounted too.
WITH_LIBRARIES = ("bz2", "ctypes", "decimal", "hashlib", "lzma", "zlib")
NUMPY = SITE / f"numpy/_core/_multiarray_umath{sysconfig.get_config_var('EXT_SUFFIX')}"
NOBODY = "65534"

# Where things are inside; the name of the first one tells tracebacks that it is not the student's.
INSIDE_SITE, INSIDE_KIT, INSIDE_PROGRAMS = "/site-packages", "/kit", "/sandbox"
# Python has a place of its own: its path on this machine may lead through a home or the course.
INSIDE_PYTHON, INSIDE_LIBRARIES = "/python", "/libraries"
OF_THE_SYSTEM = ("/lib", "/usr/", "/etc/")  # where shared libraries keep their names


def command(control: int, empty: str) -> list[str]:
    """The command line that starts the fork server.

    Parameters
    ----------
    control : the file descriptor of the server's end of the control socket.
    empty : an empty folder, for the student to be in.
    """
    alone = ["--unshare-all", "--die-with-parent", "--new-session", "--as-pid-1"]
    user = ["--cap-drop", "ALL", "--uid", NOBODY, "--gid", NOBODY, "--hostname", "student"]
    mounts = [part for source, inside in mounted() for part in ("--ro-bind", source, inside)]
    hidden = [part for folder in _other_packages() for part in ("--tmpfs", folder)]
    around = ["--dev-bind", os.devnull, os.devnull, "--ro-bind", empty, "/empty"]
    around += ["--chdir", "/empty", "--setenv", "LD_LIBRARY_PATH", INSIDE_LIBRARIES]
    # Last of all the root, which bubblewrap leaves writable.
    options = [*alone, *user, *mounts, *hidden, *around, "--remount-ro", "/"]
    # -P is left out, as server.py imports the worker beside it.
    python = [f"{INSIDE_PYTHON}/bin/python", "-E", "-s", "-S", f"{INSIDE_PROGRAMS}/server.py"]
    return ["bwrap", *options, "--", *python, INSIDE_SITE, INSIDE_KIT, str(control)]


def open_command(control: int, empty: str) -> list[str]:
    """The same server with the whole machine around it, so that `autograder doctor` can compare."""
    whole = ["--dev-bind", "/", "/", "--chdir", empty, "--cap-drop", "ALL", "--die-with-parent"]
    python = [_program(), "-E", "-s", "-S", HERE / "server.py"]
    return [*map(str, ["bwrap", *whole, "--", *python, SITE, KIT, control])]


def mounted() -> Iterator[tuple[str, str]]:
    """What is mounted, as pairs of a path of this machine and a path inside."""
    yield _program(), f"{INSIDE_PYTHON}/bin/python"
    yield from _standard_library().items()
    for library in _shared_libraries():
        moved = f"{INSIDE_LIBRARIES}/{os.path.basename(library)}"
        yield os.path.realpath(library), library if _keeps_its_name(library) else moved
    for package in PACKAGES:
        if (SITE / package).is_dir():
            yield str(SITE / package), f"{INSIDE_SITE}/{package}"
    for name in PROGRAMS:
        yield str(HERE / name), f"{INSIDE_PROGRAMS}/{name}"
    for name in KIT_MODULES:
        yield str(KIT / name), f"{INSIDE_KIT}/{name}"


def readable() -> list[Path]:
    """What a student's process may read, as paths of this machine."""
    return [Path(source) for source, _ in mounted()]


def _program() -> str:
    """The Python below a virtual environment, which may have a copy of it."""
    return os.path.realpath(sys._base_executable)


def _standard_library() -> dict[str, str]:
    """The folders of the standard library, and where they are inside: as far below Python as
    here, since that is how it finds them."""
    found = {}
    for name, prefix in (("stdlib", sys.base_prefix), ("platstdlib", sys.base_exec_prefix)):
        below = {"base": prefix, "platbase": prefix}
        folder = Path(sysconfig.get_path(name, vars=below))
        found[str(folder.resolve())] = f"{INSIDE_PYTHON}/{folder.relative_to(prefix).as_posix()}"
    return found


def _other_packages() -> list[str]:
    """Folders inside the standard library for what is installed, where the course might be."""
    return [
        f"{inside}/{name}"
        for folder, inside in _standard_library().items()
        for name in ("site-packages", "dist-packages")
        if os.path.isdir(f"{folder}/{name}")
    ]


def _shared_libraries() -> list[str]:
    """The system's shared libraries that Python and NumPy use, by the names they were found by."""
    for name in WITH_LIBRARIES:
        importlib.import_module(name)
    ctypes.CDLL(str(NUMPY))  # a tenth of the time that it takes to import
    of_packages = tuple([*_standard_library(), str(SITE), *filter(None, sys.path)])
    found = [name for name in _loaded() if not name.startswith(of_packages)]
    return [name for name in dict.fromkeys([*found, "/etc/ld.so.cache"]) if os.path.isfile(name)]


def _keeps_its_name(library: str) -> bool:
    """Whether a library is where the dynamic linker looks for it anyway, or is the linker."""
    return library.startswith(OF_THE_SYSTEM) or os.path.basename(library).startswith("ld-")


class _Loaded(ctypes.Structure):
    """The beginning of the C library's ``struct link_map``, of which each names the next one."""


_Loaded._fields_ = (
    ("address", ctypes.c_void_p),
    ("name", ctypes.c_char_p),
    ("dynamic", ctypes.c_void_p),
    ("next", ctypes.POINTER(_Loaded)),
)
RTLD_DI_LINKMAP = 2


def _loaded() -> list[str]:
    """The shared libraries in this process, as the dynamic linker names them.

    Not by ``dl_iterate_phdr``: it locks the linker while it calls back, and never ends when another
    thread, which has Python's lock, then imports something.
    """
    names, program, at = [], ctypes.CDLL(None), ctypes.POINTER(_Loaded)()
    program.dlinfo(ctypes.c_void_p(program._handle), RTLD_DI_LINKMAP, ctypes.byref(at))
    while at:
        names.append(os.fsdecode(at.contents.name or b""))
        at = at.contents.next
    return [name for name in names if name.startswith("/")]
