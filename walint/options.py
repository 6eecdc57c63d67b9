"""What a run is asked to do."""

from collections.abc import Callable, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any, Literal, NamedTuple

from walint.config import Config
from walint.graph import Graph
from walint.policy.suppressions import SuppressionPolicy
from walint.report.options import Options as Showing


class Options(NamedTuple):
    """What a run is asked to do.

    Attributes:
        profile: "recommended" judges by the rules that most teams want, "strict" by all.
        select: only rules of these ids, services, pillars or aliases; all of the profile where it is empty.
        ignore: rules to leave out, named likewise.
        variables: Terraform variables by name, as the text that `--var` takes.
        var_files: Terraform variable files; later ones win.
        parameters: CloudFormation parameters by name.
        region, account_id, partition: CloudFormation's pseudo parameters; None leaves them open.
        workspace: Terraform's workspace.
        scenarios: "given" judges a template as it would be deployed, defaults included; "all" also explores what
            only a default decides.
        rule_parameters: thresholds by rule id and name.
        suppressions: what suppressions may do.
        config: what configuration files say. It stands for all of the above but the suppressions; what is asked for
            besides is put over it with `Config.over`.
        root: reads never leave this folder; None for the repository that holds each path.
        stats: count the values that rules ask for.
        remedies: give findings the edits that mend them.
        jobs: how many processes may judge at once; 0 for this one alone, which never forks.
        text: how the findings will be shown as text, where that is known beforehand and they stay as they are; the
            processes that judge then write it as well.
        look: takes from each graph what the report should keep of it, plain data; None keeps nothing.
    """

    profile: Literal["recommended", "strict"] = "recommended"
    select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    variables: Mapping[str, str] = MappingProxyType({})
    var_files: tuple[Path, ...] = ()
    parameters: Mapping[str, Any] = MappingProxyType({})
    region: str | None = None
    account_id: str | None = None
    partition: str | None = None
    workspace: str = "default"
    scenarios: Literal["given", "all"] = "given"
    rule_parameters: Mapping[str, dict[str, Any]] = MappingProxyType({})
    suppressions: SuppressionPolicy = SuppressionPolicy()
    config: Config | None = None
    root: Path | None = None
    stats: bool = False
    remedies: bool = False
    jobs: int = 0
    text: Showing | None = None
    look: Callable[[Graph], Any] | None = None

    def as_config(self) -> Config:
        """The options as a configuration, one for every path."""
        if self.config is not None:
            return self.config
        inputs = {
            "variables": self.variables,
            "variable_files": self.var_files,
            "parameters": (self.parameters,),
            "region": self.region,
            "account_id": self.account_id,
            "partition": self.partition,
            "workspace": self.workspace,
        }
        return Config(
            given={
                "profile": self.profile,
                "select": self.select,
                "ignore": self.ignore,
                "rules": self.rule_parameters,
                "scenarios": self.scenarios,
                "inputs": inputs,
            }
        )
