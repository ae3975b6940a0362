"""Filters as a condition on the catalogue's articles."""

from __future__ import annotations

import json

from index.articles.filters import Filters


def condition(filters: Filters) -> tuple[str, dict[str, str]]:
    """Give an SQL condition and the values it names.

    Dates are compared over the characters both have: an article of `2025` is within `2025-09`, and one of
    `2025-09-30` within `2025`. Of a further field that is a list, one value is enough.
    """
    parts, values = [], {}
    for column, wanted in (
        ("source", filters.sources),
        ("language", filters.languages),
        ("article_id", filters.article_ids),
    ):
        if wanted:
            values[column] = json.dumps(list(wanted))
            parts.append(f"{column} IN (SELECT value FROM json_each(:{column}))")
    for name, sign in (("published_from", ">="), ("published_to", "<=")):
        date = getattr(filters, name)
        if date is not None:
            values[name] = date
            shared = f"min(length(published), length(:{name}))"
            parts.append(
                "published IS NOT NULL AND"
                f" substr(published, 1, {shared}) {sign} substr(:{name}, 1, {shared})"
            )
    for number, (key, wanted) in enumerate(filters.extra.items()):
        values[f"key{number}"] = key
        values[f"values{number}"] = json.dumps([str(each) for each in wanted])
        parts.append(
            "EXISTS (SELECT 1 FROM json_each(articles.extra) AS held,"
            " json_each(CASE held.type WHEN 'array' THEN held.value ELSE json_array(held.value) END) AS one"
            f" WHERE held.key = :key{number}"
            f" AND CAST(one.value AS TEXT) IN (SELECT value FROM json_each(:values{number})))"
        )
    return " AND ".join(parts) or "1", values
