from __future__ import annotations

import pytest

from qmscheck.names import Scan, path_faults
from qmscheck.schema import Shape

TEXT = Shape(kind="text")
APPROVAL = Shape(kind="object", fields={"by": TEXT, "at": Shape(kind="when")})
RECORD = Shape(kind="object", fields={"title": TEXT, "approvals": Shape(kind="list", item=APPROVAL)})


def unknown(source: str) -> list[str]:
    return [found.name for found in Scan(source, {"record": RECORD}).unknown]


@pytest.mark.parametrize(
    ("source", "names"),
    [
        ("record.title == 'x'", []),
        ("record.titel == 'x'", ["titel"]),
        ("'record.titel' == record.title", []),
        ('"a \\" record.titel" == record.title', []),
        ("record.approvals.exists(a, a.by == 'x')", []),
        ("record.approvals.exists(a, a.bye == 'x')", ["bye"]),
        ("record.approvals.filter(a, a.by == 'x').all(b, b.att == 'x')", ["att"]),
        ("size(record.approvals.filter(a, filled(a.by))) > 0 && record.nope", ["nope"]),
        ("record.approvals[0].bye", ["bye"]),
        ("record.x_own != null", []),
        ("[1].exists(a, a == 1) && record.title.startsWith('a')", []),
    ],
)
def test_every_name_is_followed(source: str, names: list[str]) -> None:
    assert unknown(source) == names


def test_the_nearest_name_is_offered() -> None:
    (found,) = Scan("record.titel", {"record": RECORD}).unknown
    assert str(found) == "record has no field 'titel'; did you mean 'title'?"


def test_plain_paths_lead_through_lists() -> None:
    assert not list(path_faults("approvals.by", RECORD, "record"))
    assert [str(fault) for fault in path_faults("approvals.bye", RECORD, "record")] == [
        "record.approvals has no field 'bye'; did you mean 'by'?"
    ]
