"""A real network: QBFT nodes run by a client of its own, on one machine or on many."""
