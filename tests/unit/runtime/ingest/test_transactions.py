"""What waits behind a transaction that nobody ends is named, once it lasts."""

from __future__ import annotations

from aiokafka import TopicPartition

from shared.runtime.ingest.transactions import OpenTransactions

TP = TopicPartition("filings.ccb", 1)


class Client:
    stable: int | None = 5
    end: int | None = 9

    def last_stable_offset(self, _: TopicPartition) -> int | None:
        return self.stable

    def highwater(self, _: TopicPartition) -> int | None:
        return self.end


def test_an_open_transaction_is_named_after_half_a_minute() -> None:
    now = [0.0]
    client, transactions = Client(), OpenTransactions(lambda: now[0])
    assert transactions.reason(client, [TP]) == ""
    now[0] = 31
    reason = transactions.reason(client, [TP])
    assert reason.startswith("transaction.open: filings.ccb:1: ")
    assert "offset 5" in reason
    assert "4 offsets" in reason
    client.stable = 7  # that one ended; the next is a new one
    assert transactions.reason(client, [TP]) == ""
    now[0] = 62
    assert "offset 7" in transactions.reason(client, [TP])


def test_without_an_open_transaction_nothing_is_said() -> None:
    now = [0.0]
    client, transactions = Client(), OpenTransactions(lambda: now[0])
    for stable, end in ((9, 9), (-1, 9), (None, 9), (None, None)):
        client.stable, client.end = stable, end
        now[0] += 100
        assert transactions.reason(client, [TP]) == ""
