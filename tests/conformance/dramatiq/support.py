"""The names that dramatiq's tests import from a module `common` beside them."""

import platform
import sys

import pika  # type: ignore[import-not-found] # installed for the run of dramatiq's tests only
import pytest
from tests.conformance.dramatiq import brokers

worker = brokers.working

skip_on_windows = pytest.mark.skipif(sys.platform == "win32", reason="needs signals")
skip_on_pypy = pytest.mark.skipif(
    platform.python_implementation() == "PyPy", reason="needs CPython's thread interrupts"
)
skip_in_ci = pytest.mark.skip(reason="dramatiq itself leaves it out of its CI")

RABBITMQ_CREDENTIALS = pika.PlainCredentials("nobody", "nothing")  # for brokers that never connect
