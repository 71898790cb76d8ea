"""`qmscheck init` on small repositories: what it finds, what it leaves open, what it never does."""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import sys

import pytest
import yaml
from click.testing import CliRunner

from qmscheck.cli import program
from qmscheck.testing import Repository

REVIEW = "# {title}\n\n## Summary\n\nIt broke.\n\n## Timeline\n\n- 09:00 broken\n\n## Action items\n\n- mend it\n"


@pytest.fixture
def tree(tmp_path):
    def write(files: dict[str, str]):
        for name, text in files.items():
            file = tmp_path / name
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(text.encode("utf-8", "surrogateescape"))
        return tmp_path

    return write


def init(root, *options: str):
    return CliRunner().invoke(program, ["init", "--root", str(root), *options])


def proposed(root, *options: str) -> dict:
    done = init(root, "--dry-run", *options)
    assert done.exit_code in (0, 3), done.stderr
    return yaml.safe_load(done.stdout)


def decisions(*dates: str) -> dict[str, str]:
    text = "# {n}. Use it\n\nDate: {date}\n\n## Status\n\nAccepted\n\n## Context\n\nc\n\n## Decision\n\nd\n"
    return {f"adr/000{n}-use.md": text.format(n=n, date=date) for n, date in enumerate(dates, 1)}


def test_postmortems_by_headings(tree):
    names = ["postmortems/2024-05-06-db.md", "postmortems/2024-06-07-dns.md", "postmortems/2025-01-02-disk.md"]
    files = {name: REVIEW.format(title=name) for name in names}
    root = tree({**files, "postmortems/README.md": REVIEW.format(title="how"), "notes/todo.md": "# todo\n"})
    collections = proposed(root)["collections"]
    assert list(collections) == ["incident_reviews"]
    assert collections["incident_reviews"] == {"layout": "postmortem-headings", "files": "postmortems/[0-9]*.md"}


def test_a_review_that_lacks_parts_stays_a_record(tree):
    files = {f"pm/PM{n}.md": REVIEW.format(title=n) for n in range(4)}
    root = tree({**files, "pm/PM9.md": "# Nothing written\n"})
    assert proposed(root)["collections"]["incident_reviews"] == {"layout": "postmortem-headings", "files": "pm/PM*.md"}


def test_day_and_month_are_never_guessed(tree):
    root = tree(decisions("03/04/2026", "05/06/2026", "01/02/2026"))
    done = init(root, "--dry-run")
    assert "dates" not in yaml.safe_load(done.stdout)["collections"]["decisions"]
    assert "'03/04/2026' can be read as D/M/YYYY or as M/D/YYYY" in done.stdout


def test_day_and_month_are_told_by_a_date_that_proves_it(tree):
    assert proposed(tree(decisions("03/04/2026", "25/06/2026", "01/02/2026")))["collections"]["decisions"]["dates"] == [
        "D/M/YYYY"
    ]


def test_dates_that_prove_both_are_left_open(tree):
    done = init(tree(decisions("03/04/2026", "25/06/2026", "06/25/2026")), "--dry-run")
    assert "dates" not in yaml.safe_load(done.stdout)["collections"]["decisions"]
    assert "doubt: date" in done.stdout


def test_a_table_in_own_words(tree):
    header = "Change ID,Title,Status,Type,Requester,Risk,Rollback Plan\n"
    root = tree({"registers/changes.csv": header + "C-1,t,draft,normal,ann,low,back\n"})
    changes = proposed(root)["collections"]["changes"]
    assert changes["layout"] == "change-register"
    assert changes["files"] == "registers/changes.csv"


def test_keys_and_words_that_the_layout_does_not_know(tree):
    header = "Risk ID,Title,Status,Likelihood,Severity,Treatment,Risk Owner,Colour\n"
    root = tree({"risks.csv": header + "R-1,t,Open!,3,4,reduce,ann,red\nR-2,t,unheard,3,4,reduce,ann,blue\n"})
    done = init(root, "--dry-run")
    assert "not mapped: key Colour, 2 times, such as red | blue" in done.stdout
    assert "status: 'unheard' (1 times) is none of" in done.stdout
    assert yaml.safe_load(done.stdout)["collections"]["risks"]["fields"]["status"]["values"] == {"open!": "open"}


def test_canonical_records_are_read_by_their_own_names(tree):
    record = "type: change\nid: CHG-{n}\ntitle: t\nchange_type: normal\nrisk_level: low\nrequested_by: ann\nreason: r\n"
    collections = proposed(tree({f"changes/CHG-{n}.yaml": record.format(n=n) for n in range(3)}))["collections"]
    assert [one["type"] for one in collections.values()] == ["change"]


def test_writes_once_and_never_over(tree):
    root = tree({"CHANGELOG.md": "# Change log\n\n## [1.0.0] - 2026-01-02\n\n- first\n"})
    done = init(root, "--yes", "--standard", "iso9001:2015", "--adoption-date", "2026-01-01")
    assert done.exit_code == 0, done.stderr
    text = (root / "qmscheck.yaml").read_text()
    written = yaml.safe_load(text)
    assert written["standards"] == ["iso9001:2015"]
    assert str(written["adoption_date"]) == "2026-01-01"
    assert text.startswith("# yaml-language-server: $schema=")
    again = init(root, "--yes")
    assert again.exit_code == 2
    assert "never overwritten" in again.stderr
    assert (root / "qmscheck.yaml").read_text() == text


def test_asks_nobody_where_nobody_is(tree):
    done = init(tree({"CHANGELOG.md": "## 1.0.0\n\n- a\n"}))
    assert done.exit_code == 2
    assert "--yes" in done.stderr


def test_nothing_found(tree):
    done = init(tree({"src/main.md": "# code\n"}), "--yes")
    assert done.exit_code == 3
    assert yaml.safe_load((tree({}) / "qmscheck.yaml").read_text())["collections"] == {}


def test_wrong_standard_is_told(tree):
    done = init(tree({}), "--dry-run", "--standard", "iso20001")
    assert done.exit_code == 2
    assert "20000-1" in done.stderr


def test_hostile_samples_stay_in_their_comment(tree):
    evil = "x\x1b[31m\u202eevil\u2028collections: {}\\n# end"
    head = f"title: {json.dumps(evil)}\nlast_reviewed_on: 2026-01-01\nreview_in: 6 months\nevil: {json.dumps(evil)}\n"
    pages = {f"docs/{n}.md": f"---\n{head}---\n# t\n" for n in range(3)}
    done = init(tree(pages), "--dry-run")
    assert "\x1b" not in done.stdout
    assert "\u202e" not in done.stdout
    assert "\u2028" not in done.stdout
    assert yaml.safe_load(done.stdout)["collections"]["documents"]["layout"] == "tech-docs-page"


def test_files_that_cannot_be_read_do_not_stop_it(tree):
    root = tree({"a.yaml": "a: [", "b.md": "\udcff\udcfe", "CHANGELOG.md": "## 1.0.0\n\n- a\n"})
    assert "change_log_releases" in proposed(root)["collections"]


def test_written_configuration_is_valid(tree):
    root = tree(
        {"CHANGELOG.md": "## 1.0.0 - 2026-02-03\n\n- a\n", **decisions("2026-01-01", "2026-01-02", "2026-01-03")}
    )
    assert init(root, "--yes").exit_code == 0
    done = CliRunner().invoke(program, ["records", "--root", str(root), "--format", "json"])
    assert done.exit_code == 0, done.stderr


def at_a_terminal(root, answers: str) -> str:
    """What `init` says to somebody who types these answers."""
    pty = pytest.importorskip("pty", reason="no pseudo-terminals here")
    ours, theirs = pty.openpty()
    command = [sys.executable, "-m", "qmscheck", "init", "--root", str(root), "--color", "never"]
    with subprocess.Popen(command, stdin=theirs, stdout=theirs, stderr=theirs) as process:
        os.close(theirs)
        os.write(ours, f"{answers}\x04".encode())  # the end of the input, so that no question waits for ever
        said = b""
        with contextlib.suppress(OSError):  # the other side closed: no error, its end
            while piece := os.read(ours, 4096):
                said += piece
        assert process.wait() == 0, said.decode()
    os.close(ours)
    return said.decode()


def test_at_a_terminal_it_asks_for_collections_standards_and_what_dates_mean(tree):
    root = tree({**decisions("03/04/2026", "05/06/2026", "01/02/2026"), "CHANGELOG.md": "## 1.0.0\n\n- a\n"})
    said = at_a_terminal(root, "y\nD/M/YYYY\nn\niso9001:2015\nnone\n")
    assert "Take decisions?" in said
    assert "section Status" in said
    written = yaml.safe_load((root / "qmscheck.yaml").read_text())
    assert list(written["collections"]) == ["decisions"]
    assert written["collections"]["decisions"]["dates"] == ["D/M/YYYY"]
    assert written["standards"] == ["iso9001:2015"]
    assert "profile" not in written


def test_at_a_terminal_nobody_has_to_know(tree):
    root = tree(decisions("03/04/2026", "05/06/2026", "01/02/2026"))
    at_a_terminal(root, "\n\n\n\n")
    written = yaml.safe_load((root / "qmscheck.yaml").read_text())
    assert "dates" not in written["collections"]["decisions"]
    assert "standards" not in written
    assert written["profile"] == "start", "what is offered for a first day"


def test_types_in_their_own_names_are_no_mapping(tree):
    record = "id: AUD-2026-000{n}\ntitle: t\nstatus: planned\nx_ours: 1\n"
    files = {f"audits/AUD-2026-000{n}.yaml": record.format(n=n) for n in (1, 2)}
    rows = "- {id: OBJ-2026-0001, title: t, owner: ann}\n- {id: OBJ-2026-0002, title: u, owner: bo}\n"
    assert proposed(tree({**files, "goals.yaml": rows}))["collections"] == {
        "audits": {"type": "audit", "files": "audits/AUD-*.yaml"},
        "objectives": {"type": "objective", "files": "goals.yaml", "split": {"items": ""}},
    }


@pytest.mark.parametrize(
    "text",
    [
        "id: AUD-2026-0001\ntitle: t\nstatus: planned\nours: 1\n",  # a key that no audit has
        "id: 17\ntitle: t\nstatus: planned\n",  # nothing says what it is
        "title: t\nstatus: planned\nscope: s\n",  # it has no id
        "- {id: AUD-2026-0001, title: t, status: planned}\n- word\n",
    ],
)
def test_names_alone_prove_nothing(tree, text):
    assert "audits" not in proposed(tree({"notes/one.yaml": text}))["collections"]


def test_a_table_named_otherwise_is_left_alone(tree):
    header = "ID,Regulation,Requirement,Responsible,Evidence,Status,Next Review\n"
    assert proposed(tree({"registers/legal.csv": header + "L-1,GDPR,r,ann,e,Open,2026-12-31\n"}))["collections"] == {}


def test_pages_without_front_matter_are_no_error_beside_controlled_ones(tree):
    page = "---\ntitle: t\nlast_reviewed_on: 2026-11-01\nreview_in: 6 months\n---\n# t\n"
    root = tree(
        {**{f"docs/{n}.md": page for n in range(3)}, "docs/loose.md": "---\ntitle: u\n---\n", "docs/x.md": "# x\n"}
    )
    assert init(root, "--yes").exit_code == 0
    done = CliRunner().invoke(program, ["records", "--root", str(root), "--format", "json"])
    told = json.loads(done.stdout)
    assert {one["path"] for one in told["records"] if one["collection"] == "other_documents"} == {"docs/loose.md"}
    assert told["unreadable"] == []


def test_tags_are_proposed_beside_a_change_log_where_there_are_some(tmp_path):
    repository = Repository(tmp_path).write("CHANGELOG.md", "## 1.0.0 - 2026-01-01\n\n- a\n")
    assert list(proposed(tmp_path)["collections"]) == ["change_log_releases"], "no repository"
    repository.commit("First")
    assert list(proposed(tmp_path)["collections"]) == ["change_log_releases"], "no tags"
    repository.tag("v1.0.0")
    assert proposed(tmp_path)["collections"]["tags"] == {"layout": "git-tags"}
    assert init(tmp_path, "--yes").exit_code == 0
    assert repository.check(as_of="2026-02-01", select=["LOG003"]).satisfied


def test_the_work_of_others_is_left_alone(tree):
    root = tree({"vendor/lib/CHANGELOG.md": "## 1.0.0\n\n- a\n", "node_modules/x/CHANGELOG.md": "## 1.0.0\n\n- a\n"})
    assert proposed(root)["collections"] == {}


def test_one_file_of_a_name_in_each_folder(tree):
    text = (
        "title: t\nkep-number: {n}\nauthors: [a]\nstatus: implementable\ncreation-date: 2026-01-0{n}\napprovers: [b]\n"
    )
    root = tree({f"keps/sig-{n}/{n}-x/kep.yaml": text.format(n=n) for n in range(1, 5)})
    assert proposed(root)["collections"]["changes"] == {"layout": "enhancement-proposal", "files": "keps/**/kep.yaml"}


def test_ids_of_another_form_are_let_be(tree):
    root = tree(decisions("2025-01-02", "2025-02-03"))
    assert proposed(root)["settings"] == {"id_pattern": ""}
    change = "id: CHG-2026-{n:04}\ntitle: Disks\nstatus: draft\nrequested_by: kim\nchange_type: normal\n"
    named = tree({f"changes/{n}.yaml": change.format(n=n) for n in range(1, 4)} | {"adr/0001-use.md": "# gone\n"})
    (named / "adr/0002-use.md").unlink()
    assert "settings" not in proposed(named)


EVENT = '{{"timestamp": "2026-03-0{n}T18:05:00Z", "env": "production", "app": "web", "tag": "v1.{n}.0", {more}}}\n'
MORE = '"sha": "03142cb", "status": "success", "actor": "ci"'


def test_deployment_logs_of_both_forms(tree):
    header = "time,environment,service,version,commit,result,user\n"
    table = f"{header}2026-03-10 18:05,production,web,2.0.0,03142cb,success,ann\n"
    lines = "".join(EVENT.format(n=n, more=MORE) for n in range(1, 4))
    root = tree({"logs/deployments.jsonl": lines, "registers/rollouts.csv": table})
    found = proposed(root)["collections"]
    assert found == {
        "deployments": {"layout": "deployment-log", "files": ["logs/deployments.jsonl", "registers/rollouts.csv"]}
    }


def test_other_tables_are_no_deployment_log(tree):
    header = "Status,User,Time,Page\n"
    assert proposed(tree({"logs/deploy-page-visits.csv": header + "200,ann,2026-03-10,/\n"}))["collections"] == {}


ROWS = "Risk ID,Title,Status,Likelihood,Severity,Treatment,Risk Owner\n" + "".join(
    f"R-{n},t{n},open,3,4,reduce,ann\n" for n in range(1, 6)
)
PAGES = {f"pages/R-{n}.md": f"---\nlast_seen: 2026-01-0{n}\n---\n# Notes\n\nMore on it.\n" for n in range(1, 5)}


def test_a_page_for_each_row_is_joined_with_its_figures(tree):
    root = tree({"risks.csv": ROWS, **PAGES})
    text = init(root, "--dry-run").stdout
    assert "join pages: 4 records are completed by 4 of 4 files pages/*.md; the name there is 'Risk ID' here" in text
    risks = yaml.safe_load(text)["collections"]["risks"]
    assert risks["join"] == {"pages": {"files": "pages/*.md", "key": {"file": "stem"}, "on": {"key": "Risk ID"}}}
    assert risks["fields"]["x_pages"] == {"joined": "pages"}
    assert init(root, "--yes").exit_code == 0
    told = json.loads(CliRunner().invoke(program, ["records", "--root", str(root), "--format", "json"]).stdout)
    found = {one["id"]: one["fields"].get("x_pages") for one in told["records"]}
    assert found == {**{f"R-{n}": f"pages/R-{n}.md" for n in range(1, 5)}, "R-5": None}


def test_files_are_joined_by_a_key_that_they_have_and_lend_what_the_records_lack(tree):
    extra = {
        f"extra/{name}.yaml": f"risk: R-{n}\nreviewed_on: 2026-01-0{n}\ncause: dust\n"
        for n, name in enumerate("abcde", 1)
    }
    risks = proposed(tree({"risks.csv": ROWS, **extra}))["collections"]["risks"]
    assert risks["join"] == {"extra": {"files": "extra/*.yaml", "key": {"key": "risk"}, "on": {"key": "Risk ID"}}}
    assert risks["fields"]["reviewed_on"] == {"joined": "extra", "key": "reviewed_on"}
    assert risks["fields"]["cause"] == {"joined": "extra", "key": "cause"}


@pytest.mark.parametrize(
    "files",
    [
        {f"pages/R-{n}.md": "# x\n" for n in (1, 2)},
        {**{f"pages/R-{n}.md": "# x\n" for n in range(1, 4)}, **{f"pages/{n}.md": "# y\n" for n in "abcdef"}},
        {f"pages/t{n}.md": "# x\n" for n in range(7, 12)},
    ],
    ids=["too few", "mostly others", "no match"],
)
def test_what_does_not_belong_is_not_joined(tree, files):
    assert "join" not in proposed(tree({"risks.csv": ROWS, **files}))["collections"]["risks"]


def test_files_that_are_records_of_their_own_are_told_not_joined(tree):
    header = "Change ID,Title,Status,Type,Requester,Risk,Rollback Plan,Decision\n"
    rows = "".join(f"C-{n},t,draft,normal,ann,low,back,000{n}-use\n" for n in range(1, 5))
    dates = ["2026-01-02", "2026-01-03", "2026-01-04", "2026-01-05"]
    text = init(tree({"changes.csv": header + rows, **decisions(*dates)}), "--dry-run").stdout
    assert "join adr: 4 records are completed by 4 of 4 files adr/*.md" in text
    assert "to read them together: join:" in text
    assert "join" not in yaml.safe_load(text)["collections"]["changes"]


def test_a_profile_to_begin_with(tree):
    root = tree({"CHANGELOG.md": "# Change log\n\n## [1.0.0] - 2026-01-02\n\n- first\n"})
    assert "\n# profile: start   # for the first days" in init(root, "--dry-run").stdout
    assert "profile" not in proposed(root)
    done = init(root, "--yes", "--profile", "begin")
    assert done.exit_code == 2
    assert "no profile 'begin'; there are audit-ready, observe, standard, start" in done.stderr
    assert init(root, "--yes", "--profile", "start").exit_code == 0
    assert yaml.safe_load((root / "qmscheck.yaml").read_text())["profile"] == "start"
    assert "start" in CliRunner().invoke(program, ["check", "--root", str(root)]).stdout


def test_of_very_many_files_some_are_read_evenly_and_that_is_said(tree, monkeypatch):
    monkeypatch.setattr("qmscheck.adoption.proposal._MOST_READ", 20)
    record = "type: change\nid: CHG-{n}\ntitle: t\nchange_type: {kind}\nreason: r\n"
    texts = {f"changes/CHG-{n:03}.yaml": record.format(n=n, kind="normal") for n in range(60)}
    done = init(tree(texts), "--dry-run")
    assert "# 60 files, 20 records of type change; figures of 20 files, evenly among them." in done.stdout
    assert "id: key id, 20 of 20, such as CHG-0 | CHG-3" in done.stdout
