"""Fuzz one target: `python -m fuzz.one TARGET SECONDS`."""

from __future__ import annotations

import hashlib
import sys
import tempfile
import traceback
from pathlib import Path

import atheris

with atheris.instrument_imports(include=["walint"]):
    import walint.cloudformation.load
    import walint.config.read
    import walint.history.baseline
    import walint.policy.filter_patterns
    import walint.policy.rulefile
    import walint.policy.suppressions.comments
    import walint.report.graph_json
    import walint.terraform.functions.regexp
    import walint.terraform.load
    import walint.terraform.plan  # noqa: F401

from fuzz.seeds import HERE, TOP, seeds
from fuzz.targets import TARGETS

# A text that takes longer than this is a fault as well.
SLOWEST = 20
LARGEST = 20_000


def main(name: str, seconds: str) -> None:
    found = HERE / "found" / name
    found.mkdir(parents=True, exist_ok=True)
    corpus = TOP / ".fuzz" / name
    corpus.mkdir(parents=True, exist_ok=True)
    target = TARGETS[name]
    known: set[str] = set()

    def watched(data: bytes) -> None:
        """Keep each fault once, by where it shows, and go on looking for others."""
        try:
            target(data)
        except Exception as error:
            last = traceback.extract_tb(error.__traceback__)[-1]
            where = f"{type(error).__name__} {last.filename}:{last.lineno}"
            if where not in known:
                known.add(where)
                (found / hashlib.sha256(data).hexdigest()[:16]).write_bytes(data)
                traceback.print_exc()

    with tempfile.TemporaryDirectory() as start:
        for at, seed in enumerate(seeds(name)):
            (Path(start) / str(at)).write_bytes(seed)
        flags = [
            f"-max_total_time={seconds}", f"-timeout={SLOWEST}", f"-report_slow_units={SLOWEST}", f"-max_len={LARGEST}",
            "-rss_limit_mb=2000", f"-artifact_prefix={found}/", "-print_final_stats=1", "-verbosity=0",
        ]  # fmt: skip
        atheris.Setup([name, *flags, str(corpus), start], watched)
        atheris.Fuzz()


if __name__ == "__main__":
    main(*sys.argv[1:])
