"""Records of an archive and records read now answer every question as one set of records held in memory does."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from qmscheck import app, config, narrowing
from qmscheck.collect import tree_of
from qmscheck.judging import Bench, Engine
from qmscheck.knowledge import Evidence
from qmscheck.memory import archive
from qmscheck.memory.archive import Finders, Kept
from qmscheck.memory.known import KnownRecords
from qmscheck.model import Record
from qmscheck.reading import Reading
from qmscheck.registry import NOTHING, Lookup, RecordSet, searched, shows, unreadable_dates, values_of

PROVIDER = Path(__file__).parents[2] / "examples" / "provider"
DAY = dt.timedelta(days=1)
TITLES = Lookup(name="title", values=lambda one: [one.fields.get("title")])


@pytest.fixture(scope="module")
def sets(tmp_path_factory):
    """The same records: all in memory; and every third file read now, the others from an archive."""
    loaded = config.load(PROVIDER)
    terms = app.terms_of(loaded, app.Wishes())
    reading = Reading(config=loaded, knowledge=terms.knowledge, plugins=terms.plugins, tree=tree_of(loaded))
    names = [one.name for one in reading.collections()]
    records = sorted(
        (one for one in reading.records() if isinstance(one, Record)),
        key=lambda one: (names.index(one.collection), one.path, one.index),
    )
    whole = RecordSet(records, terms.knowledge.types)
    files: dict[tuple[int, str], list[Record]] = {}
    for record in records:
        files.setdefault((names.index(record.collection), record.path), []).append(record)
    dates = {name: {*one.timeline, ("created_at",)} for name, one in terms.knowledge.types.items()}
    paths = {name: found | dates[name] for name, found in searched(terms.knowledge.types).items()}
    for evidence in EVIDENCE:
        paths[evidence.type] |= {tuple(path.split(".")) for path in evidence.where if path != "title"}
    finders = Finders(paths, (unreadable_dates(dates), *lookups_of(terms)))
    file = tmp_path_factory.mktemp("kept") / "records"
    archive.write(
        file, "key", [b"100644 0 0\tall"], [Kept(place, found, True) for place, found in files.items()], finders
    )
    again = set(list(files)[::3])
    new = RecordSet((one for place in files if place in again for one in files[place]), terms.knowledge.types)
    return whole, KnownRecords(new, archive.Ahead(file).opened("key"), again, names, finders.lookups[0]), terms


EVIDENCE = [
    Evidence(type="document", where={"doc_kind": ("policy",), "status": ("approved", "draft")}),
    Evidence(type="document", where={"doc_kind": ("*",)}),
    Evidence(type="document", where={"doc_kind": ("POLICY",), "owner": ("nobody",)}),
    Evidence(type="change", where={"approvals.by": ("*",)}),
    Evidence(type="change", where={"change_type": ("unheard-of",)}),
    Evidence(type="change", where={"title": ("*",)}),
    Evidence(type="incident"),
    Evidence(type="decision", where={"status": ("*",)}),
]


def lookups_of(terms):
    bench = Bench(knowledge=terms.knowledge, facts=terms.facts, checks=terms.plugins.checks)
    return narrowing.sought(Engine(bench, terms.rules)).lookups


def subjects(records):
    return [(one.type, one.subject, one.fields) for one in records]


def test_the_records_of_each_type(sets):
    whole, known, _ = sets
    assert len(known) == len(whole) > 100
    assert sorted(map(repr, subjects(known))) == sorted(map(repr, subjects(whole)))
    for name in whole.types:
        assert subjects(known.of(name)) == subjects(whole.of(name))
        assert known.has(name) == whole.has(name)
        assert known.accounts_for(name) == whole.accounts_for(name)


def test_a_record_is_one_object_however_it_is_found(sets):
    _, known, _ = sets
    for record in known.of("change", "incident"):
        assert record in known.on(record.path)
        assert record in known.find(record.type, "id", record.id.upper())
        assert record in known.named(record.id)


def test_files_collections_and_names(sets):
    whole, known, _ = sets
    for record in whole:
        assert subjects(known.on(record.path)) == subjects(whole.on(record.path))
        for name in (record.id, record.path, record.subject):
            assert sorted(map(repr, subjects(known.named(name)))) == sorted(map(repr, subjects(whole.named(name))))
        assert subjects(known.within({record.collection})) == subjects(whole.within({record.collection}))
    assert {one.path for one in known.like("changes/*")} == {one.path for one in whole.like("changes/*")} != set()
    assert known.on("nowhere") == known.named("nobody") == known.within({"none"}) == known.like("no*where") == []
    assert known.on("\udc80") == known.find("change", "id", "\udc80") == []


def test_what_links_and_references_lead_to(sets):
    whole, known, _ = sets
    for record in whole:
        for link in whole.types[record.type].links.values():
            told, here = whole.related(record, link), known.related(record, link)
            assert (told is None) == (here is None)
            assert subjects(here or ()) == subjects(told or ())
        seeing = {id(one): one for one in known.seeing(record)}.values()
        expected = {id(one): one for one in whole.seeing(record)}.values()
        assert sorted(map(repr, subjects(seeing))) == sorted(map(repr, subjects(expected)))


def test_lookups_that_were_kept_and_others(sets):
    whole, known, terms = sets
    kept = lookups_of(terms)
    assert any(whole.having(one) for one in kept)
    for lookup in (*kept, TITLES, NOTHING):
        assert sorted(map(repr, subjects(known.having(lookup)))) == sorted(map(repr, subjects(whole.having(lookup))))
        for record in whole.having(lookup):
            for value in lookup.values(record):
                assert {one.subject for one in known.by(lookup, value)} == {
                    one.subject for one in whole.by(lookup, value)
                }


def test_only_what_is_asked_for_is_decoded(sets):
    _, known, _ = sets
    fresh = KnownRecords(known._new, known._archive, known._hidden, known._names, known._unreadable)
    (record,) = [one for one in known.of("change") if one not in known._new.of("change")][:1]
    assert fresh.has("change")
    assert len(fresh) == len(known)
    fresh.find("change", "id", record.id)
    assert len(fresh._decoded) == 1


def test_dates_and_events(sets):
    whole, known, _ = sets
    seen = 0
    for name, record_type in whole.types.items():
        for path in record_type.timeline:
            for day in {str(day)[:10] for one in whole.of(name) for day in values_of(one, path)}:
                first = dt.date.fromisoformat(day)
                expected = subjects(whole.dated(name, path, first, first + 2 * DAY))
                assert subjects(known.dated(name, path, first, first + 2 * DAY)) == expected
                seen += len(expected)
    assert seen > 50


def test_events_of_some_days(sets):
    whole, known, _ = sets
    fields = whole.types["change"].timeline
    seen = 0
    for service in whole.of("service"):
        for day in range(0, 400, 7):
            start = dt.datetime(2025, 8, 1, tzinfo=dt.UTC) + day * DAY
            window = (start, start + 3 * DAY)
            told, here = (one.events("change", ("services",), service.id, fields, window) for one in (whole, known))
            expected = [(value, one.subject) for value, one in told.between(*window)]
            assert [(value, one.subject) for value, one in here.between(*window)] == expected
            assert sorted(here.untold) == sorted(told.untold)
            seen += len(expected)
    assert seen


def test_records_since_a_day(sets):
    whole, known, _ = sets
    fields = (("implemented_at",), ("created_at",))
    first = dt.date(2026, 3, 1)
    expected = {
        one.subject
        for one in whole.of("change")
        if any(str(value)[:10] >= "2026-03-01" for path in fields for value in values_of(one, path))
    }
    found = known.since("change", fields, first)
    assert expected <= {one.subject for one in found}
    assert {one.subject for one in found} <= {one.subject for one in known.of("change")}
    assert 0 < len([one for one in found if one not in known._new.of("change")]) < len(whole.of("change"))
    assert subjects(known.since("change", (("title",),), first)) == subjects(whole.of("change"))


def test_how_many_a_lookup_tells_of(sets):
    whole, known, terms = sets
    (counted,) = [one for one in lookups_of(terms) if one.name.startswith("any with")]
    assert known.tally(counted) == len(whole.having(counted)) > 0
    assert whole.tally(counted) is None
    assert known.tally(TITLES) is None


@pytest.mark.parametrize("evidence", EVIDENCE, ids=str)
def test_whether_any_record_is_evidence(sets, evidence):
    whole, known, _ = sets
    assert known.shows(evidence) == whole.shows(evidence)
    assert whole.shows(evidence) == any(shows(evidence, one) for one in whole)
