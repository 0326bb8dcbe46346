"""Scoring: models per kind of violation, from integer features to basis points."""
