"""Which topic leads to which decision; and the place where raw data leaves the message."""

from collections.abc import Callable, Iterator, Mapping
from itertools import count
from typing import Any, Final

import orjson

from services.intake.case import Dispute, Filing, case
from services.intake.matches import Matches, matches
from services.intake.numbers import Number, numbers
from services.intake.rules import BOOK, Context, IntakeRules, KeyedHashes, mask_name
from services.intake.store import rows
from shared.casework.case_ids import earlier_case_id
from shared.casework.completeness import complete
from shared.casework.protocol import Formerly, Received, Rejected, Route, Routed, Stream
from shared.casework.rulebook import RuleBook
from shared.contracts.delegation import (
    NumberGranted,
    NumberReleased,
    NumberTaken,
    PreSuitRegistered,
    SuitRegistered,
)
from shared.contracts.duplicates import (
    DisputesMerged,
    MatchDropped,
    MatchFound,
    MergeUndone,
)
from shared.contracts.flows import read_by
from shared.contracts.intake import FileDispute
from shared.contracts.kinds import Party, Standing
from shared.contracts.parties import CaseParty, OtherParty
from shared.contracts.topics import ENDS, FILINGS_PREFIX, MATCHES, MERGES, READINGS, commands_topic
from shared.network.schema import Network

Seal = Callable[[str, bytes], Mapping[str, Any]]
"""Gives the row of a subject in which data stand encrypted."""
TABLES: Final = (case, matches, numbers)
COMMANDS = commands_topic("intake")
OWN: Final = tuple(topic for topic in read_by("intake") if topic != FILINGS_PREFIX)
"""What intake reads besides the filings."""
_MOST_OTHERS: Final = {
    side: sum(party.applies == side.applies for party in Party) - 1
    for side in (Party.APPLICANT, Party.RESPONDENT)
}
# A filing is decided as Filing, without raw data.
complete("intake", *TABLES, topics=read_by("intake"), elsewhere=(FileDispute,))


def case_stream(network: Network, book: RuleBook[IntakeRules] = BOOK) -> Stream[Dispute]:
    """Return the stream of disputes; each keeps the version of the rules that it started under."""
    return case.bind(Context(book, network), rows)


def matches_stream(network: Network, book: RuleBook[IntakeRules] = BOOK) -> Stream[Matches]:
    """Return the stream of what is matched, by respondent."""
    return matches.bind(Context(book, network))


def numbers_stream(network: Network, book: RuleBook[IntakeRules] = BOOK) -> Stream[Number]:
    """Return the stream of case numbers, each with the dispute that has it."""
    return numbers.bind(Context(book, network))


def router(
    network: Network,
    stream: Stream[Dispute],
    party_key: bytes,
    seal: Seal,
    matched: Stream[Matches] | None = None,
    numbered: Stream[Number] | None = None,
) -> Route:
    """Return the route of intake's topics.

    Args:
        network: Whose filings are taken.
        stream: The stream of disputes.
        party_key: Secret of the keyed hashes.
        seal: Encrypts what is personal. It is done here, once for a message: a batch that is decided again
            after a conflict writes the same row.
        matched: The stream of what is matched; ``None`` for one under the published rules.
        numbered: The stream of case numbers; likewise.

    The route raises :class:`Rejected`: ``filing.wrong_institution``, ``filing.unknown_institution``,
    ``filing.too_many_parties``, ``message.wrong_topic``.
    """
    hashes = KeyedHashes(party_key)
    to_matches = matched or matches_stream(network)
    files_on = {FILINGS_PREFIX + one.id: one.id for one in network.institutions}
    to_numbers = numbered or numbers_stream(network)

    def route(topic: str, key: str, message: Received, /) -> Routed | None:
        if topic in (COMMANDS, READINGS, ENDS):
            return Routed(stream, message)
        if topic == MATCHES:
            if isinstance(message.body, PreSuitRegistered | SuitRegistered | NumberReleased):
                return Routed(to_numbers, message.about(hashes.number(key)))
            return Routed(to_matches, message.about(hashes.matches(key)))
        if topic == MERGES:
            about = _case_told(message)
            return None if about is None else Routed(stream, message.about(about))
        if not topic.startswith(FILINGS_PREFIX):
            return None
        body = message.body
        if not isinstance(body, FileDispute):
            raise Rejected("message.wrong_topic", f"{topic} takes FileDispute, not {type(body).__name__}.")
        if files_on.get(topic) != body.institution:
            raise _not_theirs(topic, body.institution, network)
        if body.other_parties:
            _check_places(body)
        filing = without_raw_data(body, hashes)

        def to(case: str, formerly: Formerly | None = None) -> Routed:
            return Routed(stream, message.about(case, filing), _sealed(case, body, seal), formerly)

        # A dispute that was registered when ids were not keyed yet goes on under the id that it has.
        before = earlier_case_id(body.institution, body.reference)
        now = hashes.case(body.institution, body.reference)
        return to(now, Formerly(before, lambda: to(before)))

    return route


def cases_of(party_key: bytes) -> Callable[[str, str], tuple[str, ...]]:
    """Return what says which case a filing may be about that was not taken: topic and reference tell."""
    hashes = KeyedHashes(party_key)

    def cases(topic: str, reference: str) -> tuple[str, ...]:
        if not topic.startswith(FILINGS_PREFIX):
            return ()
        institution = topic.removeprefix(FILINGS_PREFIX)
        return hashes.case(institution, reference), earlier_case_id(institution, reference)

    return cases


def _case_told(message: Received) -> str | None:
    """Return the case that the matching, a case number or another case tells something."""
    body = message.body
    if isinstance(body, MatchFound | MatchDropped | NumberGranted | NumberTaken):
        return body.case
    return body.kept if isinstance(body, DisputesMerged | MergeUndone) else None


def _sealed(subject: str, filing: FileDispute, seal: Seal) -> Mapping[str, Any] | None:
    if filing.party is not None and not filing.other_parties:
        # The usual case, in one go: a third of the time, for every filing.
        return seal(subject, filing.party.__pydantic_serializer__.to_json(filing.party))
    raw = raw_data(filing)
    return seal(subject, orjson.dumps(raw)) if raw else None


def without_raw_data(filing: FileDispute, hashes: KeyedHashes) -> Filing:
    """Return a filing with tokens and masked names in place of raw data, and the hash of its reference."""
    raw = filing.party
    fields = dict(filing.__dict__)
    fields |= {"party": None, "other_parties": ()}
    token = hashes.party(raw.id_number) if raw else ""
    parties = tuple(
        CaseParty(
            party=party,
            standing=other.standing,
            party_token=hashes.party(other.data.id_number),
            masked_name=mask_name(other.data.name),
        )
        for party, other in zip(places(filing), filing.other_parties, strict=True)
    )
    return Filing(
        **fields,
        party_token=token,
        told_token=hashes.told(filing.institution, token),
        masked_name=mask_name(raw.name) if raw else "",
        reference_digest=hashes.reference(filing.institution, filing.reference),
        case_parties=parties,
        told_parties=tuple(
            one.model_copy(update={"party_token": hashes.told(filing.institution, one.party_token)})
            for one in parties
        ),
        contract_digest=hashes.contract(filing.institution, raw.contract_number) if raw else "",
    )


def places(filing: FileDispute) -> Iterator[Party]:
    """Yield the place of each further party of a filing, in its order."""
    numbers = {Party.APPLICANT: count(2), Party.RESPONDENT: count(2)}
    for other in filing.other_parties:
        side = _side(other)
        yield Party(f"{side}-{next(numbers[side])}")


def _side(other: OtherParty) -> Party:
    return Party.APPLICANT if other.standing is Standing.CO_CREDITOR else Party.RESPONDENT


def raw_data(filing: FileDispute) -> dict[str, Any]:
    """Return the raw data of the main respondent, and those of the others under ``others`` by their place."""
    main = {} if filing.party is None else filing.party.model_dump()
    named = zip(places(filing), filing.other_parties, strict=True)
    others = {party.value: other.data.model_dump() for party, other in named}
    return {**main, "others": others} if others else main


def _check_places(filing: FileDispute) -> None:
    sides = [_side(other) for other in filing.other_parties]
    for side, most in _MOST_OTHERS.items():
        if sides.count(side) > most:
            raise Rejected(
                "filing.too_many_parties", f"{side}: {most} further ones at most. File them apart."
            )


def _not_theirs(topic: str, institution: str, network: Network) -> Rejected:
    """Return why an institution may not file on a topic."""
    if topic != FILINGS_PREFIX + institution:
        return Rejected(
            "filing.wrong_institution",
            f"{institution} files on {FILINGS_PREFIX}{institution}, not on {topic}.",
        )
    return Rejected(
        "filing.unknown_institution",
        f"{institution} is not in the network {network.id}. Add it, then redrive.",
    )
