"""Presidio's two servers, as its REST API describes them: `/analyze` and `/anonymize`.

They run by gunicorn in the peers' environment, which has nothing of the proxy. The model is the one that
`PRESIDIO_MODEL` names. What Presidio's containers have for this is not in its packages.
"""

from __future__ import annotations

import json
import os
from typing import Any

from flask import Flask, Response, request


def analyzer() -> Any:
    """Return the application that finds."""
    import tldextract  # noqa: PLC0415
    from presidio_analyzer import AnalyzerEngine, AnalyzerRequest  # noqa: PLC0415
    from presidio_analyzer.nlp_engine import NlpEngineProvider  # noqa: PLC0415

    # The shipped list of domains: the default asks the network for a newer one.
    tldextract.tldextract.TLD_EXTRACTOR = tldextract.TLDExtract(suffix_list_urls=())
    models = [{"lang_code": "en", "model_name": os.environ["PRESIDIO_MODEL"]}]
    nlp = NlpEngineProvider(nlp_configuration={"nlp_engine_name": "spacy", "models": models}).create_engine()
    engine = AnalyzerEngine(nlp_engine=nlp)
    engine.analyze("Ann Lund, 212-555-0123", "en")
    app = _alive()

    def analyze() -> Response:
        asked: Any = AnalyzerRequest(request.get_json())
        found = engine.analyze(
            text=asked.text,
            language=asked.language,
            entities=asked.entities,
            correlation_id=asked.correlation_id,
            score_threshold=asked.score_threshold,
            return_decision_process=asked.return_decision_process,
            ad_hoc_recognizers=asked.ad_hoc_recognizers,
            context=asked.context,
            allow_list=asked.allow_list,
        )
        keys = ("start", "end", "score", "entity_type")
        return Response(json.dumps([{key: getattr(each, key) for key in keys} for each in found]), mimetype=_JSON)

    app.add_url_rule("/analyze", view_func=analyze, methods=["POST"])
    return app


def anonymizer() -> Any:
    """Return the application that replaces."""
    from presidio_anonymizer import AnonymizerEngine  # noqa: PLC0415
    from presidio_anonymizer.services.app_entities_convertor import AppEntitiesConvertor  # noqa: PLC0415

    engine: Any = AnonymizerEngine()  # type: ignore[no-untyped-call]
    app = _alive()

    def anonymize() -> Response:
        asked = request.get_json()
        done = engine.anonymize(
            text=asked["text"],
            analyzer_results=AppEntitiesConvertor.analyzer_results_from_json(asked["analyzer_results"]),
            operators=AppEntitiesConvertor.operators_config_from_json(asked.get("anonymizers")),
        )
        return Response(done.to_json(), mimetype=_JSON)

    app.add_url_rule("/anonymize", view_func=anonymize, methods=["POST"])
    return app


_JSON = "application/json"


def _alive() -> Any:
    app = Flask(__name__)
    app.add_url_rule("/health", view_func=lambda: "up")
    return app
