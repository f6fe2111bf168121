"""Prometheus metrics. Labels are route templates, methods and status classes, so their number is bounded."""

from collections.abc import Iterable

from prometheus_client import CollectorRegistry, Counter, Histogram, disable_created_metrics, generate_latest
from prometheus_client.exposition import CONTENT_TYPE_LATEST
from prometheus_client.metrics_core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

BUCKETS = (0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 5.0)


class ServingState(Collector):
    """Gauges, collected anew at each scrape, so that no label of a former bundle remains.

    Attributes:
        bundle: configuration, SHA-256 and version in use; None before the first.
        refused: whether the champion had to be refused.
    """

    def __init__(self) -> None:
        self.bundle: tuple[str, str, str] | None = None
        self.refused = False

    def collect(self) -> Iterable[Metric]:
        """The two gauges."""
        labels = ("config", "sha256", "version")
        bundle = GaugeMetricFamily("headroom_bundle_info", "1 for the bundle in use", labels=labels)
        if self.bundle is not None:
            bundle.add_metric(self.bundle, 1.0)
        yield bundle
        yield GaugeMetricFamily(
            "headroom_bundle_refused", "1 when the champion is refused", value=float(self.refused)
        )


class Metrics:
    """The metrics of one running service, in a registry of their own.

    Attributes:
        content_type: of the exposition.
    """

    content_type = CONTENT_TYPE_LATEST

    def __init__(self) -> None:
        disable_created_metrics()  # type: ignore[no-untyped-call]
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
        self._what_ifs = Counter(
            "headroom_what_ifs_total",
            "Answers as of a moment that the caller named",
            ("kind", "tier", "eligible"),
            registry=self._registry,
        )
        self._undecided = Counter(
            "headroom_undecided_total",
            "Requests answered without a score",
            ("status",),
            registry=self._registry,
        )
        self._figures = Counter(
            "headroom_audited_figures_total",
            "Figures of a sample of live decisions, by what their recomputation from the rows says",
            ("outcome",),
            registry=self._registry,
        )
        self._state = ServingState()
        self._registry.register(self._state)

    def count_request(self, route: str, method: str, status: int, seconds: float) -> None:
        """Counts one answered request and its time."""
        self._requests.labels(route, method, f"{status // 100}xx").inc()
        self._seconds.labels(route).observe(seconds)

    def count_decision(self, kind: str, tier: str, *, eligible: bool) -> None:
        """Counts one decided row."""
        self._decisions.labels(kind, tier, str(eligible).lower()).inc()

    def count_what_if(self, kind: str, tier: str, *, eligible: bool) -> None:
        """Counts one answer that binds nobody."""
        self._what_ifs.labels(kind, tier, str(eligible).lower()).inc()

    def count_undecided(self, status: str) -> None:
        """Counts one request that waits for a person or for a feed."""
        self._undecided.labels(status).inc()

    def count_figure(self, outcome: str) -> None:
        """Counts one stated figure that was recomputed."""
        self._figures.labels(outcome).inc()

    def set_bundle(self, config: str, sha256: str, version: int) -> None:
        """Sets the bundle in use."""
        self._state.bundle = (config, sha256, str(version))

    def set_refused(self, *, refused: bool) -> None:
        """Sets whether the champion had to be refused."""
        self._state.refused = refused

    def exposition(self) -> bytes:
        """The text that Prometheus reads."""
        return generate_latest(self._registry)
