"""The BentoML service: one worker that hands every request to the application of `serving.service.app`.

BentoML packages and runs; its own request handling stays out of the way (measured: about five times the cost
a call). Health and metrics paths are the application's too, so it stands in front of BentoML's own.
"""

import bentoml
from starlette.types import ASGIApp, Receive, Scope, Send

from serving.service import settings
from serving.service.app import Service

BENTO_OWN = ("/livez", "/schema.json")


class Front:
    """Hands requests to the application; BentoML keeps its liveness probe and its schema."""

    def __init__(self, app: ASGIApp) -> None:
        self._bento = app
        self._headroom = Service(settings.read()).app()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One ASGI call."""
        ours = scope["type"] == "http" and scope["path"] not in BENTO_OWN
        await (self._headroom if ours else self._bento)(scope, receive, send)


@bentoml.service(
    name="headroom",
    workers=1,
    traffic={"timeout": 10},
    metrics={"enabled": False},
    logging={"access": {"enabled": False}},
    tracing={"excluded_urls": ".*", "sample_rate": 0.0},
)
class Headroom:
    """Decides limits and tells why."""


Headroom.add_asgi_middleware(Front)  # type: ignore[attr-defined]
