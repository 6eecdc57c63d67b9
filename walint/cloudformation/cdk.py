"""What CDK's cloud assembly (cdk.out) tells of a template: which construct each resource is, and where it was written.

https://github.com/aws/aws-cdk/tree/main/packages/%40aws-cdk/cloud-assembly-schema
"""

from __future__ import annotations

import json
import os
import posixpath
import re
from typing import Any, Final

from walint.reading import Unreadable, read_text
from walint.source import Place, Source

MANIFEST: Final = "manifest.json"
_LOGICAL_ID: Final = "aws:cdk:logicalId"
# "new Bucket (/app/lib/stack.ts:12:5)", "at Object.<anonymous> (/app/bin/app.ts:3:1)", "/app/app.py:9:0".
_FRAME: Final = r"\(?(?P<file>(?:[A-Za-z]:)?[^():\n]+):(?P<line>[0-9]+):(?P<column>[0-9]+)\)?\s*\Z"
_LIBRARIES: Final = ("node_modules", "site-packages", "node:", "internal/", "jsii-kernel", "jsii-runtime")
_MAX_FRAMES: Final = 50


class Assembly:
    """The part of a manifest that concerns one template.

    Args:
        folder: the assembly's own.
        root: the folder that reads never leave.
        shown: how reports call the assembly's folder.

    Attributes:
        constructs: construct paths by logical id, for templates that do not tell them themselves.
    """

    def __init__(self, folder: str, root: str, shown: str, metadata: dict[str, Any]) -> None:
        self._folder = folder
        self._shown = shown
        self._root = root
        self._traces: dict[str, list[str]] = {}
        self._sources: dict[str, Source | None] = {}
        self.constructs: dict[str, str] = {}
        for path, entries in metadata.items():
            for item in entries if isinstance(entries, list) else []:
                if isinstance(item, dict) and item.get("type") == _LOGICAL_ID:
                    self._add(path.strip("/"), item)

    def _add(self, path: str, item: dict[str, Any]) -> None:
        logical_id = item.get("data")
        if isinstance(logical_id, str):
            self.constructs.setdefault(logical_id, path)
        trace = item.get("trace")
        if isinstance(trace, list):
            self._traces[path] = [frame for frame in trace[:_MAX_FRAMES] if isinstance(frame, str)]

    def written_at(self, construct: str) -> Place | None:
        """Where the program wrote a construct; None where the manifest or the tree does not tell."""
        for frame in self._traces.get(construct, ()):
            match = re.search(_FRAME, frame)
            if match is None or any(part in match["file"] for part in _LIBRARIES):
                continue
            source = self._source(match["file"].split("(")[-1].strip())
            if source is not None:
                return _place(source, int(match["line"]), int(match["column"]))
        return None

    def _source(self, file: str) -> Source | None:
        if file not in self._sources:
            self._sources[file] = self._read(file)
        return self._sources[file]

    def _read(self, file: str) -> Source | None:
        """A program's file: at its path, or at the longest end of it that lies above the assembly in the tree."""
        root = os.path.realpath(self._root)
        names = file.replace("\\", "/").split("/")
        for first in range(len(names)):
            for base in _above(self._folder, root):
                path = os.path.realpath(os.path.join(base, *names[first:]))
                if path.startswith(root.rstrip(os.sep) + os.sep) and os.path.isfile(path):
                    try:
                        return Source(self._name(path), read_text(path))
                    except (Unreadable, ValueError):
                        return None
        return None

    def _name(self, path: str) -> str:
        relative = os.path.relpath(path, os.path.realpath(self._folder)).replace(os.sep, "/")
        return posixpath.normpath(posixpath.join(self._shown, relative))


def _above(folder: str, root: str) -> list[str]:
    """A folder and those above it, up to the root of the tree."""
    at = os.path.realpath(folder)
    out = []
    while at.startswith(root):
        out.append(at)
        if at == root or os.path.dirname(at) == at:
            break
        at = os.path.dirname(at)
    return out


def _place(source: Source, line: int, column: int) -> Place | None:
    starts = [0, *(match.end() for match in re.finditer("\n", source.text))]
    if not 1 <= line <= len(starts):
        return None
    length = len(source.line_text(line))
    start = starts[line - 1]
    return Place(source, start + min(max(column - 1, 0), length), start + length)


def assembly(name: str, folder: str, root: str) -> Assembly | None:
    """What the manifest beside a template says of it; None where there is none.

    Args:
        name: how reports call the template.
        folder: where it lies.
        root: the folder that reads never leave.
    """
    shown, file = posixpath.split(name)
    if not folder or not root or not file.endswith(".json"):
        return None
    artifacts = _json(os.path.join(folder, MANIFEST)).get("artifacts")
    for artifact in artifacts.values() if isinstance(artifacts, dict) else ():
        properties = artifact.get("properties") if isinstance(artifact, dict) else None
        if isinstance(properties, dict) and properties.get("templateFile") == file:
            metadata = artifact.get("metadata")
            found = dict(metadata) if isinstance(metadata, dict) else {}
            more = artifact.get("additionalMetadataFile")
            if isinstance(more, str):
                found.update(_json(os.path.join(folder, os.path.basename(more))))
            return Assembly(folder, root, shown, found)
    return None


def _json(path: str) -> dict[str, Any]:
    if not os.path.isfile(path):
        return {}
    try:
        found = json.loads(read_text(path))
    except (Unreadable, ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}
