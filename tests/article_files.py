"""What the tests of articles share: files written and read, and paragraphs to put in them."""

from __future__ import annotations

from pathlib import Path

from index.articles import Article, Skipped, read_articles

BODY = (
    "حققت مبادرة سفراء المدن الذكية إنجازا عالميا للسلطنة من خلال الفوز بجائزة الابتكار لمجتمع"
    " المعلومات كأفضل مبادرة"
    " في بناء القدرات، وذلك ضمن مسابقة الاتحاد الدولي للاتصالات التي شارك فيها مئات المبتكرين من دول العالم."
)
ENGLISH = (
    "The city won the prize for the best project in the world, the ministry said, and it will now"
    " build a second"
    " one near the port with the help of three partners from other countries."
)
PARAGRAPH = (
    "أعلنت محافظة الإسكندرية عن نجاحها في اجتياز المراحل النهائية للمسابقة التي تنظمها حكومة سيول"
    " عاصمة كوريا الجنوبية،"
    " والتي تعتبر من أبرز الجوائز الدولية في مجال التنمية الذكية للمدن، وقد شارك فيها 216 مشروعا من"
    " 123 مدينة."
)
OTHER = (
    "وأوضح المحافظ أن المشروع سيتوسع في العام المقبل ليشمل أحياء أخرى من المدينة، وأن التمويل متوفر بالكامل."
)


def read(*paths: Path) -> tuple[list[Article], list[Skipped]]:
    """The articles of files and folders, and what was skipped."""
    skipped: list[Skipped] = []
    return list(read_articles(paths, on_skip=skipped.append)), skipped


def only(path: Path) -> Article:
    """The one article of a file, nothing skipped."""
    articles, skipped = read(path)
    assert not skipped
    assert len(articles) == 1
    return articles[0]


def written(folder: Path, name: str, content: str | bytes) -> Path:
    """A file below `folder` with this content."""
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path
