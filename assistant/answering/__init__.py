"""The quoting writer: which sentences of the found passages answer a question, and how sure that is.

question -> kind -> sentences of the passages -> signals -> probabilities -> quotes, confidence -> wording

The way from signals to a quote, without a model. Two passages of an article stand for what a search finds:

    >>> from types import SimpleNamespace
    >>> from assistant.answering.composing.selection import choose
    >>> from assistant.answering.judging.judgement import compare
    >>> from assistant.answering.judging.signals import SIGNALS, signals_of
    >>> from assistant.answering.judging.weights import Weights
    >>> from assistant.answering.retrieval import Retrieved, source_of
    >>> from assistant.question.query import read
    >>> from index.articles import Article
    >>> from index.encoder import HashingEncoder
    >>> from index.passages.splitting import split_article
    >>> from index.search.hits import Hit
    >>> text = "بنيت المدرسة عام 1970. افتتح الوزير المستشفى يوم 12 مايو 2024. يضم المستشفى مئة سرير."
    >>> article = Article("a", "أخبار صلالة", text, language="ar")
    >>> parts = split_article(article, max_words=11, min_words=4)
    >>> hits = [Hit(passage, score=1 / rank, rank=rank) for rank, passage in enumerate(parts, 1)]
    >>> passages = [Retrieved(hit, source_of(article), text) for hit in hits]

The question is put beside their units, here three sentences; to this searcher every word is as rare:

    >>> searcher = SimpleNamespace(encoder=HashingEncoder(), late_vectors=lambda *_: None, idf=lambda _: 1.0)
    >>> comparison = compare(read("متى افتتح المستشفى؟"), passages, searcher)

A signal gives each unit a value: how many of the question's words it has, whether it has a date at all.

    >>> SIGNALS["overlap"](comparison).round(2).tolist(), SIGNALS["cue_when"](comparison).tolist()
    ([0.0, 0.95, 0.48], [1.0, 1.0, 0.0])

Weights make probabilities of all signals; a signal that they do not name weighs nothing:

    >>> weights = Weights(units={"overlap": 4.0, "cue_when": 2.0}, confidence={}, threshold=0.5)
    >>> probabilities = weights.probabilities(signals_of(comparison, question={}))
    >>> probabilities.round(2).tolist()
    [0.02, 0.96, 0.02]

Of the runs of units that are short enough the likeliest is quoted, a slice of the article's text:

    >>> [run] = choose(comparison.units, probabilities, most=1)
    >>> text[comparison.units[run.first].start : comparison.units[run.last - 1].end]
    'افتتح الوزير المستشفى يوم 12 مايو 2024. يضم المستشفى مئة سرير.'
"""
