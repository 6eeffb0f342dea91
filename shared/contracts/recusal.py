"""The language of who mediates a case: wishes of the parties, disclosure, recusal, replacement."""

from shared.contracts.fields import LanguageWanted
from shared.contracts.kinds import Role
from shared.contracts.message import Command, Event


class LanguageAsked(Event, family="mediation", zh="提出语言需求", en="Language asked for"):
    """The mediation is to be held in this language. Source: 民事诉讼法 (2023) art 11."""

    language: LanguageWanted


class AskForLanguage(
    Command,
    family="mediation",
    zh="申请使用语言",
    en="Ask for a language",
    roles=(Role.INSTITUTION_AGENT, Role.PARTY, Role.ORGANISATION_CLERK),
):
    """Ask that the mediation be held in a language; who does not speak it is not designated from then on."""

    language: LanguageWanted
