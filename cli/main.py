"""The `suyuan` command: every subcommand lives in the module of its own name."""

import sys

import typer

from cli import (
    blocked,
    case,
    demo,
    dlq,
    do,
    doctor,
    file,
    gap,
    held,
    output,
    replay,
    report,
    schemas,
    token,
    topics,
    up,
)
from shared.contracts.errors import SuyuanError

app = typer.Typer(
    name="suyuan",
    help="诉源:金融纠纷诉源治理平台 / the platform for settling financial disputes before suit",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


@app.command()
def serve(service: str) -> None:
    """启动一个服务副本 / run one replica of SERVICE with the settings of the environment."""
    from cli.serve import run

    run(service)


app.command()(demo.demo)
app.command()(up.up)
app.command()(replay.replay)
app.command()(report.report)
app.add_typer(topics.app, name="topics")
app.add_typer(dlq.app, name="dlq")
app.add_typer(held.app, name="held")
app.add_typer(blocked.app, name="blocked")
app.add_typer(gap.app, name="gap")
app.add_typer(do.app, name="do")
app.add_typer(case.app, name="case")
app.add_typer(schemas.app, name="schemas")
app.command()(schemas.asyncapi)
app.command()(file.file)
app.command()(token.token)
app.command()(doctor.doctor)


def main() -> None:
    """Run the command line; exit with 0 done, 1 failed, 2 wrong use."""
    try:
        app()
    except SuyuanError as error:
        output.fail(error, as_json="--json" in sys.argv)
        sys.exit(output.exit_code(error))
    except KeyboardInterrupt:
        sys.exit(130)
