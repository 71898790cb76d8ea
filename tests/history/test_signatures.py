"""Signatures, made with real keys, and judged by the keys that were named and no others."""

from __future__ import annotations

import shutil
import subprocess

import pytest

from qmscheck import history
from qmscheck.calendars import Untold

BO, KIM = "Bo Berg <bo@example.org>", "Kim Ode <kim@example.org>"
A = "changes/a.yaml"
APPROVED = "id: A\nstatus: approved\napprovals: [{by: Kim Ode, at: 2026-03-03, decision: approved}]\n"

pytestmark = pytest.mark.skipif(shutil.which("ssh-keygen") is None, reason="ssh-keygen is not installed")


@pytest.fixture
def keys(repository):
    """The folder of two SSH keys, kim and bo; kim's is allowed."""
    folder = repository.root.parent / "keys"
    folder.mkdir()
    for name in ("kim", "bo"):
        command = ["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(folder / name)]
        subprocess.run(command, check=True, capture_output=True)
    public = (folder / "kim.pub").read_text()
    (repository.root / "signers").write_text(f'kim@example.org namespaces="git" {public}')
    file = repository.root / "qmscheck.yaml"
    more = 'settings: {id_pattern: "", signed_approvals: true, allowed_signers: signers}'
    file.write_text(file.read_text().replace('settings: {id_pattern: ""}', more) + "people: people.yaml\n")
    (repository.root / "people.yaml").write_text("people: [{key: kim, name: Kim Ode, emails: [kim@example.org]}]\n")
    return folder


def commit(repository, keys, key, *, by=KIM, on="2026-03-03"):
    repository.commit({A: "id: A\nstatus: draft\n"}, on="2026-03-01")
    repository.write({A: APPROVED})
    repository.git("add", "-A")
    signing = ["-c", "gpg.format=ssh", "-c", f"user.signingKey={keys / key}"] if key else []
    repository.git(*signing, "commit", "-q", *(["-S"] if key else []), "-m", "Approved", by=by, on=on)


@pytest.mark.parametrize(("key", "expected"), [("kim", "pass"), ("bo", "unknown"), ("", "fail")])
def test_an_approval_signed_by(repository, keys, told, key, expected):
    commit(repository, keys, key)
    ((outcome, message),) = told(repository.check("CHG030"), "CHG030").values()
    assert outcome == expected, message


def test_a_good_key_of_whom_nobody_knows(repository, keys, told):
    (repository.root / "people.yaml").write_text("people: [{key: kim, name: Kim Ode}]\n")
    commit(repository, keys, "kim")
    ((outcome, message),) = told(repository.check("CHG030"), "CHG030").values()
    assert (outcome, "does not know" in message) == ("unknown", True)


def test_without_keys_nobody_can_tell(repository, keys, told):
    commit(repository, keys, "kim")
    file = repository.root / "qmscheck.yaml"
    file.write_text(file.read_text().replace(", allowed_signers: signers", ""))
    ((outcome, message),) = told(repository.check("CHG030"), "CHG030").values()
    assert outcome == "unknown"
    assert "allowed_signers" in message


def test_the_repository_chooses_neither_program_nor_keys(repository, keys, told):
    commit(repository, keys, "bo")
    mark, program = repository.root.parent / "ran", repository.root.parent / "trap.sh"
    program.write_text(f"#!/bin/sh\ntouch '{mark}'\nexit 0\n")
    program.chmod(0o755)
    for setting in ("gpg.program", "gpg.openpgp.program", "gpg.x509.program", "gpg.ssh.program"):
        repository.git("config", setting, str(program))
    everybody = repository.root / "everybody"
    everybody.write_text(f"kim@example.org {(keys / 'bo.pub').read_text()}")
    repository.git("config", "gpg.ssh.allowedSignersFile", str(everybody))
    repository.git("log", "--format=%G?")
    assert mark.exists(), "the trap works: plain git falls into it"
    mark.unlink()
    ((outcome, _),) = told(repository.check("CHG030"), "CHG030").values()
    assert outcome == "unknown"
    assert not mark.exists()


def test_a_file_of_keys_that_is_not_there(repository, keys, told):
    commit(repository, keys, "kim")
    (repository.root / "signers").unlink()
    ((outcome, message),) = told(repository.check("CHG030"), "CHG030").values()
    assert outcome == "unknown"
    assert "signers is not there" in message


def test_tags(repository, keys):
    repository.commit({A: "id: A\n"}, on="2026-03-01")
    signing = ["-c", "gpg.format=ssh"]
    repository.git("tag", "v1", on="2026-03-01")
    repository.git("tag", "-a", "-m", "Two", "v2", on="2026-03-01")
    for name, key in (("v3", "kim"), ("v4", "bo")):
        repository.git(*signing, "-c", f"user.signingKey={keys / key}", "tag", "-s", "-m", name, name, on="2026-03-01")
    plain = {tag["name"]: tag["kind"] for tag in history.tags(repository.root)}
    assert plain == {"v1": "lightweight", "v2": "annotated", "v3": "signed", "v4": "signed"}
    looked = {tag["name"]: tag["signature"] for tag in history.tags(repository.root, allowed_signers="signers")}
    assert looked == {"v1": "none", "v2": "none", "v3": "good", "v4": "unknown"}


@pytest.mark.skipif(shutil.which("gpg") is None, reason="gpg is not installed")
def test_openpgp(repository, keys, tmp_path):
    home = tmp_path / "gnupg"
    home.mkdir(mode=0o700)
    repository.environment["GNUPGHOME"] = str(home)
    who = ["gpg", "--homedir", str(home), "--batch", "--pinentry-mode", "loopback", "--passphrase", ""]
    made = subprocess.run([*who, "--quick-gen-key", KIM, "ed25519", "sign", "never"], capture_output=True, check=False)
    if made.returncode:
        pytest.skip("gpg makes no keys here")
    exported = subprocess.run([*who, "--export", KIM], capture_output=True, check=True).stdout
    (repository.root / "keys.pgp").write_bytes(exported)
    repository.git("-c", f"user.signingKey={KIM}", "commit", "-q", "-S", "--allow-empty", "-m", "x", by=KIM)
    commit = repository.git("rev-parse", "HEAD")
    subprocess.run(["gpgconf", "--homedir", str(home), "--kill", "all"], capture_output=True, check=False)
    named = history.Keys(keyring=repository.root / "keys.pgp")
    assert history.signatures(repository.root, [commit], named)[commit].state == "good"
    assert history.signatures(repository.root, [commit], history.Keys())[commit].state == "unknown"
    (repository.root / "keys.pgp").write_text("no keys")
    with pytest.raises(Untold, match="keyring"):
        history.signatures(repository.root, [commit], named)


RELEASE = "id: REL-{0}\nstatus: deployed\nversion: {0}\ngit_tag: v{0}\n"
SIGNED_TAGS = """\
version: 1
settings: {signed_tags: true}
collections:
  releases: {type: release, files: "releases/*.yaml"}
  tags: {layout: git-tags, options: {allowed_signers: signers}}
"""


def test_release_tags_that_the_policy_wants_signed(repository, keys, told):
    versions = {"1.1.0": "lightweight", "1.2.0": "annotated", "1.3.0": "kim", "1.4.0": "bo", "1.5.0": "tampered"}
    records = {f"releases/{one}.yaml": RELEASE.format(one) for one in versions}
    (repository.root / "qmscheck.yaml").write_text(SIGNED_TAGS)
    repository.commit(records, on="2026-03-01")
    repository.git("tag", "v1.1.0", on="2026-03-01")
    repository.git("tag", "-a", "-m", "Two", "v1.2.0", on="2026-03-01")
    for version, key in (("v1.3.0", "kim"), ("v1.4.0", "bo")):
        by = ["-c", "gpg.format=ssh", "-c", f"user.signingKey={keys / key}"]
        repository.git(*by, "tag", "-s", "-m", version, version, on="2026-03-01")
    text = repository.git("cat-file", "tag", "v1.3.0").replace("tag v1.3.0", "tag v1.5.0", 1)
    (repository.root / "forged").write_text(f"{text.rstrip()}\n")
    repository.git("update-ref", "refs/tags/v1.5.0", repository.git("hash-object", "-t", "tag", "-w", "forged"))
    found = {subject.split("/")[-1]: one for subject, one in told(repository.check("REL008"), "REL008").items()}
    assert {name: outcome for name, (outcome, _) in found.items()} == {
        "1.1.0.yaml": "fail",
        "1.2.0.yaml": "fail",
        "1.3.0.yaml": "pass",
        "1.4.0.yaml": "unknown",
        "1.5.0.yaml": "fail",
    }
    assert "is lightweight and can carry no signature" in found["1.1.0.yaml"][1]
    assert "is not signed" in found["1.2.0.yaml"][1]
    assert "a key that is not among those you named" in found["1.4.0.yaml"][1]
    assert "has a signature that is not valid" in found["1.5.0.yaml"][1]


def test_a_tag_whose_program_is_missing_cannot_be_told(repository, keys, monkeypatch, tmp_path):
    repository.commit({A: "id: A\n"}, on="2026-03-01")
    repository.git("tag", "-a", "-m", "One", "v1", on="2026-03-01")
    text = repository.git("cat-file", "tag", "v1").rstrip()
    (repository.root / "forged").write_text(
        f"{text}\n-----BEGIN PGP SIGNATURE-----\n\nx\n-----END PGP SIGNATURE-----\n"
    )
    repository.git("update-ref", "refs/tags/v1", repository.git("hash-object", "-t", "tag", "-w", "forged"))
    programs = tmp_path / "programs"
    programs.mkdir()
    (programs / "git").symlink_to(str(shutil.which("git")))
    monkeypatch.setenv("PATH", str(programs))
    (tag,) = history.tags(repository.root, allowed_signers="signers")
    assert (tag["kind"], tag["signature"]) == ("signed", "unknown")
