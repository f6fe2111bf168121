"""The BentoML service: one worker that forwards every request to the application of `serving.service.app`.

BentoML packages and runs it; its own request handling is bypassed, because it costs about five times as much
a call (measured). The application also answers the health and metrics paths, before BentoML's own.
"""

import bentoml
from starlette.types import ASGIApp, Receive, Scope, Send

from serving.service import settings
from serving.service.app import Service

BENTOML_PATHS = ("/livez", "/schema.json")


class AsgiFront:
    """ASGI middleware that answers every request but BentoML's own liveness probe and schema."""

    def __init__(self, app: ASGIApp) -> None:
        self._bento = app
        self._application = Service(settings.read()).app()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One ASGI call."""
        ours = scope["type"] == "http" and scope["path"] not in BENTOML_PATHS
        await (self._application if ours else self._bento)(scope, receive, send)


@bentoml.service(
    name="headroom",
    workers=1,
    traffic={"timeout": 10},
    metrics={"enabled": False},
    logging={"access": {"enabled": False}},
    tracing={"excluded_urls": ".*", "sample_rate": 0.0},
)
class Headroom:
    """Decides credit limits and states the reasons."""


Headroom.add_asgi_middleware(AsgiFront)  # type: ignore[attr-defined]
