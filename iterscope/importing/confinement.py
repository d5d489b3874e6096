"""The process that opens untrusted files reaches neither the environment of its parent nor the network.

Environment: the child starts with a few variables that name no secrets. Network, on Linux (x86-64 and 64-bit ARM): a seccomp filter refuses
to make sockets, io_uring (which can make them too) and access to the memory of other processes. On other systems the child has the network
of its parent.
"""

from __future__ import annotations

import ctypes
import errno
import os
import platform
import struct
import sys
from collections.abc import Mapping

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


def child_environment(path: str, environment: Mapping[str, str] = os.environ) -> dict[str, str]:
    """The environment of the child, with this PYTHONPATH: no passwords, tokens or addresses."""
    kept = {name: environment[name] for name in _KEPT if name in environment}
    # OpenMP's threads sleep while they wait for each other, instead of spinning: several times faster beside another busy process.
    return {**kept, "PYTHONPATH": path, "PYTHONWARNINGS": "ignore", "PYTHONUTF8": "1", "OMP_WAIT_POLICY": "passive"}


def confine() -> bool:
    """Take the network away from this process and its children, for good. False where the system doesn't allow it."""
    machine = platform.machine()
    if sys.platform != "linux" or machine not in _REFUSED or struct.calcsize("P") != 8:
        return False
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
