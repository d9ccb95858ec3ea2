"""HTTP of the admin API: bodies within limits, errors as JSON."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import TypeVar

from aiohttp import web
from pydantic import BaseModel, ValidationError

from proxy.edge import telemetry
from proxy.edge.admin import models as api
from proxy.edge.admin.callers import Caller
from proxy.edge.http.inbound import check_head, head_of, read_body
from proxy.errors import ClientFault, Fault, OwnFault
from proxy.json_source import JsonError, decode_utf8, read_json, with_whole_characters
from proxy.settings import Limits

Sent = TypeVar("Sent", bound=BaseModel)
Serve = Callable[[web.Request], Awaitable[web.StreamResponse]]

MAX_BYTES = 2 << 20
_JSON = "application/json"

log = telemetry.logger()


CALLER = web.RequestKey("caller", Caller)
"""Who calls, as `admin.gate` found."""
CSRF_TOKEN = web.RequestKey("csrf_token", str)
"""What that caller's changes need, if they need anything."""


def answered(serve: Serve, failing: Callable[[web.Request, Fault], web.StreamResponse] | None = None) -> Serve:
    """Return `serve` with faults as errors, in JSON unless `failing` says how. Others are answered without a reason."""
    told = failing or (lambda _request, fault: _error(fault))

    async def safe(request: web.Request) -> web.StreamResponse:
        try:
            return await serve(request)
        except Fault as fault:
            return told(request, fault)
        except web.HTTPException:
            raise
        except Exception as error:
            log.error("admin_request_failed", exc_info=error)
            return told(request, OwnFault("internal_error", "a defect; see the log", status=500))

    return safe


async def body_of(request: web.Request, limits: Limits, most: int = MAX_BYTES) -> bytes:
    """Read and decode the body. Raises `ClientFault` if it is too large, too slow or malformed."""
    inbound, _ = head_of(request)
    check_head(request, inbound)
    bounded = limits.model_copy(update={"body_bytes": min(most, limits.body_bytes)})
    return await read_body(request, inbound, bounded)


async def read(request: web.Request, model: type[Sent], limits: Limits, *, cut: bool = False) -> Sent:
    """Read the body as `model`. Raises `ClientFault`, which names the field but never its value.

    `cut`: it holds a name that a service may have cut within a character.
    """
    if request.content_type != _JSON:
        raise ClientFault("unsupported_content_type", f"send {_JSON}", status=415, where="content-type")
    body = await body_of(request, limits)
    try:
        text = with_whole_characters(decode_utf8(body)) if cut else decode_utf8(body)
        read_json(text, max_depth=limits.json_depth)
        return model.model_validate_json(text, strict=True)
    except JsonError as error:
        raise ClientFault("invalid_body", error.detail, where="body") from None
    except ValidationError as error:
        raise _invalid(error) from None


def query_of(request: web.Request, known: Mapping[str, bool]) -> dict[str, str]:
    """Return the query's parameters. `known` says for each whether it is required."""
    names = [name for name, _ in request.query.items()]
    if len(set(names)) < len(names) or not set(names) <= known.keys():
        raise ClientFault("invalid_query", f"parameters, each once: {', '.join(known) or 'none'}", where="query")
    missing = next((name for name, needed in known.items() if needed and not request.query.get(name)), None)
    if missing is not None:
        raise ClientFault("invalid_query", "this parameter has to be there", where=missing)
    return dict(request.query)


def reply(body: BaseModel, status: int = 200) -> web.Response:
    """Return a success response."""
    return web.Response(body=body.model_dump_json(by_alias=True).encode(), status=status, content_type=_JSON)


_SUBJECTS = ("Input", "String", "List", "Tuple", "Dictionary", "Value")
"""What Pydantic's messages about a value begin with."""


def _error(fault: Fault) -> web.Response:
    problem = api.Problem(code=fault.reason, message=fault.detail, field=fault.where)
    answer = reply(api.Error(error=problem), fault.status)
    if fault.status == 401:
        answer.headers["WWW-Authenticate"] = "Bearer"
    answer.headers.update(fault.headers)
    return answer


def _invalid(error: ValidationError) -> ClientFault:
    first = error.errors(include_url=False, include_input=False, include_context=False)[0]
    kind, place = first["type"], first["loc"]
    if kind == "extra_forbidden":
        # The name of the field is the caller's own text.
        return ClientFault("invalid_body", "a field is not among those known here", where=_path(place[:-1]) or "body")
    said = {
        "missing": "this field has to be there",
        "timezone_aware": "give the instant with its time zone",
        "instant_form": first["msg"],
    }
    return ClientFault("invalid_body", said.get(kind) or _in_words(kind, first["msg"]), where=_path(place) or "body")


def _in_words(kind: str, message: str) -> str:
    """Pydantic's message, where it says what should be there; others may repeat what was sent."""
    subject, should, what = message.partition(" should ")
    if kind == "value_error" or not should or subject not in _SUBJECTS:
        return f"not as it should be ({kind})"
    if kind.endswith("_parsing"):
        what = what.partition(", ")[0]  # what follows may tell where in the value it went wrong
    return f"{'this' if subject == 'Input' else 'this ' + subject.lower()} has to {what}"


def _path(place: tuple[int | str, ...]) -> str:
    return "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in place).lstrip(".")
