"""Opens files of a directory that somebody else may have laid out: a pipe or device in it holds nobody up."""

from __future__ import annotations

import errno
import os
import stat
from pathlib import Path
from typing import BinaryIO


class NotPlain(OSError):
    """It is there, and no plain file."""


def open_plain(path: Path) -> BinaryIO:
    """Open a file to read. Raises `OSError`; for what is not a plain file, `NotPlain`."""
    try:
        fd = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    except OSError as error:
        if error.errno == errno.ELOOP:  # A link to itself.
            raise NotPlain(errno.EINVAL, "it is not a plain file") from None
        raise
    if not stat.S_ISREG(os.fstat(fd).st_mode):
        os.close(fd)
        raise NotPlain(errno.EINVAL, "it is not a plain file")
    return os.fdopen(fd, "rb")


def read_plain(path: Path) -> bytes:
    """The content of a file. Raises `OSError`; for what is not a plain file, `NotPlain`."""
    with open_plain(path) as file:
        return file.read()
