"""What is evaluated: the champion under the packaged policy, on a simulated portfolio."""

from dataclasses import dataclass

from experiments.portfolio.config import SimulationConfig, from_origin
from features import paths
from features.engine import FeatureSet
from features.errors import DataError
from features.tables import TableStore
from serving.advice import DecisionFunction, SlackFunction, SourceProfiles
from serving.advice.adapter import decision_features, decision_function, outcome_function, slack_function
from serving.advice.profile import EXTRA, from_json
from serving.advice.types import OutcomeFunction
from serving.decision.engine import DecisionEngine
from serving.decision.policy import packaged as packaged_policy
from serving.model.bundle import BundleStore
from serving.model.scorer import Scorer
from training.bundling.source_profiles import source_profiles


@dataclass(frozen=True)
class EvaluationSetup:
    """A decision engine and the simulated portfolio that it decides on.

    Attributes:
        store: tables of the simulated portfolio.
        config: its configuration.
        engine: model and policy.
        decide: the whole decision.
        slack: margin of decisions to the cut-off.
        features: what a decision reads.
        profiles: what linked sources are projected to show.
    """

    store: TableStore
    config: SimulationConfig
    engine: DecisionEngine
    decide: DecisionFunction
    outcomes: OutcomeFunction
    slack: SlackFunction
    features: FeatureSet
    profiles: SourceProfiles


def load_setup(config: str, store: TableStore) -> EvaluationSetup:
    """The champion of a configuration under the packaged policy, on a simulated portfolio.

    Raises:
        DataError: there is no champion, or the store holds no simulated portfolio.
    """
    if "settings" not in store.info.origin:
        raise DataError(f"{store.root}: no simulated portfolio to simulate plans in; `make portfolio`")
    bundles = BundleStore(paths.var() / "bundles")
    pointer = bundles.champion(config)
    if pointer is None:
        raise DataError(f"no champion for {config!r}: `make train CONFIG={config}` makes one")
    bundle = bundles.load(pointer.sha256)
    engine = DecisionEngine(Scorer(bundle, threads=2), pointer.sha256, packaged_policy())
    return EvaluationSetup(
        store,
        from_origin(dict(store.info.origin)),
        engine,
        decision_function(engine),
        outcome_function(engine),
        slack_function(engine),
        decision_features(engine),
        from_json(bundle.extra.get(EXTRA)) or source_profiles(store, bundle.reference_keys),
    )
