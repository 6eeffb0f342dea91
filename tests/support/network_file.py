"""A small network file, and what is wrong with it after a change."""

from __future__ import annotations

import pytest

from shared.network.load import parse_network
from shared.network.problems import NetworkError

SMALL = """\
format: 1
id: small
name: {zh: 小, en: Small}
court: {id: court, code: 京0106, place: 丰台, name: {zh: 法院, en: Court}}
organisations:
  - id: org
    name: {zh: 调委会, en: Committee}
    mediators:
      - {id: m01, name: 调解员甲, specialities: [credit_card, loan, finance_lease, complaint], weight: 1, capacity: 2}
      - {id: m02, name: 调解员乙, specialities: [loan], weight: 3, capacity: 1}
institutions:
  - {id: ccb, kind: bank, name: {zh: 建行, en: CCB}}
  - {id: lessor, kind: lessor, name: {zh: 租赁, en: Lessor}}
routing:
  - {organisation: org, tiers: [simple, ordinary, complex], causes: [credit_card, loan, finance_lease, complaint]}
people:
  - {id: agent, name: 代理人甲, organisation: ccb, role: institution_agent}
  - {id: clerk, name: 书记员甲, organisation: court, role: court_clerk}
"""  # noqa: E501  (a line of YAML per person)
OWN = f"""\
{SMALL}rules:
  mediation:
    - {{version: small-1, of: mediation-2022.2, by: clerk, limits: [{{rule: mediation.period, value: 20, source: 3号}}]}}
"""  # noqa: E501
"""The same with a limit of its own."""


def problems_of(old: str = "", new: str = "", text: str = SMALL) -> list[tuple[int, str, str]]:
    """Line, field and code of everything wrong after replacing `old` once by `new`."""
    assert old in text
    with pytest.raises(NetworkError) as caught:
        parse_network(text.replace(old, new, 1), "small.yaml")
    assert all(one.zh and one.en for one in caught.value.problems)
    return [(one.line, one.field, one.code) for one in caught.value.problems]
