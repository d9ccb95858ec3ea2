"""An identity provider that runs here: OpenID Connect by Authlib's server, over HTTP.

It asks for PKCE and a nonce, and its keys can be changed. It lets in whoever is named in the form, as a person would
sign in. `forge` stands in for its ID tokens, for what a provider that is broken or hostile would give.
"""

from __future__ import annotations

import html
import os
import threading
import time
import urllib.parse
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Self

os.environ["AUTHLIB_INSECURE_TRANSPORT"] = "1"  # on 127.0.0.1 alone

import flask
import werkzeug.serving
from authlib.integrations.flask_oauth2 import AuthorizationServer
from authlib.oauth2 import OAuth2Error
from authlib.oauth2.rfc6749 import AuthorizationCodeGrant, ClientMixin
from authlib.oauth2.rfc7636 import CodeChallenge
from authlib.oidc.core import AuthorizationCodeMixin, OpenIDCode
from joserfc import jwt
from joserfc.jwk import KeySet, RSAKey

CLIENT, SECRET = "meeting-proxy", "secret-of-the-client-of-the-tests"
Claims = dict[str, Any]


@dataclass
class Application(ClientMixin):
    """The one application that the provider knows."""

    redirect: str

    def get_client_id(self) -> str:
        return CLIENT

    def get_default_redirect_uri(self) -> str:
        return self.redirect

    def get_allowed_scope(self, scope: str) -> str:
        return scope

    def check_redirect_uri(self, redirect_uri: str) -> bool:
        return redirect_uri == self.redirect

    def check_client_secret(self, client_secret: str) -> bool:
        return client_secret == SECRET

    def check_endpoint_auth_method(self, method: str, endpoint: str) -> bool:
        return method in ("client_secret_basic", "client_secret_post") and endpoint == "token"

    def check_response_type(self, response_type: str) -> bool:
        return response_type == "code"

    def check_grant_type(self, grant_type: str) -> bool:
        return grant_type == "authorization_code"


@dataclass
class Code(AuthorizationCodeMixin):
    """A code that was given out."""

    code: str
    redirect_uri: str
    scope: str
    nonce: str | None
    code_challenge: str
    code_challenge_method: str
    user: str

    def get_redirect_uri(self) -> str:
        return self.redirect_uri

    def get_scope(self) -> str:
        return self.scope

    def get_nonce(self) -> str | None:
        return self.nonce

    def get_auth_time(self) -> int:
        return int(time.time())

    def get_acr(self) -> None:
        return None

    def get_amr(self) -> None:
        return None


class Quiet(werkzeug.serving.WSGIRequestHandler):
    """Logs nothing."""

    def log(self, type: str, message: str, *args: Any) -> None:
        return


class Identity:
    """The provider: `users` are who may sign in, with their claims."""

    def __init__(self, users: dict[str, Claims]):
        self.users, self.codes = users, dict[str, Code]()
        self.keys = [RSAKey.generate_key(2048, parameters={"kid": "first"})]
        self.forge: Callable[[Claims, RSAKey], str] | None = None
        self.metadata: dict[str, Any] = {}
        self.application = Application("")
        self.token_requests: list[dict[str, str]] = []
        self._app = self._built()
        self._server = werkzeug.serving.make_server("127.0.0.1", 0, self._app, threaded=True, request_handler=Quiet)
        self.issuer = f"http://127.0.0.1:{self._server.server_port}"

    def __enter__(self) -> Self:
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()

    def rotate(self, kid: str, *, keep: bool = False) -> None:
        """Sign with another key from now on; `keep`: show the former ones as well."""
        fresh = RSAKey.generate_key(2048, parameters={"kid": kid})
        self.keys = [fresh, *(self.keys if keep else ())]

    def signed(self, claims: Claims, key: RSAKey) -> str:
        """An ID token with these claims."""
        return jwt.encode({"alg": "RS256", "kid": key.kid}, claims, key)

    def sign_in(self, address: str, user: str) -> str:
        """What somebody does on the provider's page: the address to which their browser is sent back."""
        query = urllib.parse.urlsplit(address).query
        answer = self._app.test_client().post(f"/authorize?{query}", data={"user": user}, base_url=self.issuer)
        assert answer.status_code == 302, answer.data
        return answer.headers["location"]

    def _built(self) -> flask.Flask:
        app, identity = flask.Flask("identity"), self
        server = AuthorizationServer(app, lambda client: identity.application if client == CLIENT else None, _forget)
        server.register_grant(
            grant_of(identity), [CodeChallenge(required=True), id_tokens_of(identity)(require_nonce=True)]
        )

        @app.get("/.well-known/openid-configuration")
        def configuration() -> Any:
            base = identity.issuer
            return flask.jsonify(
                {
                    "issuer": base,
                    "authorization_endpoint": f"{base}/authorize",
                    "token_endpoint": f"{base}/token",
                    "jwks_uri": f"{base}/keys",
                    "response_types_supported": ["code"],
                    "subject_types_supported": ["public"],
                    "id_token_signing_alg_values_supported": ["RS256"],
                    "code_challenge_methods_supported": ["S256"],
                    **identity.metadata,
                }
            )

        @app.get("/keys")
        def keys() -> Any:
            return flask.jsonify(KeySet(identity.keys).as_dict(private=False))

        @app.get("/authorize")
        def page() -> str:
            asked = flask.request.query_string.decode()
            return (
                f"<title>Sign in</title><form method=post action='/authorize?{html.escape(asked)}'>"
                "<input name=user><button>Sign in</button></form>"
            )

        @app.post("/authorize")
        def authorize() -> Any:
            user = flask.request.form["user"]
            try:
                grant = server.get_consent_grant(end_user=user)
            except OAuth2Error as error:
                return server.handle_error_response(None, error)
            return server.create_authorization_response(grant_user=user, grant=grant)

        @app.post("/token")
        def token() -> Any:
            identity.token_requests.append(flask.request.form.to_dict())
            return server.create_token_response()

        return app


def _forget(_token: object, _request: object) -> None:
    """Access tokens are not used."""


def grant_of(identity: Identity) -> type[AuthorizationCodeGrant]:
    class Grant(AuthorizationCodeGrant):
        TOKEN_ENDPOINT_AUTH_METHODS = ("client_secret_basic", "client_secret_post")

        def save_authorization_code(self, code: str, request: Any) -> None:
            sent = request.payload.data
            identity.codes[code] = Code(
                code, request.payload.redirect_uri, request.payload.scope, sent.get("nonce"),
                sent["code_challenge"], sent["code_challenge_method"], request.user,
            )  # fmt: skip

        def query_authorization_code(self, code: str, client: Any) -> Code | None:
            return identity.codes.get(code)

        def delete_authorization_code(self, authorization_code: Code) -> None:
            del identity.codes[authorization_code.code]

        def authenticate_user(self, authorization_code: Code) -> str:
            return authorization_code.user

    return Grant


def id_tokens_of(identity: Identity) -> type[OpenIDCode]:
    class IdTokens(OpenIDCode):
        def exists_nonce(self, nonce: str, request: Any) -> bool:
            return any(code.nonce == nonce for code in identity.codes.values())

        def encode_id_token(self, token: Claims, request: Any) -> str:
            now, code = int(time.time()), request.authorization_code
            claims = {
                "iss": identity.issuer, "aud": CLIENT, "sub": f"sub-{request.user}", "iat": now, "exp": now + 300,
                "nonce": code.nonce, **identity.users[request.user],
            }  # fmt: skip
            made = identity.forge or identity.signed
            return made(claims, identity.keys[0])

    return IdTokens
