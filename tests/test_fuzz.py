"""Hostile texts: what fuzzing found once, and the fixtures with bytes of theirs changed, raise nothing."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from fuzz.seeds import HERE, seeds
from fuzz.targets import TARGETS

FOUND = sorted(HERE.glob("found/*/*"))


@pytest.mark.parametrize("file", FOUND, ids=lambda file: f"{file.parent.name}-{file.name}")
def test_what_was_found_stays_fixed(file: Path) -> None:
    TARGETS[file.parent.name](file.read_bytes())


@pytest.mark.parametrize("target", TARGETS)
def test_changed_seeds_raise_nothing(target: str) -> None:
    chance = random.Random(target)
    for seed in chance.sample(known := list(seeds(target)), min(len(known), 25)):
        TARGETS[target](seed)
        TARGETS[target](_changed(seed, chance))


def _changed(data: bytes, chance: random.Random) -> bytes:
    """Some bytes taken out, repeated, or put in the place of others."""
    made = bytearray(data)
    for _ in range(chance.randint(1, 6)):
        at, size = chance.randrange(len(made) + 1), chance.randint(1, 12)
        match chance.randrange(4):
            case 0:
                del made[at : at + size]
            case 1:
                made[at:at] = made[at : at + size] * chance.randint(1, 50)
            case 2:
                made[at:at] = chance.choice((b"\0", b"\xff", b"\xef\xbb\xbf", b"${", b"*", b"&a ", b'"', b"\r", b"[{("))
            case _:
                made[at : at + 1] = bytes((chance.randrange(256),))
    return bytes(made)
