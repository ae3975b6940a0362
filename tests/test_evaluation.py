"""Evaluation: measures against ir-measures, significance, the report, and the commands end to end."""

import json
import random

import ir_measures
import pytest
from ir_measures import RR, R, Success, nDCG

from index.__main__ import main
from index.articles import Article
from index.building import build
from index.encoder import HashingEncoder
from index.errors import EvaluationError
from index.evaluation.asking import TimedRun, ask
from index.evaluation.html_report import Failure, ShownArticle, render_page
from index.evaluation.measures import MEASURES, measure, recall_curve
from index.evaluation.plots import difference_plot, line_plot, tally
from index.evaluation.questions import Question
from index.evaluation.report import make_report
from index.evaluation.runs import Ranked, Run, read_qrels, read_run, write_qrels, write_run
from index.evaluation.significance import compare

NAMES = {
    nDCG @ 10: "nDCG@10",
    RR @ 10: "MRR@10",
    R @ 1: "R@1",
    R @ 5: "R@5",
    R @ 10: "R@10",
    R @ 100: "R@100",
    Success @ 1: "Success@1",
    Success @ 5: "Success@5",
    Success @ 10: "Success@10",
}
ARTICLES = [
    Article(
        "a1", "قصر الحمراء", "يقع قصر الحمراء في مدينة غرناطة في الأندلس وبناه بنو الأحمر.", language="ar"
    ),
    Article("a2", "نهر النيل", "ينبع نهر النيل من بحيرة فكتوريا ويصب في البحر المتوسط.", language="ar"),
    Article(
        "a3", "The Nile", "The river Nile rises in lake Victoria and reaches the sea in Egypt.", language="en"
    ),
]
QUESTIONS = [
    {"id": "q1", "question": "أين يقع قصر الحمراء؟", "lang": "ar", "article_ids": ["a1"]},
    {"id": "q2", "question": "Where does the river Nile rise?", "lang": "en", "article_ids": ["a3"]},
    {"id": "q3", "question": "من بنى قصر الحمراء؟", "lang": "ar", "article_ids": ["a1"]},
    {"id": "q4", "question": "ما عاصمة اليابان؟", "lang": "ar", "answerable": False},
]


def write_questions(path, records):
    path.write_text("\n".join(json.dumps(each, ensure_ascii=False) for each in records), encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def small_index(tmp_path_factory):
    """An index over three articles, by the encoder without weights."""
    folder = tmp_path_factory.mktemp("evaluation") / "index"
    build(ARTICLES, folder, encoder=HashingEncoder(dimension=64), progress=False)
    return folder


@pytest.fixture
def small_searcher(small_index):
    from index.search.searcher import open_searcher

    with open_searcher(small_index, encoder=HashingEncoder(dimension=64)) as searcher:
        yield searcher


# Measures


def test_measure_random_runs_agree_with_ir_measures():
    source = random.Random(7)
    qrels, rankings = {}, {}
    for number in range(60):
        articles = [f"d{place}" for place in range(150)]
        relevant = source.sample(articles, source.randint(1, 12))
        qrels[f"q{number}"] = {article: source.randint(0, 3) for article in relevant} | {"d0": 1}
        source.shuffle(articles)
        rankings[f"q{number}"] = [Ranked(each, 200.0 - place) for place, each in enumerate(articles[:120])]
    run = Run("random", rankings)
    ours = measure(run, qrels)
    theirs_run = {key: {each.article_id: each.score for each in listed} for key, listed in rankings.items()}
    compared = 0
    for found in ir_measures.iter_calc(list(NAMES), qrels, theirs_run):
        assert ours[found.query_id][NAMES[found.measure]] == pytest.approx(found.value, abs=1e-9)
        compared += 1
    assert compared == 60 * len(MEASURES)


def test_measure_question_without_ranking_scores_nothing():
    assert set(measure(Run("empty", {}), {"q": {"a": 1}})["q"].values()) == {0.0}


def test_recall_curve_grows_to_one():
    run = Run("r", {"q": [Ranked("x", 3), Ranked("a", 2), Ranked("b", 1)]})
    assert recall_curve(run, {"q": {"a": 1, "b": 1}}, depths=[1, 2, 3]) == [0.0, 0.5, 1.0]


# Significance


def test_compare_clear_difference_is_significant_and_chance_is_not():
    source = random.Random(1)
    base = [source.random() for _ in range(300)]
    better = compare([min(1, value + 0.1 * source.random()) for value in base], base)
    assert better.p_value < 0.001 and better.low > 0 and better.worse == 0
    noise = compare([value + source.gauss(0, 0.1) for value in base], base)
    assert noise.p_value > 0.01 and noise.low < noise.difference < noise.high


def test_compare_small_case_agrees_with_every_sign_tried():
    ours, theirs = [0.9, 0.8, 0.7, 0.4], [0.5, 0.6, 0.6, 0.5]
    differences = [one - other for one, other in zip(ours, theirs, strict=True)]
    extreme = 0
    for signs in range(16):
        total = sum(value if signs >> place & 1 else -value for place, value in enumerate(differences))
        extreme += abs(total) >= abs(sum(differences)) - 1e-12
    assert compare(ours, theirs, trials=20_000).p_value == pytest.approx(extreme / 16, abs=0.02)


def test_compare_equal_runs_do_not_differ():
    same = compare([0.5, 1.0], [0.5, 1.0])
    assert (same.difference, same.p_value, same.equal) == (0.0, 1.0, 2)


def test_compare_other_questions_is_an_error():
    with pytest.raises(EvaluationError, match="2 with 1"):
        compare([1.0, 0.0], [1.0])


# Report


def test_render_page_escapes_and_asks_no_other_host():
    evil = '<script src="https://evil.example/x.js"></script>'
    asked = [TimedRun(Run(name, {"q": [Ranked(evil, 1.0)]}), {"q": 3.0}) for name in ("hybrid", evil)]
    report = make_report(asked, {"q": {evil: 1}}, {"ar-ar": ["q"]}, facts={evil: evil})
    page = render_page(
        report,
        [Failure(evil, evil, 0.0, [ShownArticle(evil, evil)], [ShownArticle(evil, evil, evil)])],
        title=evil,
    )
    assert "<script" not in page and "src=" not in page.replace("src=&quot;", "")
    assert "<svg" in page and 'dir="auto"' in page and "<bdi>" in page


def test_plots_draw_every_curve_and_difference():
    plot = line_plot({"one": [0.5, 1.0], "two": [0.7, 0.9]}, ["1", "10"], title="t", below="b")
    assert plot.count("<polyline") == 2
    assert difference_plot([0.5, -0.25, 0.0], title="t", below="b").count("<rect") == 2
    assert tally([0.5, -0.25, 0.0]) == "1 better, 1 worse, 1 equal"


# The commands: sparse mode loads no encoder, so that an index made without weights does


def test_ask_ranks_articles_and_times_searches(small_searcher):
    questions = [Question("q", "أين يقع قصر الحمراء؟", "ar", ("a1",))]
    asked = ask(small_searcher, questions, mode="sparse", depth=2)
    assert asked.run.rankings["q"][0].article_id == "a1" and asked.milliseconds["q"] > 0
    assert set(asked.latency()) == {"p50", "p90", "p95", "p99"}


def test_run_command_writes_a_run_and_qrels(tmp_path, small_index, capsys):
    questions = write_questions(tmp_path / "q.jsonl", QUESTIONS)
    arguments = ["run", "--index", str(small_index), "--questions", str(questions), "--mode", "sparse"]
    assert main([*arguments, "--output", str(tmp_path / "x.run"), "--qrels", str(tmp_path / "qrels")]) == 0
    assert read_run(tmp_path / "x.run").rankings["q1"][0].article_id == "a1"
    assert read_qrels(tmp_path / "qrels") == {"q1": {"a1": 1}, "q2": {"a3": 1}, "q3": {"a1": 1}}
    assert "4 questions" in capsys.readouterr().out


def test_evaluate_command_measures_lanes_and_writes_the_report(tmp_path, small_index, capsys):
    questions = write_questions(tmp_path / "q.jsonl", QUESTIONS)
    write_run(tmp_path / "old.run", Run("old", {"q1": [Ranked("a2", 1.0)]}))
    arguments = [
        "evaluate",
        "--index",
        str(small_index),
        "--questions",
        str(questions),
        "--mode",
        "sparse",
    ]
    arguments += ["--baseline", str(tmp_path / "old.run"), "--output", str(tmp_path / "report"), "--json"]
    assert main(arguments) == 0
    report = json.loads(capsys.readouterr().out)
    assert set(report["lanes"]) == {"all", "ar-ar", "en-en"}
    assert report["lanes"]["all"]["questions"] == 3
    assert report["lanes"]["ar-ar"]["measures"]["sparse"]["nDCG@10"] == 1.0
    assert report["lanes"]["ar-ar"]["measures"]["old"]["nDCG@10"] == 0.0
    assert [each["theirs"] for each in report["differences"]] == ["old"] * 3
    assert report["facts"]["questions without judgement"] == 1
    written = {path.name for path in (tmp_path / "report").iterdir()}
    assert written == {"report.json", "report.md", "report.html", "qrels.txt", "sparse.run"}


def test_evaluate_command_baseline_of_the_same_name_is_told_apart(tmp_path, small_index, capsys):
    questions = write_questions(tmp_path / "q.jsonl", QUESTIONS)
    old = tmp_path / "old.run"
    write_run(old, Run("sparse", {"q1": [Ranked("a2", 1.0)]}))
    arguments = ["evaluate", "--index", str(small_index), "--questions", str(questions), "--mode", "sparse"]
    assert main([*arguments, "--baseline", str(old), "--json"]) == 0
    report = json.loads(capsys.readouterr().out)
    difference = report["differences"][0]
    assert (difference["ours"], difference["theirs"]) == ("sparse", f"sparse of {old}")
    assert difference["comparison"]["difference"] > 0


@pytest.mark.parametrize("command", ["run", "evaluate"])
def test_output_that_cannot_be_written_is_said_in_one_line(tmp_path, small_index, capsys, command):
    questions = write_questions(tmp_path / "q.jsonl", QUESTIONS)
    (tmp_path / "file").touch()
    arguments = [command, "--index", str(small_index), "--questions", str(questions), "--mode", "sparse"]
    assert main([*arguments, "--output", str(tmp_path / "file" / "x")]) == 2
    assert "cannot be written" in capsys.readouterr().err.splitlines()[-1]


def test_evaluate_command_article_that_is_not_there_counts_as_not_found(tmp_path, small_index, capsys):
    records = [{**QUESTIONS[0], "article_ids": ["gone"]}]
    questions = write_questions(tmp_path / "q.jsonl", records)
    assert (
        main(["evaluate", "--index", str(small_index), "--questions", str(questions), "--mode", "sparse"])
        == 0
    )
    shown = capsys.readouterr()
    assert "ar-und" in shown.out and "1 judged articles are not in the index" in shown.err


@pytest.mark.parametrize(
    "records",
    [
        [{"id": "q", "question": "x"}],
        [{"id": "q", "question": "x", "article_ids": ["a"], "answerable": False}],
    ],
)
def test_evaluate_command_without_judgements_is_one_line_and_exit_2(tmp_path, small_index, capsys, records):
    questions = write_questions(tmp_path / "q.jsonl", records)
    assert main(["evaluate", "--index", str(small_index), "--questions", str(questions)]) == 2
    assert capsys.readouterr().err.count("\n") == 1


@pytest.mark.slow
def test_evaluate_command_over_articles_given_with_it_uses_the_default_encoder(tmp_path, capsys):
    records = [
        {"id": each.article_id, "title": each.title, "text": each.text, "lang": each.language}
        for each in ARTICLES
    ]
    articles = write_questions(tmp_path / "articles.jsonl", records)
    questions = write_questions(tmp_path / "q.jsonl", QUESTIONS)
    arguments = ["evaluate", "--questions", str(questions), "--articles", str(articles), "--quiet", "--json"]
    assert main(arguments) == 0
    report = json.loads(capsys.readouterr().out)
    assert set(report["lanes"]["all"]["measures"]) == {"hybrid", "dense", "sparse"}
    assert report["lanes"]["all"]["measures"]["hybrid"]["nDCG@10"] == 1.0


def test_evaluate_command_measures_reciprocal_rank_fusion_when_named(tmp_path, small_searcher):
    questions = [Question("q", "أين يقع قصر الحمراء؟", "ar", ("a1",))]
    asked = ask(small_searcher, questions, mode="rrf", depth=3)
    assert asked.run.name == "rrf" and asked.run.rankings["q"][0].article_id == "a1"


def test_evaluate_command_questions_judged_by_a_file_name_its_articles_as_right(
    tmp_path, small_index, capsys
):
    questions = write_questions(tmp_path / "q.jsonl", [{"id": "q1", "question": "أين ينبع نهر النيل؟"}])
    write_qrels(tmp_path / "qrels", {"q1": {"a1": 1}})
    arguments = ["evaluate", "--index", str(small_index), "--questions", str(questions), "--mode", "sparse"]
    arguments += ["--qrels", str(tmp_path / "qrels"), "--output", str(tmp_path / "report")]
    assert main(arguments) == 0
    page = (tmp_path / "report" / "report.html").read_text(encoding="utf-8")
    assert "Answered by" in page and "قصر الحمراء" in page
