"""Files that a template names: snippets that it includes, templates of nested stacks.

Reads never leave the linted tree.
"""

import os
import posixpath
from collections.abc import Mapping
from typing import Final, NamedTuple

from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from walint.cloudformation.document import Document, read
from walint.cloudformation.nodes import Mark
from walint.reading import Unreadable, read_text
from walint.source import Source

# A relative path has no scheme; one letter before a colon is a drive.
_SCHEMES: Final = ("http:", "https:", "s3:", "arn:")


class Read(NamedTuple):
    """A file that was read.

    Attributes:
        path: absolute, links resolved.
    """

    path: str
    source: Source
    document: Document


def local_path(location: str) -> str | None:
    """A location as a path, or None where it names something that is no file of the tree."""
    if location.lower().startswith("file://"):
        from urllib.parse import unquote

        return unquote(location[7:])
    if not location or location.lower().startswith(_SCHEMES) or "{{" in location:
        return None
    return location


def read_beside(
    location: str, source: Source, folder: str, root: str, overlay: Mapping[str, str] | None = None
) -> Read | str:
    """The file that a template names, or a phrase that says why it was not read; arguments as for `text_beside`."""
    found = text_beside(location, source, folder, root, overlay)
    return found if isinstance(found, str) else Read(*found, read(found[1]))


def text_beside(
    location: str, source: Source, folder: str, root: str, overlay: Mapping[str, str] | None = None
) -> tuple[str, Source] | str:
    """The path, links resolved, and text of the file that a template names, or a phrase that says why it was not read.

    Args:
        source: the text that names it; the file is called relative to that one's name.
        folder: where relative paths begin.
        root: the folder that reads never leave.
        overlay: texts that stand for files, by absolute path, links resolved.
    """
    path = local_path(location)
    if path is None:
        return f"{location} lies outside of the linted files"
    if not folder or not root:
        return f"{location} is not read where no folder is known"
    real = os.path.realpath(os.path.join(folder, path))
    inside = os.path.realpath(root)
    if not real.startswith(inside.rstrip(os.sep) + os.sep):
        return f"{location} lies outside of the linted tree"
    if not os.path.isfile(real):
        return f"there is no file {location}"
    try:
        text = (overlay or {}).get(real) or read_text(real)
    except Unreadable as error:
        return f"{location} {error}"
    name = path.replace(os.sep, "/")
    shown = name if posixpath.isabs(name) else posixpath.normpath(posixpath.join(posixpath.dirname(source.name), name))
    return real, Source(shown, text)


def with_source(node: Node, source: Source) -> Node:
    """A copy of a file's nodes that know which file they stand in."""
    start, end = Mark(node.start_mark.index, source), Mark(node.end_mark.index, source)
    if isinstance(node, ScalarNode):
        return ScalarNode(node.tag, node.value, start, end, style=node.style)
    if isinstance(node, MappingNode):
        pairs = [(with_source(key, source), with_source(value, source)) for key, value in node.value]
        return MappingNode(node.tag, pairs, start, end)
    return SequenceNode(node.tag, [with_source(item, source) for item in node.value], start, end)
