"""An encoder behind /v1/embeddings: a small real server, and servers that fail."""

from __future__ import annotations

import contextlib
import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import numpy as np
import pytest

from index.building import build
from index.encoder import HashingEncoder, load_encoder
from index.errors import EncoderError
from index.search.searcher import open_searcher
from tests.small_corpus import articles

MODEL = HashingEncoder(dimension=24)


@contextlib.contextmanager
def embeddings_server(spoil=lambda answer: answer, status=200):
    """Gives the vectors of a model as OpenAI's interface has them; `spoil` changes the answer."""
    asked = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self):
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            asked.append(body)
            vectors = 3.0 * MODEL.encode_passages(body["input"])
            data = [
                {"object": "embedding", "index": number, "embedding": vector.tolist()}
                for number, vector in enumerate(vectors)
            ]
            answer = {"object": "list", "model": body["model"], "data": data[::-1], "usage": {}}
            content = json.dumps(spoil(answer)).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *_arguments):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/v1", asked
    finally:
        server.shutdown()
        server.server_close()


def test_index_is_built_and_searched_with_the_vectors_of_a_server(tmp_path):
    with embeddings_server() as (address, _asked):
        encoder = load_encoder(f"openai:{address}#some-model")
        assert encoder.dimension == 24
        build(articles(6), tmp_path, encoder=encoder, progress=False)
        with open_searcher(tmp_path) as searcher:  # by the name that the index remembers
            assert searcher.search("river school")


def test_texts_come_back_in_order_as_unit_rows_under_the_models_prompts():
    with embeddings_server() as (address, asked):
        encoder = load_encoder(f"openai:{address}#intfloat/multilingual-e5-large")
        texts = [f"text {number}" for number in range(100)]
        steps = []
        vectors = encoder.encode_passages(texts, progress=steps.append)
        assert sum(steps) == 100
        assert np.allclose(vectors, MODEL.encode_passages([f"passage: {text}" for text in texts]), atol=1e-6)
        encoder.encode_queries(["river"])
        assert asked[-1]["input"] == ["query: river"]
        assert encoder.encode_passages([]).shape == (0, 24)


@pytest.mark.parametrize(
    "spoil",
    [
        lambda answer: {**answer, "data": answer["data"][1:]},
        lambda answer: {**answer, "data": [{**each, "embedding": []} for each in answer["data"]]},
        lambda answer: {
            **answer,
            "data": [{**each, "embedding": [float("nan")] * 24} for each in answer["data"]],
        },
        lambda answer: {**answer, "data": [{**each, "embedding": [0.0] * 24} for each in answer["data"]]},
        lambda answer: {**answer, "data": "nothing"},
        lambda answer: [],
    ],
)
def test_answer_that_makes_no_sense_is_an_error_of_one_line(spoil):
    with embeddings_server(spoil) as (address, _asked), pytest.raises(EncoderError) as raised:
        load_encoder(f"openai:{address}#m")
    assert "\n" not in str(raised.value)


def test_server_that_refuses_is_an_error_of_one_line():
    with embeddings_server(status=401) as (address, _asked), pytest.raises(EncoderError):
        load_encoder(f"openai:{address}#m")


@pytest.mark.parametrize(
    "name", ["openai:", "openai:http://host/v1", "openai:ftp://h#m", "openai:http://u:p@h/v1#m", "openai:#m"]
)
def test_name_of_no_server_is_told_in_one_line(name):
    with pytest.raises(EncoderError, match="names no encoder") as raised:
        load_encoder(name)
    assert "\n" not in str(raised.value)
