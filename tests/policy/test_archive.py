"""Findings that are put away come out as they would have been without it."""

from __future__ import annotations

from datetime import date

from tests.report.made import ENCRYPTED, TAGS, finding
from walint.policy.archive import Archive, Kept, KeptLines
from walint.policy.model import Finding, Related, Remedy, Replacement, Suppression
from walint.policy.packing import Packer, dump
from walint.policy.tally import Drawing, Tally, by_file, names_in
from walint.policy.verdicts import merge
from walint.source import Span

PLACE = Span("b.tf", 3, 1, 3, 9)
ODD = finding(TAGS)._replace(
    related=(Related("called as module.a", Span("main/calls.tf", 1, 1, 1, 5)),),
    suppression=Suppression("inline", "why", date(2030, 1, 2), Span("main.tf", 6, 1, 6, 4), "checkov"),
    remedy=Remedy((Replacement(Span("vars.tf", 2, 1, 2, 4), "x"),)),
)
# The same fault of a module that is called from two root modules, one of which leaves it open.
FIRST = finding(span=PLACE, addresses=("module.one.aws_ebs_volume.v",))
SECOND = finding(span=PLACE, addresses=("module.a.aws_ebs_volume.v",))
OPEN = finding(span=PLACE, verdict="open", reason="var.x", addresses=("module.z.aws_ebs_volume.v",))
CHUNKS: list[list[Finding]] = [
    [finding(), FIRST, OPEN],
    [SECOND, ODD, finding(ENCRYPTED._replace(severity="low"), span=Span("a.tf", 1, 1, 1, 2))],
]
LINES: list[dict[str, dict[int, str]]] = [
    {"main.tf": {7: "encrypted = false"}, "b.tf": {3: "b"}},
    {"b.tf": {2: "above"}, "c.tf": {1: "c"}},
]
DRAWING = Drawing("plainly", lambda findings, lines: "".join(f"{it.addresses} {sorted(lines)}\n" for it in findings))


def packer() -> Packer:
    return Packer((ENCRYPTED, TAGS))


def archive(*chunks: int, drawing: Drawing | None = None) -> Archive:
    """What several processes put away, each one of the chunks."""
    whole = Archive()
    for at in chunks:
        part = Archive()
        part.put(CHUNKS[at], LINES[at], drawing)
        whole.add(packer().load(dump(part)))
    whole.settle(packer(), drawing)
    return whole


def told(findings: list[Finding]) -> list[Finding]:
    """Rules are compared by identity; one whose severity was changed is another object wherever it is read."""
    return [it._replace(rule=ENCRYPTED if it.rule.id == ENCRYPTED.id else it.rule) for it in findings]


def test_findings_come_out_merged_and_sorted() -> None:
    kept = Kept(archive(0, 1), packer(), None)
    expected = merge([*CHUNKS[0], *CHUNKS[1]])
    assert told(list(kept)) == told(expected)
    assert [it.rule.severity for it in kept] == [it.rule.severity for it in expected]
    assert len(kept) == len(expected)
    assert told([kept[0]]) == told(expected[:1])
    assert kept.names == names_in(expected)


def test_what_was_counted_apart_is_counted_once() -> None:
    kept = Kept(archive(0, 1), packer(), None)
    tally = Tally()
    for findings in by_file(kept):
        tally.count(findings)
    assert {(kind[1:], number) for kind, number in kept.tally.kinds()} == {
        (kind[1:], number) for kind, number in tally.kinds()
    }
    assert kept.tally.files == tally.files == 3
    assert sorted((rule.id, rule.severity) for rule in kept.tally.rules()) == [
        (ENCRYPTED.id, "high"),
        (ENCRYPTED.id, "low"),
        (TAGS.id, "low"),
    ]


def test_lines_of_several_chunks_come_together() -> None:
    lines = KeptLines(archive(0, 1), packer())
    assert dict(lines) == {"b.tf": {2: "above", 3: "b"}, "c.tf": {1: "c"}, "main.tf": {7: "encrypted = false"}}
    assert "d.tf" not in lines


def test_texts_are_drawn_where_the_findings_are_and_anew_where_several_chunks_speak_of_a_file() -> None:
    kept = Kept(archive(0, 1, drawing=DRAWING), packer(), DRAWING)
    drawn = kept.drawn("plainly")
    assert drawn is not None
    lines = KeptLines(archive(0, 1), packer())
    assert list(drawn) == [
        DRAWING.text(findings, lines.get(findings[0].span.file, {})) for findings in by_file(list(kept))
    ]
    assert kept.drawn("otherwise") is None
    assert Kept(archive(0, 1), packer(), None).drawn("plainly") is None
