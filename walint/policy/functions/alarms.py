"""From a log group over its metric filters and their metrics to the alarms that somebody hears."""

from __future__ import annotations

from typing import Any, Final

from walint.graph import Resource
from walint.policy.filter_patterns import Predicate, parse
from walint.policy.functions import links
from walint.policy.functions.basic import count
from walint.policy.logic import compare, equals
from walint.policy.runtime import Env, Item, Items, Surprise, Truth
from walint.values import Property, Reference, Unknown

_FILTER: Final = "AWS::Logs::MetricFilter"
_ALARM: Final = "AWS::CloudWatch::Alarm"
_COMPOSITE: Final = "AWS::CloudWatch::CompositeAlarm"
# The attributes of a metric filter that give its own name.
_OF_FILTER: Final = ("id", "Ref", "")
# A pattern that matches what happens all day raises an alarm that nobody listens to.
_EVERYDAY: Final = "ec2:DescribeInstances; readOnly=true"


def unwatched(env: Env, group: Any, events: Any) -> Items:
    """The events in a log group of CloudTrail that raise no alarm, of those given.

    An event is `service:Action`, with fields that differ from those of an ordinary call behind semicolons:
    `signin:ConsoleLogin; errorMessage=Failed authentication`.
    """
    wanted = env.deep(events)
    if not isinstance(wanted, list) or not all(isinstance(event, str) for event in wanted):
        raise Surprise("unwatched takes a log group and a list of events")
    mark = len(env.trace)
    found = links.incoming(env, _FILTER, "LogGroupName", group)
    watching = [(_predicate(env, item.value), _alarms(env, item.value), item.doubt) for item in found.items]
    del env.trace[mark:]
    out: list[Item] = []
    for event in wanted:
        seen = _watched(event_of(event), watching)
        if seen is not True:
            out.append(Item(event.partition(";")[0], seen or found.more))
    return Items(out)


def event_of(text: str) -> dict[str, Any]:
    """A record of CloudTrail, as far as patterns look at it."""
    call, *fields = (part.strip() for part in text.split(";"))
    service, _, action = call.partition(":")
    event: dict[str, Any] = {
        "eventVersion": "1.11",
        "eventType": "AwsConsoleSignIn" if service == "signin" else "AwsApiCall",
        "eventCategory": "Management",
        "eventSource": f"{service}.amazonaws.com",
        "eventName": action,
        "awsRegion": "us-east-1",
        "sourceIPAddress": "203.0.113.10",
        "userAgent": "aws-cli",
        "readOnly": False,
        "managementEvent": True,
        "recipientAccountId": "123456789012",
        "userIdentity": {"type": "IAMUser", "userName": "somebody", "accountId": "123456789012"},
    }
    for field in fields:
        path, _, value = field.partition("=")
        *outer, name = path.strip().split(".")
        inner = event
        for step in outer:
            inner = inner.setdefault(step, {})
        inner[name] = {"true": True, "false": False}.get(value.strip(), value.strip())
    return event


def _watched(event: dict[str, Any], watching: list[tuple[Predicate | Unknown, Truth, Unknown | None]]) -> Truth:
    open_: Unknown | None = None
    for predicate, alarms, doubt in watching:
        if isinstance(predicate, Unknown):
            if alarms is not False:
                open_ = open_ or predicate
        elif predicate(event) and not predicate(event_of(_EVERYDAY)):
            if alarms is True and doubt is None:
                return True
            if alarms is not False:
                open_ = open_ or (alarms if isinstance(alarms, Unknown) else doubt)
    return open_ or False


def _predicate(env: Env, metric_filter: Resource) -> Predicate | Unknown:
    text = env.peek(env.get(metric_filter, "FilterPattern"))
    if isinstance(text, Unknown):
        return text
    read = parse(text) if isinstance(text, str) else None
    return read or Unknown(f"the filter pattern of {metric_filter.address}, which could not be read")


def _alarms(env: Env, metric_filter: Resource) -> Truth:
    """Whether an alarm with an action watches a metric that the filter feeds."""
    found = links.resources(env, _ALARM)
    open_: Unknown | None = found.more
    metrics = env.items(env.get(metric_filter, "MetricTransformations")).items
    for alarm, doubt in found.items:
        for transformation, _ in metrics:
            heard = _both(_watches(env, alarm, transformation, metric_filter), lambda of=alarm: _heard(env, of))
            if heard is True and doubt is None:
                return True
            if heard is not False:
                open_ = open_ or (heard if isinstance(heard, Unknown) else doubt)
    return open_ or False


def _watches(env: Env, alarm: Resource, transformation: Any, metric_filter: Resource) -> Truth:
    metrics = [alarm, *(env.get(env.get(item.value, "MetricStat"), "Metric") for item in _queries(env, alarm))]
    open_: Unknown | None = None
    for metric in metrics:
        name = _named(env, env.get(metric, "MetricName"), metric_filter)
        same = _both(
            equals(name, env.get(transformation, "MetricName"), env) if env.peek(name) is not None else False,
            lambda of=metric: equals(env.get(of, "Namespace"), env.get(transformation, "MetricNamespace"), env),
        )
        if same is True:
            return True
        open_ = open_ or (same if isinstance(same, Unknown) else None)
    return open_ or False


def _queries(env: Env, alarm: Resource) -> list[Item]:
    return env.items(env.get(alarm, "Metrics")).items


def _named(env: Env, name: Any, metric_filter: Resource) -> Any:
    """A metric's name; where it is given as the filter itself, that is the filter's name."""
    inner = env.peek(name)
    if isinstance(inner, Reference) and inner.resource == metric_filter.address and inner.attribute in _OF_FILTER:
        return env.get(metric_filter, "FilterName")
    return name


def _heard(env: Env, alarm: Resource) -> Truth:
    """Whether an alarm acts by itself or through a composite alarm."""
    open_: Unknown | None = None
    composites = links.incoming(env, _COMPOSITE, "AlarmRule", alarm).items
    for one, doubt in [Item(alarm, None), *composites]:
        acts = _both(
            compare(">", count(env, env.get(one, "AlarmActions")), 0, env),
            lambda of=one: _not_false(env, env.get(of, "ActionsEnabled")),
        )
        if acts is True and doubt is None:
            return True
        if acts is not False:
            open_ = open_ or (acts if isinstance(acts, Unknown) else doubt)
    return open_ or False


def _not_false(env: Env, value: Property | Any) -> Truth:
    off = equals(value, False, env)
    return off if isinstance(off, Unknown) else not off


def _both(one: Truth, other: Any) -> Truth:
    """`and`, where the second side is only asked if it matters."""
    if one is False:
        return False
    two: Truth = other()
    return two if one is True or two is False else one
