"""What all tests share: time is a benchmark's business, so no property test fails for being slow."""

from hypothesis import settings

settings.register_profile("touchstone", deadline=None)
settings.load_profile("touchstone")
