"""Settings shared by the tests of the engine."""

from hypothesis import settings

# The same examples in every run, however slow the machine is at the moment.
settings.register_profile("repeatable", derandomize=True, deadline=None, database=None)
settings.load_profile("repeatable")
