"""A bundle is the one that was published, or it is refused with the name of the altered file."""

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from features.errors import BundleError
from serving.model.bundle import BundleStore, identity, load, save
from serving.model.bundle.manifest import sha256
from serving.model.scorer import Scorer
from tests.serving import toy


@pytest.fixture
def saved(tmp_path: Path) -> tuple[Path, str]:
    folder = tmp_path / "bundle"
    return folder, save(toy.bundle(), folder)


def test_a_bundle_survives_the_disk_byte_for_byte(saved: tuple[Path, str], tmp_path: Path) -> None:
    folder, sha = saved
    again = load(folder, expect=sha)
    assert save(again, tmp_path / "again") == sha
    for path in folder.rglob("*"):
        if path.is_file():
            assert path.read_bytes() == (tmp_path / "again" / path.relative_to(folder)).read_bytes()


def test_a_loaded_bundle_scores_the_same_bytes(saved: tuple[Path, str]) -> None:
    rows = toy.codes(toy.frame(50, seed=4))
    before, after = Scorer(toy.bundle()).score(rows), Scorer(load(saved[0])).score(rows)
    assert before.pd.tobytes() == after.pd.tobytes()
    assert before.theme_points.tobytes() == after.theme_points.tobytes()


def test_the_hash_is_that_of_the_manifest_and_the_manifest_lists_every_file(saved: tuple[Path, str]) -> None:
    folder, sha = saved
    content = (folder / "manifest.json").read_bytes()
    assert sha256(content) == sha == identity(toy.bundle())
    listed = json.loads(content)["files"]
    present = {p.relative_to(folder).as_posix() for p in folder.rglob("*") if p.is_file()}
    assert set(listed) == present - {"manifest.json"}


def test_nothing_in_a_bundle_is_a_pickle(saved: tuple[Path, str]) -> None:
    suffixes = {p.suffix for p in saved[0].rglob("*") if p.is_file()}
    assert suffixes <= {".txt", ".json", ".parquet"}


@pytest.mark.parametrize(
    "name", ["booster.txt", "spec.json", "reference.parquet", "reasons/values.parquet", "extra/gate.json"]
)
def test_an_altered_file_is_refused_by_name_with_both_hashes(saved: tuple[Path, str], name: str) -> None:
    folder, sha = saved
    content = bytearray((folder / name).read_bytes())
    expected = sha256(bytes(content))
    content[len(content) // 2] ^= 1
    (folder / name).write_bytes(content)
    with pytest.raises(BundleError, match=name) as refused:
        load(folder, expect=sha)
    assert expected in str(refused.value)
    assert sha256(bytes(content)) in str(refused.value)


def test_a_missing_file_is_refused_by_name(saved: tuple[Path, str]) -> None:
    (saved[0] / "spec.json").unlink()
    with pytest.raises(BundleError, match=r"spec\.json.*no such file"):
        load(saved[0])


def test_an_extra_file_is_refused_by_name(saved: tuple[Path, str]) -> None:
    (saved[0] / "reasons" / "more.parquet").write_bytes(b"x")
    with pytest.raises(BundleError, match=r"more\.parquet.*expected no such file"):
        load(saved[0])


def test_a_file_altered_together_with_its_manifest_is_refused_by_the_expected_hash(
    saved: tuple[Path, str],
) -> None:
    folder, sha = saved
    changed = replace(toy.bundle(), extra={"gate": {"passed": False}})
    forged = save(changed, folder.with_name("forged"))
    assert forged != sha
    with pytest.raises(BundleError, match=rf"manifest\.json: expected SHA-256 {sha}"):
        load(folder.with_name("forged"), expect=sha)


def test_a_bundle_without_manifest_and_one_that_is_not_there_are_refused(saved: tuple[Path, str]) -> None:
    (saved[0] / "manifest.json").unlink()
    with pytest.raises(BundleError, match=r"manifest\.json is missing"):
        load(saved[0])
    with pytest.raises(BundleError, match="no bundle at"):
        load(saved[0] / "nowhere")


def test_a_bundle_is_not_written_over_another(saved: tuple[Path, str]) -> None:
    with pytest.raises(BundleError, match="not empty"):
        save(toy.bundle(), saved[0])


def test_reasons_of_other_trees_are_refused_when_scoring() -> None:
    text = toy.bundle().booster_text
    place = text.index("leaf_value=") + len("leaf_value=")
    place += text[place:].index(".") + 1
    other = text[:place] + ("1" if text[place] != "1" else "2") + text[place + 1 :]
    with pytest.raises(BundleError, match="margin"):
        Scorer(replace(toy.bundle(), booster_text=other)).score(toy.codes(toy.frame(300)))


def test_a_text_that_would_end_the_process_is_refused_with_a_message() -> None:
    text = toy.bundle().booster_text.replace("leaf_value=", "leaf_value=1", 1)
    with pytest.raises(BundleError, match="tree 1 does not stand where the header says"):
        Scorer(replace(toy.bundle(), booster_text=text))
    with pytest.raises(BundleError, match="no tree"):
        Scorer(replace(toy.bundle(), booster_text="tampered"))


def test_trees_of_other_features_are_refused() -> None:
    text = toy.bundle().booster_text.replace("tenure_months", "tenure_fortn")
    with pytest.raises(BundleError, match=r"not those of spec\.json"):
        Scorer(replace(toy.bundle(), booster_text=text))


def test_a_metric_that_is_not_a_number_is_refused_before_it_is_published(tmp_path: Path) -> None:
    spec = toy.bundle().spec
    info = replace(spec.info, metrics={"auc": float("nan")})
    with pytest.raises(BundleError, match="metric auc"):
        save(replace(toy.bundle(), spec=replace(spec, info=info)), tmp_path / "b")


def test_promotion_moves_the_pointer_and_the_store_gives_the_champion_back(tmp_path: Path) -> None:
    store = BundleStore(tmp_path)
    assert store.champion("toy") is None
    sha = store.publish(toy.bundle())
    assert store.publish(toy.bundle()) == sha
    assert store.list() == (sha,)
    store.promote("toy", sha, 3)
    pointer = store.champion("toy")
    assert pointer is not None
    assert (pointer.sha256, pointer.version) == (sha, 3)
    assert np.array_equal(store.load(sha).reference, toy.bundle().reference, equal_nan=True)
    assert not [p for p in tmp_path.rglob("*") if p.name.startswith(".")]


def test_a_damaged_bundle_cannot_become_champion_and_publishing_again_mends_it(tmp_path: Path) -> None:
    store = BundleStore(tmp_path)
    sha = store.publish(toy.bundle())
    (tmp_path / sha / "booster.txt").write_text("tampered")
    with pytest.raises(BundleError, match=r"booster\.txt"):
        store.promote("toy", sha, 1)
    assert store.champion("toy") is None
    assert store.publish(toy.bundle()) == sha
    store.promote("toy", sha, 1)


def test_a_pointer_of_another_configuration_is_refused(tmp_path: Path) -> None:
    store = BundleStore(tmp_path)
    store.promote("toy", store.publish(toy.bundle()), 1)
    store.pointer_path("toy").rename(store.pointer_path("german"))
    with pytest.raises(BundleError, match="not for 'german'"):
        store.champion("german")
