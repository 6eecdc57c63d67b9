"""`walint merge`"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from walint.cli import common
from walint.cli.declare import Argument, Option


def command(
    files: Annotated[list[Path], Argument(metavar="FILE...", help="SARIF files of walint and other tools.")],
    output: Annotated[
        Path | None, Option("--output", "-o", metavar="FILE", help="Write it to a file.", show_default=False)
    ] = None,
) -> None:
    """Bring SARIF files together: what walint and another tool both found is one result.

    Exit code: 0, or 2 where a file cannot be read.
    """
    from walint.cli import outputs
    from walint.engines import sarif_files
    from walint.policy import pack
    from walint.reading import Unreadable, read_text
    from walint.report.encode import dumps

    runs = []
    for file in files:
        try:
            runs += sarif_files.read(read_text(str(file)))
        except (Unreadable, sarif_files.SarifError) as error:
            raise common.UsageError(f"{file}: {error}") from None
    text = dumps(sarif_files.merged(runs, pack.load()), 2)
    if output is None:
        common.write(text)
    else:
        outputs.check_writable(output)
        outputs.write_files({output: text})
