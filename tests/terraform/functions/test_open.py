"""Strings, numbers, collections and conversions over open values: nothing that is claimed may turn out wrong, and
what can be known is known."""

from __future__ import annotations

import re
from fractions import Fraction
from itertools import product
from typing import Any

import pytest

from walint.conditions import And, Condition, Is, Not, Or, Subject, same_value
from walint.source import Problem
from walint.terraform.context import Context, Scope
from walint.terraform.evaluate import evaluate
from walint.terraform.parse import parse_expression
from walint.terraform.typed import STRING, ListValue, MapValue, SetValue, kind_of, make_set
from walint.terraform.types import ConversionError, convert
from walint.values import Choice, PlacedList, PlacedMap, Reference, Unknown, is_known

KINDS = {
    "name": "string",
    "size": "number",
    "flag": "bool",
    "items": "list",
    "zones": "set",
    "tags": "map",
    "anything": None,
}
DOMAINS: dict[str, tuple[str | bool, ...]] = {"flag": (True, False)}
INPUTS = {name: Unknown(name, kind, Subject(name, DOMAINS.get(name))) for name, kind in KINDS.items()}
BUCKET = Reference("aws_s3_bucket.b", "")
RESOURCES = {
    "bucket": BUCKET,
    "arn": Reference("aws_s3_bucket.b", "arn"),
    "domain": Reference("aws_s3_bucket.b", "bucket_domain_name"),
    "ids": Reference("aws_vpc.v", "subnet_ids"),
}


def evaluated(text: str, names: dict[str, Any]) -> tuple[Any, list[str]]:
    problems: list[Problem] = []
    expression, mistakes = parse_expression(text)
    assert mistakes == (), text
    value = evaluate(expression, Scope(names), Context(problems.append))
    return value, [problem.message for problem in problems]


# --- nothing claimed is wrong ---------------------------------------------------------------------------------------

VALUES: dict[str, list[Any]] = {
    "name": ["", "a", "b", "ab", "-", "x-y", "a,b", "true", "1", "\n", " ", None],
    "size": [0, 1, 2, 3, -1, Fraction(1, 2), None],
    "flag": [True, False],
    "items": [ListValue(items, STRING) for items in ([], ["a"], ["b", "a"], ["a", "a", ""])] + [None],
    "zones": [make_set(items, STRING) for items in ([], ["a"], ["b", "c"])],
    "tags": [MapValue(items, STRING) for items in ({}, {"a": "z"}, {"a": "p", "b": "q"})] + [None],
    "anything": [None, "", "a", 0, True, [], ["a"], {}, {"a": 1}],
}
SOUND = """
length([name, size])
length(toset([name, "a"]))
length(toset([name]))
length(concat(["a"], items))
coalesce(name, "d")
coalesce("x", name)
coalesce("", name)
coalesce("p-${name}", "d")
coalesce(size, 5)
coalesce(flag, true)
coalesce(null, name, "d")
coalesce(name, size)
coalesce(items, ["a"])
coalescelist([], items, ["z"])
coalescelist(concat(["a"], items), ["z"])
compact([name, "a", ""])
compact(["p-${name}", name, null])
compact(items)
compact([flag ? "x" : null, name])
compact([name, name == "a" ? "z" : "", flag ? "y" : ""])
compact(concat(["a"], items))
concat(["a"], items)
concat([name], [size])
concat(["a"], flag ? ["b"] : [])
contains(["a", "b"], name)
contains([name, "a"], "a")
contains([name], name)
contains(["p-${name}"], "q")
contains(["p-${name}"], "p-a")
contains([name, size], 1)
contains(concat(["a"], items), "b")
distinct([name, "a", "a"])
distinct([name, name])
distinct(["p-${name}", "q"])
distinct([name, size])
element([name, "a"], size)
element([name], size)
element(items, 0)
element(items, 1)
flatten([[name], ["a"]])
flatten([items, ["a"]])
flatten([flag ? ["x"] : [], ["y"]])
flatten([anything, "a"])
flatten([name, ["b"]])
flatten([zones, ["z"]])
flatten([toset([name, "a"]), "b"])
index(["a", "b"], name)
index([name, "a"], "a")
keys(merge({ z = "1" }, tags))
values({ a = name, b = "q" })
values(merge(tags, { z = "1" }))
lookup({ a = "x" }, name, "d")
lookup({ a = "x", b = "y" }, name)
lookup({ a = "x" }, "b", name)
lookup(tags, "a", "d")
lookup(merge(tags, { a = "k" }), "a", "d")
lookup(merge({ a = "k" }, tags), "a", "d")
lookup({ a = "x" }, "p-${name}", "d")
lookup({ true = "x", false = "y" }, flag, "z")
matchkeys(["a", "b"], ["1", "2"], [name])
matchkeys(["a", "b"], [name, "2"], ["2"])
matchkeys(["a", "b"], [flag ? "1" : "2", "2"], ["1"])
merge({ a = 1 }, tags, { c = "2" })
merge(tags)
merge({ a = name }, { b = size })
merge({ a = 1 }, flag ? { a = 2 } : null)
merge(anything, { a = 2 })
one([name])
one(toset([name, "a"]))
one(flag ? ["a"] : [])
reverse([name, "a"])
reverse(toset([name, "a"]))
setintersection(["a", "b"], ["b", name])
setintersection([name], ["a"])
setintersection(["a", "p-${name}"], ["a", "q"])
setproduct(["a", name], ["b"])
setproduct(toset(["a", name]), ["b"])
setsubtract(["a", "b"], [name])
setsubtract([name, "a"], ["a"])
setsubtract(["a"], ["p-${name}"])
setunion(["a"], [name])
setunion(["a"], zones)
slice([name, "a", "b"], 1, 3)
slice([name, "a"], 0, size)
slice(items, 0, 1)
slice(items, 0, 2)
length(slice(items, 0, 2))
slice(anything, 0, 1)
try(slice(items, 0, 2), ["d"])
can(slice(items, 0, 2))
sort([name, "a"])
sort(["b", flag ? "a" : "c"])
sort(toset([name, "a"]))
sum([size, 1])
sum([flag ? 1 : 2, 3])
transpose({ a = [name] })
zipmap(["a", name], [1, 2])
zipmap(["a", "b"], [name, size])
zipmap(["a", flag ? "a" : "c"], ["x", "y"])
zipmap(toset([name, "a"]), ["x", "y"])
alltrue([flag, true])
alltrue([name == "a", flag])
alltrue(concat([false], [tobool(name)]))
anytrue([name == "a", flag])
anytrue([flag, false])
chunklist([name, "a", "b"], 2)
chunklist(toset([name, "a"]), 1)
join(",", [name, "a"])
join(",", items)
join(name, ["a", "b"])
join(",", toset([name, "a"]))
join(",", [flag ? "x" : null, "z"])
format("%s-%s", name, "a")
format("%s-%d", name, size)
format("%05d|%v|%q", size, name, name)
format("%v", anything)
format("%[1]s%[1]s", name)
format("%5s", name)
format(name)
formatlist("%s-x", [name, "a"])
formatlist("%s-%s", ["a", "b"], anything)
formatlist("%s", [flag ? "x" : "y"])
lower("A-${name}")
upper("a-${name}")
title("a ${name}")
replace("a-${name}", "-", "_")
replace("${name}b", "ab", "X")
replace("a${name}", "ab", "X")
replace("a${name}b", "ab", "X")
replace("a${name}b", "a", "X")
replace("ab${name}", "ab", "X")
replace("${name}ab", "ab", "X")
replace("aba${name}", "aba", "X")
replace("${name}aba", "aba", "X")
replace("xaba${name}", "aba", "X")
replace("${name}a${name}", "aaa", "X")
replace("a-b-${name}", "-", name)
replace("abc", "b", name)
replace("abc", name, "x")
replace("a-${name}", "/-/", "_")
replace("ab", "", name)
replace(jsonencode({ a = "x\\"y" }), "\\"", name)
replace(jsonencode({ a = 1, b = "1" }), "1", "2")
replace(jsonencode({ a = "__X__" }), "__X__", "p-${name}")
regex("a", name)
split(",", "a,${name}")
startswith("p-${name}", "p-")
startswith("p-${name}", "q")
startswith("p-${name}", "p-a")
endswith("${name}-p", "x-p")
endswith("${name}-p", "q")
strcontains("p-${name}", "-")
strcontains("p-${name}", "z")
strrev("a${name}")
substr("prod-${name}", 0, 4)
substr("prod-${name}", 0, 6)
substr("prod-${name}", 1, 2)
substr("prod-${name}", -1, 1)
substr("prod", 0, size)
trim("a${name}", "a")
trimprefix("p-${name}", "p-")
trimprefix("p-${name}", "q-")
trimprefix("p${name}", "p-")
trimsuffix("${name}.", ".")
trimsuffix("${name}.", "x.")
trimspace(" a${name} b ")
trimspace(" a${name}")
chomp("a${name}")
indent(2, "a\\n${name}")
tolist([name, "a"])
tolist(toset([name, "a"]))
toset([name, "a"])
toset(["a", "a", name, name])
toset(concat(["a"], items))
tomap({ a = name })
tostring(size)
tonumber(name)
max(size, 1)
sensitive(name)
""".strip().splitlines()


def holds(condition: Condition, given: dict[str, Any]) -> bool:
    match condition:
        case Is(subject, value):
            return same_value(given[subject.name], value)
        case Not(of):
            return not holds(of, given)
        case And(parts):
            return all(holds(part, given) for part in parts)
        case Or(parts):
            return any(holds(part, given) for part in parts)
        case _:
            raise AssertionError(condition)


def text_pattern(parts: tuple[Any, ...], given: dict[str, Any]) -> str:
    out = ""
    for part in parts:
        if isinstance(part, str):
            out += re.escape(part)
        elif part.subject is not None:
            out += re.escape(str(convert(given[part.subject.name], STRING)))
        else:
            out += "(?s:.*)"
    return out


def same(one: Any, other: Any) -> bool:
    try:
        return convert(one, STRING) == convert(other, STRING)
    except ConversionError:
        return bool(one == other)


def admits(claimed: Any, actual: Any, given: dict[str, Any]) -> bool:
    """Whether a value that is open can turn out to be the actual one where the inputs have the given values."""
    if isinstance(claimed, Choice):
        return admits(claimed.then if holds(claimed.condition, given) else claimed.otherwise, actual, given)
    if isinstance(claimed, Unknown):
        return admits_unknown(claimed, actual, given)
    if isinstance(claimed, dict):
        return (
            isinstance(actual, dict)
            and claimed.keys() == actual.keys()
            and all(admits(item, actual[name], given) for name, item in claimed.items())
        )
    if isinstance(claimed, SetValue) and not is_known(claimed):
        return (
            all(any(admits(item, one, given) for one in actual) for item in claimed)
            and all(any(admits(item, one, given) for item in claimed) for one in actual)
            and (len(claimed) > 1 or len(actual) == 1)
        )
    if isinstance(claimed, list):
        return (
            isinstance(actual, list)
            and len(claimed) == len(actual)
            and all(admits(item, one, given) for item, one in zip(claimed, actual, strict=True))
        )
    return kind_of(claimed) == kind_of(actual) and bool(claimed == actual)


def admits_unknown(claimed: Unknown, actual: Any, given: dict[str, Any]) -> bool:
    if claimed.reason.startswith("a value that cannot be computed"):
        return False
    if claimed.parts is not None and any(part is not claimed for part in claimed.parts):
        return isinstance(actual, str) and re.fullmatch(text_pattern(claimed.parts, given), actual) is not None
    if claimed.subject is not None and claimed.subject.name in given:
        return same(given[claimed.subject.name], actual)
    if isinstance(claimed.data, dict):
        return all(name in actual and admits(item, actual[name], given) for name, item in claimed.data.items())
    if isinstance(claimed.data, list):
        return all(any(admits(item, one, given) for one in actual) for item in claimed.data)
    families = [{"list", "set", "tuple"}, {"map", "object"}]
    kinds: set[str] = next((family for family in families if claimed.kind in family), {str(claimed.kind)})
    return claimed.kind is None or actual is None or kind_of(actual) in kinds


@pytest.mark.parametrize("expression", SOUND)
def test_what_is_claimed_of_an_open_value_holds_whatever_the_inputs_are(expression: str) -> None:
    claimed, reported = evaluated(expression, INPUTS)
    used = [name for name in KINDS if re.search(rf"\b{name}\b", expression)]
    computed = 0
    for values in product(*(VALUES[name] for name in used)):
        given = dict(zip(used, values, strict=True))
        actual, mistakes = evaluated(expression, given)
        if not mistakes:
            computed += 1
            assert reported == []
            assert admits(claimed, actual, given), (given, actual, claimed)
    assert computed > 0


# --- what can be known is known -------------------------------------------------------------------------------------


def shown(value: Any) -> Any:
    """A value in short: ${name} for an open input, ${?} for what depends on one, ... for what a collection may have
    besides."""
    if isinstance(value, Choice):
        return {"if": str(value.condition), "then": shown(value.then), "else": shown(value.otherwise)}
    if isinstance(value, Reference):
        return f"${{{value.resource}.{value.attribute}}}" if value.attribute else value.resource
    if isinstance(value, Unknown):
        if value.reason.startswith("a value that cannot be computed"):
            return "error"
        if value.parts is not None and any(part is not value for part in value.parts):
            return "".join(part if isinstance(part, str) else shown(part) for part in value.parts)
        if isinstance(value.data, dict):
            return {**shown(value.data), "...": "${?}"}
        if isinstance(value.data, list):
            return [*shown(value.data), "..."]
        return "${?}" if value.subject is None else f"${{{value.subject.name}}}"
    if isinstance(value, dict):
        return {name: shown(item) for name, item in value.items()}
    return [shown(item) for item in value] if isinstance(value, list) else value


KNOWN: list[tuple[str, Any]] = [
    ("length([name, size])", 2),
    ("length(slice(items, 1, 3))", 2),
    ("length(cidrsubnets(name, 4, 4, 8))", 3),
    ("length({ a = name })", 1),
    ("length(toset([name]))", 1),
    ("length(toset([name, 1]))", "${?}"),
    ("length(toset([arn, domain]))", "${?}"),
    ('coalesce("x", name)', "x"),
    ('coalesce("p-${name}", "d")', "p-${name}"),
    ('coalesce(name, "d")', {"if": 'name is null or name is ""', "then": "d", "else": "${name}"}),
    ("coalesce(size, 5)", {"if": "size is null", "then": 5, "else": "${size}"}),
    ('coalesce(items, ["a"])', {"if": "items is null", "then": ["a"], "else": "${items}"}),
    ('coalesce(arn, "")', "${aws_s3_bucket.b.arn}"),
    ('coalesce(domain, "")', "${?}"),
    ('coalesce("", domain)', "${?}"),
    ("coalesce(null, bucket)", "aws_s3_bucket.b"),
    ('try(coalesce(name), "none")', {"if": 'name is null or name is ""', "then": "none", "else": "${name}"}),
    ('coalescelist(concat(["a"], items), ["b"])', ["a", "..."]),
    ('compact([arn, "", null])', ["${aws_s3_bucket.b.arn}"]),
    ('compact([flag ? "x" : "", "y"])', {"if": "flag is true", "then": ["x", "y"], "else": ["y"]}),
    ('compact([name, "a"])', {"if": 'name is null or name is ""', "then": ["a"], "else": ["${name}", "a"]}),
    ('compact([domain, "a", ""])', ["a", "..."]),
    ('compact(concat(["a", ""], items))', ["a", "..."]),
    ('concat(["a"], items, ["b"])', ["a", "b", "..."]),
    ('concat(["a"], flag ? ["b"] : [])', {"if": "flag is true", "then": ["a", "b"], "else": ["a"]}),
    ('contains(["a", "b"], name)', {"if": 'name is "a" or name is "b"', "then": True, "else": False}),
    ('contains([name, "a"], "a")', True),
    ('contains(["p-${name}"], "q")', False),
    ('contains(concat(["a"], items), "a")', True),
    ('contains(concat(["a"], items), "b")', "${?}"),
    ("contains([arn], arn)", True),
    ("distinct([name, name])", ["${name}"]),
    ('distinct(["p-${name}", "q", "q"])', ["p-${name}", "q"]),
    ('distinct([name, "a", "a"])', ["${name}", "a", "..."]),
    ("element([name], size)", "${name}"),
    ("element(items, 0)", "${items[0]}"),
    ("flatten([[name], arn, [bucket]])", ["${name}", "${aws_s3_bucket.b.arn}", "aws_s3_bucket.b"]),
    ('flatten([["a"], ids])', ["a", "..."]),
    ('flatten([flag ? ["x"] : [], ["y"]])', {"if": "flag is true", "then": ["x", "y"], "else": ["y"]}),
    ('index(["p-${name}", "a"], "a")', 1),
    ('index([name, "a"], "a")', {"if": 'name is "a"', "then": 0, "else": 1}),
    ("keys({ a = name })", ["a"]),
    ('keys(merge({ z = "1" }, tags))', ["z", "..."]),
    ('lookup({ a = "x" }, name, "d")', {"if": 'name is "a"', "then": "x", "else": "d"}),
    ('lookup({ a = "x" }, name)', {"if": 'name is "a"', "then": "x", "else": "error"}),
    ('lookup({ true = "x", false = "y" }, flag)', {"if": 'flag is "true"', "then": "x", "else": "y"}),
    ('lookup({ a = "x" }, "p-${name}", "d")', "d"),
    ('lookup(merge(tags, { a = "k" }), "a", "d")', "k"),
    ('lookup(merge({ a = "k" }, tags), "a", "d")', "${?}"),
    ('matchkeys(["a", "b"], ["1", "p-${name}"], ["1"])', ["a"]),
    ("merge({ a = name }, { b = 1 })", {"a": "${name}", "b": 1}),
    ('merge({ a = 1 }, tags, { c = "2" })', {"a": "${?}", "c": "2", "...": "${?}"}),
    ("merge({ a = 1 }, flag ? { a = 2 } : null)", {"if": "flag is true", "then": {"a": 2}, "else": {"a": 1}}),
    ('one(flag ? ["a"] : [])', {"if": "flag is true", "then": "a", "else": None}),
    ('reverse([name, "a"])', ["a", "${name}"]),
    ('setintersection(["a", "b"], ["b", name])', ["b", "..."]),
    ('setsubtract(["a"], ["p-${name}"])', ["a"]),
    ('setunion(["a"], zones)', ["a", "..."]),
    ('sort(["b", flag ? "a" : "c"])', {"if": "flag is true", "then": ["a", "b"], "else": ["b", "c"]}),
    ('sort([name, "a"])', ["${name}", "a", "..."]),
    ("sum([flag ? 1 : 2, 3])", {"if": "flag is true", "then": 4, "else": 5}),
    ('zipmap(["a"], [name])', {"a": "${name}"}),
    ("alltrue([flag, false])", False),
    ("alltrue([flag, true])", {"if": "flag is true", "then": True, "else": False}),
    ("anytrue([flag, true])", True),
    ("anytrue(concat([true], anything))", True),
    ('tolist(toset([name, "a"]))', ["a", "${name}", "..."]),
    ('toset(["a", "a", name, name])', ["a", "${name}"]),
    ('join(",", [name, arn, "a"])', "${name},${aws_s3_bucket.b.arn},a"),
    ('join(",", [flag ? "x" : "y", "z"])', {"if": "flag is true", "then": "x,z", "else": "y,z"}),
    ('join(",", toset([name, "a"]))', "${?}"),
    ('format("%s-%d-%v", name, size, arn)', "${name}-${size}-${aws_s3_bucket.b.arn}"),
    ('format("%s|%5s", "a", name)', "a|${?}"),
    ('formatlist("%s-%s", ["a", "b"], arn)', ["a-${aws_s3_bucket.b.arn}", "b-${aws_s3_bucket.b.arn}"]),
    ('lower("A-${name}")', "a-${?}"),
    ('replace("a.${name}", ".", "-")', "a-${?}"),
    ('replace("$(x)/${arn}", "$(x)", "y")', "y/${aws_s3_bucket.b.arn}"),
    ('startswith("p-${name}", "p-")', True),
    ('startswith("p-${name}", "q-")', False),
    ('startswith("p-${name}", "p-a")', "${?}"),
    ('endswith("${name}-p", "-q")', False),
    ('strcontains("a-${name}", "-")', True),
    ('substr("prod-${name}", 0, 4)', "prod"),
    ('trimprefix("p-${name}", "p-")', "${name}"),
    ('trimsuffix("${name}.", ".")', "${name}"),
    ('trimspace(" a${name}b ")', "a${name}b"),
    ("sensitive(name)", "${name}"),
]


@pytest.mark.parametrize(("expression", "expected"), KNOWN)
def test_what_can_be_known_is_known(expression: str, expected: Any) -> None:
    value, problems = evaluated(expression, {**INPUTS, **RESOURCES})
    assert (shown(value), problems) == (expected, [])


@pytest.mark.parametrize(
    "expression",
    [
        "length(size)",
        "concat([name], zones)",
        'lookup(tomap({ a = 1 }), name, "x")',
        "element([], size)",
        'join(",", [name, null])',
        'format("%s", name, name)',
        "index([], name)",
        "coalesce(name, [])",
        'replace(name, "/(/", "")',
    ],
)
def test_what_fails_whatever_the_inputs_are_is_reported(expression: str) -> None:
    _, problems = evaluated(expression, INPUTS)
    assert len(problems) == 1


@pytest.mark.parametrize(
    "expression",
    [
        'format("%s", jsonencode({ a = name }))',
        'join("", [jsonencode({ a = name })])',
        "trimspace(jsonencode({ a = name }))",
        'replace(jsonencode({ a = "$(x)" }), "$(x)", name)',
        'coalesce("", jsonencode({ a = name }))',
    ],
)
def test_a_json_text_that_stays_whole_keeps_its_structure(expression: str) -> None:
    value, problems = evaluated(expression, INPUTS)
    assert isinstance(value, Unknown)
    assert (shown(value.data), problems) == ({"a": "${name}"}, [])


# --- places ---------------------------------------------------------------------------------------------------------


def placed(value: Any) -> Any:
    """The text at the place of each item of a list or map; None for an item without a place."""
    if isinstance(value, PlacedMap):
        return {name: value.places[name].text() if name in value.places else None for name in value}
    assert isinstance(value, PlacedList)
    return [place and place.text() for place in value.places] or [None] * len(value)


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ('concat(["a"], ["b", name])', ['"a"', '"b"', "name"]),
        ('concat(tolist(["a"]), tolist([1]))', ['"a"', "1"]),
        ('flatten([["a"], [["b"]]])', ['"a"', '"b"']),
        ("merge({ a = 1, b = 2 }, { b = 3 })", {"a": "a = 1", "b": "b = 3"}),
        ("values({ b = 1, a = 2 })", ["a = 2", "b = 1"]),
        ("keys({ b = 1, a = 2 })", ["a = 2", "b = 1"]),
        ("values(tomap({ a = 2 }))", ["a = 2"]),
        ('zipmap(["a"], ["x"])', {"a": '"x"'}),
        ('tolist(["a", "b"])', ['"a"', '"b"']),
        ("tomap({ a = 1 })", {"a": "a = 1"}),
        ('compact(["", "b"])', ['"b"']),
        ('distinct(["a", "a", "b"])', ['"a"', '"b"']),
        ('sort(["b", "a"])', ['"a"', '"b"']),
        ('reverse(["a", "b"])', ['"b"', '"a"']),
        ('slice(["a", "b"], 1, 2)', ['"b"']),
        ('lookup({ a = ["x"] }, "a", [])', ['"x"']),
        ('coalescelist([], ["x"])', ['"x"']),
        ('one([["x"]])', ['"x"']),
    ],
)
def test_items_keep_the_places_where_they_were_written(expression: str, expected: Any) -> None:
    value, problems = evaluated(expression, INPUTS)
    assert (placed(value), problems) == (expected, [])


def test_the_certain_items_of_open_collections_keep_their_places() -> None:
    joined, _ = evaluated('concat(["a"], items)', INPUTS)
    merged, _ = evaluated('merge(tags, { a = "x" })', INPUTS)
    assert placed(joined.data) == ['"a"']
    assert placed(merged.data) == {"a": 'a = "x"'}


# --- regular expressions --------------------------------------------------------------------------------------------


def test_a_pattern_with_nested_repetition_is_matched_all_the_same() -> None:
    value, problems = evaluated(f'can(regex("^(a+)+$", "{"a" * 5000}b"))', {})
    assert (value, problems) == (False, [])


@pytest.mark.parametrize(
    ("expression", "reason"),
    [
        (r'regex("\\p{Greek}", "α")', "does not understand: the characters called Greek"),
        (f'regex("(?:{"a" * 30}){{1000}}", "a")', "too long to match"),
        (f'regex("(a*)(a*)(a*)(a*)(a*)(a*)(a*)(a*)b", "{"a" * 50_000}")', "too long to match"),
    ],
)
def test_a_pattern_beyond_us_is_open(expression: str, reason: str) -> None:
    value, problems = evaluated(expression, {})
    assert isinstance(value, Unknown)
    assert reason in value.reason
    assert problems == []
