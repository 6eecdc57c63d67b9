"""What is judged on its own, a template or a root module, and the graph of it."""

import importlib
import os
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NamedTuple, TypeAlias, Union

from walint.discovery import TERRAFORM_SUFFIXES, Candidate, Module, is_inside
from walint.graph import Graph
from walint.reading import Kind, NoTemplate, Unreadable, checked_size, kind_of, read_bytes, read_template
from walint.source import Problem, Source

if TYPE_CHECKING:
    from walint.cloudformation import CloudFormationOptions
    from walint.options import Options
    from walint.policy.suppressions import CommentReader
    from walint.terraform import Disk


class Root(NamedTuple):
    """A Terraform module that no other calls; `path`, `name` and `tree` as for `discovery.Module`.

    Attributes:
        size: the bytes of its files, and of those of the modules that it calls, once for each call.
    """

    path: str
    name: str
    tree: str
    size: int


Unit: TypeAlias = Union[Candidate, Root]

# So many modules, once parsed, take less memory than what is made of a few of them.
_FEW_MODULES: Final = 300


class FrontEnds:
    """Makes the graphs of units; files that several of them share are read once.

    Args:
        cwd: what names in reports are relative to.
        overlay: texts that stand for files, by absolute path (an editor's buffer).
    """

    def __init__(self, options: "Options", cwd: Path, overlay: dict[str, str] | None = None) -> None:
        self._options = options
        self._config = options.as_config()
        self._cwd = str(cwd)
        self._overlay = overlay or {}
        self._disks: dict[str, Disk] = {}
        self._few = True
        self._parameters: dict[Path, dict[str, Any]] = {}

    def roots(self, modules: Sequence[Module]) -> Iterator[Root]:
        """The modules that no other of them calls."""
        if not modules:
            return
        from walint.terraform import Disk, root_modules

        by_tree: dict[str, dict[str, Module]] = {}
        for module in modules:
            by_tree.setdefault(str(self._options.root or module.tree), {})[module.path] = module
        self._few = len(modules) <= _FEW_MODULES
        for tree, found in by_tree.items():
            # Of many modules what is parsed for this alone is not kept.
            disk = self._disk(tree) if self._few else Disk(tree, self._cwd, self._overlay)
            for path, size in root_modules(disk, found).items():
                if not self._config.excludes(path):
                    yield Root(path, found[path].name, tree, size)

    def templates(self, candidates: Sequence[Candidate]) -> list[Candidate]:
        """The templates that are to be judged and are no nested stacks of others among them."""
        candidates = [candidate for candidate in candidates if not self._config.excludes(candidate.path)]
        if len(candidates) < 2:
            return candidates
        from walint.cloudformation import called_templates, may_call

        callers = []
        for candidate in candidates:
            try:
                if candidate.path not in self._overlay and may_call(read_bytes(candidate.path)):
                    callers.append(
                        (candidate.path, Source(candidate.name, self._text(candidate)[1]), self._how(candidate))
                    )
            except (OSError, Unreadable, NoTemplate):
                continue  # told where it is judged
        called = called_templates(callers) if callers else set()
        return [it for it in candidates if not called or os.path.realpath(it.path) not in called]

    def again(self) -> "FrontEnds":
        """Front ends for some of the units: with all that was read so far where that is little, else anew."""
        return self if self._few else FrontEnds(self._options, Path(self._cwd), self._overlay)

    def overlaid(self, texts: Mapping[str, str]) -> "FrontEnds":
        """Front ends for the same files with other texts; what these do not touch is not read again."""
        other = FrontEnds(self._options, Path(self._cwd), {**self._overlay, **texts})
        other._disks = {tree: disk.overlaid(other._overlay) for tree, disk in self._disks.items()}
        return other

    @staticmethod
    def prepare(units: Sequence[Unit]) -> None:
        """Import what the units need, for all processes that are forked from this one."""
        for kind in {type(unit) for unit in units}:
            importlib.import_module("walint.terraform.load" if kind is Root else "walint.cloudformation.load")

    def graph(self, unit: Unit) -> Graph | Problem | None:
        """A unit's graph; a problem where it can't be read; None where it turns out to be nothing to judge."""
        return self._module(unit) if isinstance(unit, Root) else self._template(unit)

    def _module(self, root: Root) -> Graph | None:
        from walint.terraform import TerraformOptions, load

        inputs = self._config.inputs(root.path)
        made = TerraformOptions(
            variables=inputs.variables,
            var_files=tuple(str(path) for path in inputs.variable_files),
            workspace=inputs.workspace,
            root=root.tree,
            cwd=self._cwd,
            scenarios=inputs.scenarios,
        )
        return load(self._disk(root.tree), root.path, made)

    def _template(self, candidate: Candidate) -> Graph | Problem | None:
        try:
            kind, text = self._text(candidate)
        except FileNotFoundError:
            return None if not candidate.named else Problem(candidate.name, 1, 1, "error", "no such file or folder")
        except OSError as error:
            return Problem(candidate.name, 1, 1, "error", f"cannot be read: {error.strerror or error}")
        except Unreadable as error:
            return Problem(candidate.name, 1, 1, "error", str(error))
        except NoTemplate as error:
            found: Graph | str = str(error)
        else:
            source = Source(candidate.name, text)
            found = self._plan(source, candidate) if kind == "plan" else self._cloudformation(source, candidate)
        if isinstance(found, Graph):
            return found
        return Problem(candidate.name, 1, 1, "warning", f"no template: {found}") if candidate.named else None

    def _text(self, candidate: Candidate) -> tuple[Kind, str]:
        text = self._overlay.get(candidate.path)
        if text is None:
            if candidate.named and not is_inside(candidate.path, self._tree(candidate)):
                raise Unreadable("cannot be read: it is a link that leads out of the linted tree; --root names another")
            return read_template(candidate.path)
        return kind_of(text) or "cloudformation", checked_size(text)

    def _plan(self, source: Source, candidate: Candidate) -> Graph | str:
        from walint.terraform.plan import load_plan

        return load_plan(source, self._disk(self._tree(candidate)), os.path.dirname(candidate.path))

    def _cloudformation(self, source: Source, candidate: Candidate) -> Graph | str:
        from walint.cloudformation import load

        return load(source, self._how(candidate))

    def _how(self, candidate: Candidate) -> "CloudFormationOptions":
        from walint.cloudformation import CloudFormationOptions

        inputs = self._config.inputs(candidate.path)
        return CloudFormationOptions(
            parameters=self._given(inputs.parameters),
            region=inputs.region,
            account_id=inputs.account_id,
            partition=inputs.partition,
            scenarios=inputs.scenarios,
            root=self._tree(candidate),
            folder=os.path.dirname(candidate.path),
            overlay={os.path.realpath(path): text for path, text in self._overlay.items()},
        )

    def _given(self, sources: tuple[Path | Mapping[str, Any], ...]) -> dict[str, Any]:
        """The parameters out of files, each read once, and mappings."""
        from walint.cloudformation.parameters import given_parameters

        for source in sources:
            if isinstance(source, Path) and source not in self._parameters:
                self._parameters[source] = given_parameters((source,))
        return given_parameters(self._parameters[it] if isinstance(it, Path) else it for it in sources)

    def _tree(self, candidate: Candidate) -> str:
        return str(self._options.root or candidate.tree)

    def _disk(self, tree: str) -> "Disk":
        from walint.terraform import Disk

        if tree not in self._disks:
            self._disks[tree] = Disk(tree, self._cwd, self._overlay)
        return self._disks[tree]


def comments(source: Source) -> "CommentReader":
    """The comments of a file, as its language has them."""
    if source.name.endswith(TERRAFORM_SUFFIXES):
        from walint.terraform.comments import Comments as TerraformComments

        return TerraformComments(source)
    from walint.cloudformation.comments import PROGRAMS, Comments, ProgramComments

    return ProgramComments(source) if source.name.endswith(PROGRAMS) else Comments(source)
