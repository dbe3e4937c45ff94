"""What was started for all tests of a process ends with them, before pytest says its last word."""

from contextlib import ExitStack

#: Closed by tests/conftest.py. Not left to the end of the process: one of several that share the tests
#: (tests/lanes.py) has but ten seconds for that.
AT_THE_END = ExitStack()
