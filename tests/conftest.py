"""What holds for all tests: a busy machine is no failure, so no example has a time limit."""

from hypothesis import settings

settings.register_profile("unhurried", deadline=None)
settings.load_profile("unhurried")
