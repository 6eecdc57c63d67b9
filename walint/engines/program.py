"""Running another linter in its own process."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from walint.engines.model import EngineError

# A program that hangs must not hold a build for ever; a large repository may take it many minutes.
_TIMEOUT: Final = 1800
_LONGEST: Final = 200


def command(program: str, hint: str) -> str:
    """Where a program is: in the environment that walint runs in, else on the user's path.

    Args:
        hint: how to install it.

    Raises:
        EngineError: it is nowhere.
    """
    found = shutil.which(program, path=os.path.dirname(sys.executable)) or shutil.which(program)
    if found is None:
        raise EngineError(f"there is no program {program}; install it with: {hint}")
    return found


def answer(arguments: Sequence[str], cwd: Path, environment: Mapping[str, str]) -> Any:
    """The JSON that a program prints.

    Raises:
        EngineError: it failed, or printed something else.
    """
    try:
        done = subprocess.run(
            arguments,
            cwd=cwd,
            env=environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=_TIMEOUT,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise EngineError(f"it gave no answer within {_TIMEOUT // 60} minutes") from None
    except OSError as error:
        raise EngineError(f"it can't be started: {error.strerror or error}") from None
    text = done.stdout.decode("utf-8", "replace").strip()
    try:
        return json.loads(text) if text or done.returncode else []
    except ValueError:
        said = done.stderr.decode("utf-8", "replace").strip().splitlines() or text.splitlines() or ["nothing"]
        last = said[-1].strip()
        shown = last if len(last) <= _LONGEST else last[:_LONGEST] + "..."
        raise EngineError(f"it failed with exit code {done.returncode}; its last line is: {shown}") from None
