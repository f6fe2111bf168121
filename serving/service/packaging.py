"""Builds a Bento: a champion, the code that serves it and its locked requirements."""

import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from tempfile import TemporaryDirectory

import msgspec

from features import paths
from features.errors import ConfigError
from serving.model.bundle import Pointer
from serving.service.settings import FILE

PACKAGES = ("features", "serving")
BUILD = """\
[tool.bentoml.build]
service = "serving.service.bento:Headroom"
include = ["features/**", "serving/**", "bundles/**", "{file}", "requirements/serving.txt"]
exclude = ["**/__pycache__/**"]

[tool.bentoml.build.labels]
config = "{config}"
bundle = "{bundle}"

[tool.bentoml.build.python]
requirements_txt = "requirements/serving.txt"
lock_packages = false
"""


def pack(pointer: Pointer, bundles: Path, environment: Mapping[str, str]) -> Path:
    """Builds `var/bentos/<config>`; the folder is complete in itself.

    Args:
        pointer: the champion to pack.
        bundles: folder of the bundle store.
        environment: for the BentoML command.

    Raises:
        ConfigError: BentoML refused to build; the end of its error output is in the message.
    """
    target = paths.var() / "bentos" / pointer.config
    target.parent.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(dir=target.parent, prefix="build-") as scratch:
        context, home = Path(scratch) / "context", Path(scratch) / "home"
        _lay_out(context, pointer, bundles)
        built = _build(context, home, pointer.sha256[:12], environment)
        _copy_compiled(built)
        shutil.rmtree(target, ignore_errors=True)
        built.rename(target)
    return target


def _lay_out(context: Path, pointer: Pointer, bundles: Path) -> None:
    for package in PACKAGES:
        shutil.copytree(paths.ROOT / package, context / package, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copytree(bundles / pointer.sha256, context / "bundles" / pointer.sha256)
    champion = Path("bundles") / "champions" / f"{pointer.config}.json"
    (context / champion).parent.mkdir()
    (context / champion).write_bytes(msgspec.json.encode(pointer))
    (context / "requirements").mkdir()
    shutil.copy(paths.ROOT / "requirements" / "serving.txt", context / "requirements")
    (context / FILE).write_text(f'config = "{pointer.config}"\nbundles = "bundles"\n', encoding="utf-8")
    settings = BUILD.format(file=FILE, config=pointer.config, bundle=pointer.sha256[:12])
    (context / "pyproject.toml").write_text(settings, encoding="utf-8")


def _copy_compiled(built: Path) -> None:
    """Copies the compiled kernels beside their sources, times kept: a first start compiles nothing.

    On another type of processor numba compiles anew.
    """
    for package in PACKAGES:
        ignore = shutil.ignore_patterns("*.pyc")
        shutil.copytree(paths.ROOT / package, built / "src" / package, ignore=ignore, dirs_exist_ok=True)


def _build(context: Path, home: Path, version: str, environment: Mapping[str, str]) -> Path:
    command = [str(Path(sys.executable).with_name("bentoml")), "build", "--version", version, "."]
    home.mkdir()
    own = {**environment, "BENTOML_HOME": str(home)}
    done = subprocess.run(command, cwd=context, env=own, capture_output=True, text=True, check=False)
    built = home / "bentos" / "headroom" / version
    if done.returncode or not built.is_dir():
        raise ConfigError(f"BentoML could not build: {' '.join(done.stderr.split()[-60:])}")
    return built
