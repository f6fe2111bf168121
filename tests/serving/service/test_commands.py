"""The commands of the package, and their messages when they cannot run."""

import sys
from pathlib import Path

import pytest

from features import cli
from serving.__main__ import main
from serving.decision.policy import packaged
from serving.model.bundle import BundleStore
from tests.serving import toy


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["serve", "--config", "nobody"], "make train CONFIG=nobody"),
        (["bento", "--config", "nobody"], "make train CONFIG=nobody"),
        (["serve", "--config", "../x"], "letters, digits"),
        (["serve", "--config", "toy", "--port", "99999"], "--port 99999"),
    ],
)
def test_a_command_that_cannot_run_states_why_in_one_line(
    arguments: list[str],
    message: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("HEADROOM_VAR", str(tmp_path))
    monkeypatch.setattr(sys, "argv", ["serving", *arguments])
    with pytest.raises(SystemExit) as ended:
        cli.run(main)
    refusal = capsys.readouterr().err.strip()
    assert ended.value.code == 2
    assert message in refusal
    assert "\n" not in refusal


@pytest.mark.parametrize("action", ["serve", "bento"])
@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ('fact = "last_dpd60_at"', 'fact = "last_dpd61_at"', "the nearest name is 'last_dpd60_at'"),
        ("[limits]", "[limits", "is not TOML"),
        ('when = ">="', 'when = "=>"', "rules.0.threshold.when"),
    ],
)
def test_a_wrong_policy_is_refused_in_one_line_before_anything_starts(
    action: str,
    old: str,
    new: str,
    message: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    policy = tmp_path / "policy.toml"
    policy.write_text(packaged().text.replace(old, new), encoding="utf-8")
    monkeypatch.setenv("HEADROOM_VAR", str(tmp_path))
    monkeypatch.setenv("HEADROOM_POLICY", str(policy))
    store = BundleStore()
    store.promote("toy", store.publish(toy.bundle()), 1)
    monkeypatch.setattr(sys, "argv", ["serving", action, "--config", "toy"])
    with pytest.raises(SystemExit) as ended:
        cli.run(main)
    refusal = capsys.readouterr().err.strip()
    assert ended.value.code == 2
    assert message in refusal
    assert "\n" not in refusal


def test_a_tampered_champion_is_not_served_and_the_file_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("HEADROOM_VAR", str(tmp_path))
    store = BundleStore()
    sha = store.publish(toy.bundle())
    store.promote("toy", sha, 1)
    (tmp_path / "bundles" / sha / "spec.json").write_text("{}")
    monkeypatch.setattr(sys, "argv", ["serving", "serve", "--config", "toy"])
    with pytest.raises(SystemExit):
        cli.run(main)
    assert "spec.json" in capsys.readouterr().err


def test_a_store_without_records_is_an_unbroken_chain(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("HEADROOM_VAR", str(tmp_path))
    monkeypatch.setattr(sys, "argv", ["serving", "verify"])
    main()
    assert "0 records" in capsys.readouterr().out
