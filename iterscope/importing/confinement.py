"""The process that opens untrusted files reaches neither the secrets of its parent nor the network nor the user's files.

Environment: the child starts with a few variables that name no secrets.
Network, on Linux (x86-64 and 64-bit ARM): a seccomp filter refuses to make sockets, io_uring (which can make them too) and access to the
memory of other processes.
Files, on Linux with Landlock (5.13 or later): the child reads Python, its libraries and the file to open, and writes in its own folders. So
/proc/PID/environ and /proc/PID/mem of other processes are closed too, and so is the user's home.
On other systems the child has the network and the files of its parent.

This file is also the program that starts the child. Landlock holds for the thread that asks for it and for those that it starts afterwards,
and libraries such as NumPy start threads while they are imported, so that this file may import nothing but Python's own modules.
"""

from __future__ import annotations

import ctypes
import errno
import gc
import json
import os
import platform
import runpy
import stat
import struct
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path

CHILD = "iterscope.importing.child"
OBJECTS = 50_000
"""New objects after which Python looks for garbage. With its own 700, it would look through torch's million again and again."""

_KEPT = (
    "LD_LIBRARY_PATH",
    "DYLD_LIBRARY_PATH",
    "SYSTEMROOT",
    "TMPDIR",
    "OMP_NUM_THREADS",
    "MKL_NUM_THREADS",
    "CUDA_VISIBLE_DEVICES",
)
"""Where libraries and temporary files are, and how many threads and which GPUs may be used."""
# linux/audit.h, and the numbers of socket, ptrace, process_vm_readv, process_vm_writev, pidfd_getfd and io_uring_setup
_REFUSED = {
    "x86_64": (0xC000003E, (41, 101, 310, 311, 438, 425)),
    "aarch64": (0xC00000B7, (198, 117, 270, 271, 438, 425)),
}
_SECCOMP = {"x86_64": 317, "aarch64": 277}
_NO_NEW_PRIVILEGES, _SET_FILTER, _ALL_THREADS = 38, 1, 1
_LOAD, _EQUAL, _AT_LEAST, _RETURN = 0x20, 0x15, 0x35, 0x06  # instructions of the filter (linux/bpf_common.h)
_ALLOW, _ERROR = 0x7FFF0000, 0x00050000 | errno.EACCES
_X32 = 0x40000000  # numbers of a second set of calls on x86-64
# linux/landlock.h; the numbers of the calls are the same on both machines
_CREATE_RULES, _ADD_RULE, _RESTRICT_SELF = 444, 445, 446
_ASK_VERSION, _BENEATH_PATH = 1, 1
_EXECUTE, _WRITE_FILE, _READ_FILE, _READ_FOLDER, _REMOVE_FOLDER, _REMOVE_FILE = (1 << bit for bit in range(6))
_MAKE_FOLDER, _MAKE_FILE, _TRUNCATE, _CONTROL = 1 << 7, 1 << 8, 1 << 14, 1 << 15
_OF_FILES = _EXECUTE | _WRITE_FILE | _READ_FILE | _TRUNCATE | _CONTROL
"""The rights that a file can have; the others are those of folders."""
_ALL_RIGHTS = (0, 13, 14, 15, 15, 16)
"""The number of rights that each version knows, from version 0; later ones know as many as the last."""
_READ = _EXECUTE | _READ_FILE | _READ_FOLDER
_CHANGE = (
    _READ_FILE | _READ_FOLDER | _WRITE_FILE | _TRUNCATE | _REMOVE_FILE | _REMOVE_FOLDER | _MAKE_FILE | _MAKE_FOLDER
)
"""Not to make links, devices or sockets: others read what is written."""
_NO_SIGNALS, _FROM_VERSION = 2, 6
"""No signals to processes outside, and the first version that can refuse them."""
_SYSTEM = (
    "/usr", "/bin", "/lib", "/lib32", "/lib64", "/opt", "/nix/store", "/gnu/store",
    "/etc/alternatives", "/etc/ld.so.cache", "/etc/localtime", "/etc/nsswitch.conf", "/etc/passwd",
    "/proc/self", "/proc/cpuinfo", "/proc/meminfo", "/proc/stat", "/proc/sys/vm", "/sys/devices/system", "/sys/fs/cgroup",
    "/dev/random", "/dev/urandom", "/dev/zero",
)  # fmt: skip
"""What Python and its libraries read; what doesn't exist is left out."""
_PACKAGE = Path(__file__).resolve().parents[1]


def child_environment(path: str, environment: Mapping[str, str] = os.environ) -> dict[str, str]:
    """The environment of the child, with this PYTHONPATH: no passwords, tokens or addresses."""
    kept = {name: environment[name] for name in _KEPT if name in environment}
    # OpenMP's threads sleep while they wait for each other, instead of spinning: several times faster beside another busy process.
    return {**kept, "PYTHONPATH": path, "PYTHONWARNINGS": "ignore", "PYTHONUTF8": "1", "OMP_WAIT_POLICY": "passive"}


def command_of(step: str, limits: str, *, file: Path | None = None, folders: Iterable[Path] = ()) -> list[str]:
    """The command that runs a step of the child; with a file it is confined: it reads this file and writes in these folders."""
    python = [sys.executable, "-P"]  # a module of the working folder must not shadow one of Python's
    return [*python, __file__, str(file or ""), json.dumps([str(folder) for folder in folders]), step, limits]


def take_files(file: Path, folders: Iterable[Path]) -> bool:
    """Take all files away from this thread, but those that Python needs, `file`, and what lies in `folders`, which may be changed.

    Its children lose them too. False where the system doesn't support that.
    """
    version = landlock_version()
    libc = ctypes.CDLL(None, use_errno=True)
    if version == 0 or libc.prctl(_NO_NEW_PRIVILEGES, 1, 0, 0, 0) != 0:
        return False
    handled = (1 << _ALL_RIGHTS[min(version, len(_ALL_RIGHTS) - 1)]) - 1
    # struct landlock_ruleset_attr: rights on files, rights on the network (seccomp refuses it), scopes
    described = struct.pack("QQQ", handled, 0, _NO_SIGNALS)[: 24 if version >= _FROM_VERSION else 8]
    rules = libc.syscall(_CREATE_RULES, described, ctypes.c_size_t(len(described)), 0)
    if rules < 0:
        return False

    def allow(path: str, rights: int) -> None:
        try:
            place = os.open(path, os.O_PATH | os.O_CLOEXEC)
        except OSError:  # not on this system
            return
        if not stat.S_ISDIR(os.fstat(place).st_mode):
            rights &= _OF_FILES
        libc.syscall(_ADD_RULE, rules, _BENEATH_PATH, struct.pack("=Qi", rights & handled, place), 0)
        # The kernel may forget a folder of /proc that isn't open, and its rule.
        if not path.startswith("/proc/"):
            os.close(place)

    for path in (*_SYSTEM, *_libraries(), str(_PACKAGE), str(file)):
        allow(path, _READ)
    allow("/dev/null", _READ | _WRITE_FILE)
    allow(str(_PACKAGE.parent), _READ_FOLDER)  # Python lists it to find the package; a user's data may lie beside it
    for folder in folders:
        allow(str(folder), _CHANGE)
        allow(str(folder.parent), _REMOVE_FOLDER)  # of the folder itself, when the parent has died
    done = libc.syscall(_RESTRICT_SELF, rules, 0) == 0
    os.close(rules)
    return bool(done)


def landlock_version() -> int:
    """The version of Landlock that the kernel has; 0 if it has none."""
    if not _is_supported():
        return 0
    return max(0, int(ctypes.CDLL(None).syscall(_CREATE_RULES, None, ctypes.c_size_t(0), _ASK_VERSION)))


def _libraries() -> list[str]:
    """Where Python and its packages are."""
    paths = [sys.prefix, sys.base_prefix, sys.exec_prefix, sys.base_exec_prefix, *sys.path]
    paths += os.environ.get("LD_LIBRARY_PATH", "").split(os.pathsep)
    return [path for path in paths if path and Path(path).resolve() not in (_PACKAGE.parent, Path("/"))]


def _is_supported() -> bool:
    return sys.platform == "linux" and platform.machine() in _REFUSED and struct.calcsize("P") == 8


def confine() -> bool:
    """Take the network away from this process and its children, for good. False where the system doesn't allow it."""
    if not _is_supported():
        return False
    machine = platform.machine()
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.prctl(_NO_NEW_PRIVILEGES, 1, 0, 0, 0) != 0:
        return False
    program = _filter(*_REFUSED[machine])
    instructions = ctypes.create_string_buffer(program, len(program))
    # struct sock_fprog: the number of instructions, padded, and their address
    described = ctypes.create_string_buffer(struct.pack("HxxxxxxP", len(program) // 8, ctypes.addressof(instructions)))
    return bool(libc.syscall(_SECCOMP[machine], _SET_FILTER, _ALL_THREADS, described) == 0)


def _filter(architecture: int, refused: tuple[int, ...]) -> bytes:
    """The program that the kernel runs on every system call (struct seccomp_data: the number at 0, the architecture at 4)."""
    steps = [(_LOAD, 0, 0, 4), (_EQUAL, 1, 0, architecture), (_RETURN, 0, 0, _ERROR), (_LOAD, 0, 0, 0)]
    checks = [(_AT_LEAST, _X32), *((_EQUAL, number) for number in refused)]
    for position, (code, value) in enumerate(checks):
        steps.append((code, len(checks) - position, 0, value))  # to the last instruction
    steps += [(_RETURN, 0, 0, _ALLOW), (_RETURN, 0, 0, _ERROR)]
    return b"".join(struct.pack("HBBI", *step) for step in steps)


def main(file: str, folders: str, step: str, limits: str) -> None:
    """Confine this process if it opens a file, then be the child."""
    gc.set_threshold(OBJECTS)
    if file:
        take_files(Path(file), [Path(folder) for folder in json.loads(folders)])
        confine()
    sys.argv[1:] = [step, limits]
    try:
        runpy.run_module(CHILD, run_name="__main__", alter_sys=True)
    except (ImportError, PermissionError) as error:
        message = (
            f"the confined process that opens files can't read what it needs ({error}): if a library lies in a folder of its own, name "
            "that folder in PYTHONPATH or LD_LIBRARY_PATH"
        )
        print(json.dumps({"error": {"kind": "CheckpointError", "message": message}}), file=sys.__stdout__, flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
