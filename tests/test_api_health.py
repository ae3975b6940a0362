"""What those who run it are told while the index's folder is away."""

import contextlib

from fastapi.testclient import TestClient

from assistant.assistant import Assistant
from index.building import build
from index.encoder.hashing import HashingEncoder
from tests.api_site import articles, make_app


def test_folder_that_is_away_is_told_until_it_is_back(tmp_path):
    encoder = HashingEncoder()
    build([*articles()], tmp_path / "index", encoder=encoder, progress=False)
    with contextlib.closing(Assistant(tmp_path / "index", encoder=encoder)) as assistant:
        app = make_app(assistant)
        with TestClient(app, raise_server_exceptions=False) as client:
            assert client.get("/readyz").status_code == client.get("/metrics").status_code == 200
            (tmp_path / "index").rename(tmp_path / "elsewhere")
            for path in ("/readyz", "/metrics"):
                response = client.get(path)
                assert (response.status_code, response.headers["retry-after"]) == (503, "2")
                assert str(tmp_path) not in response.text
            assert client.get("/healthz").status_code == 200
            (tmp_path / "elsewhere").rename(tmp_path / "index")
            assert client.get("/readyz").status_code == client.get("/metrics").status_code == 200
