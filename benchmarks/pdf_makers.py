"""Programs that print a text as PDF, as far as this machine has them; each leaves a file or says why not.

A maker takes a text and the path of the file to write. Where its program or package is missing it raises
ImportError or FileNotFoundError, and the benchmark goes on without it.
"""

from __future__ import annotations

import html
import re
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

from benchmarks.pdf_texts import Text

_FONT_FILES = {
    "DejaVu Sans": "/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf",
    "Amiri": "/usr/share/fonts/opentype/fonts-hosny-amiri/Amiri-Regular.ttf",
    "Noto Naskh Arabic": "/usr/share/fonts/truetype/noto/NotoNaskhArabic-Regular.ttf",
    "Noto Sans Arabic": "/usr/share/fonts/truetype/noto/NotoSansArabic-Regular.ttf",
    "Noto Serif Hebrew": "/usr/share/fonts/truetype/noto/NotoSerifHebrew-Regular.ttf",
}
_WIDE = _FONT_FILES["DejaVu Sans"]  # holds Latin, Arabic and Hebrew letters, and the positional forms
_CHROME_FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-pdf-header-footer",
]
_LATIN = re.compile(
    r"[A-Za-z][A-Za-z0-9@:/._-]*(?:[ ,(]+[A-Za-z0-9][A-Za-z0-9@:/._-]*\)?)*|[0-9]+[-/][0-9/-]+"
)
_MARGIN, _WIDTH, _HEIGHT = 60, 595, 842  # points; A4


def page_of(text: Text, *, columns: int = 1) -> str:
    """Give the text as an HTML page."""
    paragraphs = "\n".join(f'<p dir="auto">{html.escape(each)}</p>' for each in text.paragraphs)
    style = f"font: 13pt/1.7 '{text.font}', 'DejaVu Sans'; columns: {columns}; column-gap: 2em"
    return (
        f'<!doctype html><html dir="rtl" lang="{text.language}"><meta charset="utf-8">'
        f'<title>{text.name}</title><body style="{style}">{paragraphs}</body></html>'
    )


def chrome(text: Text, path: Path, *, columns: int = 1) -> None:
    """Print with Chromium (Skia)."""
    program = shutil.which("chromium") or shutil.which("google-chrome")
    with tempfile.TemporaryDirectory() as folder:
        page = Path(folder) / "page.html"
        page.write_text(page_of(text, columns=columns), encoding="utf-8")
        _run(
            program, *_CHROME_FLAGS, f"--user-data-dir={folder}/user", f"--print-to-pdf={path}", page.as_uri()
        )


def chrome_columns(text: Text, path: Path) -> None:
    """Print with Chromium, in two columns."""
    chrome(text, path, columns=2)


def libreoffice(text: Text, path: Path) -> None:
    """Export from LibreOffice Writer."""
    with tempfile.TemporaryDirectory() as folder:
        page = Path(folder) / f"{path.stem}.html"
        page.write_text(page_of(text), encoding="utf-8")
        flags = [
            "--headless",
            "--norestore",
            f"-env:UserInstallation=file://{tempfile.gettempdir()}/pdf-office",
        ]
        program = shutil.which("soffice")
        _run(program, *flags, "--writer", "--convert-to", "pdf", "--outdir", folder, str(page))
        shutil.copy(Path(folder) / f"{path.stem}.pdf", path)


def weasyprint(text: Text, path: Path) -> None:
    """Print with WeasyPrint (Pango)."""
    import weasyprint as library

    library.HTML(string=page_of(text)).write_pdf(str(path))


def fpdf2(text: Text, path: Path) -> None:
    """Print with fpdf2 and HarfBuzz shaping."""
    from fpdf import FPDF

    page = FPDF(format="A4")
    page.add_page()
    page.add_font("text", fname=_FONT_FILES.get(text.font, _WIDE) if text.language == "ar" else _WIDE)
    page.add_font("wide", fname=_WIDE)
    page.set_fallback_fonts(["wide"])
    page.set_font("text", size=13)
    page.set_text_shaping(use_shaping_engine=True)
    for paragraph in text.paragraphs:
        align = "L" if re.match("[A-Za-z]", paragraph) else "R"
        page.multi_cell(w=0, h=9, text=paragraph, align=align, new_x="LMARGIN", new_y="NEXT")
        page.ln(3)
    page.output(str(path))


def reportlab(text: Text, path: Path) -> None:
    """Print with reportlab, fed with what arabic-reshaper and python-bidi give, line by line."""
    from bidi.algorithm import get_display

    canvas, width_of = _canvas(path)
    for paragraph, line, y in _lines(text, width_of, canvas):
        if re.match("[A-Za-z]", paragraph):
            canvas.drawString(_MARGIN, y, line)
        else:
            canvas.drawRightString(_WIDTH - _MARGIN, y, get_display(_shaped(line), base_dir="R"))
    canvas.save()


def word(text: Text, path: Path) -> None:
    """Draw as Word does: runs of one script, drawn in the order they are read, each at a place of its own."""
    from bidi.algorithm import get_display

    canvas, width_of = _canvas(path)
    for paragraph, line, y in _lines(text, width_of, canvas):
        if re.match("[A-Za-z]", paragraph):
            canvas.drawString(_MARGIN, y, line)
            continue
        shown = get_display(_shaped(line), base_dir="R")
        # Runs from right to left; inside a run the glyphs stand from left to right.
        right = _WIDTH - _MARGIN
        for run in reversed(re.findall(r"[!-~]+(?: [!-~]+)*|[^!-~]+", shown)):
            right -= width_of(run)
            canvas.drawString(right, y, run)
    canvas.save()


def letters(text: Text, path: Path) -> None:
    """Draw letters one by one in the order they are read, each at a place of its own.

    Spaces are gaps.
    """
    from bidi.algorithm import get_display

    canvas, width_of = _canvas(path)
    for paragraph, line, y in _lines(text, width_of, canvas):
        left_to_right = bool(re.match("[A-Za-z]", paragraph))
        shown = line if left_to_right else get_display(_shaped(line), base_dir="R")
        start = _MARGIN if left_to_right else _WIDTH - _MARGIN - width_of(shown)
        edges = [start]
        for glyph in shown:
            edges.append(edges[-1] + width_of(glyph))
        drawn = [(edge, glyph) for edge, glyph in zip(edges, shown, strict=False) if glyph != " "]
        for edge, glyph in drawn if left_to_right else reversed(drawn):
            canvas.drawString(edge, y, glyph)
    canvas.save()


def matplotlib(text: Text, path: Path) -> None:
    """Draw with matplotlib's PDF backend (TrueType fonts), fed with shaped and reordered lines."""
    import matplotlib as library

    library.use("pdf")
    library.rcParams["pdf.fonttype"] = 42
    from bidi.algorithm import get_display
    from matplotlib import figure

    major = tuple(int(part) for part in library.__version__.split(".")[:2])
    page = figure.Figure(figsize=(_WIDTH / 72, _HEIGHT / 72))
    y = 0.95
    for paragraph in text.paragraphs:
        for line in _wrapped(paragraph, lambda shown: 6.2 * len(shown)):
            left_to_right = bool(re.match("[A-Za-z]", paragraph))
            shapes_itself = major >= (3, 11)  # libraqm, from this version on
            shown = line if left_to_right or shapes_itself else get_display(_shaped(line), base_dir="R")
            x, side = (0.08, "left") if left_to_right else (0.92, "right")
            page.text(x, y, shown.replace("$", r"\$"), fontsize=11, ha=side, family="DejaVu Sans")
            y -= 0.025
        y -= 0.01
    page.savefig(str(path), format="pdf")


def xetex(text: Text, path: Path) -> None:
    """Set with XeLaTeX and the bidi package."""
    # bidi.sty knows no algorithm: words from left to right are marked, as its users do.
    marked = tuple(
        rf"\beginL {paragraph}\endL"
        if re.match("[A-Za-z]", paragraph)
        else _LATIN.sub(r"\\beginL \g<0>\\endL{}", paragraph)
        for paragraph in text.paragraphs
    )
    text = replace(text, paragraphs=marked)
    head = rf"\usepackage{{fontspec,bidi}}\setRTL\setmainfont[Script={_script(text)}]{{{_tex_font(text)}}}"
    _tex("xelatex", head, text, path)


def luatex(text: Text, path: Path) -> None:
    """Set with LuaLaTeX, babel's bidi=basic and HarfBuzz."""
    name = {"ar": "arabic", "fa": "persian", "he": "hebrew"}[text.language]
    head = (
        rf"\usepackage[bidi=basic, provide=*, {name}]{{babel}}"
        rf"\babelfont{{rm}}[Renderer=HarfBuzz]{{{_tex_font(text)}}}"
    )
    _tex("lualatex", head, text, path)


MAKERS: dict[str, Callable[[Text, Path], None]] = {
    "Chrome": chrome,
    "Chrome, two columns": chrome_columns,
    "LibreOffice": libreoffice,
    "WeasyPrint": weasyprint,
    "fpdf2": fpdf2,
    "reportlab": reportlab,
    "Word's order": word,
    "letter by letter": letters,
    "matplotlib": matplotlib,
    "XeTeX": xetex,
    "LuaTeX": luatex,
}


def _run(program: str | None, *arguments: str, cwd: str | None = None) -> None:
    if program is None:
        raise FileNotFoundError("the program is not installed")
    subprocess.run([program, *arguments], check=True, capture_output=True, timeout=180, cwd=cwd)


def _script(text: Text) -> str:
    return "Hebrew" if text.language == "he" else "Arabic"


def _tex_font(text: Text) -> str:
    return text.font if text.font == "Amiri" else "DejaVu Sans"


def _tex(engine: str, head: str, text: Text, path: Path) -> None:
    special = str.maketrans({char: "\\" + char for char in "#$%&_"})
    body = "\n\n".join(paragraph.translate(special) for paragraph in text.paragraphs)
    source = (
        rf"\documentclass[12pt]{{article}}{head}\pagestyle{{empty}}\hyphenpenalty=10000\sloppy"
        rf"\begin{{document}}\noindent {body}\end{{document}}"
    )
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "page.tex").write_text(source, encoding="utf-8")
        _run(shutil.which(engine), "-interaction=batchmode", "page.tex", cwd=folder)
        shutil.copy(Path(folder) / "page.pdf", path)


def _canvas(path: Path):  # type: ignore[no-untyped-def]  # reportlab has no types
    from reportlab.pdfbase import pdfmetrics, ttfonts
    from reportlab.pdfgen.canvas import Canvas

    pdfmetrics.registerFont(ttfonts.TTFont("DejaVu", _WIDE))
    canvas = Canvas(str(path), pagesize=(_WIDTH, _HEIGHT))
    canvas.setFont("DejaVu", 12)
    return canvas, lambda shown: pdfmetrics.stringWidth(shown, "DejaVu", 12)


def _shaped(line: str) -> str:
    import arabic_reshaper

    reshaper = arabic_reshaper.ArabicReshaper({"delete_harakat": False})
    return str(reshaper.reshape(line))


def _lines(text: Text, width_of: Callable[[str], float], canvas) -> Iterator[tuple[str, str, float]]:  # type: ignore[no-untyped-def]
    y = _HEIGHT - _MARGIN
    for paragraph in text.paragraphs:
        for line in _wrapped(paragraph, width_of):
            if y < _MARGIN:
                canvas.showPage()
                canvas.setFont("DejaVu", 12)
                y = _HEIGHT - _MARGIN
            yield paragraph, line, y
            y -= 20
        y -= 8


def _wrapped(paragraph: str, width_of: Callable[[str], float]) -> Iterator[str]:
    line = ""
    for word in paragraph.split():
        longer = f"{line} {word}" if line else word
        if line and width_of(_shaped(longer)) > _WIDTH - 2 * _MARGIN:
            yield line
            longer = word
        line = longer
    if line:
        yield line
