"""Words of alphabets with a Snowball stemmer: which language a text is in, and its stems."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

import snowballstemmer

from index.text.analysis.orthography import without_accents

# Function words that tell languages of Latin letters apart even in a short question.
_FUNCTION_WORDS = {
    "english": """
        the of and to in is was for that with on as by are were at from which who what when where
        how why did does do has have had be been it its this an or not many much their his her
        they
    """,
    "spanish": """
        el la los las de del y en que un una por con para se su al como es son fue qué quién cuál
        cuándo dónde cómo cuántos cuánto cuántas era lo más no o sus ha
    """,
    "french": """
        le la les de des du et en un une que qui dans est sont pour par sur au aux avec ce cette
        ne pas plus il elle quel quelle quels quelles où comment combien quand été a l d
    """,
    "german": """
        der die das und ist von zu den dem des ein eine einer eines im in mit auf für nicht wer
        was wann wo wie warum welche welcher welches war waren wurde wurden hat haben sich auch
        als
    """,
    "italian": """
        il lo la i gli le di del della dei delle e è in che un una per con da dal nel nella si
        sono chi cosa quando dove come quanto quale quali perché era non
    """,
    "portuguese": """
        o a os as de do da dos das e em no na nos nas que um uma por para com se foi é são quem
        qual quando onde como quantos quanto não mais ao pelo pela
    """,
    "dutch": """
        de het een en van in is dat op te met voor zijn was wie wat wanneer waar hoe waarom welke
        niet aan door er die werd werden hoeveel
    """,
    "turkish": """
        ve bir bu da de için ile ne kim nasıl nerede zaman kaç hangi olarak olan daha çok en mi mı
        mu mü neden gibi kadar ise değil sonra göre nedir hangisi kimdir
    """,
    "indonesian": """
        yang dan di dari ke untuk dengan pada adalah ini itu oleh sebagai apa siapa kapan mana
        bagaimana berapa mengapa dalam tidak akan telah
    """,
    "swedish": """
        och att det som en ett på är av för med den till inte om hur vem vad när var vilken vilka
        hade
    """,
}
_LANGUAGES_OF: dict[str, list[str]] = {}
for _language, _listed in _FUNCTION_WORDS.items():
    for _word in _listed.split():
        _LANGUAGES_OF.setdefault(_word.replace("ı", "i"), []).append(_language)

Language = str | None


def guess_language(words: Sequence[str]) -> Language:
    """The Snowball language with most function words among `words`, English where none stands out.

    A word that several languages share counts a part for each.
    """
    counts: dict[str, float] = {}
    for word in words:
        for language in (shared := _LANGUAGES_OF.get(word, ())):
            counts[language] = counts.get(language, 0.0) + 1.0 / len(shared)
    return max(sorted(counts), key=counts.__getitem__) if counts else "english"


@lru_cache(maxsize=200_000)
def snowball_stem(word: str, language: str) -> str:
    """The Snowball stem of `word`, its accents taken off."""
    # A stemmer keeps state between calls; making one costs a few microseconds and keeps threads apart.
    return without_accents(snowballstemmer.stemmer(language).stemWord(word))
