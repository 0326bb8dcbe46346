"""Matching: which registered product a listing offers."""
