"""Whatever is staged, a run that looks records up says what one says that reads them all."""

from __future__ import annotations

import pytest

from qmscheck.memory import familiar
from qmscheck.memory.keeping import OFF
from qmscheck.reading import Reading

CONFIG = """\
version: 1
standards: [iso9001:2015, iso20000-1:2018]
settings: {id_pattern: ""}
inline_ignores: true
collections:
  changes: {type: change, files: "changes/*.yaml"}
  releases: {type: release, files: "releases/*.yaml"}
  incidents: {type: incident, files: incidents.yaml, split: {items: ""}}
  log: {type: change-log-release, files: log.yaml, split: {items: ""}}
  services: {type: service, files: "services/*.yaml"}
  documents: {type: document, files: "documents/*.md"}
  waivers: {type: waiver, files: "waivers/*.yaml"}
  nil: {type: nil-return, files: "nil/*.yaml"}
  suppliers:
    type: supplier
    files: "suppliers/*.yaml"
    keep: true
    join: {more: {files: more.csv, key: id, on: id}}
    fields: {kind: {joined: more, key: kind}}
  tags: {type: tag, from: git-tags}
"""
FILES = {
    "qmscheck.yaml": CONFIG,
    "services/1.yaml": "id: SVC-1\nstatus: live\nin_scope: true\n",
    "documents/1.md": "---\nid: DOC-1\ntitle: Policy\ndoc_kind: policy\nstatus: approved\n---\n# Policy\n",
    "documents/2.md": "---\nid: DOC-2\ntitle: Plan\ndoc_kind: plan\n---\n# Plan\n",
    "waivers/1.yaml": "id: WVR-1\nrule: CHG001\nrecord: changes/*\n",
    "waivers/2.yaml": "id: WVR-2\nrule: CHG002\nrecord: CHG-2\n",
    "nil/1.yaml": "id: NIL-1\nrecord_type: audit\nperiod_from: 2026-01-01\nperiod_to: 2026-08-01\n",
    "suppliers/1.yaml": "id: SUP-1\ntitle: Host\n",
    "suppliers/2.yaml": "id: SUP-2\ntitle: Post\n",
    "more.csv": "id,kind\nSUP-1,external\nSUP-2,internal\n",
    "changes/3.yaml": "id: CHG-3\ntitle: Turn it off\nservices: [SVC-1]\nimplemented_at: 2026-08-01\n"
    "closed_at: 2026-08-02\ntest_evidence: [{path: proof/run.txt}]\n",
    "proof/run.txt": "green\n",
    "incidents.yaml": "- {id: INC-1, title: Down, caused_by_change: CHG-1}\n"
    "- {id: INC-2, services: [svc-1], detected_at: 2026-08-01T10:00:00Z, resolved_at: 2026-08-01T11:00:00Z}\n",
}
CHANGED = {
    "a change": {"changes/1.yaml": "id: CHG-1\ntitle: Move it\nrelease_ref: REL-2\nchange_type: emergency\n"},
    "a new one": {"changes/9.yaml": "id: CHG-9\ntitle: New\nimplemented_at: 2026-08-20\nclosed_at: 2026-08-21\n"},
    "one with the id of another": {"changes/9.yaml": "id: chg-2\ntitle: Twin\n"},
    "one with another date": {"changes/3.yaml": FILES["changes/3.yaml"].replace("2026-08-01", "2025-01-01")},
    "a date that cannot be read": {"changes/3.yaml": FILES["changes/3.yaml"].replace("2026-08-01", "last week")},
    "one removed": {"changes/1.yaml": None},
    "one moved": {"releases/2.yaml": None, "releases/two.yaml": "id: REL-2\ntitle: Summer\n"},
    "one that others name": {"releases/1.yaml": "id: REL-9\ntitle: Spring\n"},
    "one that cannot be read": {"changes/2.yaml": "id: [\n"},
    "one of several in a file": {"incidents.yaml": FILES["incidents.yaml"].replace("Down", "Up")},
    "an entry of a log": {"log.yaml": "- {id: '2', version: '2', date: 2026-03-01}\n"},
    "a second file": {"more.csv": "id,kind\nSUP-1,internal\n"},
    "a waiver": {"waivers/2.yaml": "id: WVR-2\nrule: CHG002\nrecord: releases/1.yaml\n"},
    "what waivers excuse": {"changes/2.yaml": "id: CHG-2\ntitle: Other\n"},
    "a nil return": {"nil/1.yaml": None},
    "a document": {"documents/1.md": FILES["documents/1.md"].replace("approved", "draft")},
    "evidence": {"proof/run.txt": None},
    "a file beside": {"README.txt": "Hello\n"},
    "an empty file": {"changes/8.yaml": ""},
    "the configuration": {"qmscheck.yaml": CONFIG.replace("inline_ignores: true\n", "")},
    "an odd name": {"changes/\u00fc #1*.yaml": "id: 'CHG-\u00dc'\ntitle: \"\\ud800 odd\"\n"},
}


@pytest.fixture
def learned(repository, tmp_path, monkeypatch):
    """A repository of which an earlier hook read everything."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setattr(familiar, "_FEW", 1)
    for path, text in FILES.items():
        repository.write(path, text)
    repository.commit("All").write("changes/2.yaml", "id: CHG-2\ntitle: Renew a certificate soon\n").stage()
    told(repository)
    return repository.commit("Learned")


def told(repository):
    report = repository.check(as_of="2026-09-01", staged=True)
    results = sorted((one.rule.id, one.subject, one.outcome, one.message, str(one.location)) for one in report.results)
    assert results or report.extent.empty
    return results, report.extent, report.read, report.left_out


@pytest.mark.parametrize("what", CHANGED)
def test_what_is_staged_is_judged_the_same(learned, monkeypatch, what):
    read = []
    monkeypatch.setattr(Reading, "held", lambda *a, held=Reading.held: (read.append(a[2]), held(*a))[1])
    for path, text in CHANGED[what].items():
        learned.write(path, text) if text is not None else learned.remove(path)
    learned.stage()
    found = told(learned)
    kept = "qmscheck.yaml" in CHANGED[what]
    assert kept or "services/1.yaml" not in read, "what is known is not read again"
    monkeypatch.setenv(OFF, "1")
    assert told(learned) == found


def test_one_after_the_other(learned, monkeypatch):
    """What a hook learns last is what the next one knows."""
    monkeypatch.setattr(familiar, "_SHARE", 1000)
    for what, files in CHANGED.items():
        for path, text in files.items():
            learned.write(path, text) if text is not None else (learned.root / path).unlink(missing_ok=True)
        learned.stage()
        found = told(learned)
        with monkeypatch.context() as without:
            without.setenv(OFF, "1")
            assert told(learned) == found, what
        learned.commit(what)


def test_nothing_is_left_of_a_record_that_is_gone(learned):
    assert any(one.subject == "changes/3.yaml" for one in learned.check(as_of="2026-09-01").results)
    learned.remove("changes/3.yaml").stage()
    told(learned)
    learned.commit("Gone").write("changes/1.yaml", "id: CHG-1\ntitle: Other\n").stage()
    assert not any("CHG-3" in one[1] or "changes/3" in one[1] for one in told(learned)[0])
