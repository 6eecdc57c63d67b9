"""Write the tables of what SAM's policy templates and connectors grant, and of the folders of managed policies.

Usage: PYTHON bench/sam_tables.py FOLDER

PYTHON is an interpreter of an environment with aws-sam-translator (no dependency of this project). The tables are
facts in a form of our own: one line for each template or pair of resources, its name and its statements; a text with
`${Name}` in it is put together from the parameters. FOLDER is `walint/cloudformation/serverless`.
"""

from __future__ import annotations

import json
import re
import sys
from importlib.resources import files
from pathlib import Path
from typing import Any

_VARIABLE = re.compile(r"\$\{([A-Za-z]+)\}")
_PLACEHOLDER = re.compile(r"%\{(Source|Destination)\.([A-Za-z]+)\}")


def plain(value: Any) -> Any:
    """A statement with its functions as text: `{"Ref": "A"}` is `${A}`, and so is a variable of Fn::Sub for it."""
    if isinstance(value, list):
        return [plain(item) for item in value]
    if isinstance(value, str):
        return _PLACEHOLDER.sub(r"${\1.\2}", value)
    if not isinstance(value, dict):
        return value
    if value.keys() == {"Ref"}:
        return f"${{{value['Ref']}}}"
    if value.keys() == {"Fn::Sub"}:
        argument = value["Fn::Sub"]
        text, variables = (argument, {}) if isinstance(argument, str) else argument
        names = {name: given["Ref"] for name, given in variables.items()}
        return _VARIABLE.sub(lambda match: f"${{{names.get(match[1], match[1])}}}", text)
    return {key: plain(item) for key, item in value.items()}


def lines(entries: dict[str, Any]) -> str:
    """Entries as `walint.vocabulary.lines` reads them: sorted, each a key, a space and JSON."""
    found = sorted((name.encode(), json.dumps(data, separators=(",", ":"))) for name, data in entries.items())
    return "".join(f"{name.decode()} {text}\n" for name, text in found)


def policy_templates() -> str:
    text = (files("samtranslator") / "policy_templates_data" / "policy_templates.json").read_text()
    return lines(
        {name: plain(template["Definition"]["Statement"]) for name, template in json.loads(text)["Templates"].items()}
    )


def connectors() -> str:
    text = (files("samtranslator") / "model" / "connector_profiles" / "profiles.json").read_text()
    return lines(
        {
            f"{source}>{destination}": {"Type": given["Type"], **plain(given["Properties"])}
            for source, targets in json.loads(text)["Permissions"].items()
            for destination, given in targets.items()
        }
    )


def managed_policies() -> str:
    """The folders of AWS's managed policies that have one, which a template may leave out."""
    text = (files("samtranslator") / "internal" / "data" / "aws_managed_policies.json").read_text()
    folders = {name: arn.partition(":policy/")[2].rpartition("/")[0] for name, arn in json.loads(text)["aws"].items()}
    return lines({name: folder for name, folder in folders.items() if folder in ("service-role", "job-function")})


if __name__ == "__main__":
    folder = Path(sys.argv[1])
    (folder / "policy_templates.txt").write_text(policy_templates())
    (folder / "managed_policies.txt").write_text(managed_policies())
    (folder / "connectors.txt").write_text(connectors())
