"""Texts in Arabic, Persian and Hebrew that the PDF benchmark prints: news from seeds/, and pages of its own.

Each page of its own holds what PDF readers get wrong: brackets beside numbers, Latin words, vowel signs,
quotation marks, dates, percentages, lists.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

SEEDS = Path(__file__).resolve().parent.parent / "seeds"
_SEED_LETTERS = 2_200  # of each news item, so that it fits on one or two pages


@dataclass(frozen=True, slots=True)
class Text:
    """Paragraphs to print, in the order in which they are read; `font` is what the page asks for."""

    name: str
    language: str
    font: str
    paragraphs: tuple[str, ...]


_ARABIC = """\
افتتح المعرض في مدينة صلالة (الطابق 3) صباح الخميس الماضي، وحضره 1,250 زائرا من 14 دولة.
وتنص المادة (7) من اللائحة على أن الدخول مجاني للطلاب، وصدر القرار رقم [15] لعام (2024) ونشر في الجريدة.
يستخدم المركز لغة Python ولغة R في تحليل بيانات المرضى كل يوم، وبلغت الدقة 97.5% في تجربة عام 2023.
1) قال الوزير: «لا تراجع عن الخطة (المرحلة الثانية)» وأضاف أن الكلفة 3.2 مليون دولار (نحو 1.2 مليون ريال).
2) ويمتد المشروع من 12/03/2024 إلى 30/06/2025، ويشمل شركات مثل Microsoft Corporation (MSFT) وGoogle LLC."""

_VOWELLED = """\
كَتَبَ الطَّالِبُ الدَّرْسَ فِي الدَّفْتَرِ ثُمَّ قَرَأَهُ عَلَى المُعَلِّمِ.
وَحَضَرَتِ السَّيِّدَةُ إِلَى المَدْرَسَةِ صَبَاحًا، وَمَعَهَا كِتَابٌ جَدِيدٌ.
إِنَّ العِلْمَ نُورٌ، وَمَنْ جَدَّ وَجَدَ، وَمَنْ زَرَعَ حَصَدَ."""

_PERSIAN = """\
دانشگاه تهران در سال ۱۳۱۳ تأسیس شد و اکنون (سال ۱۴۰۲) بیش از ۵۰ هزار دانشجو دارد.
به گزارش خبرگزاری، «نمایشگاه کتاب» از ۲۰ اردیبهشت آغاز می‌شود و تا پایان ماه ادامه خواهد داشت.
پژوهشگران با زبان Python و کتابخانه‌های آن، داده‌های ۱٬۲۰۰ بیمار را بررسی کردند؛ دقت مدل ۹۷٫۵٪ بود.
ماده (۷) آیین‌نامه می‌گوید که ورود برای دانش‌آموزان و گروه‌های دانشجویی رایگان است."""

_HEBREW = """\
האוניברסיטה העברית בירושלים נוסדה בשנת 1918 ונפתחה בשנת 1925 (הר הצופים).
על פי סעיף 15(ב) לחוק, הכניסה חינם לתלמידים ולסטודנטים; ההחלטה (מס' 2024) פורסמה ביום 12/03/2024.
החוקרים השתמשו בשפת Python ובספריית pandas כדי לנתח נתונים של 1,250 חולים, והדיוק היה 97.5%.
"אין דרך חזרה", אמר השר, "והתוכנית תימשך עד סוף השנה"."""

_POINTED = """\
בְּרֵאשִׁית בָּרָא אֱלֹהִים אֵת הַשָּׁמַיִם וְאֵת הָאָרֶץ.
וְהָאָרֶץ הָיְתָה תֹהוּ וָבֹהוּ וְחֹשֶׁךְ עַל פְּנֵי תְהוֹם."""

_MIXED = """\
يقدم هذا الدليل شرحا لتثبيت البرنامج على نظام Linux (الإصدار 5.15 فما فوق) وعلى Windows 11.
افتح الملف config.yaml ثم غيّر القيمة timeout: 30 إلى 60، واحفظ الملف بترميز UTF-8.
The English summary of this page says that the server listens on port 8080 (HTTP).
للمساعدة راسلنا على help@example.org أو زر الموقع https://example.org/ar/help قبل 31 ديسمبر 2025.
بلغت درجة الحرارة -5 مئوية، وتراوحت الأسعار بين 10 - 15 دينارا، أي بزيادة 20% عن عام 2022."""


def texts() -> list[Text]:
    """Give the texts, a handful of each language; seeds that are not there are left out."""
    written = [
        Text("ar-brackets", "ar", "Noto Naskh Arabic", tuple(_ARABIC.splitlines())),
        Text("ar-vowelled", "ar", "Amiri", tuple(_VOWELLED.splitlines())),
        Text("ar-mixed", "ar", "DejaVu Sans", tuple(_MIXED.splitlines())),
        Text("fa", "fa", "DejaVu Sans", tuple(_PERSIAN.splitlines())),
        Text("he", "he", "DejaVu Sans", tuple(_HEBREW.splitlines())),
        Text("he-pointed", "he", "Noto Serif Hebrew", tuple(_POINTED.splitlines())),
    ]
    fonts = ["DejaVu Sans", "Amiri", "Noto Naskh Arabic", "Noto Sans Arabic", "Scheherazade New"]
    for number, path in enumerate(sorted(SEEDS.glob("*.txt"))[:3]):
        lines = [" ".join(line.split()) for line in path.read_text(encoding="utf-8").splitlines()]
        written.append(Text(f"seed-{number}", "ar", fonts[number % len(fonts)], _begin(lines)))
    return written


def _begin(lines: list[str]) -> tuple[str, ...]:
    taken: list[str] = []
    for line in filter(None, lines):
        if taken and sum(map(len, taken)) + len(line) > _SEED_LETTERS:
            break
        taken.append(line)
    return tuple(taken)
