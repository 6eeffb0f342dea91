"""Alerts' own HTTP: trends, effects, who answers in time, and referrals, each for who may see it.

The court and the operators see all, an institution what is its own, a recipient what was referred to it.
"""

import asyncio
from dataclasses import asdict
from datetime import date, timedelta
from enum import StrEnum
from typing import Annotated, Any

from fastapi import Depends, FastAPI, Query, Response
from fastapi.responses import JSONResponse
from pydantic import AwareDatetime, StringConstraints

from services.alerts import views
from services.alerts.rules import ALERT_RULES
from services.alerts.rules.exposure import exposure_in
from services.alerts.rules.league import asked, league, standing_of
from services.alerts.rules.trends import DIMENSIONS, Span, columns_of
from shared.casework.own_rules import own_rules
from shared.contracts.kinds import Cause, Role
from shared.runtime.serve import options
from shared.runtime.serve.application import application
from shared.runtime.serve.problems import Problem
from shared.runtime.serve.rates import sender
from shared.runtime.serve.service import HttpContext
from shared.runtime.serve.sheets import csv_of, xlsx_of
from shared.runtime.serve.tokens import Person, require

_ALL = (Role.COURT_CLERK, Role.JUDGE, Role.OPERATOR)
Counting = Annotated[Person, Depends(sender(*_ALL, Role.INSTITUTION_AGENT))]
"""Within the rates of commands: what is counted anew costs more than a command."""
Referring = Annotated[Person, Depends(require(*_ALL, Role.INSTITUTION_AGENT, Role.RECIPIENT_AGENT))]
Dimension = Annotated[str, Query(pattern=f"^({'|'.join(DIMENSIONS)})$")]
Slug = Annotated[str | None, Query(pattern=r"^[a-z0-9][a-z0-9-]{1,59}$")]
Label = Annotated[str | None, Query(min_length=1, max_length=160)]
Accounts = Annotated[str, StringConstraints(min_length=3, max_length=260)]
_MOST_ACCOUNTS = 500
MOST_FIGURES = 100_000
"""Most rows of one answer; a file at the terminal may have more."""


class Form(StrEnum):
    """How a trend is written."""

    JSON = "json"
    CSV = "csv"
    XLSX = "xlsx"


_MEDIA_TYPES = {
    Form.CSV: "text/csv; charset=utf-8",
    Form.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


def http(context: HttpContext) -> FastAPI:
    """Return alerts' HTTP application."""
    app = application(context, "alerts")
    one = asyncio.Lock()
    _add_trends(app, context, one)
    _add_effects(app, context, one)

    @app.get("/clocks")
    async def clocks(person: Counting) -> dict[str, list[dict[str, Any]]]:
        """Return who answers what it is asked in time; of an institution its own line alone."""
        lines = league(await views.asked_of(context.database), context.now())
        own = None if person.role in _ALL else person.organisation
        return {"institutions": [asdict(one) for one in lines if own in (None, one.institution)]}

    @app.get("/requests")
    async def requests(
        person: Counting, institution: Slug = None, waiting: bool = False, before: AwareDatetime | None = None
    ) -> dict[str, list[dict[str, Any]]]:
        """Return what cases asked of institutions, each with its clock, the latest first; at most 5,000.

        ``before`` reads on: what was asked at that time or before.
        """
        own = _own(person, institution).get("institution")
        rows = await views.requests(context.database, own, waiting=waiting, before=before)
        return {"requests": [asked(row, context.now()) for row in rows]}

    @app.get("/referrals")
    async def referrals(person: Referring) -> dict[str, list[dict[str, Any]]]:
        """Return the referrals, the latest first; an institution is told of its own alerts in them alone."""
        own = None if person.role in _ALL else person.organisation
        rows = await views.referrals(context.database, recipient=own)
        if person.role == Role.INSTITUTION_AGENT:
            rows = await views.own_part(context.database, rows, person.organisation)
        shown = [
            {"id": row.pop("_id"), "standing": standing_of(row, context.now()).value, **row} for row in rows
        ]
        return {"referrals": shown}

    app.include_router(options.routes(context))
    return app


def _written(form: Form, names: list[str], rows: list[dict[str, Any]]) -> Response:
    """Return a trend as it was asked for; no cell of it is a formula."""
    if form is Form.JSON:
        return JSONResponse({"trends": rows})
    table = csv_of(names, rows) if form is Form.CSV else xlsx_of("trends", names, rows)
    named = {"content-disposition": f'attachment; filename="trends.{form.value}"'}
    return Response(table, media_type=_MEDIA_TYPES[form], headers=named)


def _add_trends(app: FastAPI, context: HttpContext, one: asyncio.Lock) -> None:
    taxonomy = own_rules("alerts", ALERT_RULES, context.network).book.now.taxonomy

    @app.get("/trends")
    async def trends(
        person: Counting,
        by: Annotated[list[Dimension], Query(max_length=len(DIMENSIONS))] = ["institution"],  # noqa: B006
        span: Span = Span.WEEK,
        since: date | None = None,
        until: date | None = None,
        institution: Slug = None,
        cause: Cause | None = None,
        issue: Label = None,
        product: Label = None,
        region: Annotated[str | None, Query(pattern=r"^[0-9]{6}$")] = None,
        accounts: Annotated[list[Accounts], Query(max_length=_MOST_ACCOUNTS)] = [],  # noqa: B006
        form: Annotated[Form, Query(alias="format")] = Form.JSON,
    ) -> Response:
        """Return counts by week or month, beside the year before; without days, of the last 13 weeks.

        ``accounts``: of an institution (``ccb:120000``), or of it and a product (``ccb|gold card:3000``).
        """
        labels = {"cause": cause, "issue": issue, "product": product, "region": region}
        only = _own(person, institution) | {name: str(one) for name, one in labels.items() if one is not None}
        weeks = (_monday(since), _monday(until))
        try:
            exposure = exposure_in(accounts)
        except ValueError:
            raise Problem(422, "trends.accounts") from None
        rows: list[dict[str, Any]] = []
        if weeks[0] is None or weeks[1] is None or weeks[0] <= weeks[1]:
            asked_for = (tuple(by), span, weeks, only, exposure, taxonomy)
            async with one:
                rows = await views.asked_trends(context.database, *asked_for)
        if len(rows) > MOST_FIGURES:
            raise Problem(422, "trends.too_many")
        return await asyncio.to_thread(_written, form, columns_of(by), rows)


def _add_effects(app: FastAPI, context: HttpContext, one: asyncio.Lock) -> None:
    @app.get("/effects")
    async def effects(
        person: Counting,
        on: Annotated[date, Query(alias="date")],
        institution: Slug = None,
        cause: Cause | None = None,
        issue: Label = None,
        product: Label = None,
        skip: Annotated[int, Query(ge=0, le=52)] = 0,
    ) -> dict[str, Any]:
        """Return what an intervention did; an institution only what tells it no other's counts."""
        labels = {"cause": cause, "issue": issue, "product": product}
        only = _own(person, institution) | {name: str(one) for name, one in labels.items() if one is not None}
        if not only:
            raise Problem(422, "field.missing")
        monday = _monday(on)
        assert monday is not None
        told = None if person.role in _ALL else person.organisation
        asked = (context.database, only, monday, skip, context.now())
        async with one:
            names, found = await views.effect_on(*asked, told=told)
        row = {"date": monday.isoformat(), **only, **asdict(found)}
        named = [names[number] for number in found.controls]
        return {**row, "controls": named if person.role in _ALL else len(named)}


def _own(person: Person, institution: str | None) -> dict[str, str]:
    """Return of whose disputes somebody is told: an institution of its own alone.

    Raises:
        Problem: 403 ``actor.not_allowed``: it asked for those of another.
    """
    if person.role in _ALL:
        return {} if institution is None else {"institution": institution}
    if institution not in (None, person.organisation):
        raise Problem(403, "actor.not_allowed")
    return {"institution": person.organisation}


def _monday(day: date | None) -> date | None:
    return None if day is None else day - timedelta(days=day.weekday())
