"""Loading an encoder: by name or folder, with no network, and no library that it does not need."""

import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from index.encoder import load_encoder
from index.encoder.running.device import best_device, best_precision
from index.encoder.sentence_transformer import _prompt
from index.errors import EncoderError

ROOT = Path(__file__).resolve().parent.parent
UNKNOWN_NAME = (
    "from index.encoder import load_encoder; from index.errors import EncoderError\n"
    "try: load_encoder('nobody/no-such-model')\n"
    "except EncoderError as error: print(error)\n"
)
# Denies every way out before anything else is imported: what is tried is written to a file.
DENY_NETWORK = """
import socket, sys
def deny(*arguments, **named):
    with open({log!r}, "a") as log:
        log.write(repr(arguments) + "\\n")
    raise OSError("the network is denied")
class Denied(socket.socket):
    def connect(self, address):
        deny(address)
    def connect_ex(self, address):
        deny(address)
    def sendto(self, *arguments):
        deny(arguments)
socket.socket = Denied
for name in ("getaddrinfo", "gethostbyname", "gethostbyname_ex", "create_connection"):
    setattr(socket, name, deny)
"""


def _runs_by_itself() -> bool:
    """Tell whether the default model needs no library of its own here."""
    import torch

    from index.encoder.running.bert import fused_operations_work

    return best_device() == "cpu" and fused_operations_work(getattr(torch, best_precision("cpu")))


def test_default_encoder_network_denied_works_tries_nothing_and_spares_libraries(tmp_path):
    log = tmp_path / "tried"
    (tmp_path / "sitecustomize.py").write_text(DENY_NETWORK.format(log=str(log)))
    code = (
        "from index.encoder import load_encoder\n"
        "import socket\n"
        "try: socket.create_connection(('192.0.2.1', 80), timeout=1)\n"
        "except OSError as error: print(error)\n"
        "print(load_encoder().encode_queries(['ما هي عاصمة عمان؟']).shape)\n"
        "import sys; print(sorted({'transformers', 'sentence_transformers', 'sklearn'} & set(sys.modules)))\n"
        "from index.encoder.model import prepare_default_model\n"
        "other = load_encoder(str(prepare_default_model()))  # the same through sentence-transformers\n"
        "print(other.encode_queries(['ما هي عاصمة عمان؟']).shape)\n"
    )
    environment = {
        name: value for name, value in os.environ.items() if not name.startswith(("HF_", "TRANSFORMERS_"))
    }
    run = subprocess.run(
        [sys.executable, "-c", code],
        cwd=ROOT,
        env={**environment, "PYTHONPATH": str(tmp_path)},
        capture_output=True,
        text=True,
        timeout=120,
    )
    libraries = "[]" if _runs_by_itself() else "['sentence_transformers', 'sklearn', 'transformers']"
    assert run.stdout.splitlines() == ["the network is denied", "(1, 384)", libraries, "(1, 384)"], run.stderr
    assert log.read_text().splitlines() == ["(('192.0.2.1', 80),)"]  # the test's own try, and no other


@pytest.mark.parametrize("name", ["", "./nowhere", "~/nowhere", "/no/such/folder", "a/b/c", "c:\\models"])
def test_load_encoder_path_that_is_not_there_says_so(name):
    with pytest.raises(EncoderError, match="no such folder"):
        load_encoder(name)


def test_load_encoder_hub_refuses_connections_is_one_line_at_once(tmp_path):
    with socket.socket() as closed:  # bound, never listening: whoever connects is refused
        closed.bind(("127.0.0.1", 0))
        address = f"http://127.0.0.1:{closed.getsockname()[1]}"
        run = subprocess.run(
            [sys.executable, "-c", UNKNOWN_NAME],
            cwd=ROOT,
            env={**os.environ, "HF_ENDPOINT": address, "HF_HOME": str(tmp_path), "HF_HUB_OFFLINE": "0"},
            capture_output=True,
            text=True,
            timeout=240,
        )
    assert run.stdout.startswith("encoder 'nobody/no-such-model' cannot be loaded ("), run.stderr
    assert len(run.stdout.splitlines()) == 1
    assert "check the name and the network" in run.stdout
    assert "Retrying" not in run.stderr


def test_load_encoder_folder_without_a_model_is_one_line(tmp_path):
    with pytest.raises(EncoderError, match="cannot be loaded") as raised:
        load_encoder(str(tmp_path))
    assert "\n" not in str(raised.value)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("intfloat/e5-base", "query: "),
        ("/models/multilingual-e5-large/", "query: "),
        ("C:\\models\\e5-small", "query: "),
        ("/home/e5/bge-m3", ""),
        ("some/scene5-model", ""),
    ],
)
def test_prompt_e5_model_that_names_none_gets_the_familys(name, expected):
    assert _prompt({"query": "", "document": ""}, name, "query") == expected
    assert _prompt({"query": "ask: "}, name, "query") == "ask: "
