"""Feeds and WordPress exports."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.article_files import OTHER, PARAGRAPH, only, read

pytest.importorskip("lxml", reason="pip install -r requirements-formats.txt")


def test_rss_gives_entries_with_their_dates(tmp_path):
    (tmp_path / "feed.xml").write_text(
        '<?xml version="1.0"?><rss version="2.0"'
        ' xmlns:content="http://purl.org/rss/1.0/modules/content/"'
        ' xmlns:dc="http://purl.org/dc/elements/1.1/">'
        f"<channel><title>صحيفة</title><language>ar</language><item><title>خبر &amp; خبر</title>"
        f"<link>https://example.org/a</link><guid>https://example.org/?p=1</guid>"
        f"<pubDate>Tue, 30 Sep 2025 08:00:00 +0300</pubDate><dc:creator>منى</dc:creator>"
        f"<description>موجز</description>"
        f"<content:encoded><![CDATA[<p>{PARAGRAPH}</p><p>{OTHER}</p>]]></content:encoded></item>"
        "<item><title>بلا نص</title><link>https://example.org/b</link></item></channel></rss>",
        encoding="utf-8",
    )
    articles, skipped = read(tmp_path / "feed.xml")
    (article,) = articles
    assert article.article_id == "feed/example.org/?p=1"
    assert (article.title, article.source, article.author) == ("خبر & خبر", "صحيفة", "منى")
    assert article.text == f"{PARAGRAPH}\n\n{OTHER}"
    assert (article.url, article.published) == ("https://example.org/a", "2025-09-30T08:00:00+03:00")
    assert "بلا نص" in skipped[0].reason


def test_atom_gives_entries(tmp_path):
    (tmp_path / "feed.atom").write_text(
        '<feed xmlns="http://www.w3.org/2005/Atom"><title>مدونة</title><entry><title>خبر</title>'
        "<id>tag:example.org,2025:1</id>"
        '<link rel="self" href="https://example.org/self"/><link href="https://example.org/a"/>'
        "<updated>2025-10-01T00:00:00Z</updated>"
        f"<published>2025-09-30T08:00:00Z</published><author><name>منى</name></author><content"
        f' type="html">&lt;p&gt;{PARAGRAPH}&lt;/p&gt;</content></entry></feed>',
        encoding="utf-8",
    )
    article = only(tmp_path / "feed.atom")
    assert (article.url, article.author, article.source) == ("https://example.org/a", "منى", "مدونة")
    assert article.published == "2025-09-30T08:00:00+00:00"
    assert article.text == PARAGRAPH


def test_wordpress_export_gives_published_posts_and_pages(tmp_path):
    def item(number: int, kind: str, status: str) -> str:
        return (
            f"<item><title>خبر {number}</title><link>https://example.org/{number}</link>"
            f"<content:encoded><![CDATA[<p>{PARAGRAPH} {number}</p>]]>"
            f"</content:encoded><wp:post_id>{number}</wp:post_id><wp:post_date_gmt>2025-09-30"
            f" 08:00:00</wp:post_date_gmt>"
            f"<wp:status>{status}</wp:status><wp:post_type>{kind}</wp:post_type><category"
            f" domain='category'>محليات</category></item>"
        )

    kinds = [
        (1, "post", "publish"),
        (2, "post", "draft"),
        (3, "attachment", "inherit"),
        (4, "page", "publish"),
        (5, "nav_menu_item", "publish"),
    ]
    (tmp_path / "export.xml").write_text(
        '<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/"'
        ' xmlns:wp="http://wordpress.org/export/1.2/"><channel>'
        f"<title>مدونة</title>{''.join(item(*each) for each in kinds)}</channel></rss>",
        encoding="utf-8",
    )
    articles, skipped = read(tmp_path / "export.xml")
    assert not skipped
    assert [article.article_id for article in articles] == ["export/1", "export/4"]
    assert articles[0].published == "2025-09-30T08:00:00+00:00"
    assert articles[0].extra["categories"] == ["محليات"]


def test_xml_with_entities_or_malformed_is_skipped(tmp_path):
    (tmp_path / "good.txt").write_text(PARAGRAPH, encoding="utf-8")
    bomb = (
        '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]><rss><channel><item>'
        "<title>&b;</title></item></channel></rss>"
    )
    (tmp_path / "bomb.xml").write_text(bomb, encoding="utf-8")
    (tmp_path / "cut.xml").write_text("<rss><channel><item>", encoding="utf-8")
    (tmp_path / "other.xml").write_text("<svg><g/></svg>", encoding="utf-8")
    articles, skipped = read(tmp_path)
    assert len(articles) == 1
    reasons = {Path(each.origin).name: each.reason for each in skipped}
    assert "entities" in reasons["bomb.xml"]
    assert "malformed (line 1" in reasons["cut.xml"]
    assert "no feed" in reasons["other.xml"]
