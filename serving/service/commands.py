"""The commands of this package. Each needs nothing but what training published."""

import os
import sys
from functools import cache
from pathlib import Path

from features import paths
from features.errors import BundleError, ConfigError
from serving.decision.engine import DecisionEngine
from serving.decision.policy import check_facts
from serving.model.bundle import BundleStore, Pointer
from serving.model.scorer import Scorer
from serving.service import settings
from serving.service.packaging import pack
from serving.service.records import RecordError, RecordStore
from serving.service.records.record import WITHOUT_MODEL
from serving.service.records.replay import recompute_answer
from serving.service.release import code_sha256

QUIET = {"BENTOML_DO_NOT_TRACK": "True", "DO_NOT_TRACK": "true"}


def bentoml_environment() -> dict[str, str]:
    """The environment of a BentoML process: its files under `var/`, its telemetry off."""
    inherited = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    return {**inherited, **QUIET, "BENTOML_HOME": str(paths.var() / "bentoml")}


def champion_of(config: str) -> Pointer:
    """The champion of a configuration, its bundle verified and the policy in force checked against it.

    Raises:
        BundleError: there is none, or its bundle is damaged.
        ConfigError: the policy is none, or names a fact that no case of this model has; or the rules of late
            feeds are wrong.
    """
    given = settings.read()
    store = BundleStore(given.bundles_folder)
    pointer = store.champion(config)
    if pointer is None:
        raise BundleError(
            f"there is no champion for {config!r} in {store.folder}: `make train CONFIG={config}` makes one"
        )
    bundle = store.load(pointer.sha256)
    given.load_feed_rules()
    check_facts(given.load_policy().policy, bundle.spec.catalogue.names)
    return pointer


def serve(config: str, host: str, port: int) -> None:
    """Replaces this process by the service; does not return.

    Raises:
        BundleError: there is no champion to serve.
        ConfigError: the port is not one, or the policy is wrong.
    """
    if not 0 < port < 65536:
        raise ConfigError(f"--port {port}: choose one from 1 to 65535")
    pointer = champion_of(config)
    print(f"serving {config}, version {pointer.version}, bundle {pointer.sha256}", flush=True)
    print(f"http://{host}:{port}/v1/features lists what /predict reads", flush=True)
    environment = {**bentoml_environment(), "HEADROOM_CONFIG": config}
    program = Path(sys.executable).with_name("bentoml")
    arguments = ["serve", "serving.service.bento:Headroom", "--host", host, "--port", str(port)]
    os.chdir(paths.ROOT)
    os.execve(program, [str(program), *arguments], environment)


def bento(config: str) -> str:
    """Builds the Bento of a configuration's champion; returns where it is and how to run it.

    Raises:
        BundleError: there is no champion to pack.
        ConfigError: the policy is wrong, or BentoML refused to build.
    """
    built = pack(champion_of(config), settings.read().bundles_folder, bentoml_environment())
    return f"built {built}\nrun it:  BENTOML_DO_NOT_TRACK=True bentoml serve {built} --host 127.0.0.1"


def verify() -> str:
    """Checks the hash chain of the records and recomputes every answer.

    Raises:
        RecordError: the first record that was altered, or whose answer comes out differently.
    """
    given = settings.read()
    records, bundles = RecordStore(given.records), BundleStore(given.bundles_folder)
    count, replayed = records.verify_chain(), 0

    @cache
    def engine(bundle: str, policy: str) -> DecisionEngine:
        return DecisionEngine(Scorer(bundles.load(bundle)), bundle, records.policy(policy), recorded=True)

    for record in records.walk():
        draft = record.draft
        if draft.kind not in WITHOUT_MODEL:
            again = recompute_answer(draft, engine(draft.bundle_sha256, draft.policy_sha256))
            if again != bytes(draft.answer):
                other = "" if draft.code_sha256 == code_sha256() else "; other code than this decided it"
                raise RecordError(
                    f"record {record.seq} ({draft.id}): its answer comes out differently{other}"
                )
            replayed += 1
    return f"{count} records in an unbroken chain, {replayed} answers replayed to the same bytes"
