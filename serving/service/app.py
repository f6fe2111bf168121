"""The ASGI application: Starlette for routes, msgspec for JSON."""

import time
from collections.abc import Awaitable, Callable

import msgspec
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from features.errors import HeadroomError, RequestError
from serving.service.feature_listing import features_answer
from serving.service.handlers import Handlers
from serving.service.http.accounts import decision_request, opt_out_request
from serving.service.http.body import read_json
from serving.service.http.errors import LOG, internal, refusal
from serving.service.http.metrics import Metrics
from serving.service.model_watcher import LoadedModel, ModelWatcher
from serving.service.records import RecordError, RecordStore
from serving.service.settings import Settings

Handler = Callable[[Request], Awaitable[Response]]
SMALL_BODY = 4096


class NotReadyError(HeadroomError):
    """No model is loaded."""


class Service:
    """One running service: the loaded champion, the records, the metrics, and an endpoint for each route."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        loaded = settings.load_policy()
        self.metrics = Metrics()
        self.records = RecordStore(settings.records)
        self.records.store_policy(loaded)
        self.watcher = ModelWatcher(settings, loaded)
        self._handlers = Handlers(
            self.records, self.metrics, self.watcher.account_store, settings.audit_share
        )

    def app(self) -> Starlette:
        """The application, its routes timed and counted by their templates."""
        routes = [
            self._route("/predict", "POST", self._predict),
            self._route("/v1/decisions", "POST", self._decide),
            self._route("/v1/advice", "POST", self._advise),
            self._route("/v1/opt-outs", "POST", self._opt_out),
            self._route("/v1/features", "GET", self._features),
            self._route("/healthz", "GET", self._healthz),
            self._route("/readyz", "GET", self._readyz),
            self._route("/metrics", "GET", self._metrics),
        ]
        refused = {404: self._no_route, 405: self._no_route}
        return Starlette(routes=routes, exception_handlers=refused)  # type: ignore[arg-type]

    def _route(self, path: str, method: str, handler: Handler) -> Route:
        async def endpoint(request: Request) -> Response:
            request.scope["headroom_route"] = path
            begun = time.perf_counter()
            response = await _guarded(handler, request)
            self.metrics.count_request(path, method, response.status_code, time.perf_counter() - begun)
            return response

        return Route(path, endpoint, methods=[method])

    async def _predict(self, request: Request) -> Response:
        body = await read_json(request, self._settings.max_body_bytes)
        return _json(await self._handlers.predict(self._model(), body))

    async def _decide(self, request: Request) -> Response:
        wanted = decision_request(await read_json(request, SMALL_BODY))
        return _json(await self._handlers.decide(self._model(), wanted))

    async def _advise(self, request: Request) -> Response:
        wanted = decision_request(await read_json(request, SMALL_BODY))
        return _json(await self._handlers.advise(self._model(), wanted))

    async def _opt_out(self, request: Request) -> Response:
        return _json(await self._handlers.opt_out(opt_out_request(await read_json(request, SMALL_BODY))))

    async def _features(self, _: Request) -> Response:
        return _json(features_answer(self._model()))

    async def _healthz(self, _: Request) -> Response:
        return _json(b'{"alive":true}')

    async def _readyz(self, _: Request) -> Response:
        """Ready while any verified model is loaded; `problem` states why it may not be the champion."""
        model, error = self.watcher.current(), self.watcher.load_error
        self._update_state(model, error)
        status = {"config": self._settings.config, "ready": model is not None, "problem": error}
        if model is not None:
            status |= {"bundle_sha256": model.pointer.sha256, "version": model.pointer.version}
        return _json(msgspec.json.encode(status), 200 if model is not None else 503)

    async def _metrics(self, _: Request) -> Response:
        self._update_state(self.watcher.current(), self.watcher.load_error)
        return Response(self.metrics.exposition(), media_type=self.metrics.content_type)

    async def _no_route(self, request: Request, error: HTTPException) -> Response:
        self.metrics.count_request("unknown", _method(request), error.status_code, 0.0)
        if error.status_code == 405:
            allowed = (error.headers or {}).get("Allow", "")
            return refusal(405, f"this path answers {allowed} only", Allow=allowed)
        return refusal(404, "no such path; see /v1/features, /predict, /v1/decisions, /v1/advice")

    def _model(self) -> LoadedModel:
        model = self.watcher.current()
        if model is None:
            raise NotReadyError(self.watcher.load_error)
        return model

    def _update_state(self, model: LoadedModel | None, load_error: str) -> None:
        self.metrics.set_refused(refused=bool(load_error))
        if model is not None:
            pointer = model.pointer
            self.metrics.set_bundle(pointer.config, pointer.sha256, pointer.version)


async def _guarded(handler: Handler, request: Request) -> Response:
    """Every error becomes a JSON body."""
    try:
        return await handler(request)
    except RequestError as error:
        return refusal(error.status, str(error), error.field)
    except RecordError as error:
        LOG.error("not answered: %s", error)
        return refusal(503, "the answer could not be recorded, so it is not given; try again")
    except NotReadyError as error:
        return refusal(503, str(error))
    except Exception as error:
        return internal(request, error)


def _json(content: bytes, status: int = 200) -> Response:
    return Response(content, status, media_type="application/json")


def _method(request: Request) -> str:
    """The method as a metric label; unknown methods share one."""
    known = ("GET", "POST", "PUT", "DELETE", "PATCH", "HEAD", "OPTIONS")
    return request.method if request.method in known else "OTHER"
