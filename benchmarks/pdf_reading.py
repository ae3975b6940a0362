"""Measures how well PDF files in Arabic, Persian and Hebrew are read, beside pdftotext and PDFium's own text.

    python -m benchmarks.pdf_reading [--keep FOLDER] [--maker NAME ...]

Prints known texts with every program that is here (Chrome, LibreOffice, WeasyPrint, reportlab, fpdf2,
matplotlib, TeX, and Word's habits imitated), reads the files and shows the character error rate: edits
between what was read and what was printed, for each character printed; line breaks count as spaces.
"""

from __future__ import annotations

import argparse
import importlib.metadata
import re
import shutil
import subprocess
import tempfile
import time
import unicodedata
from collections.abc import Callable
from pathlib import Path

from benchmarks.pdf_makers import MAKERS
from benchmarks.pdf_texts import Text, texts

_MARKS = re.compile("[\u200b-\u200f\u202a-\u202e\u2066-\u2069\ufeff\u00ad]")


def plain(text: str) -> str:
    """Give text as it is compared: letters for their forms, signs in one order, one space for white space."""
    return " ".join(unicodedata.normalize("NFKC", _MARKS.sub("", text)).split())


def edits(first: str, second: str) -> int:
    """Give the least number of letters put in, left out or changed."""
    try:
        from rapidfuzz.distance import Levenshtein

        return int(Levenshtein.distance(first, second))
    except ImportError:
        before = list(range(len(second) + 1))
        for row, letter in enumerate(first, start=1):
            now = [row]
            for column, other in enumerate(second, start=1):
                now.append(min(before[column] + 1, now[-1] + 1, before[column - 1] + (letter != other)))
            before = now
        return before[-1]


def ours(path: Path) -> str:
    """Give the paragraphs, as this project reads them, before bylines and dates are taken out."""
    from index.articles.pdf.paragraphs import paragraphs_of
    from index.articles.pdf.pdf_files import read_pages

    pages = read_pages(path.read_bytes()).pages
    return "\n".join(text for _, text in paragraphs_of(pages))


def poppler(path: Path) -> str:
    """Give what pdftotext prints."""
    program = shutil.which("pdftotext")
    if program is None:
        raise FileNotFoundError("pdftotext is not installed")
    run = subprocess.run([program, "-enc", "UTF-8", str(path), "-"], check=True, capture_output=True)
    return run.stdout.decode("utf-8")


def pdfium(path: Path) -> str:
    """Read PDFium's text in its own order."""
    import pypdfium2

    document = pypdfium2.PdfDocument(path)
    return "\n".join(page.get_textpage().get_text_range() for page in document)


READERS: dict[str, Callable[[Path], str]] = {"Mustanad": ours, "pdftotext": poppler, "PDFium": pdfium}


def versions() -> str:
    """Give what printed and what read, as far as it says its version."""
    packages = ["pypdfium2", "weasyprint", "fpdf2", "reportlab", "matplotlib", "python-bidi"]
    installed = {distribution.metadata["Name"].lower() for distribution in importlib.metadata.distributions()}
    named = [f"{name} {importlib.metadata.version(name)}" for name in packages if name in installed]
    for command in ("pdftotext -v", "chromium --version", "soffice --version", "xelatex --version"):
        words = command.split()
        if shutil.which(words[0]):
            run = subprocess.run(words, capture_output=True, text=True, check=False, timeout=60)
            named.append((run.stdout + run.stderr).strip().splitlines()[0].strip())
    return ", ".join(named)


def error_rate(read: str, printed: str) -> float:
    """Give edits for each character that was printed."""
    return edits(plain(read), plain(printed)) / len(plain(printed))


def main() -> None:
    """Make the files, reads them and prints the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument(
        "--keep", type=Path, help="folder to keep the PDF files in; those there are not made anew"
    )
    parser.add_argument("--maker", action="append", choices=list(MAKERS), help="only this program's files")
    parser.add_argument("--each", action="store_true", help="a line for every file, not for every program")
    options = parser.parse_args()
    if shutil.which("pdftotext") is None:
        del READERS["pdftotext"]
    with tempfile.TemporaryDirectory() as folder:
        where = options.keep or Path(folder)
        where.mkdir(parents=True, exist_ok=True)
        rows = measure(where, options.maker or list(MAKERS))
    report(rows, every_file=options.each)


def measure(folder: Path, makers: list[str]) -> list[tuple[str, str, dict[str, float], dict[str, float]]]:
    """Give (maker, text, error rate of each reader, seconds of each reader) of every file."""
    rows = []
    for maker in makers:
        for text in texts():
            path = folder / f"{re.sub('[^a-z0-9]+', '-', maker.lower())}.{text.name}.pdf"
            if not (path.exists() or _made(maker, text, path)):
                break
            rates, seconds = {}, {}
            for name, reader in READERS.items():
                begun = time.perf_counter()
                try:
                    rates[name] = error_rate(reader(path), "\n".join(text.paragraphs))
                except Exception as error:  # a reader that fails has read nothing
                    print(f"{name} fails on {path.name}: {error}")
                    rates[name] = 1.0
                seconds[name] = time.perf_counter() - begun
            rows.append((maker, text.name, rates, seconds))
    return rows


def _made(maker: str, text: Text, path: Path) -> bool:
    try:
        MAKERS[maker](text, path)
    except (ImportError, OSError, subprocess.SubprocessError) as error:
        print(f"{maker}: left out ({error})")
        return False
    return True


def report(rows: list[tuple[str, str, dict[str, float], dict[str, float]]], *, every_file: bool) -> None:
    """Print the table: the mean error rate of every program's files, or that of every file."""
    print(f"\n{len(rows)} files; edits for each character printed. {versions()}\n")
    print("| made by | files | " + " | ".join(READERS) + " |")
    print("| --- | ---: |" + " ---: |" * len(READERS))
    groups: dict[str, list[dict[str, float]]] = {}
    for maker, text, rates, _ in rows:
        groups.setdefault(f"{maker}, {text}" if every_file else maker, []).append(rates)
    groups["**all**"] = [rates for _, _, rates, _ in rows]
    for name, members in groups.items():
        means = (sum(rates[reader] for rates in members) / len(members) for reader in READERS)
        print(f"| {name} | {len(members)} | " + " | ".join(f"{mean:.4f}" for mean in means) + " |")
    totals = (sum(seconds[reader] for _, _, _, seconds in rows) for reader in READERS)
    print("| seconds | | " + " | ".join(f"{total:.1f}" for total in totals) + " |")


if __name__ == "__main__":
    main()
