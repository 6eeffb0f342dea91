"""The `suyuan` command: every subcommand lives in the module of its own name."""

import sys
from typing import Annotated

import typer
import typer.main

from cli import (
    agreement,
    alerts,
    blocked,
    case,
    case_receipt,
    case_why,
    demo,
    dlq,
    do,
    doctor,
    duplicates,
    explanations,
    file,
    gap,
    held,
    help_text,
    keys,
    mediator,
    organisation,
    output,
    party_token,
    personal_data,
    rebuild,
    repayments,
    replay,
    report,
    retention,
    rules,
    schemas,
    status,
    template,
    token,
    topics,
    trends,
    up,
    verify,
    view_options,
    witness,
)
from shared.contracts.errors import SuyuanError
from shared.contracts.topics import SERVICES

app = typer.Typer(
    name="suyuan",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _version(wanted: bool) -> None:
    """Print the version of the installed package, and end."""
    if wanted:
        from importlib.metadata import version

        output.line(f"suyuan {version('suyuan')}")
        raise typer.Exit


@app.callback()
def root(
    version: Annotated[
        bool,
        typer.Option(
            "--version", help="版本 / print the version", callback=_version, is_eager=True, show_default=False
        ),
    ] = False,
) -> None:
    """诉源:金融纠纷诉源治理平台 / the platform for settling financial disputes before suit."""


@app.command()
def serve(
    service: Annotated[
        str, typer.Argument(metavar="SERVICE", help=f"服务名 / one of: {', '.join(SERVICES)}")
    ],
) -> None:
    """启动一个服务副本 / run one replica of SERVICE with the settings of the environment."""
    from cli.serve import run

    run(service)


app.command()(demo.demo)
app.command()(up.up)
app.command()(status.status)
app.command()(replay.replay)
app.command()(rebuild.rebuild)
app.command()(report.report)
app.command()(rules.rules)
app.command()(explanations.explanations)
app.add_typer(alerts.app, name="alerts")
app.command("trends")(trends.trends_)
app.add_typer(topics.app, name="topics")
app.add_typer(dlq.app, name="dlq")
app.add_typer(held.app, name="held")
app.add_typer(blocked.app, name="blocked")
app.add_typer(gap.app, name="gap")
app.add_typer(do.app, name="do")
case.app.command("why")(case_why.why)
case.app.command("receipt")(case_receipt.receipt)
app.add_typer(case.app, name="case")
app.command()(agreement.agreement)
app.add_typer(mediator.app, name="mediator")
app.add_typer(duplicates.app, name="duplicates")
app.add_typer(organisation.app, name="organisation")
app.add_typer(personal_data.app, name="personal-data")
app.add_typer(retention.app, name="retention")
app.add_typer(schemas.app, name="schemas")
app.command()(schemas.asyncapi)
app.command()(file.file)
app.command()(repayments.repayments)
app.command()(template.template)
app.command("party-token")(party_token.party_token)
app.command()(token.token)
app.command()(verify.verify)
app.add_typer(keys.app, name="keys")
app.add_typer(witness.app, name="witness")
app.command()(doctor.doctor)


def main() -> None:
    """Run the command line; exit with 0 done, 1 failed, 2 wrong use."""
    try:
        output.start()
        help_text.lay_out(view_options.add(typer.main.get_command(app)))()
    except SuyuanError as error:
        output.fail(error, as_json="--json" in sys.argv)
        sys.exit(output.exit_code(error))
    except KeyboardInterrupt:
        sys.exit(130)
