"""A seeded market: what marketplaces would sell, say and serve, with the truth known. Imports no oracle, no node."""
