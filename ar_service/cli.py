"""The command line `dianjin`. Thin: each command lives in ar_service/commands."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from ar_service.commands.output import Output

app = typer.Typer(
    name="dianjin",
    help="点金 dianjin: verify packaged goods by what is printed on them.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
)

Json = Annotated[
    bool, typer.Option("--json", help="One JSON object per line on stdout, nothing else.")
]


def _output(as_json: bool) -> Output:
    return Output(sys.stdout, sys.stderr, as_json)


@app.command()
def demo(
    out: Annotated[Path, typer.Option(help="Folder to make; an earlier demo's is replaced.")] = (
        Path("var/demo")
    ),
    codes: Annotated[int, typer.Option(min=24, max=5_000, help="Codes to issue.")] = 200,
    seed: Annotated[int, typer.Option(min=0, help="Of the simulated prints and photos.")] = (
        20261122
    ),
    as_json: Json = False,
) -> None:
    """Run the whole way on simulated prints: brand, codes, labels, photos, verdicts, report."""
    from ar_service.commands.demo import demo as run_demo

    raise typer.Exit(run_demo(out, codes, seed, _output(as_json)))


@app.command()
def read(
    images: Annotated[list[Path], typer.Argument(help="Pictures, or folders of pictures.")],
    as_json: Json = False,
) -> None:
    """Read the codes in pictures."""
    from ar_service.commands.read import read_pictures

    raise typer.Exit(read_pictures(images, _output(as_json)))


@app.command()
def verify(
    image: Annotated[Path, typer.Argument(help="Photo of a code.")],
    place: Annotated[
        str | None, typer.Option(metavar="LAT,LON", help="Where the photo was taken, degrees.")
    ] = None,
    server: Annotated[
        str | None,
        typer.Option(metavar="URL", help="Ask this running server, not the local database."),
    ] = None,
    language: Annotated[str | None, typer.Option(help="zh-CN or en.")] = None,
    as_json: Json = False,
) -> None:
    """Verify the code in a photo against the local database, or by a running server."""
    from ar_service.commands.verify import VerifyOptions, verify_picture
    from ar_service.settings import Settings

    options = VerifyOptions(image, place, server, language)
    raise typer.Exit(verify_picture(Settings(), options, _output(as_json)))


@app.command()
def migrate(as_json: Json = False) -> None:
    """Bring the database to the newest schema."""
    from ar_service.commands.migrate import migrate as migrate_database
    from ar_service.settings import Settings

    raise typer.Exit(migrate_database(Settings(), _output(as_json)))


@app.command()
def seed(
    codes: Annotated[int, typer.Option(min=1, max=1_000, help="Codes to issue.")] = 20,
    active: Annotated[
        int | None, typer.Option(min=0, help="Codes to activate; default: half of them.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Make a fictional brand with a product, codes and an API key to try things with."""
    from ar_service.commands.seed import seed_brand
    from ar_service.settings import Settings

    wanted = codes // 2 if active is None else active
    if wanted > codes:
        raise typer.BadParameter("more codes to activate than to issue", param_hint="--active")
    raise typer.Exit(seed_brand(Settings(), codes, wanted, _output(as_json)))


@app.command()
def doctor(as_json: Json = False) -> None:
    """Check this installation and say what to do where something is missing."""
    from ar_service.commands.doctor import examine
    from ar_service.settings import Settings

    raise typer.Exit(examine(Settings(), _output(as_json)))


@app.command()
def serve(
    host: Annotated[str | None, typer.Option(help="Address to listen on.")] = None,
    port: Annotated[int | None, typer.Option(min=1, max=65_535, help="Port.")] = None,
    workers: Annotated[int | None, typer.Option(min=1, help="Server processes.")] = None,
    tls: Annotated[
        bool, typer.Option("--tls", help="Self-signed https for phones on the same network.")
    ] = False,
    as_json: Json = False,
) -> None:
    """Run the service and its pages."""
    from ar_service.commands.serve import ServeOptions
    from ar_service.commands.serve import serve as run_server

    raise typer.Exit(run_server(ServeOptions(host, port, workers, tls), _output(as_json)))


art = typer.Typer(name="art", help="Styled codes with a scan certificate.", no_args_is_help=True)
app.add_typer(art)


@art.command("make")
def art_make(
    image: Annotated[Path, typer.Option(help="Artwork: PNG, JPEG or WebP.")],
    payload: Annotated[str, typer.Option(help="What readers return, byte for byte.")],
    out: Annotated[Path, typer.Option(help="File to write: .svg, .png, .pdf or .eps.")],
    style: Annotated[
        str, typer.Option(help="dots: the modules draw the artwork. base: it lies under them.")
    ] = "dots",
    version: Annotated[
        int | None, typer.Option(min=1, max=40, help="QR version; default: one that suits.")
    ] = None,
    error: Annotated[
        str | None, typer.Option(help="Error correction: L, M, Q or H; default L, base H.")
    ] = None,
    design: Annotated[Path | None, typer.Option(help="Design as JSON, for style dots.")] = None,
    certificate: Annotated[
        Path | None, typer.Option(help="Write the scan certificate here, as JSON.")
    ] = None,
    module_mm: Annotated[float, typer.Option(help="Side of one module in mm.")] = 0.5,
    as_json: Json = False,
) -> None:
    """Make one styled code; what fails its certificate is not handed out."""
    from ar_service.commands.art import ArtOptions, ArtStyle, make_art

    if style not in list(ArtStyle):
        raise typer.BadParameter("want dots or base", param_hint="--style")
    if error not in {None, "L", "M", "Q", "H"}:
        raise typer.BadParameter("want L, M, Q or H", param_hint="--error")
    options = ArtOptions(
        ArtStyle(style), image, payload, out, version, error, design, certificate, module_mm
    )
    raise typer.Exit(make_art(options, _output(as_json)))


@art.command("check")
def art_check(
    image: Annotated[Path, typer.Argument(help="Picture or photo of the code.")],
    payload: Annotated[str, typer.Option(help="What the code must say.")],
    certificate: Annotated[
        Path | None, typer.Option(help="Write the scan certificate here, as JSON.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Certify the code in a picture, whoever made it."""
    from ar_service.commands.art import check_art

    raise typer.Exit(check_art(image, payload, certificate, _output(as_json)))


def main() -> None:
    """Run the command line; expected failures are one line on stderr and exit status 1."""
    try:
        app()
    except Exception as error:
        message = _expected(error)
        if message is None:
            raise
        sys.stderr.write(f"dianjin: {message}\n")
        sys.exit(1)


def _expected(error: Exception) -> str | None:
    """The text of a failure that is no fault of the program; None for all others."""
    from pydantic import ValidationError

    from trace_backend.kit.errors import RecordError

    match error:
        case RecordError():
            return f"{error.problem.slug}: {error.detail}"
        case ValidationError():
            wrong = [f"DIANJIN_{str(e['loc'][0]).upper()}: {e['msg']}" for e in error.errors()]
            return "wrong settings: " + "; ".join(wrong)
        case OSError():
            return str(error)
        case _:
            return None


if __name__ == "__main__":
    main()
