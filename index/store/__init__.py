"""What lies on disk: one manifest, immutable segments, articles and passages in SQLite.

    manifest.json        the one file that commits a generation, and the only one ever replaced
    articles.sqlite      articles and passages, each marked with the generations that see it
    segments/NAME/       vectors and postings of some passages; never changed, only added and dropped
    statistics-G.npz     how many terms are in how many passages, for BM25's averages
    pins/G               held by readers of generation G, so that nothing they see is purged
    pending/             vectors encoded by a build that has not committed yet
    lock                 held by the one process that writes, with who it is

See docs/store.md for the order of writes and what a crash leaves.
"""
