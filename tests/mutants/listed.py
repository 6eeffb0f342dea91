"""All mutants, in the order of the page."""

from typing import Final

from tests.mutants.input import INPUT
from tests.mutants.order import ORDER
from tests.mutants.ownership import OWNERSHIP
from tests.mutants.storage import STORAGE

GROUPS: Final = {
    "归属 · Ownership": OWNERSHIP,
    "次序与时间 · Order and time": ORDER,
    "输入 · Input": INPUT,
    "存储 · Storage": STORAGE,
}
MUTANTS: Final = tuple(mutant for group in GROUPS.values() for mutant in group)
