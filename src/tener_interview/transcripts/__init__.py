"""Transcripts: plain text from caption formats, and near duplicates among the answers of candidates."""
