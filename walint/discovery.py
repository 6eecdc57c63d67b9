"""Which files are templates, and of which kind.

One walk over the arguments. Files that are CloudFormation templates or Terraform plans by their names come back as
candidates: whoever judges them reads them, so that nobody reads a file twice and no more texts are held than are
judged at a time. Terraform comes back as the folders that are modules.
"""

import os
import stat
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Final, Literal, NamedTuple

from walint.gitignore import Ignores, ignores_above, ignores_in
from walint.source import Problem

TERRAFORM_SUFFIXES: Final = (".tf", ".tf.json", ".tofu", ".tofu.json")
VARIABLE_SUFFIXES: Final = (".tfvars", ".tfvars.json")
TEMPLATE_SUFFIXES: Final = (".yaml", ".yml", ".json", ".template", ".cfn")
# Folders that hold copies of others' code; virtual environments are known by their pyvenv.cfg.
PASSED_BY: Final = frozenset({".git", ".terraform", ".terragrunt-cache", "node_modules"})
# What CDK calls the files and folders that it uploads.
_CDK_ASSET: Final = "asset."

_INTERESTING: Final = frozenset({"tf", "tofu", "yaml", "yml", "json", "template", "cfn"})


class Candidate(NamedTuple):
    """A file that is a template by its name; whether it is one its text says.

    Attributes:
        path: absolute.
        name: how reports call it: relative to the working directory, with forward slashes.
        named: whether the user named this very file, and so should hear if it is no template after all.
        tree: the absolute folder that reads for its sake never leave: see `find_tree_root`.
    """

    path: str
    name: str
    named: bool
    tree: str


class Module(NamedTuple):
    """A folder with Terraform files.

    Attributes:
        path: absolute.
        name: as for `Candidate`; "." for the working directory.
        files: the files in it that the user named, where it was reached only through them; None where the folder
            was found in a folder that is linted as a whole.
        tree: as for `Candidate`.
    """

    path: str
    name: str
    files: frozenset[str] | None
    tree: str


class Discovery(NamedTuple):
    """What there is to lint.

    Attributes:
        candidates: sorted by name.
        modules: sorted by name.
        problems: what was named and is not there, or folders that are not readable. A `warning` says that a named
            file belongs to no template; everything else is an `error`.
        passed_by: the number of files that are no templates although they have the names of such.
        ignored: the number of files and folders that a .gitignore left out.
    """

    candidates: tuple[Candidate, ...]
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


def is_inside(path: str, tree: str) -> bool:
    """Whether a path leads into a folder once all links are followed."""
    real, root = os.path.realpath(path), os.path.realpath(tree)
    return real == root or real.startswith(root.rstrip(os.sep) + os.sep)


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


class _Search:
    """The state of one discovery."""

    def __init__(self, cwd: str) -> None:
        self.cwd = cwd
        self.candidates: dict[str, Candidate] = {}
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
            candidates=tuple(sorted(self.candidates.values(), key=lambda candidate: candidate.name)),
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
            self.candidates[path] = Candidate(path, display_name(path, self.cwd), True, self.tree)

    def _module(self, folder: str, file: str) -> None:
        files = self.modules.setdefault(folder, set())
        self.trees.setdefault(folder, self.tree)
        if files is not None:
            files.add(file)

    def _problem(self, path: str, message: str, severity: Literal["error", "warning"] = "error") -> None:
        self.problems.append(Problem(display_name(path, self.cwd), 1, 1, severity, message))

    def _warning(self, path: str, message: str) -> None:
        self._problem(path, message, "warning")

    def _folder(self, root: str) -> None:
        """Walk a folder. Links are followed to files within it; linked folders within it are met where they are."""
        links: list[str] = []
        pending: list[tuple[str, Ignores | None]] = [(root, ignores_above(self.tree, root, self._warning))]
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
                ignores = ignores_in(folder, ignores, self._warning)
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
        elif path not in self.candidates:
            self.candidates[path] = Candidate(path, display_name(path, self.cwd), False, self.tree)

    def _links(self, root: str, links: Iterable[str]) -> None:
        real_root = os.path.realpath(root)
        inside = real_root.rstrip(os.sep) + os.sep
        for path in sorted(links):
            target = os.path.realpath(path)
            if not target.startswith(inside) or not os.path.isfile(target):
                continue
            folder, name = os.path.split(path)
            if not name.endswith(TERRAFORM_SUFFIXES) and (os.path.join(root, target[len(inside) :]) in self.candidates):
                continue  # one file, reported under its own name
            self._found(folder, path, name)


def _holds_module(folder: str) -> bool:
    try:
        return any(name.endswith(TERRAFORM_SUFFIXES) for name in os.listdir(folder))
    except OSError:
        return False
