"""案号: a case number stands for one dispute, so each has a stream of its own, and with it one writer.

A dispute that is registered with a number asks for it by a delivery that is keyed by the number; the answer
goes back to the dispute. Until then nothing is referred with it.
"""

from services.intake.numbers import holding
from services.intake.numbers.state import Number, numbers

__all__ = ["Number", "holding", "numbers"]
