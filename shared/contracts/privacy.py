"""The language of personal data: who reads them, and for what."""

from shared.contracts.fields import GivenPurpose, Purpose, Reader
from shared.contracts.kinds import Role
from shared.contracts.message import Command, Event


class PersonalDataRead(Event, family="intake", zh="查阅个人信息", en="Personal data read"):
    """Somebody read the raw data of a party. Source: 个人信息保护法 arts 28-29, 55."""

    reader: Reader
    purpose: Purpose


class ReadPersonalData(
    Command,
    family="intake",
    zh="申请查阅个人信息",
    en="Ask to read personal data",
    roles=(
        Role.ORGANISATION_CLERK,
        Role.COURT_CLERK,
    ),
):
    """Ask to read a party's raw data; the reading is recorded with its purpose first."""

    purpose: GivenPurpose
