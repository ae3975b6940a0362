"""The language of a text."""

from __future__ import annotations

import gzip
import json
import re
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.text.language import detect_language
from tests.conftest import ROOT
from tests.vowelling import vowelled


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("ما هي عاصمة عمان؟", "ar"),
        ("مدائن", "ar"),
        ("پایتخت ایران کجاست؟", "fa"),
        ("پاکستان کا دارالحکومت کیا ہے؟", "ur"),
        ("What is the capital of Oman?", "en"),
        ("¿Cuál es la capital de Omán?", "es"),
        ("Umman'ın başkenti neresidir ve nüfusu kaç?", "tr"),
        ("Quelle est la capitale de la France ?", "fr"),
        ("Was ist die Hauptstadt von Deutschland?", "de"),
        ("Кто такой Пушкин и где он жил?", "ru"),
        ("日本の首都はどこですか", "ja"),
        ("中国的首都是哪里？", "zh"),
        ("대한민국의 수도는 어디입니까?", "ko"),
        ("בירת ישראל", "he"),
        ("123 !?", "und"),
        ("", "und"),
        ("Xyzzy", "und"),
        ("×", "und"),  # stands among the letters and is none
    ],
)
def test_language_is_told_by_script_and_words(text, language):
    assert detect_language(text) == language


@pytest.mark.parametrize(("language", "at_least"), [("ar", 0.99), ("en", 0.99), ("es", 0.98), ("tr", 0.97)])
def test_language_of_questions_is_told(evaluation_sets, language, at_least):
    with gzip.open(evaluation_sets / f"xquad/questions.{language}.jsonl.gz", "rt", encoding="utf-8") as lines:
        told = [detect_language(json.loads(line)["question"]) == language for line in lines]
    assert sum(told) / len(told) >= at_least


def of_case() -> list[tuple[str, str]]:
    lines = (Path(__file__).with_name("data") / "cases" / "35-language.jsonl").read_text(encoding="utf-8")
    return [(article["id"], article["text"]) for article in map(json.loads, lines.splitlines())]


@pytest.mark.parametrize(
    ("language", "text"),
    [
        *of_case(),
        (
            "da",
            "Byen åbnede en ny park i centrum, og borgmesteren sagde, at der vokser hundrede træer i den.",
        ),
        ("no", "Byen åpnet en ny park i sentrum, og ordføreren sa at det vokser hundre trær i den."),
        ("fi", "Kaupunki avasi keskustaan uuden puiston, ja siinä kasvaa sata puuta."),
        (
            "hr",
            "Grad je otvorio novi park u središtu, a gradonačelnik je rekao da u njemu raste sto stabala.",
        ),
        ("az", "Şəhər mərkəzdə yeni park açdı və mer dedi ki, orada yüz ağac bitir."),
        ("sw", "Mji ulifungua bustani mpya katikati na meya alisema kuwa ina miti mia moja."),
        ("kk", "Қала орталығында жаңа саябақ ашылды және әкім онда жүз ағаш өсетінін айтты."),
        ("be", "Горад адкрыў новы парк у цэнтры, і мэр сказаў, што ў ім расце сто дрэў."),
        ("mr", "शहराने मध्यभागी नवीन बाग उघडली आणि महापौर म्हणाले की तिथे शंभर झाडे आहेत."),
        ("gu", "શહેરે કેન્દ્રમાં નવો બગીચો ખોલ્યો."),
        ("as", "জন্মগতভাৱে সকলো মানুহ মৰ্যদা আৰু অধিকাৰত সমান আৰু স্বতন্ত্ৰ।"),
        ("yi", "יעדער מענטש װערט געבױרן פֿרײַ און גלײַך אין כּבֿוד און רעכט."),
        ("ti", "እቲ ከተማ ሓድሽ መናፈሻ ኣብ ማእከል ከፊቱ ኣሎ።"),
        ("ckb", "شارەکە پارکێکی نوێی لە ناوەندی شار کردەوە و سەرۆکی شارەوانی گوتی کە سەد داری تێدایە."),
        ("ps", "ښار په مرکز کې نوی پارک پرانيست او ښاروال وويل چې هلته سل ونې دي."),
        ("ca", "La ciutat va obrir un parc nou al centre i l'alcalde va dir que hi creixen cent arbres."),
    ],
)
def test_language_without_words_of_ours_is_its_own_or_not_told(language, text):
    assert detect_language(text) in (language, "und")


@pytest.mark.parametrize(
    "names",
    [
        "Samsung Galaxy S24 Ultra",
        "Barack Hussein Obama",
        "Best Projects (X-SDI) Award",
        "Kylian Mbappé Lottin",
    ],
)
def test_names_are_no_language(names):
    assert detect_language(names) == "und"


@pytest.mark.parametrize(
    ("text", "declared", "language"),
    [
        ("Xyzzy Plugh Corporation International", "hu", "hu"),
        ("قدس", "fa", "fa"),
        ("افتتحت البلدية حديقة عامة جديدة في وسط المدينة", "en", "ar"),  # as templates say of every page
        ("The city opened a new park in the centre and the mayor spoke.", "ar", "en"),
        ("The city opened a new park in the centre and the mayor spoke.", "fr", "en"),
        ("Byen har en ny park", "no", "no"),
        ("Byen har en ny park", "nb-NO", "no"),
        ("नवीन बाग", "mr", "mr"),
        ("नवीन बाग", "en", "hi"),
        ("42", "ar", "und"),
    ],
)
def test_what_a_page_declares_decides_what_its_text_leaves_open(text, declared, language):
    assert detect_language(text, declared=declared) == language


@given(st.text(max_size=60), st.none() | st.text(max_size=8) | st.sampled_from(["ar", "hu", "zh-Hant"]))
def test_any_text_is_of_some_language(text, declared):
    assert re.fullmatch("[a-z]{2,3}", detect_language(text, declared=declared))


def test_vowelled_text_is_of_the_language_of_the_plain_one():
    text = "افتتحت البلدية حديقة عامة جديدة وسط المدينة بحضور عدد كبير من السكان. " * 80
    assert detect_language(vowelled(text)) == detect_language(text) == "ar"


def test_arabic_and_english_text_loads_no_model():
    code = (
        "import sys; from index.text.language import detect_language as told;"
        "told('ما هي عاصمة عمان؟'); told('What is the capital of Oman and of Yemen?');"
        "sys.exit('py3langid' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], cwd=ROOT).returncode == 0
