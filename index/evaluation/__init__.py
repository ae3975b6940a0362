"""Evaluation: questions asked to an index, measured, compared and shown.

questions -> runs (rankings of articles) -> measures by question -> means by lane, significance -> report
"""
