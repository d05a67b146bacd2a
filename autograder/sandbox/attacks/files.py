"""Files: the hidden tests, other people's things, and leaving something behind."""

import ctypes
import fcntl
import os
from pathlib import Path

LIBC = ctypes.CDLL(None, use_errno=True)


def _done(status):
    if status < 0:
        raise OSError(ctypes.get_errno(), "refused")


def read_the_hidden_tests(target):
    """read the hidden tests"""
    assert Path(target["hidden"]).read_bytes()


def read_the_hidden_tests_by_a_relative_path(target):
    """read the hidden tests by a relative path"""
    assert Path("../" * 40 + target["hidden"].lstrip("/")).read_bytes()


def see_that_the_hidden_tests_are_there(target):
    """see size and time of the hidden tests (stat)"""
    os.stat(target["hidden"])


def list_the_course(target):
    """list the folder of the course"""
    os.listdir(target["course"])


def see_that_the_course_is_there(target):
    """see that the folder of the course exists"""
    os.lstat(target["course"])


def change_rights_of_the_hidden_tests(target):
    """change the rights of the hidden tests (chmod)"""
    os.chmod(target["hidden"], target["mode"])


def change_times_of_the_hidden_tests(target):
    """change the times of the hidden tests (utime)"""
    os.utime(target["hidden"], ns=(target["time"], target["time"]))


def watch_the_course(target):
    """watch the folder of the course (inotify)"""
    watch = LIBC.inotify_init1(0)
    _done(watch)
    _done(LIBC.inotify_add_watch(watch, target["course"].encode(), 0xFFF))


def link_to_the_hidden_tests(target):
    """make a second name for the hidden tests (link)"""
    name = os.path.join(target["scratch"], "link")
    os.symlink(target["hidden"], name)
    os.unlink(name)


def list_the_home_folder(target):
    """list the home folder of whoever grades"""
    assert set(os.listdir(target["home"])) & set(target["at home"])


def list_the_root(target):
    """list the root folder"""
    assert "proc" in os.listdir("/")


def read_the_users_of_the_machine(target):
    """read /etc/passwd"""
    assert Path("/etc/passwd").read_bytes()


def read_the_environment_of_the_grader(target):
    """read the environment of the grader"""
    assert Path(f"/proc/{target['grader']}/environ").read_bytes()


def read_the_memory_of_the_grader(target):
    """open the memory of the grader"""
    open(f"/proc/{target['grader']}/mem", "rb").close()


def read_who_else_runs(target):
    """list the processes of the machine"""
    assert any(name.isdigit() for name in os.listdir("/proc"))


def write_into_its_own_folder(target):
    """write a file where it is"""
    with open("left-behind", "w") as file:
        file.write("x")
    os.unlink("left-behind")


def write_into_the_folder_for_temporary_files(target):
    """write a file into the folder for temporary files"""
    name = os.path.join(target["scratch"], "left-behind")
    with open(name, "w") as file:
        file.write("x")
    os.unlink(name)


def write_into_shared_memory(target):
    """write a file into /dev/shm"""
    name = f"/dev/shm/left-behind-{os.getpid()}"
    with open(name, "w") as file:
        file.write("x")
    os.unlink(name)


def change_a_program_of_the_grader(target):
    """open NumPy for writing"""
    import numpy

    os.close(os.open(numpy.__file__, os.O_WRONLY | os.O_APPEND))


def open_a_device(target):
    """open a terminal or a disk"""
    for name in ("/dev/tty", "/dev/ptmx", "/dev/mem", "/dev/vda", "/dev/sda"):
        try:
            os.close(os.open(name, os.O_RDWR))
            return
        except OSError as error:
            refused = error
    raise refused


def write_to_the_terminal_of_whoever_grades(target):
    """write to the terminal of whoever grades"""
    with open(target["terminal"], "w") as terminal:
        terminal.write("x")


def write_over_its_own_program(target):
    """open its own memory as a file (/proc/self/mem)"""
    open("/proc/self/mem", "r+b").close()


def rename_the_hidden_tests(target):
    """rename the hidden tests"""
    os.rename(target["hidden"], target["hidden"])


def make_a_pipe_with_a_name(target):
    """make a pipe with a name (mkfifo)"""
    name = os.path.join(target["scratch"], "pipe")
    os.mkfifo(name)
    os.unlink(name)


def lock_a_file_of_python(target):
    """lock a file that everybody reads (flock)"""
    with open(os.__file__) as file:
        fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)


def have_others_wait_for_a_file(target):
    """make others wait who open a file (F_SETLEASE)"""
    with open(os.__file__) as file:
        fcntl.fcntl(file, fcntl.F_SETLEASE, fcntl.F_RDLCK)
