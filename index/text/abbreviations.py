"""Words before or after a period that tell whether it ends a sentence; small letters, no last period."""

from __future__ import annotations

from index.text.calendars import names


def _words(listed: str) -> frozenset[str]:
    return frozenset(listed.split())


# Always followed by more: titles of persons, "for example", "figure".
NEVER_LAST = _words(
    """
    mr mrs ms dr prof sr sra srta st sta mt capt lt col gen sgt maj rev hon gov sen rep pres supt messrs
    mme mlle mgr dra ud uds d.ª herr fr bzgl vgl sog e.g i.e eg cf viz vs fig figs nº núm pág págs art
    vol vols approx ca bkz örn doç av yrd op.cit z.b d.h u.a p.ej al pp
    مج تح تحق
    """
)

# May end a sentence, but only where the next word opens one.
RARELY_LAST = _words(
    """
    no nos etc inc ltd co corp jr jan feb mar apr jun jul aug sep sept oct nov dec ave blvd dept est ed eds
    trans a.m p.m u.s u.k u.n usw bzw str nr vb vd yy ss bros univ
    إلخ الخ وإلخ والخ
    """
)

# Words that open a sentence and seldom follow an initial or an abbreviation.
STARTERS = _words(
    """
    the a an in on at it its he she they we i you this that these those there his her their our as but and
    however although while when after before since if for from to with by during under according both one
    some many most each all no not other another such what who why how where then thus
    el la los las en un una es su sus este esta estos estas se por para con según pero aunque cuando tras
    le les l' il elle ils elles un une dans ce cette ces son sa ses mais pour avec selon après
    der die das ein eine er sie es im am in und aber nach mit von bei dieser diese
    bu o ve bir ancak fakat ayrıca daha sonra ilk
    وفي و وقد وقال وقالت قال قالت كما وكان وكانت هذا هذه وهذا وهذه وهو وهي أما وأما لكن ولكن ولم ولا
    وأضاف وأضافت وأكد وأكدت وأوضح وأوضحت وأشار وأشارت وذكر وذكرت وتابع وأعلن وأعلنت ويذكر ومن وبعد
    وتعد ويعد وتعتبر ويعتبر ثم وبذلك وبهذا ولذلك لذلك ومع وعلى وإلى وخلال وتم ويقع وتقع ويبلغ وتبلغ
    """
)

# After the sign of a calendar or a unit, as in "سنة 1320 هـ. في مكة", these go on with the sentence.
GOING_ON = _words(
    """
    في من إلى الى على عن حتى مع بين عند لدى منذ خلال بعد قبل أو أي ضمن عبر نحو حول تحت فوق بن ابن
    الذي التي حيث عندما حين حينما لما بعدما قبلما إثر عقب بسبب نتيجة لأن وهو
    در به از با تا که میں سے کے کو
    in at of to and or by on for from with
    """
)

# Signs of calendars, and of units, after a number.
AFTER_NUMBERS = _words("هـ ه م هجرية ميلادية ق ش سم مم كم كلم كغ كجم ملم كغم")

# A day's number before one of these is a date, as in "3. Oktober".
MONTHS = frozenset(names("gregorian", "de", "tr"))
