"""Web pages and fragments of HTML: the article among menus and banners."""
