"""Scoring of one answer: pure functions of criteria, question and transcript.

Read `languages.tokens`, then `mask`, `evidence` and `content`, `weights`, `explanation`; `answer` calls them in order.
"""
