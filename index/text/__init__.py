"""Text: folded, cut into sentences, told apart by language, analysed to terms; pure functions."""
