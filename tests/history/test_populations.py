"""What git says happened against what the records say, and what only many commits together show."""

from __future__ import annotations

import pytest

from qmscheck.errors import ConfigError
from qmscheck.history import commits

BO, KIM = "Bo Berg <bo@example.org>", "Kim Ode <kim@example.org>"
POPULATION = """\
select: [COM003]
collections:
  changes: {type: change, files: "changes/*.yaml"}
  commits: {type: commit, from: git-commits, options: {since: 2026-03-02, until: 2026-04-01, %s}}
"""


def asked(repository, told, options):
    (repository.root / "qmscheck.yaml").write_text(POPULATION % options)
    found = told(repository.check("COM003"), "COM003")
    titles = {one["id"]: one["title"] for one in commits(repository.root, merges=True)}
    return {titles[subject.rpartition("#")[2]]: outcome for subject, (outcome, _) in found.items()}


@pytest.fixture
def busy(repository):
    (repository.root / "qmscheck.yaml").unlink()
    repository.commit({"changes/a.yaml": "id: CHG-2026-0001\n"}, on="2026-03-01")
    repository.commit({"src/a": "1"}, on="2026-03-02", message="By trailer\n\nChange: CHG-2026-0001")
    repository.commit({"src/a": "2"}, on="2026-03-03", message="By own trailer\n\nRefs: CHG-2026-0001")
    repository.commit({"src/a": "3"}, on="2026-03-04", message="By id\n\nThis is part of CHG-2026-0001, phase two.")
    listed = repository.commit({"src/a": "4"}, on="2026-03-05", message="By the record")
    repository.commit(
        {"changes/b.yaml": f"id: CHG-2026-0002\ncommits: [{listed}]\n"}, on="2026-03-06", message="Record"
    )
    repository.commit({"src/a": "5"}, on="2026-03-07", message="By nothing")
    repository.commit({"src/a": "6"}, on="2026-04-02", message="After the period")
    return repository


def test_every_commit_of_a_period_that_touches_controlled_paths(busy, told):
    own = 'paths: ["src/**"], change_trailers: [Change, Refs], change_ids: "CHG-[0-9]{4}-[0-9]+"'
    found = asked(busy, told, own)
    assert found == {
        "By trailer": "pass",
        "By own trailer": "pass",
        "By id": "pass",
        "By the record": "pass",
        "By nothing": "fail",
    }
    default = asked(busy, told, 'paths: ["src/**"]')
    assert (default["By own trailer"], default["By id"]) == ("fail", "fail")


def test_a_finding_has_the_commit_as_its_evidence(busy, told):
    (busy.root / "qmscheck.yaml").write_text(POPULATION % 'paths: ["src/**"]')
    messages = [message for _, message in told(busy.check("COM003"), "COM003").values()]
    commit = busy.git("log", "--format=%H", "--grep=By nothing")
    assert any(commit in message and "Bo Berg" in message for message in messages)


def test_merges_into_the_branch(busy, told):
    busy.git("checkout", "-q", "-b", "side")
    busy.commit({"src/b": "1"}, on="2026-03-08", message="On the side")
    busy.git("checkout", "-q", "main")
    for message in ("Merge one\n\nChange: CHG-2026-0001", "Merge two"):
        busy.git("merge", "-q", "--no-ff", "-m", message, "side", on="2026-03-09")
        busy.git("checkout", "-q", "side")
        busy.commit({"src/b": message}, on="2026-03-10", message="More on the side")
        busy.git("checkout", "-q", "main")
    found = asked(busy, told, 'paths: ["src/b"], mainline: true')
    assert found == {"Merge one": "pass", "Merge two": "fail"}


def test_change_ids_that_are_no_pattern(busy):
    (busy.root / "qmscheck.yaml").write_text(POPULATION % 'change_ids: "("')
    with pytest.raises(ConfigError, match=r"qmscheck.yaml:\d+:\d+: collection 'commits': .*no regular expression"):
        busy.check("COM003")


DOCUMENTS = """\
version: 1
history: true
settings: {id_pattern: "", bulk_review_documents: 5, audit_eve_records: 3}
collections:
  documents: {type: document, files: "docs/*.yaml"}
  audits: {type: audit, files: "audits/*.yaml"}
  changes: {type: change, files: "changes/*.yaml"}
"""
PAGE = "id: D{0}\ntitle: {2}\nlast_reviewed_on: {1}\n"


@pytest.fixture
def library(repository):
    (repository.root / "qmscheck.yaml").write_text(DOCUMENTS)
    pages = {f"docs/{number}.yaml": PAGE.format(number, "2025-01-01", "Page") for number in range(6)}
    repository.commit(pages, on="2025-01-01")
    return repository


def test_many_documents_reviewed_within_minutes(library, told):
    for number in range(6):
        page = PAGE.format(number, "2026-01-10", "Page")
        library.commit({f"docs/{number}.yaml": page}, by=KIM, on=f"2026-01-10T10:0{number}:00+00:00")
    failing = [message for outcome, message in told(library.check("DOC020"), "DOC020").values() if outcome == "fail"]
    (message,) = failing
    assert "Kim Ode wrote reviews of 6 records within 5 minutes" in message


@pytest.mark.parametrize("how", ["over days", "with other edits", "by a bot"])
def test_reviews_that_are_no_burst(library, told, how):
    for number in range(6):
        page = PAGE.format(number, "2026-01-10", "Page" if how != "with other edits" else f"New {number}")
        moment = f"2026-01-1{number}" if how == "over days" else f"2026-01-10T10:0{number}:00+00:00"
        library.commit({f"docs/{number}.yaml": page}, by="x[bot] <x@e.org>" if how == "by a bot" else KIM, on=moment)
    assert {outcome for outcome, _ in told(library.check("DOC020"), "DOC020").values()} == {"pass"}


def test_the_eve_of_an_audit(library, told):
    library.commit({"audits/1.yaml": "id: AUD-1\nstarted_on: 2026-03-10\n"}, on="2026-02-01")
    for number in range(3):
        library.commit({f"docs/{number}.yaml": PAGE.format(number, "2025-01-01", "Better")}, on="2026-03-08")
    ((outcome, message),) = told(library.check("AUD012"), "AUD012").values()
    assert outcome == "fail"
    assert "3 records" in message
    library.commit({"audits/1.yaml": "id: AUD-1\nstarted_on: 2026-05-10\n"}, on="2026-05-10")
    assert [one for one, _ in told(library.check("AUD012"), "AUD012").values()] == ["pass"]


def test_an_id_given_to_another_record_and_a_gap(library, told):
    file = library.root / "qmscheck.yaml"
    file.write_text(file.read_text().replace('id_pattern: ""', 'id_pattern: "", complete_series: [change]'))
    change = "id: CHG-2026-000{0}\ncreated_at: {1}\ntitle: {2}\n"
    three = {f"changes/{number}.yaml": change.format(number, "2026-01-01", "Old") for number in (1, 2, 3)}
    library.commit(three, on="2026-01-02")
    library.commit({"changes/2.yaml": None, "changes/1.yaml": None}, by=KIM, on="2026-02-01")
    library.commit({"changes/new.yaml": change.format(1, "2026-03-01", "Quite another matter")}, on="2026-03-01")
    reused = told(library.check("CORE019"), "CORE019")
    assert [subject for subject, (outcome, _) in reused.items() if outcome == "fail"] == ["changes/new.yaml"]
    ((outcome, message),) = told(library.check("CORE020"), "CORE020").values()
    assert outcome == "fail"
    assert "CHG-2026-0002; it was removed on 2026-02-01 by Kim Ode" in message


DEPLOYED = """\
select: [DPL001]
collections:
  changes: {type: change, files: "changes/*.yaml"}
  commits: {type: commit, from: git-commits%s}
  tags: {layout: git-tags}
  deployments: {layout: deployment-log, files: deployments.jsonl}
"""


def deployed(repository, *events):
    lines = "".join(f'{{"id": "{one}", "env": "production", {key}}}\n' for one, key in events)
    repository.commit({"deployments.jsonl": lines}, on="2026-03-20", message="Log\n\nChange: CHG-2026-0001")


def test_every_deployment_of_a_log_goes_back_to_a_change(busy, told):
    names = {"listed": "By the record", "shortened": "By trailer", "nothing": "By nothing"}
    shas = {key: busy.git("log", "--format=%H", f"--grep={name}").strip() for key, name in names.items()}
    shas |= {"shortened": shas["shortened"][:8], "nowhere": "0123456789"}
    deployed(busy, *((key, f'"sha": "{sha}"') for key, sha in shas.items()))
    (busy.root / "qmscheck.yaml").write_text(DEPLOYED % "")
    found = told(busy.check("DPL001"), "DPL001")
    assert {subject.rpartition("#")[2]: outcome for subject, (outcome, _) in found.items()} == {
        "listed": "pass",
        "shortened": "pass",
        "nothing": "fail",
        "nowhere": "fail",
    }


def test_a_deployed_merge_stands_for_what_it_brought_in(busy, told):
    busy.git("checkout", "-q", "-b", "side")
    busy.commit({"src/b": "1"}, on="2026-03-08", message="On the side\n\nChange: CHG-2026-0001")
    busy.git("checkout", "-q", "main")
    busy.git("merge", "-q", "--no-ff", "-m", "Merge", "side", on="2026-03-09")
    deployed(busy, ("merge", f'"sha": "{busy.git("rev-parse", "HEAD").strip()}"'))
    for options, outcome in ((", options: {mainline: true}", "pass"), ("", "fail")):
        (busy.root / "qmscheck.yaml").write_text(DEPLOYED % options)
        ((found, _),) = told(busy.check("DPL001"), "DPL001").values()
        assert found == outcome


def test_a_shallow_clone_cannot_tell_where_a_deployment_comes_from(busy, told, tmp_path):
    deployed(busy, ("nowhere", '"sha": "0123456789"'))
    (busy.root / "qmscheck.yaml").write_text(DEPLOYED % "")
    busy.git("add", "-A")
    busy.git("commit", "-q", "-m", "Configured", on="2026-03-21")
    clone = type(busy)(tmp_path / "clone")
    busy.git("clone", "-q", "--depth=1", f"file://{busy.root}", str(tmp_path / "clone"))
    assert {outcome for outcome, _ in told(clone.check("DPL001"), "DPL001").values()} == {"unknown"}


def test_commits_and_events_keep_the_names_that_git_and_the_pipeline_gave_them(busy, told):
    deployed(busy, ("4711", '"sha": "0123456789"'))
    (busy.root / "qmscheck.yaml").write_text((DEPLOYED % "").replace("DPL001", "CORE002"))
    found = told(busy.check("CORE002"), "CORE002")
    assert {outcome for outcome, _ in found.values()} == {"pass", "not_applicable"}
    assert sum(outcome == "pass" for outcome, _ in found.values()) == 2, "the two changes"
