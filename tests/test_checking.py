"""Drafts checked against the articles: every sort of quotation, by every door, whatever the draft is."""

import html
import json
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.testclient import TestClient

from assistant.__main__ import mustanad
from assistant.checking import MOST_QUOTES, check_draft, quotations
from assistant.checking.drafts import read_draft
from assistant.checking.extraction import LONGEST_DRAFT
from assistant.checking.printed import report_to_page, report_to_text
from index.articles.reading import read_articles
from index.errors import ArticleError, QueryError
from tests.api_site import make_app, serving
from tests.fake_assistant import FakeAssistant
from tests.office_files import paragraph, run, word
from tests.test_mcp import call

DATA = Path(__file__).parent / "data"
WRITTEN = [json.loads(line) for line in (DATA / "check_drafts.jsonl").read_text("utf-8").splitlines()]
# A quotation of every sort, and the verdict that it must get.
EVERY_SORT = [
    ("كتب أحمد خالد: «العمل لم ينته، والطريق إلى الميناء ما زال طويلا».", "exact"),
    ("كتب أحمد خالد: “العمل لم ينته، والطريق إلى الميناء ما زال قصيرا”.", "altered"),
    ('قال أحمد خالد: "لن نرفع رسوم العبور قبل عام 2040".', "altered"),
    ("قال أحمد خالد: «لن نغلق الجسر القديم».", "cut"),
    ("قال سامي خليل: «العمل لم ينته، والطريق إلى الميناء ما زال طويلا».", "misattributed"),
    ("ونشرت الصحف: «ما زال الطريق إلى القمر طويلا جدا يا أصدقاء».", "not_in_articles"),
    ("قالت هدى عامر إن فريقها ((عمل ليلا ونهارا كي لا تتوقف الحركة في المدينة)).", "exact"),
    ("> نريد أن يصل الكتاب إلى كل قرية، لا إلى العاصمة وحدها", "exact"),
    ("قالت ليلى حداد: نريد أن يصل الكتاب إلى كل قرية، لا إلى العاصمة وحدها.", "exact"),
    ("قال ماهر سالم إن التسرب في الأنابيب القديمة هو السبب الأول للفاقد.", "exact"),
    ("وقال ماهر سالم: «لفقدنا ثلث الماء».", "cut"),
    ("وفي الصحف: «لن نرفع رسوم العبور ... لفقدنا ثلث الماء».", "joined"),
    ("“The old pier was a danger to everyone who used it,” said Maria Keane.", "exact"),
    ('"The old pier was no danger to everyone who used it," said Maria Keane.', "altered"),
    ("'The old pier was a danger to everyone who used it,' said John Moss.", "misattributed"),
    ("„Nobody asked the fishermen what they wanted“, said John Moss.", "exact"),
    ("He wrote ‹a danger to everyone who used it›.", "exact"),
    ("According to Adeyemi, the roof was repaired in three stages between 2015 and 2018.", "exact"),
    ("According to Adeyemi, the roof was repaired in five stages between 2015 and 2018.", "altered"),
    ("Ruth Adeyemi said: “I would close the reading room”.", "cut"),
]


@pytest.fixture(scope="module")
def library():
    return FakeAssistant(list(read_articles([str(DATA / "check_articles.jsonl")])))


@pytest.fixture(scope="module")
def site(library):
    with TestClient(make_app(library, chat=True)) as client:
        yield client


def verdicts(draft, library, **options):
    return [finding.verdict for finding in check_draft(draft, library, **options).findings]


@pytest.mark.parametrize("case", WRITTEN, ids=[case["id"] for case in WRITTEN])
def test_written_draft_gets_its_verdicts(case, library):
    assert verdicts(case["draft"], library) == case["verdicts"]


def test_draft_with_every_sort_of_quotation_gets_the_right_verdict_for_each(library):
    draft = "\n\n".join(text for text, _verdict in EVERY_SORT)
    assert verdicts(draft, library) == [verdict for _text, verdict in EVERY_SORT]


def test_exact_finding_says_where_by_whom_and_in_which_sentence(library):
    [finding] = check_draft("«نريد أن يصل الكتاب إلى كل قرية»", library).findings
    citation = finding.citation
    text = library.article(citation.source.article_id).text
    assert text[citation.start : citation.end] == citation.quote == "نريد أن يصل الكتاب إلى كل قرية"
    assert finding.verdict == "cut" and finding.said_by == "مديرة المهرجان ليلى حداد"
    assert finding.sentence.startswith("وقالت مديرة المهرجان") and citation.content_hash


def test_altered_finding_shows_the_words_that_differ(library):
    [finding] = check_draft(
        "قال أحمد خالد: «العمل انتهى، والطريق إلى الميناء ما زال طويلا»", library
    ).findings
    changed = [
        (each.before.strip(" ،"), each.after.strip(" ،")) for each in finding.changes if each.kind != "same"
    ]
    assert changed == [("لم ينته", "انتهى")]


def test_nested_quotations_are_checked_each(library):
    draft = 'قال الراوي: «سمعت أحمد خالد يقول "العمل لم ينته، والطريق إلى الميناء ما زال طويلا" ثم سكت»'
    assert [quote.text[:4] for quote in quotations(draft)] == ["سمعت", "العم"]
    assert verdicts(draft, library)[1] == "exact"


def test_marks_that_quote_nothing_are_passed_over():
    for draft in (
        "It's 5' 11\" tall, the boys' club isn't.",
        "rock 'n' roll",
        "كلمة «واحدة» فقط",
        '" " ""',
        "«»",
    ):
        assert quotations(draft) == []


def test_reversed_marks_and_paragraphs_that_each_open_are_quotations():
    assert [each.text for each in quotations("Er sagte »Guten Tag zusammen« und ging.")] == [
        "Guten Tag zusammen"
    ]
    long = "“First paragraph of a speech.\n\n“Second paragraph of it.”"
    assert [each.text for each in quotations(long)] == [
        "First paragraph of a speech.",
        "Second paragraph of it.",
    ]


def test_figures_and_names_are_checked_when_asked(library):
    draft = "The terminal cost €48.5 million and opened on 12 June 2023. Ferries carried 9,999 passengers."
    assert verdicts(draft, library) == []
    report = check_draft(draft, library, facts=True)
    assert {finding.quote.text: finding.verdict for finding in report.findings} == {
        "48.5": "exact",
        "12": "exact",
        "2023": "exact",
        "9,999": "not_in_articles",
    }


def test_page_command_and_interface_give_the_same_report(site, library, tmp_path):
    draft = "\n\n".join(text for text, _verdict in EVERY_SORT)
    report = check_draft(draft, library)
    answer = site.post("/api/quotes/check", json={"text": draft})
    assert answer.status_code == 200 and answer.json() == report.as_json()
    page = site.post("/check", data={"draft": draft, "language": "en"})
    assert page.status_code == 200 and "<script>" not in page.text
    headings = [html.unescape(each) for each in re.findall(r"<h2>\d+\. (.*?)</h2>", page.text)]
    printed = re.findall(r"(?m)^\d+\. (.*)$", report_to_text(report, language="en"))
    assert headings == printed and len(headings) == len(EVERY_SORT)
    whole = site.post("/api/quotes/check", json={"text": draft}, headers={"Accept": "text/html"})
    assert [html.unescape(each) for each in re.findall(r"<h2>\d+\. (.*?)</h2>", whole.text)] == headings
    assert "<script" not in whole.text and "default-src 'none'" in whole.headers["content-security-policy"]


def test_tool_of_the_protocol_gives_the_same_report(library):
    with serving(make_app(library)) as base:
        result = call(f"{base}/mcp", "check_quotes", draft=EVERY_SORT[0][0])
    assert result.structured_content == check_draft(EVERY_SORT[0][0], library).as_json()


def test_page_in_arabic_shows_the_form_and_the_draft_again(site):
    page = site.get("/check?lang=ar").text
    assert 'dir="rtl"' in page and "<textarea" in page
    shown = site.post("/check", data={"draft": "</textarea><b>«نص مفتعل هنا»", "language": "ar"}).text
    assert "&lt;/textarea&gt;" in shown and "ليس في المقالات" in shown


@pytest.mark.parametrize(
    "draft",
    [
        '"' * 20_000,
        "«" * 20_000 + "»" * 20_000,
        "“a b” " * 5_000,
        "> a b c\n" * 3_000,
        "((" * 10_000,
        "قال " * 8_000,
        "\ud800" * 10 + "«كلام مع \ud800 نصف»",
        "«" + "كلمة " * 3_000 + "»",
    ],
)
def test_hostile_draft_is_reported_within_its_limits(draft, library):
    report = check_draft(draft, library, most=5)
    assert len(report.findings) <= 5
    json.dumps(report.as_json())
    assert "<script" not in report_to_page(report, "x", language="ar")


def test_draft_with_more_quotations_than_are_looked_at_is_not_exact(library):
    draft = "«العمل لم ينته، والطريق إلى الميناء ما زال طويلا» " * (MOST_QUOTES + 2)
    report = check_draft(draft, library)
    assert report.unlooked == 2 and not report.is_exact and report.counts["exact"] == MOST_QUOTES


def test_draft_that_is_too_long_is_refused(site, library):
    with pytest.raises(QueryError, match="check it in parts"):
        check_draft("a" * (LONGEST_DRAFT + 1), library)
    assert site.post("/api/quotes/check", json={"text": "a" * (LONGEST_DRAFT + 1)}).status_code == 422


@given(st.text(alphabet="«»“”\"' \n>ab كلم:،.said ()", max_size=200))
def test_quotations_of_anything_lie_in_their_draft_in_order(draft):
    quotes = quotations(draft)
    assert [quote.start for quote in quotes] == sorted(quote.start for quote in quotes)
    for quote in quotes:
        assert 0 <= quote.start < quote.end <= len(draft)
        assert quote.kind == "block" or quote.text in draft[quote.start : quote.end]


def test_drafts_of_every_format_are_read_with_their_quotations(tmp_path):
    quoted = "The old pier was a danger to everyone who used it"
    files = {
        "draft.txt": f"She said: “{quoted}”.",
        "draft.md": f"# Title\n\n*She* said:\n\n> {quoted}\n",
        "draft.html": f"<html><body><article><h1>T</h1><p>She said this about the pier long ago:</p>"
        f"<blockquote><p>{quoted}</p></blockquote><p>And <q>{quoted}</q> again.</p></article></body></html>",
    }
    for name, content in files.items():
        (tmp_path / name).write_text(content, encoding="utf-8")
        texts = [quote.text.strip(".") for quote in quotations(read_draft(str(tmp_path / name)))]
        assert texts.count(quoted) == (2 if name.endswith("html") else 1), name
    (tmp_path / "draft.docx").write_bytes(word(paragraph(run(f"She said: “{quoted}”."))))
    assert [each.text for each in quotations(read_draft(str(tmp_path / "draft.docx")))] == [quoted]


@pytest.mark.parametrize("name", ["nothing.txt", "draft.exe"])
def test_draft_that_cannot_be_read_is_refused_in_one_line(tmp_path, name):
    if name.endswith("exe"):
        (tmp_path / name).write_text("x")
    with pytest.raises(ArticleError, match=";"):
        read_draft(str(tmp_path / name))


def test_command_ends_with_one_when_something_is_not_exact(seed_index, tmp_path, capsys):
    draft, page = tmp_path / "draft.txt", tmp_path / "report.html"
    draft.write_text("جاء فيه: «وتنافس في المسابقة هذا العام 216 مشروعًا من 124 مدينة في 58 دولة»", "utf-8")
    assert mustanad(["check", str(draft), "--index", str(seed_index), "--json", "--html", str(page)]) == 1
    report = json.loads(capsys.readouterr().out)
    assert not report["exact"] and report["findings"][0]["reason"] == "number"
    assert "<script" not in page.read_text("utf-8") and "<del>123 </del>" in page.read_text("utf-8")
    assert mustanad(["check", str(tmp_path / "none.txt"), "--index", str(seed_index)]) == 2
