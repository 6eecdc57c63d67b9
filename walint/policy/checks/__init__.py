"""Checks in Python, for what no expression can say well. A rule names one with `check:`."""

from __future__ import annotations

from typing import Final

from walint.policy.checks import credentials, environments, identifiers, inputs, passwords, software
from walint.policy.checks.model import Check, Hit

__all__ = ["CHECKS", "Check", "Hit"]

CHECKS: Final[dict[str, Check]] = {
    "authentication_metadata": Check(
        credentials.check(credentials.in_authentication_metadata), credentials.no_authentication
    ),
    "build_environment": Check(environments.build),
    "container_environment": Check(environments.container),
    "function_environment": Check(credentials.check(credentials.in_function_environment)),
    "identifiers_of_group": Check(identifiers.of_group),
    "keys_in_template": Check(credentials.check(credentials.elsewhere), credentials.nothing_elsewhere),
    "master_password": Check(credentials.check(credentials.in_master_password)),
    "master_username": Check(credentials.check(credentials.in_master_username)),
    "passwords_in_properties": Check(credentials.check(passwords.in_properties), passwords.nothing_in_properties),
    "parameter_unencrypted": Check(credentials.parameter_unencrypted),
    "parameter_value": Check(credentials.check(credentials.in_parameter_value)),
    "provider_credentials": Check(credentials.check(credentials.in_provider)),
    "secret_inputs": Check(inputs.exposed, inputs.nothing_secret),
    "self_managed_software": Check(software.self_managed),
    "source_url": Check(credentials.check(credentials.in_source_url)),
    "user_data": Check(credentials.check(credentials.in_user_data)),
}
