"""Cases of web pages, feeds and encodings that were read wrongly, and their neighbours."""

from __future__ import annotations

from pathlib import Path

import pytest

from index.articles import Article
from tests.article_files import OTHER, PARAGRAPH, only, read, written

pytest.importorskip("trafilatura", reason="pip install -r requirements-formats.txt")

CASES = Path(__file__).parent / "data" / "cases"
OPENED = "افتتحت البلدية حديقة عامة جديدة وسط المدينة بحضور عدد كبير من السكان والزوار صباح يوم الأحد."
SAID = "وقال رئيس البلدية إن الحديقة تضم مئة شجرة وملعبا للأطفال ومقهى صغيرا يفتح كل يوم."
ADDED = "وأضاف أن المشروع كلف نصف مليون دينار وأن العمل فيه استمر عامين كاملين."
THREE = f"{OPENED}\n\n{SAID}\n\n{ADDED}"
FOUND = (
    "افتتحت البلدية حديقة عامة جديدة وسط المدينة بحضور السكان،"
    " وقال رئيس البلدية إن الحديقة تضم مئة شجرة وملعبا للأطفال."
)


def case(name: str) -> Article:
    return only(CASES / name)


# Encodings


def test_page_declared_latin_with_arabic_bytes_is_arabic():
    article = case("16-latin1-declared.html")
    assert (article.title, article.text, article.language) == ("حديقة جديدة", THREE, "ar")


@pytest.mark.parametrize(
    "declared", ["iso-8859-1", "windows-1252", "us-ascii", "iso-8859-15", "utf-8", "hex", "x"]
)
@pytest.mark.parametrize("encoding", ["windows-1256", "iso-8859-6", "utf-8"])
def test_page_with_any_declaration_is_read_by_its_words(tmp_path, declared, encoding):
    page = (
        (CASES / "16-latin1-declared.html")
        .read_bytes()
        .decode("windows-1256")
        .replace("iso-8859-1", declared)
    )
    assert only(written(tmp_path, "a.html", page.encode(encoding))).text == THREE


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        ("Été à la mairie, où les élèves ont reçu un prix très spécial à Noël.", "iso-8859-1"),
        ("Über die Straße gehen für mäßige Größe und schöne Bäume.", "windows-1252"),
        ("¿Qué pasó ayer en España? El niño comió piña.", "iso-8859-1"),
        ("Город открыл новый парк в центре, сообщил мэр вчера вечером.", "windows-1251"),
        ("Город открыл новый парк в центре, сообщил мэр вчера вечером.", "koi8-r"),
        ("Η πόλη άνοιξε νέο πάρκο στο κέντρο της πόλης χθες.", "windows-1253"),
        ("העיר פתחה פארק חדש במרכז העיר אתמול בבוקר.", "windows-1255"),
        (
            "İstanbul'da yaşayan çocuklar için büyük bir parkın açılışı yapıldı ve çok güzel oldu.",
            "windows-1254",
        ),
        ("The mayor’s park – “the best” – opened.", "windows-1252"),
    ],
)
@pytest.mark.parametrize("declared", [None, "iso-8859-1"])
def test_text_in_a_code_page_is_told_by_its_words(text, encoding, declared):
    from index.articles.files.decoding import decode

    assert decode(text.encode(encoding), declared=declared) == text


def test_text_in_iso_8859_6_is_read():
    article = case("17-iso-8859-6.txt")
    assert article.title == "حديقة جديدة"
    assert article.text.startswith(OPENED)


def test_page_with_one_bad_byte_loses_one_character():
    article = case("18-one-bad-byte.html")
    assert article.text == THREE.replace("وملعبا", "و\ufffdملعبا")


@pytest.mark.parametrize(
    ("bad", "shown"),
    [
        (b"\xd9", "\ufffd"),
        (b"\xff", "\ufffd"),
        (b"\xc3\x28", "\ufffd("),
        (b"\x00", " "),
        (b"\xe2\x80", "\ufffd"),
    ],
)
@pytest.mark.parametrize("name", ["a.txt", "a.html", "a.md"])
def test_bad_byte_in_utf8_costs_one_character(tmp_path, bad, shown, name):
    before, behind = PARAGRAPH.encode()[:40], PARAGRAPH.encode()[40:]
    data = b"<p>" + before + bad + behind + b"</p>" if name == "a.html" else before + bad + behind
    text = only(written(tmp_path, name, data)).text
    assert text.replace("\ufffd", "").replace(" ", "").replace("(", "") == PARAGRAPH.replace(" ", "")
    assert text.count("\ufffd") == shown.count("\ufffd")


def test_utf8_text_cut_in_a_character_keeps_all_others(tmp_path):
    article = only(written(tmp_path, "a.txt", PARAGRAPH.encode() + " ك".encode()[:-1]))
    assert article.text.startswith(PARAGRAPH)


# Feeds


def test_media_credit_is_not_the_text():
    article = case("20-media-credit.rss")
    assert article.text == FOUND
    assert article.extra["content"] == "summary"


@pytest.mark.parametrize(
    "beside",
    [
        "<media:description>صورة</media:description><media:title>صورة</media:title>",
        "<itunes:title>حلقة</itunes:title><itunes:summary>موجز</itunes:summary><itunes:author>مذيع</itunes:author>",
        '<m:content xmlns:m="http://search.yahoo.com/mrss/" url="x"><m:title>صورة</m:title></m:content>',
        '<x:title xmlns:x="urn:other">غيره</x:title><x:description xmlns:x="urn:other">غيره</x:description>',
        '<media:group><media:content url="x"><media:title>صورة</media:title></media:content></media:group>',
        "<excerpt:encoded><![CDATA[مقتطف]]></excerpt:encoded>",
    ],
)
@pytest.mark.parametrize("comes_first", [True, False])
def test_elements_of_other_namespaces_do_not_shadow(tmp_path, beside, comes_first):
    own = f"<title>خبر</title><description>{OTHER}</description><dc:creator>منى</dc:creator>"
    entry = beside + own if comes_first else own + beside
    article = only(written(tmp_path, "a.rss", rss(f"<item>{entry}</item>")))
    assert (article.title, article.text, article.author) == ("خبر", OTHER, "منى")


def test_full_content_comes_before_the_excerpt(tmp_path):
    entry = (
        "<item><title>خبر</title><excerpt:encoded><![CDATA[مقتطف]]></excerpt:encoded><description>موجز</description>"
        f"<content:encoded><![CDATA[<p>{PARAGRAPH}</p>]]></content:encoded></item>"
    )
    article = only(written(tmp_path, "a.rss", rss(entry)))
    assert (article.text, article.extra["content"]) == (PARAGRAPH, "full")


def test_xhtml_content_keeps_inline_elements_in_their_line():
    article = case("22-xhtml.atom")
    assert article.text == "افتتحت البلدية حديقة عامة جديدة وسط المدينة.\n\nوتضم مئة شجرة."
    assert article.author == "سعاد كريم"


@pytest.mark.parametrize(
    ("content", "text"),
    [
        ('<content type="text">1 &lt; 2 و&lt;b&gt;</content>', "1 < 2 و<b>"),
        ('<content type="html">&lt;p&gt;واحد&lt;b&gt;اثنان&lt;/b&gt;&lt;/p&gt;</content>', "واحداثنان"),
        (
            '<content type="xhtml"><h:div xmlns:h="http://www.w3.org/1999/xhtml"><h:p>واحد<h:em>ه</h:em></h:p>'
            "<h:ul><h:li>أ</h:li><h:li>ب</h:li></h:ul></h:div></content>",
            "واحده\n\nأ\nب",
        ),
        ('<content type="image/png" src="x"/><summary>موجز</summary>', "موجز"),
    ],
)
def test_atom_content_is_read_by_its_type(tmp_path, content, text):
    source = f'<feed xmlns="http://www.w3.org/2005/Atom"><title>x</title><entry><title>خبر</title><id>1</id>{content}</entry></feed>'
    assert only(written(tmp_path, "a.atom", source)).text == text


def test_control_character_costs_nothing_but_itself():
    articles, skipped = read(CASES / "23-control-character.wxr")
    assert [article.title for article in articles] == ["مقال 1", "مقال 2", "مقال 3"]
    assert [article.text for article in articles] == [f"{FOUND} رقم {number}." for number in (1, 2, 3)]
    assert not skipped


def test_entity_of_html_costs_nothing():
    articles, skipped = read(CASES / "25-nbsp-entity.wxr")
    assert [article.title for article in articles] == ["مقال 1", "مقال 2", "مقال 3"]
    assert not skipped


def rss(*entries: str, head: str = "") -> str:
    names = (
        ' xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:media="http://search.yahoo.com/mrss/"'
        ' xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:itunes="http://www.itunes.com/dtds/podcast-1.0.dtd"'
        ' xmlns:excerpt="http://wordpress.org/export/1.2/excerpt/" xmlns:wp="http://wordpress.org/export/1.2/"'
    )
    return f'<rss version="2.0"{names}><channel><title>صحيفة</title>{head}{"".join(entries)}</channel></rss>'


def item(number: int, text: str = "") -> str:
    body = f"<guid>{number}</guid><description>{text or OTHER}</description>"
    return f"<item><title>مقال {number}</title>{body}</item>"


@pytest.mark.parametrize(
    "fault",
    [
        "&nbsp;",
        "&bogus;",
        "AT&T",
        "1 < 2",
        "\x0b\x1f\x08",
        "&#8;&#x1F;",
        "&#55357;&#56832;",
        "\ufffe",
        "<b>",
        "</b>",
        "<br>",
        "<![foo]>",
        "<![CDATA[",
        "]]>",
        "<!-- ",
        "<p class=x>",
        "<a:b>",
        "</description>",
        "<?php",
        "<item",
    ],
)
def test_fault_in_an_entry_costs_that_entry_alone(tmp_path, fault):
    feed = rss(item(1), item(2, f"{OTHER} {fault} {OTHER}"), item(3), item(4))
    articles, _ = read(written(tmp_path, "a.rss", feed))
    titles = [article.title for article in articles]
    assert [title for title in titles if title != "مقال 2"] == ["مقال 1", "مقال 3", "مقال 4"]
    assert all(article.text == OTHER for article in articles if article.title != "مقال 2")


def test_unterminated_section_costs_its_entry_alone(tmp_path):
    entries = [
        f"<item><title>مقال {number}</title>"
        f"<content:encoded><![CDATA[<p>{OTHER}</p>{end}</content:encoded></item>"
        for number, end in ((1, "]]>"), (2, ""), (3, "]]>"))
    ]
    articles, _ = read(written(tmp_path, "a.rss", rss(*entries)))
    assert [article.title for article in articles] == ["مقال 1", "مقال 2", "مقال 3"]
    assert {article.text for article in articles} == {OTHER}


@pytest.mark.parametrize(
    ("before", "declared", "encoding"),
    [
        ("\n\n", "utf-8", "utf-8"),
        ("\ufeff", "utf-8", "utf-8"),
        ("", "utf-8", "windows-1256"),
        ("", "iso-8859-1", "windows-1256"),
        ("", "windows-1256", "utf-8"),
        ("", "utf-16", "utf-8"),
        ("", "utf-8", "utf-16"),
        ("", "nonsense", "utf-8"),
    ],
)
def test_feed_with_a_wrong_declaration_is_read(tmp_path, before, declared, encoding):
    source = f'{before}<?xml version="1.0" encoding="{declared}"?>{rss(item(1), item(2))}'
    articles, skipped = read(written(tmp_path, "a.rss", source.encode(encoding)))
    assert [article.text for article in articles] == [OTHER, OTHER]
    assert not skipped


def test_marked_section_costs_nothing(tmp_path):
    articles, skipped = read(written(tmp_path, "a.rss", rss(item(1), item(2), head="<![foo]>")))
    assert len(articles) == 2 and not skipped


# WordPress


def post(number: int, body: str, *more: str) -> str:
    return (
        f"<item><title>مقال {number}</title><content:encoded><![CDATA[{body}]]></content:encoded>"
        f"<wp:post_id>{number}</wp:post_id><wp:post_type>post</wp:post_type>{''.join(more)}</item>"
    )


def test_post_behind_a_password_is_named_and_not_read():
    articles, skipped = read(CASES / "41-password-post.wxr")
    assert [article.title for article in articles] == ["خبر عام"]
    assert "محضر سري" in skipped[0].reason and "password" in skipped[0].reason


@pytest.mark.parametrize("password", ["0", "<![CDATA[سر]]>", "&amp;", "<![CDATA[سر\x08]]>"])
@pytest.mark.parametrize("fault", ["", "<b>", "&nbsp;"])
def test_post_behind_any_password_is_not_read(tmp_path, password, fault):
    secret = post(
        1, OTHER, fault, f"<wp:post_password>{password}</wp:post_password><wp:status>publish</wp:status>"
    )
    feed = rss(secret, post(2, OTHER, "<wp:status>publish</wp:status>"))
    articles, skipped = read(written(tmp_path, "a.wxr", feed))
    assert [article.title for article in articles] == ["مقال 2"]
    assert len(skipped) == 1


@pytest.mark.parametrize("status", ["draft", "private", "pending", "trash", "future"])
def test_post_that_is_not_public_is_not_read_whatever_its_faults(tmp_path, status):
    hidden = post(1, OTHER, f"<b><wp:status>{status}</wp:status>")
    articles, _ = read(
        written(tmp_path, "a.wxr", rss(hidden, post(2, OTHER, "<wp:status>publish</wp:status>")))
    )
    assert [article.title for article in articles] == ["مقال 2"]


def test_shortcodes_leave_their_caption_alone():
    assert case("27-shortcodes.wxr").text == f"{FOUND}\n\nالحديقة ليلا"


@pytest.mark.parametrize(
    ("body", "text"),
    [
        ("واحد [sic] و[1] و[...]", "واحد [sic] و[1] و[...]"),
        ("[dropcap]و[/dropcap]احد", "واحد"),
        ('[vc_row][vc_column width="1/2"]واحد[/vc_column][/vc_row]', "واحد"),
        ("[embed]https://example.org/v[/embed]واحد", "واحد"),
        ("[[gallery]] واحد", "[gallery] واحد"),
        ('واحد[contact-form-7 id="1" title="x"]', "واحد"),
        ("واحد [يتبع]", "واحد [يتبع]"),
        ("واحد\n\nاثنان\nثلاثة", "واحد\n\nاثنان\nثلاثة"),
        ("<!-- wp:paragraph -->\n<p>واحد\nاثنان</p>\n<!-- /wp:paragraph -->", "واحد اثنان"),
    ],
)
def test_body_of_a_post_is_read_as_wordpress_shows_it(tmp_path, body, text):
    feed = rss(post(1, body, "<wp:status>publish</wp:status>"))
    assert only(written(tmp_path, "a.wxr", feed)).text == text


# Pages


def page(body: str, head: str = "") -> str:
    return f'<html lang="ar"><head><meta charset="utf-8">{head}</head><body>{body}</body></html>'


def article_page(inside: str, *, head: str = "<title>حديقة جديدة</title>", behind: str = "") -> str:
    body = f"<p>{OPENED}</p><p>{SAID}</p><p>{ADDED}</p>"
    return page(f"<article><h1>حديقة جديدة</h1>{inside}{body}</article>{behind}", head)


def test_page_with_a_date_in_words_has_that_date():
    assert case("33-date-in-words.html").published == "2024-03-05"


@pytest.mark.parametrize(
    "stated",
    [
        "<p class='entry-date'>نشر في 5 مارس 2024</p>",
        "<div class='post-meta'>سعاد كريم | 5 مارس 2024 | محليات</div>",
        "<span class='date'>March 5, 2024</span>",
        "<time datetime='2024-03-05T08:00:00Z'>منذ يومين</time>",
        "<p>الثلاثاء 5 آذار 2024</p>",
        "<ul><li>الكاتب: سعاد كريم</li><li>التاريخ: 5 مارس 2024</li></ul>",
        "<span itemprop='datePublished'>5 مارس 2024</span>",
        "<div class='artikeldatum'>05.03.2024</div>",
        "<abbr class='published' title='2024-03-05'>أمس</abbr>",
    ],
)
def test_date_of_a_page_is_read_and_is_no_text(tmp_path, stated):
    article = only(written(tmp_path, "a.html", article_page(stated)))
    assert article.published == "2024-03-05"
    assert article.text == THREE


@pytest.mark.parametrize(
    "head",
    [
        "<meta property='article:published_time' content='2024-03-05T01:00:00+03:00'>",
        "<meta name='DC.date.issued' content='2024-03-05'>",
        "<meta itemprop='datePublished' content='2024-03-05'>",
        "<meta name='parsely-pub-date' content='2024-03-05'>",
        '<script type="application/ld+json">{"@type":"NewsArticle","datePublished":"2024-03-05"}</script>',
        '<script type="application/ld+json">{"@graph":[{"@type":"WebSite"},'
        '{"@type":"Article","datePublished":"2024-03-05T10:00"}]}</script>',
    ],
)
def test_date_in_the_metadata_of_a_page_counts(tmp_path, head):
    found = article_page("<time>6 مارس 2023</time>", head=head)
    assert only(written(tmp_path, "a.html", found)).published == "2024-03-05"


def test_date_of_a_link_is_not_the_pages():
    assert case("50-date-of-a-link.html").published == "2019-02-08"


@pytest.mark.parametrize(
    "behind",
    [
        "<a href='/2023/02/09/x'>جريدة المدينة بتاريخ 2023/02/09</a>",
        "<aside><span class='date'>9 فبراير 2023</span></aside>",
        "<div class='related-posts'><div><span class='date'>9 فبراير 2023</span></div></div>",
        "<footer><p class='date'>9 فبراير 2023</p></footer>",
        "<nav><time datetime='2023-02-09'>اليوم</time></nav>",
        "<div id='comments'><div class='comment'><time datetime='2023-02-09'>أمس</time></div></div>",
        "<ul class='latest-news'><li><time>9 فبراير 2023</time></li></ul>",
    ],
)
def test_date_beside_the_article_is_not_the_pages(tmp_path, behind):
    assert only(written(tmp_path, "a.html", article_page("", behind=behind))).published is None


def test_layout_table_leaves_no_pipes():
    assert case("34-layout-table.html").text == THREE


@pytest.mark.parametrize(
    "table",
    [
        "<table><tr><td>{0}</td></tr><tr><td>{1}</td></tr><tr><td>{2}</td></tr></table>",
        "<table><tr><td><table><tr><td>{0}</td></tr></table><p>{1}</p></td><td><p>{2}</p></td></tr></table>",
        "<table role='presentation'><tr><td>{0}</td><td>{1}</td></tr><tr><td>{2}</td><td></td></tr></table>",
        "<table><tbody><tr><td></td><td>{0}<br><br>{1}</td></tr><tr><td></td><td>{2}</td></tr></tbody></table>",
        "<center><table><tr><td><div>{0}</div><div>{1}</div><div>{2}</div></td></tr></table></center>",
    ],
)
def test_tables_that_lay_a_page_out_are_paragraphs(tmp_path, table):
    text = only(written(tmp_path, "a.html", page(table.format(OPENED, SAID, ADDED)))).text
    assert "|" not in text
    assert text.split() == THREE.split()


def test_title_loses_the_name_of_the_site():
    article = case("44-title-suffix.html")
    assert article.title == "افتتاح حديقة جديدة وسط المدينة"
    assert article.source == "صحيفة المدينة"
    assert article.text == f"{OPENED}\n\n{SAID}"


@pytest.mark.parametrize(
    "title",
    [
        "حديقة جديدة - صحيفة المدينة",
        "حديقة جديدة | صحيفة المدينة | محليات",
        "صحيفة المدينة | حديقة جديدة",
        "حديقة جديدة » محليات » صحيفة المدينة",
        "حديقة جديدة – صحيفة المدينة",
        "حديقة جديدة :: صحيفة المدينة",
    ],
)
@pytest.mark.parametrize("heading", ["h1", "h2"])
def test_title_of_a_page_is_its_headline(tmp_path, title, heading):
    body = f"<article><{heading}>حديقة جديدة</{heading}><p>{OPENED}</p><p>{SAID}</p><p>{ADDED}</p></article>"
    head = f"<title>{title}</title><meta property='og:title' content='{title}'>"
    article = only(written(tmp_path, "a.html", page(body, head)))
    assert (article.title, article.text) == ("حديقة جديدة", THREE)


@pytest.mark.parametrize("title", ["مصر - السودان: مباراة اليوم", "كوفيد-19 يعود", "رأي: الحديقة | والناس"])
def test_title_with_signs_of_its_own_stays(tmp_path, title):
    body = f"<article><h1>{title}</h1><p>{OPENED}</p><p>{SAID}</p><p>{ADDED}</p></article>"
    assert only(written(tmp_path, "a.html", page(body, f"<title>{title}</title>"))).title == title


def test_commenter_is_not_the_author():
    article = case("45-commenter-as-author.html")
    assert article.author in ("سعاد كريم", None)
    assert article.text == f"{OPENED}\n\n{SAID[:-1]} من الصباح إلى المساء."


@pytest.mark.parametrize(
    "behind",
    [
        "<div id='comments'><div class='comment'><span class='author'>قارئ</span><p>{0}</p></div></div>",
        "<section class='comments-area'><ol class='comment-list'><li><cite class='fn'>قارئ</cite>"
        "<p>{0}</p></li></ol></section>",
        "<div class='comentarios'><div><b class='author'>قارئ</b><p>{0}</p></div></div>",
        "<div itemprop='comment' itemscope><span itemprop='author'>قارئ</span><p>{0}</p></div>",
        "<div id='disqus_thread'><p class='author'>قارئ</p><p>{0}</p></div>",
        "<ul class='user-comments'><li><span class='username'>قارئ</span> {0}</li></ul>",
        "<div class='fb-comments'><p>{0}</p></div>",
    ],
)
def test_comments_are_no_part_of_the_article(tmp_path, behind):
    comment = "هذه الحديقة كلفت كثيرا ولا يحتاجها أحد في المدينة كلها. " * 6
    article = only(written(tmp_path, "a.html", article_page("", behind=behind.format(comment))))
    assert (article.text, article.author) == (THREE, None)


def test_line_ends_of_the_source_are_blanks(tmp_path):
    body = "".join(f"<p>{part.replace(' ', chr(10) + '   ', 3)}</p>" for part in (OPENED, SAID, ADDED))
    found = page(f"<article><h1>حديقة\nجديدة</h1>{body}</article>", "<title>حديقة\n جديدة</title>")
    article = only(written(tmp_path, "a.html", found))
    assert (article.title, article.text) == ("حديقة جديدة", THREE)


@pytest.mark.parametrize(
    "around",
    [
        "<ul class='post-meta'><li>سعاد كريم</li><li>محليات</li><li>120 مشاهدة</li></ul>",
        "<ul><li>الكاتب: سعاد كريم</li><li>القسم: محليات</li><li>المشاهدات: 120</li></ul>",
        "<div class='breadcrumb'><a href='/'>الرئيسية</a> » <a href='/l'>محليات</a></div>",
        "<dl class='article-info'><dt>القسم</dt><dd>محليات</dd></dl>",
        "<div class='tags'>حديقة، بلدية</div>",
        "<p class='site-name'>صحيفة المدينة</p>",
        "[gallery ids='1,2']",
    ],
)
def test_lines_around_a_headline_are_no_text(tmp_path, around):
    assert only(written(tmp_path, "a.html", article_page(around))).text == THREE


def test_page_behind_a_password_is_skipped(tmp_path):
    written(tmp_path, "good.txt", PARAGRAPH)
    written(tmp_path, "a.html", article_page("<form class='post-password-form'><input></form>"))
    _, skipped = read(tmp_path)
    assert "password" in skipped[0].reason
