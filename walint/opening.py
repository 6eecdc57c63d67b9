"""Opens files that strangers have put there."""

from __future__ import annotations

import errno
import os
import stat
from io import FileIO


def opened(path: str) -> FileIO:
    """Open a file to read it. A pipe or device in its place, which may never end, is refused and not waited for.

    Raises:
        OSError: where it cannot be opened or is no regular file.
    """
    file = FileIO(os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)))
    if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
        file.close()
        raise OSError(errno.EINVAL, "it is no regular file")
    return file
