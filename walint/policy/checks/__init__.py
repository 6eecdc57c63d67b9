"""Checks in Python, for what no expression can say well. A rule names one with `check:`."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Final

from walint.policy.checks import credentials, environments, identifiers, inputs, passwords, software
from walint.policy.checks.model import Hit
from walint.policy.runtime import Env

__all__ = ["CHECKS", "Hit"]

CHECKS: Final[dict[str, Callable[[Env], Iterable[Hit]]]] = {
    "authentication_metadata": credentials.check(credentials.in_authentication_metadata),
    "build_environment": environments.build,
    "container_environment": environments.container,
    "function_environment": credentials.check(credentials.in_function_environment),
    "identifiers_of_group": identifiers.of_group,
    "keys_in_template": credentials.check(credentials.elsewhere),
    "master_password": credentials.check(credentials.in_master_password),
    "master_username": credentials.check(credentials.in_master_username),
    "passwords_in_properties": credentials.check(passwords.in_properties),
    "parameter_unencrypted": credentials.parameter_unencrypted,
    "parameter_value": credentials.check(credentials.in_parameter_value),
    "provider_credentials": credentials.check(credentials.in_provider),
    "secret_inputs": inputs.exposed,
    "self_managed_software": software.self_managed,
    "source_url": credentials.check(credentials.in_source_url),
    "user_data": credentials.check(credentials.in_user_data),
}
