"""The functions that rules may call. Each takes the Env and its arguments as the expression gives them."""

from typing import Final, NamedTuple

from walint.policy.compiler import Function
from walint.policy.functions import (
    alarms,
    attached,
    basic,
    boundaries,
    conditions,
    iam,
    keys,
    links,
    network,
    subnets,
    types,
)


class Signature(NamedTuple):
    function: Function
    least: int
    most: int


FUNCTIONS: Final[dict[str, Signature]] = {
    "all": Signature(basic.all_, 1, 1),
    "any": Signature(basic.any_, 1, 1),
    "count": Signature(basic.count, 1, 1),
    "ends_with": Signature(basic.ends_with, 2, 2),
    "flatten": Signature(basic.flatten, 1, 1),
    "is_list": Signature(basic.is_list, 1, 1),
    "is_object": Signature(basic.is_object, 1, 1),
    "keys": Signature(basic.keys, 1, 1),
    "len": Signature(basic.count, 1, 1),
    "lower": Signature(basic.lower, 1, 1),
    "matches": Signature(basic.matches, 2, 2),
    "number": Signature(basic.number, 1, 1),
    "starts_with": Signature(basic.starts_with, 2, 2),
    "unique": Signature(basic.unique, 1, 1),
    "version_before": Signature(basic.version_before, 2, 2),
    "propagated_tags": Signature(types.propagated_tags, 1, 1),
    "taggable": Signature(types.taggable, 1, 1),
    # links between resources
    "incoming": Signature(links.incoming, 2, 3),
    "mentions": Signature(links.mentions, 2, 3),
    "referrers": Signature(links.referrers, 0, 2),
    "resources": Signature(links.resources, 1, 1),
    "target": Signature(links.target, 1, 1),
    "targets": Signature(links.targets, 1, 1),
    "type_of": Signature(links.type_of, 1, 1),
    "used": Signature(links.used, 1, 1),
    "unwatched": Signature(alarms.unwatched, 2, 2),
    # policies
    "allows": Signature(iam.allows, 2, 2),
    "any_action": Signature(iam.any_action, 1, 1),
    "any_principal": Signature(iam.any_principal, 1, 1),
    "boundary_only": Signature(boundaries.boundary_only, 1, 1),
    "decoded": Signature(iam.decoded, 1, 1),
    "documents_of": Signature(attached.documents_of, 1, 1),
    "example_of": Signature(iam.example_of, 1, 1),
    "granted": Signature(iam.granted, 1, 1),
    "granting": Signature(iam.granting, 1, 1),
    "grants": Signature(iam.grants, 2, 2),
    "narrowed": Signature(iam.narrowed, 1, 1),
    "without_tls": Signature(conditions.without_tls, 1, 1),
    "principals": Signature(iam.principals, 1, 1),
    "principals_of": Signature(iam.principals_of, 2, 2),
    "public": Signature(iam.public, 1, 1),
    "restrictable": Signature(iam.restrictable, 1, 1),
    "statements": Signature(iam.statements, 1, 1),
    "wildcard_resource": Signature(iam.wildcard_resource, 1, 1),
    # keys
    "customer_key": Signature(keys.customer_key, 1, 1),
    # networks
    "covers_any_port": Signature(network.covers_any_port, 4, 4),
    "covers_port": Signature(network.covers_port, 4, 4),
    "internet_route": Signature(subnets.internet_route, 1, 1),
    "is_public": Signature(network.is_public, 1, 2),
    "prefix_length": Signature(network.prefix_length, 1, 1),
}


def arity() -> dict[str, tuple[int, int]]:
    """The least and the greatest number of arguments, for `expression.parse`."""
    return {name: (signature.least, signature.most) for name, signature in FUNCTIONS.items()}


CALLABLES: Final = {name: signature.function for name, signature in FUNCTIONS.items()}
