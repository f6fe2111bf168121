"""Settings of a running service: from a `deployment.toml` beside the code, overridden by the environment."""

import os
import tomllib
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from features import paths
from features.errors import ConfigError
from serving.decision import policy
from serving.decision.policy import LoadedPolicy
from serving.service import feeds
from serving.service.feeds import FeedRules

FILE = "deployment.toml"
ENVIRONMENT = {
    "config": "HEADROOM_CONFIG",
    "bundles": "HEADROOM_BUNDLES",
    "records_url": "HEADROOM_RECORDS",
    "store_url": "HEADROOM_STORE",
    "policy": "HEADROOM_POLICY",
    "feeds": "HEADROOM_FEEDS",
    "audit_share": "HEADROOM_AUDIT_SHARE",
}


class Settings(BaseModel):
    """Where a service finds what it needs; an empty text means the default under `var/`."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    config: str = Field("portfolio", description="configuration whose champion is served")
    bundles: str = Field("", description="folder of the bundle store")
    records_url: str = Field("", description="database of the decision records")
    store_url: str = Field("", description="database of the accounts")
    policy: str = Field("", description="policy file; empty is the packaged one")
    feeds: str = Field("", description="file of how late each feed may be; empty is the packaged one")
    audit_share: float = Field(
        0.02,
        ge=0,
        le=1,
        description="share of decisions whose figures are recomputed before the answer",
    )
    watch_seconds: float = Field(1.0, gt=0, description="how often the champion pointer is looked at")
    max_rows: int = Field(500, ge=1, description="rows of one /predict request")
    max_body_bytes: int = Field(1_048_576, ge=1024, description="size of a request body")

    @property
    def bundles_folder(self) -> Path:
        """The bundle store; a relative path is taken from the code's own folder."""
        return paths.ROOT / self.bundles if self.bundles else paths.var() / "bundles"

    def load_policy(self) -> LoadedPolicy:
        """The policy in force: the packaged one, or the file that `policy` names.

        A relative path is taken from the code's own folder.

        Raises:
            ConfigError: the file cannot be read, or is no policy.
        """
        return policy.read(paths.ROOT / self.policy) if self.policy else policy.packaged()

    def load_feed_rules(self) -> FeedRules:
        """How late each feed may be: the packaged rules, or those of the file that `feeds` names.

        Raises:
            ConfigError: the file cannot be read, or breaks a rule.
        """
        return feeds.read(paths.ROOT / self.feeds) if self.feeds else feeds.packaged()

    @property
    def records(self) -> str:
        """URL of the decision records."""
        return self.records_url or f"sqlite:///{paths.var() / 'decisions.db'}"


def read(folder: Path = paths.ROOT) -> Settings:
    """The settings in force.

    Raises:
        ConfigError: names the setting that is unknown or wrong.
    """
    path = folder / FILE
    given = tomllib.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
    given |= {name: os.environ[key] for name, key in ENVIRONMENT.items() if os.environ.get(key)}
    try:
        return Settings.model_validate(given)
    except ValidationError as error:
        wrong = error.errors()[0]
        raise ConfigError(f"{path}: {'.'.join(map(str, wrong['loc']))}: {wrong['msg']}") from error
