"""Search: a query to hits, out of the candidates of both sides."""
