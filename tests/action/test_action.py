"""action.yml: what it may not do, and its steps in a simulated runner, in a workspace with blanks in its name."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import sysconfig
from dataclasses import dataclass, field
from pathlib import Path

import junitparser
import pytest
import yaml

ROOT = Path(__file__).parents[2]
ACTION = yaml.safe_load((ROOT / "action.yml").read_text(encoding="utf-8"))
STEPS = {step["id"]: step for step in ACTION["runs"]["steps"]}
_EXPRESSION = re.compile(r"\$\{\{ (\w+)\.([\w.-]+) \}\}")


@dataclass
class Job:
    """What a step left behind."""

    code: int
    log: str
    outputs: dict[str, str]
    summary: str

    def commands(self) -> list[str]:
        """The lines of the log that the runner takes for commands."""
        taken: list[str] = []
        waiting = ""
        for line in self.log.splitlines():
            stripped = line.lstrip()
            if waiting:
                waiting = "" if stripped == f"::{waiting}::" else waiting
            elif stripped.startswith("::stop-commands::"):
                waiting = stripped.removeprefix("::stop-commands::")
            elif stripped.startswith("::") or "##[" in line:
                taken.append(line)
        assert not waiting
        return taken


@dataclass
class Runner:
    """Runs one step of the action."""

    workspace: Path
    temporary: Path
    bin: Path
    environment: dict[str, str] = field(default_factory=dict)
    merge_base: str = ""

    def step(self, name: str, **inputs: str) -> Job:
        given = {key: str(one["default"]) for key, one in ACTION["inputs"].items()}
        given |= {key.replace("_", "-"): value for key, value in inputs.items()}
        github = {"event.merge_group.base_sha": self.merge_base}
        contexts = {"inputs": given, "steps": {"install.outputs.bin": str(self.bin)}, "github": github}
        step = STEPS[name]
        names = {key: _EXPRESSION.sub(lambda m: contexts[m[1]][m[2]], value) for key, value in step["env"].items()}
        output, summary = (self.temporary / f"{kind}-{name}" for kind in ("output", "summary"))
        for file in (output, summary):
            file.write_text("")
        environment = os.environ | names | self.environment
        environment |= {
            "GITHUB_OUTPUT": str(output),
            "GITHUB_STEP_SUMMARY": str(summary),
            "GITHUB_WORKSPACE": str(self.workspace),
            "GITHUB_ACTION_PATH": str(ROOT),
            "RUNNER_TEMP": str(self.temporary),
        }
        done = subprocess.run(
            ["bash", "--noprofile", "--norc", "-e", "-o", "pipefail", "-c", step["run"]],
            cwd=self.workspace,
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=300,
            check=False,
        )
        lines = output.read_text(encoding="utf-8").splitlines()
        outputs = dict(line.split("=", 1) for line in lines)
        return Job(done.returncode, done.stdout, outputs, summary.read_text(encoding="utf-8"))


@pytest.fixture
def runner(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Runner:
    """An empty workspace, and qmscheck as the first step would have installed it."""
    for name in [name for name in os.environ if name.startswith(("GITHUB_", "CI_", "GIT_"))]:
        monkeypatch.delenv(name)
    folders = [tmp_path / name for name in ("work space", "runner temp", "bin")]
    for folder in folders:
        folder.mkdir()
    workspace, temporary, scripts = folders
    for name, words in (("python", ""), ("qmscheck", "-m qmscheck")):
        script = scripts / name
        script.write_text(f'#!/bin/sh\nexec "{sys.executable}" {words} "$@"\n')
        script.chmod(0o755)
    return Runner(workspace, temporary, scripts)


def git(folder: Path, *arguments: str) -> None:
    identity = ("-c", "user.name=Ines Duarte", "-c", "user.email=ines@merrow.example", "-c", "commit.gpgsign=false")
    subprocess.run(["git", *identity, *arguments], cwd=folder, check=True, capture_output=True)


@pytest.fixture
def provider(runner: Runner) -> Path:
    """The example provider, committed below the top of the workspace's repository."""
    folder = runner.workspace / "quality records"
    shutil.copytree(ROOT / "examples" / "provider", folder)
    git(runner.workspace, "init", "--quiet")
    git(runner.workspace, "add", ".")
    git(runner.workspace, "commit", "--quiet", "--message", "Records")
    return folder


@pytest.fixture
def proposal(runner: Runner, provider: Path) -> Path:
    """A pull request against main: as actions/checkout leaves it, at a commit that merges both, no local branch."""
    git(runner.workspace, "branch", "--quiet", "-M", "main")
    git(runner.workspace, "clone", "--quiet", "--bare", str(runner.workspace), str(runner.temporary / "origin"))
    git(runner.workspace, "remote", "add", "origin", str(runner.temporary / "origin"))
    git(runner.workspace, "fetch", "--quiet", "origin")
    git(runner.workspace, "checkout", "--quiet", "--detach")
    runner.environment = {"GITHUB_EVENT_NAME": "pull_request", "GITHUB_BASE_REF": "main"}
    return provider


DAY = "2026-09-01"
CONFIG = "version: 1\ncollections:\n  changes: {type: change, files: 'changes/*.yaml'}\n"


def test_inputs_reach_the_shell_through_the_environment_only():
    for step in STEPS.values():
        assert "${{" not in step["run"]
        assert step["shell"] == "bash"
        assert "uses" not in step


def test_every_input_is_used_and_every_output_written():
    used = {
        name
        for step in STEPS.values()
        for value in step["env"].values()
        for name in re.findall(r"inputs\.([\w-]+)", value)
    }
    assert used == set(ACTION["inputs"])
    for name, output in ACTION["outputs"].items():
        assert output["value"] == "${{ steps.check.outputs." + name + " }}"
    for one in (*ACTION["inputs"].values(), *ACTION["outputs"].values()):
        assert one["description"]


def test_zizmor_finds_nothing():
    program = shutil.which("zizmor", path=f"{sysconfig.get_path('scripts')}{os.pathsep}{os.environ.get('PATH', '')}")
    if program is None:
        pytest.skip("zizmor is not installed; it is in the dependency group test")
    files = [ROOT / "action.yml", *ROOT.glob("examples/ci/github*.yml")]
    done = subprocess.run([program, "--offline", "--quiet", *files], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_passing_records(runner: Runner, provider: Path):
    job = runner.step("check", folder=provider.name, as_of=DAY)
    assert job.code == 0, job.log
    assert (job.outputs["outcome"], job.outputs["exit-code"]) == ("satisfied", "0")
    counts = json.loads(Path(job.outputs["json-file"]).read_text())["verdict"]["counts"]
    assert int(job.outputs["failed"]) == counts["fail"]
    assert set(job.outputs) == set(ACTION["outputs"])
    assert int(job.outputs["passed"]) > 1_000
    for name, path in job.outputs.items():
        if name.endswith("-file"):
            assert Path(path).stat().st_size, name
    assert {line.split(" ")[0] for line in job.commands()} == {"::notice"}
    assert job.summary.startswith("## ✅ Satisfied")


def test_failing_records(runner: Runner, provider: Path):
    record = next(provider.glob("changes/*.yaml"))
    record.write_text(record.read_text() + "\nid: TWICE\n")
    runner.environment = {"GITHUB_SERVER_URL": "https://git.example", "GITHUB_REPOSITORY": "merrow/records"}
    job = runner.step("check", folder=provider.name, as_of=DAY)
    assert job.code == 1
    assert job.outputs["outcome"] == "not-satisfied"
    assert job.outputs["errors"] == "1"
    path = f"quality records/changes/{record.name}"
    assert any(line.startswith(f"::error file={path},line=") for line in job.commands())
    assert "https://git.example/merrow/records/blob/" in job.summary
    assert f"/quality%20records/changes/{record.name}#L" in job.summary
    report = json.loads(Path(job.outputs["json-file"]).read_text())
    xml = junitparser.JUnitXml.fromfile(job.outputs["junit-file"])
    assert xml.failures + xml.errors == sum(result["fails_run"] for result in report["results"])


def test_findings_can_be_kept_off_the_page(runner: Runner, provider: Path):
    next(provider.glob("changes/*.yaml")).write_text("id: [\n")
    job = runner.step("check", folder=provider.name, as_of=DAY, annotations="false", summary="false")
    assert job.code == 1
    assert job.commands() == []
    assert job.summary == ""


def test_a_repository_without_configuration(runner: Runner):
    git(runner.workspace, "init", "--quiet")
    job = runner.step("check")
    assert job.code == 2
    assert job.outputs == {"exit-code": "2", "outcome": "could-not-run"}
    (command,) = job.commands()
    assert command.startswith("::error title=qmscheck could not run::")
    assert job.summary.startswith("## qmscheck could not run")


def test_a_repository_without_records(runner: Runner):
    (runner.workspace / "qmscheck.yaml").write_text(CONFIG)
    git(runner.workspace, "init", "--quiet")
    job = runner.step("check")
    assert job.code == 3
    assert job.outputs["outcome"] == "nothing-checked"
    assert [line.split(" ")[0] for line in job.commands()] == ["::error"]
    assert "Nothing was checked" in job.summary


def test_a_folder_that_is_not_there(runner: Runner):
    job = runner.step("check", folder="no such folder")
    assert job.code == 2
    assert job.outputs["outcome"] == "could-not-run"


def test_a_shallow_checkout_says_what_to_write(runner: Runner, provider: Path):
    clone = runner.workspace / "clone"
    git(runner.workspace, "clone", "--quiet", "--depth", "1", f"file://{runner.workspace}", str(clone))
    job = runner.step("check", folder=f"clone/{provider.name}", as_of=DAY)
    warning, *_, verdict = job.commands()
    assert warning.startswith("::warning title=qmscheck::")
    assert '"with: {fetch-depth: 0}"' in warning
    assert "fetch-depth: 0" in verdict
    assert "fetch-depth: 0" in job.summary


def test_a_shallow_checkout_cannot_tell_what_changed(runner: Runner, provider: Path):
    clone = runner.workspace / "clone"
    git(runner.workspace, "clone", "--quiet", "--depth", "1", f"file://{runner.workspace}", str(clone))
    runner.environment = {"GITHUB_EVENT_NAME": "pull_request", "GITHUB_BASE_REF": "release"}
    job = runner.step("check", folder=f"clone/{provider.name}", as_of=DAY, changed_only="true")
    assert job.code == 2
    assert job.outputs["outcome"] == "could-not-run"
    assert '"with: {fetch-depth: 0}"' in job.commands()[0]
    assert "fetch-depth: 0" in job.summary


def test_only_what_a_pull_request_changes(runner: Runner, proposal: Path):
    old = proposal / "changes" / "CHG-2025-003.yaml"
    old.write_text(old.read_text() + "odd_key: 1\n")
    git(runner.workspace, "commit", "--quiet", "--all", "--message", "Broken for long")
    git(runner.workspace, "push", "--quiet", "origin", "HEAD:main")
    new = proposal / "changes" / "CHG-2026-007.yaml"
    new.write_text(new.read_text() + "odd_key: 1\n")
    git(runner.workspace, "commit", "--quiet", "--all", "--message", "Proposed")
    job = runner.step("check", folder=proposal.name, as_of=DAY, changed_only="true")
    assert job.code == 1, job.log
    report = json.loads(Path(job.outputs["json-file"]).read_text())
    assert report["extent"]["which"] == "changed since origin/main"
    assert {one["location"]["path"] for one in report["results"] if one["outcome"] == "fail"} == {f"changes/{new.name}"}
    runner.environment = {"GITHUB_EVENT_NAME": "push"}
    job = runner.step("check", folder=proposal.name, as_of=DAY, changed_only="true")
    assert json.loads(Path(job.outputs["json-file"]).read_text())["extent"] is None


def test_a_merge_queue_is_judged_against_its_base(runner: Runner, proposal: Path):
    runner.environment = {"GITHUB_EVENT_NAME": "merge_group"}
    runner.merge_base = "HEAD"
    job = runner.step("check", folder=proposal.name, as_of=DAY, changed_only="true")
    assert job.code == 0, job.log
    report = json.loads(Path(job.outputs["json-file"]).read_text())
    assert report["extent"]["changed"] == 0
    assert report["policy"]["time_findings"] == "report"


def test_the_calendar_fails_no_pull_request(runner: Runner, proposal: Path):
    later = runner.step("check", folder=proposal.name, as_of="2026-12-20", select="SMP002,SUP003,MRV041,MRV005")
    assert later.code == 0, later.log
    assert int(later.outputs["failed"]) > 0
    runner.environment = {"GITHUB_EVENT_NAME": "schedule"}
    later = runner.step("check", folder=proposal.name, as_of="2026-12-20", select="SMP002,SUP003,MRV041,MRV005")
    assert later.code == 1


def test_the_comment_tells_what_a_pull_request_makes_worse(runner: Runner, proposal: Path):
    new = proposal / "changes" / "CHG-2026-007.yaml"
    new.write_text(new.read_text() + "odd_key: 1\n")
    job = runner.step("check", folder=proposal.name, as_of=DAY, compare="true")
    comment = Path(job.outputs["comment-file"]).read_text()
    assert comment.startswith("<!-- qmscheck-report -->\n## ❌ Worse: 1 new finding")
    assert job.code == 1
    assert job.outputs["outcome"] == "not-satisfied"


def test_a_pull_request_does_not_excuse_itself(runner: Runner, proposal: Path):
    config = proposal / "qmscheck.yaml"
    config.write_text(config.read_text().replace("adoption_date: 2025-09-01\n", "ignore: [CORE001]\n"))
    job = runner.step("check", folder=proposal.name, as_of=DAY, policy_from="origin/main")
    assert job.code == 1
    assert "POL001" in job.log


def test_a_record_gives_no_commands(runner: Runner):
    (runner.workspace / "qmscheck.yaml").write_text(CONFIG)
    changes = runner.workspace / "changes"
    changes.mkdir()
    (changes / "1.yaml").write_text('id: "C-1"\nstatus: "\\n::error::owned\\n##[error]owned"\n')
    (changes / "::error::x ##[error]y.yaml").write_text("a: [\n")
    job = runner.step("check")
    assert job.code == 1
    for line in job.commands():
        assert re.match(r"::(error|warning|notice) (file=[^,:]+,line=\d+,endLine=\d+,(col=\d+,)?)?title=[^,:]+::", line)


def test_arguments_with_blanks_and_signs_of_the_shell(runner: Runner, provider: Path):
    marker = runner.workspace / "owned"
    shell = f'$(touch "{marker}") `touch "{marker}"`; touch "{marker}"'
    job = runner.step("check", folder=provider.name, as_of=DAY, args=f"--select\n{shell}", paths=shell, plugins=shell)
    assert job.code == 2
    assert not marker.exists()


def test_only_the_named_paths(runner: Runner, provider: Path):
    names = sorted(path.name for path in provider.glob("changes/*.yaml"))[:2]
    job = runner.step("check", folder=provider.name, as_of=DAY, paths="\n".join(f"changes/{name}" for name in names))
    report = json.loads(Path(job.outputs["json-file"]).read_text())
    records = {read["type"]: read["records"] for read in report["read"]}
    assert records.pop("waiver") == 1  # it may excuse what is found
    assert sum(records.values()) == 2


def test_reports_in_a_folder_of_the_workspace(runner: Runner, provider: Path):
    job = runner.step("check", folder=provider.name, as_of=DAY, reports="out put/q")
    assert job.outputs["reports"] == str(runner.workspace / "out put" / "q")


def test_installs_its_own_checkout(runner: Runner):
    """Without network: dependencies and the build back end come from the environment of the tests."""
    runner.environment = {
        "PYTHONPATH": sysconfig.get_path("purelib"),
        "PIP_NO_BUILD_ISOLATION": "0",
        "PIP_NO_DEPS": "1",
        "PIP_NO_INDEX": "1",
    }
    job = runner.step("install", python=sys.executable)
    assert job.code == 0, job.log
    found = subprocess.run(
        [f"{job.outputs['bin']}/qmscheck", "--version"],
        env=os.environ | {"PYTHONPATH": sysconfig.get_path("purelib")},
        capture_output=True,
        text=True,
        check=False,
    )
    assert found.returncode == 0, found.stderr


def test_an_old_python_is_told(runner: Runner):
    job = runner.step("install", python="false")
    assert job.code == 2
    assert "actions/setup-python" in job.commands()[0]
