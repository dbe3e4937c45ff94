"""Property tests here find the same examples every time: a test that fails once fails always."""

from hypothesis import settings

settings.register_profile("baton", derandomize=True, database=None, deadline=None)
settings.load_profile("baton")
