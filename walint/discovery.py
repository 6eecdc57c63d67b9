"""Which files are templates, and of which kind.

One walk over the arguments, in a fixed order: CloudFormation templates and Terraform plans come back with their
text, so that nobody reads a file twice; Terraform comes back as the folders that are modules. The test of a file's
content is textual and cheap: it lets a few files through that the front end then finds to be something else.
"""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal, NamedTuple

from walint.gitignore import Ignores, ignores_above, ignores_in
from walint.source import Problem

Kind = Literal["cloudformation", "plan"]

# CloudFormation itself takes no template above 1 MB; a plan holds every attribute of every resource.
MAX_TEMPLATE_BYTES: Final = 10_000_000
MAX_PLAN_BYTES: Final = 250_000_000

TERRAFORM_SUFFIXES: Final = (".tf", ".tf.json", ".tofu", ".tofu.json")
VARIABLE_SUFFIXES: Final = (".tfvars", ".tfvars.json")
TEMPLATE_SUFFIXES: Final = (".yaml", ".yml", ".json", ".template", ".cfn")
# Folders that hold copies of others' code; virtual environments are known by their pyvenv.cfg.
PASSED_BY: Final = frozenset({".git", ".terraform", ".terragrunt-cache", "node_modules"})
# What CDK calls the files and folders that it uploads.
_CDK_ASSET: Final = "asset."

_HEAD: Final = 65_536
_RESOURCES: Final = re.compile(r"""(?:^|[{,\n])[ \t]*["']?Resources["']?\s*:""")
_TYPE: Final = re.compile(r"""\bType["']?\s*:""")
_INTERESTING: Final = frozenset({"tf", "tofu", "yaml", "yml", "json", "template", "cfn"})


class Unreadable(Exception):
    """A file that cannot be read as text; the message says why."""


class Template(NamedTuple):
    """A file that looks like a CloudFormation template or a Terraform plan.

    Attributes:
        path: absolute.
        name: how reports call it: relative to the working directory, with forward slashes.
        text: decoded, without a byte order mark; line breaks as they are.
        named: whether the user named this very file, and so should hear if it is no template after all.
        tree: the absolute folder that reads for its sake never leave: see `find_tree_root`.
    """

    path: str
    name: str
    kind: Kind
    text: str
    named: bool
    tree: str


class Module(NamedTuple):
    """A folder with Terraform files.

    Attributes:
        path: absolute.
        name: as for `Template`; "." for the working directory.
        files: the files in it that the user named, where it was reached only through them; None where the folder
            was found in a folder that is linted as a whole.
        tree: as for `Template`.
    """

    path: str
    name: str
    files: frozenset[str] | None
    tree: str


@dataclass(frozen=True, slots=True)
class Discovery:
    """What there is to lint.

    Attributes:
        templates: sorted by name.
        modules: sorted by name.
        problems: what was named and is not there, no template, or not readable. A `warning` says that a named file
            is no template; everything else is an `error`.
        passed_by: the number of files that could have been templates by their names and are not.
        ignored: the number of files and folders that a .gitignore left out.
    """

    templates: tuple[Template, ...]
    modules: tuple[Module, ...]
    problems: tuple[Problem, ...]
    passed_by: int
    ignored: int


def discover(paths: Sequence[Path], cwd: Path) -> Discovery:
    """Find the templates among files and below folders; none given means the working directory.

    A file that is named is taken whether or not it is ignored. A Terraform file stands for its folder.
    """
    search = _Search(os.path.abspath(cwd))
    for path in paths or (cwd,):
        search.argument(os.path.normpath(os.path.join(search.cwd, path)))
    return search.result()


def find_tree_root(path: Path) -> Path:
    """The git repository that holds a file or folder, or, without one, that folder (a file's own folder)."""
    path = Path(os.path.abspath(path))
    start = path if path.is_dir() else path.parent
    return next((folder for folder in (start, *start.parents) if (folder / ".git").exists()), start)


def display_name(path: str, cwd: str) -> str:
    """How reports call a file: relative to the working directory, with forward slashes."""
    if path.startswith(cwd) and path[len(cwd) : len(cwd) + 1] == os.sep:
        name = path[len(cwd) + 1 :]
    else:
        try:
            name = os.path.relpath(path, cwd)
        except ValueError:  # another drive
            name = path
    return name if os.sep == "/" else name.replace(os.sep, "/")


def read_text(path: str, limit: int = MAX_TEMPLATE_BYTES) -> str:
    """A file's text, decoded, without a byte order mark.

    Raises:
        Unreadable: where it cannot be opened, is larger than `limit` bytes, or is no text.
    """
    try:
        with open(path, "rb", buffering=0) as file:
            status = os.fstat(file.fileno())
            if status.st_size > limit:
                raise Unreadable(f"larger than {limit // 1_000_000} MB, which is more than walint reads")
            return decode(file.readall())
    except OSError as error:
        raise Unreadable(f"cannot be read: {error.strerror or error}") from error


def decode(data: bytes) -> str:
    """UTF-8 with or without a byte order mark, or UTF-16 with one.

    Raises:
        Unreadable: for anything else.
    """
    try:
        if data.startswith((b"\xff\xfe", b"\xfe\xff")):
            return data.decode("utf-16")
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise Unreadable(f"neither UTF-8 nor UTF-16 text (byte {error.start + 1})") from error


def kind_of(text: str) -> Kind | None:
    """What a YAML or JSON text is, by its look: a mapping of `Resources` with a `Type`, or what Terraform shows."""
    if "Resources" in text and _RESOURCES.search(text) and _TYPE.search(text):
        return "cloudformation"
    if '"format_version"' in text and (
        '"planned_values"' in text or ('"terraform_version"' in text and '"values"' in text)
    ):
        return "plan"
    return None


class _Search:
    """The state of one discovery."""

    def __init__(self, cwd: str) -> None:
        self.cwd = cwd
        self.templates: dict[str, Template] = {}
        self.modules: dict[str, set[str] | None] = {}
        # The trees of the modules, and that of the argument at hand.
        self.trees: dict[str, str] = {}
        self.tree = ""
        self.problems: list[Problem] = []
        self.passed_by = 0
        self.ignored = 0

    def result(self) -> Discovery:
        modules = [
            Module(path, display_name(path, self.cwd), None if files is None else frozenset(files), self.trees[path])
            for path, files in self.modules.items()
        ]
        return Discovery(
            templates=tuple(sorted(self.templates.values(), key=lambda template: template.name)),
            modules=tuple(sorted(modules, key=lambda module: module.name)),
            problems=tuple(sorted(set(self.problems))),
            passed_by=self.passed_by,
            ignored=self.ignored,
        )

    def argument(self, path: str) -> None:
        try:
            mode = os.stat(path).st_mode
        except (OSError, ValueError) as error:
            reason = getattr(error, "strerror", None) or str(error)
            missing = isinstance(error, (FileNotFoundError, NotADirectoryError))
            self._problem(path, "no such file or folder" if missing else f"cannot be read: {reason}")
        else:
            self.tree = str(find_tree_root(Path(path)))
            if stat.S_ISDIR(mode):
                self._folder(path)
            elif stat.S_ISREG(mode):
                self._named_file(path)
            else:
                self._problem(path, "neither a file nor a folder")

    def _named_file(self, path: str) -> None:
        folder, name = os.path.split(path)
        if name.endswith(TERRAFORM_SUFFIXES):
            self._module(folder, name)
        elif name.endswith(VARIABLE_SUFFIXES):
            # Values without a module beside them belong to a module that only the caller of Terraform knows.
            if _holds_module(folder):
                self._module(folder, name)
            else:
                self._problem(path, "no template: values for variables, and no Terraform module beside them", "warning")
        else:
            self._file(path, named=True)

    def _module(self, folder: str, file: str) -> None:
        files = self.modules.setdefault(folder, set())
        self.trees.setdefault(folder, self.tree)
        if files is not None:
            files.add(file)

    def _file(self, path: str, named: bool) -> None:
        """Take a file if its text looks like a template."""
        try:
            kind, text = _read_template(path)
        except FileNotFoundError:
            return  # gone since the folder was listed
        except OSError as error:
            self._problem(path, f"cannot be read: {error.strerror or error}")
            return
        except Unreadable as error:
            self._problem(path, str(error))
            return
        except _NoTemplate as error:
            if named:
                self._problem(path, f"no template: {error}", "warning")
            else:
                self.passed_by += 1
            return
        self.templates[path] = Template(path, display_name(path, self.cwd), kind, text, named, self.tree)

    def _problem(self, path: str, message: str, severity: Literal["error", "warning"] = "error") -> None:
        self.problems.append(Problem(display_name(path, self.cwd), 1, 1, severity, message))

    def _folder(self, root: str) -> None:
        """Walk a folder. Links are followed to files within it; linked folders within it are met where they are."""
        links: list[str] = []
        pending: list[tuple[str, Ignores | None]] = [(root, ignores_above(self.tree, root))]
        while pending:
            folder, ignores = pending.pop()
            try:
                with os.scandir(folder) as entries:
                    listed = list(entries)
            except FileNotFoundError:
                continue
            except OSError as error:
                self._problem(folder, f"cannot be read: {error.strerror or error}")
                continue
            names = {entry.name for entry in listed}
            if folder != root and "pyvenv.cfg" in names:
                continue
            if folder != root and ".git" in names:
                ignores = None  # a repository within the repository has rules of its own
            if ".gitignore" in names:
                ignores = ignores_in(folder, ignores)
            for entry in listed:
                name = entry.name
                if entry.is_dir(follow_symlinks=False):
                    if name in PASSED_BY or name.startswith(_CDK_ASSET):
                        continue
                    if ignores is not None and ignores.ignore(entry.path, name, True):
                        self.ignored += 1
                        continue
                    pending.append((entry.path, ignores))
                elif name.rpartition(".")[2].lower() in _INTERESTING:
                    if ignores is not None and ignores.ignore(entry.path, name, False):
                        self.ignored += 1
                    elif entry.is_symlink():
                        links.append(entry.path)
                    elif entry.is_file(follow_symlinks=False):
                        self._found(folder, entry.path, name)
        self._links(root, links)

    def _found(self, folder: str, path: str, name: str) -> None:
        if name.endswith(TERRAFORM_SUFFIXES):
            self.modules[folder] = None
            self.trees.setdefault(folder, self.tree)
        elif name.endswith(VARIABLE_SUFFIXES):
            pass
        elif name.startswith(_CDK_ASSET):
            self.passed_by += 1
        elif path not in self.templates:
            self._file(path, named=False)

    def _links(self, root: str, links: Iterable[str]) -> None:
        real_root = os.path.realpath(root)
        inside = real_root.rstrip(os.sep) + os.sep
        for path in sorted(links):
            target = os.path.realpath(path)
            if not target.startswith(inside) or not os.path.isfile(target):
                continue
            folder, name = os.path.split(path)
            if not name.endswith(TERRAFORM_SUFFIXES) and (os.path.join(root, target[len(inside) :]) in self.templates):
                continue  # one file, reported under its own name
            self._found(folder, path, name)


def _holds_module(folder: str) -> bool:
    try:
        return any(name.endswith(TERRAFORM_SUFFIXES) for name in os.listdir(folder))
    except OSError:
        return False


class _NoTemplate(Exception):
    """A readable file that is no template; the message says why."""


def _read_template(path: str) -> tuple[Kind, str]:
    """A template's kind and text.

    Raises:
        Unreadable: it looks like a template but is too large or no text.
        _NoTemplate: it is something else.
        OSError: it cannot be opened.
    """
    with open(path, "rb", buffering=0) as file:
        size = os.fstat(file.fileno()).st_size
        if size > MAX_TEMPLATE_BYTES:
            kind = _kind_by_head(file.read(_HEAD))
            if kind is None:
                raise _NoTemplate(_EXPECTED)
            limit = MAX_PLAN_BYTES if kind == "plan" else MAX_TEMPLATE_BYTES
            if size > limit:
                raise Unreadable(f"larger than {limit // 1_000_000} MB, which is more than walint reads")
            file.seek(0)
        data = file.readall()
    if not any(mark in data for mark in _MARKS):
        raise _NoTemplate(_EXPECTED)
    text = decode(data)
    found = kind_of(text)
    if found is None:
        raise _NoTemplate(_EXPECTED)
    return found, text


_EXPECTED: Final = (
    "neither a CloudFormation template (YAML or JSON with Resources that have a Type) nor a Terraform file or plan"
)
# What every template holds, as the encodings that are read write it. A file without them need not be decoded.
_MARKS: Final = tuple(
    mark.encode(encoding)
    for encoding in ("utf-8", "utf-16-le", "utf-16-be")
    for mark in ("Resources", "format_version")
)


def _kind_by_head(head: bytes) -> Kind | None:
    """What a file too large to read for a look probably is: its kind by the first lines, else None."""
    text = head.replace(b"\0", b"").decode("utf-8", "ignore")
    if '"format_version"' in text and '"terraform_version"' in text:
        return "plan"
    return "cloudformation" if _RESOURCES.search(text) or "AWSTemplateFormatVersion" in text else None
