"""Counters for Prometheus. Labels are route templates, methods and classes of status: they cannot grow."""

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.exposition import CONTENT_TYPE_LATEST

BUCKETS = (0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 5.0)


class Metrics:
    """What a running service counts, in a registry of its own.

    Attributes:
        content_type: of the exposition.
    """

    content_type = CONTENT_TYPE_LATEST

    def __init__(self) -> None:
        self._registry = CollectorRegistry()
        self._requests = Counter(
            "headroom_requests_total",
            "Requests answered",
            ("route", "method", "status"),
            registry=self._registry,
        )
        self._seconds = Histogram(
            "headroom_request_seconds", "Time to answer", ("route",), buckets=BUCKETS, registry=self._registry
        )
        self._decisions = Counter(
            "headroom_decisions_total", "Rows decided", ("kind", "tier", "eligible"), registry=self._registry
        )
        self._bundle = Gauge(
            "headroom_bundle_info",
            "1 for the bundle in use",
            ("config", "sha256", "version"),
            registry=self._registry,
        )
        self._refused = Gauge(
            "headroom_bundle_refused", "1 when the champion is refused", registry=self._registry
        )

    def answered(self, route: str, method: str, status: int, seconds: float) -> None:
        """Counts one answer."""
        self._requests.labels(route, method, f"{status // 100}xx").inc()
        self._seconds.labels(route).observe(seconds)

    def decided(self, kind: str, tier: str, *, eligible: bool) -> None:
        """Counts one decided row."""
        self._decisions.labels(kind, tier, str(eligible).lower()).inc()

    def serving(self, config: str, sha256: str, version: int) -> None:
        """Says which bundle is in use."""
        self._bundle.clear()
        self._bundle.labels(config, sha256, str(version)).set(1)

    def refused(self, *, refused: bool) -> None:
        """Says whether the champion had to be refused."""
        self._refused.set(int(refused))

    def exposition(self) -> bytes:
        """The text that Prometheus reads."""
        return generate_latest(self._registry)
