"""The command line `dianjin`. Thin: each command lives in ar_service/commands."""

import os
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
    files: Annotated[list[Path], typer.Argument(help="Pictures, videos, or folders of them.")],
    as_json: Json = False,
    csv: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Also write a table, one row per code.")
    ] = None,
    resume: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Pass over what these JSON lines tell already."),
    ] = None,
    frames_per_second: Annotated[
        float, typer.Option(min=0.1, max=120, help="Frames of a video to look at, per second.")
    ] = 6.0,
) -> None:
    """Read the codes in pictures and videos."""
    from ar_service.commands.read import ReadOptions, read_files

    options = ReadOptions(tuple(files), csv, resume, frames_per_second)
    raise typer.Exit(read_files(options, _output(as_json)))


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


user = typer.Typer(name="user", help="People who sign in to the console.", no_args_is_help=True)
app.add_typer(user)


@user.command("add")
def user_add(
    login: Annotated[str, typer.Argument(help="What they sign in as, an address for example.")],
    name: Annotated[str | None, typer.Option(help="Shown name; default: the login.")] = None,
    organisation: Annotated[
        str | None, typer.Option(metavar="ID", help="Default: the only brand.")
    ] = None,
    permission: Annotated[
        list[str] | None, typer.Option(help="May be given again; default: a designer's.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Add a login with a random password, which is shown once."""
    from ar_service.commands.user import NewLogin, add_login
    from ar_service.settings import Settings

    wanted = NewLogin(login, name, organisation, frozenset(permission or ()))
    raise typer.Exit(add_login(Settings(), wanted, _output(as_json)))


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
    image: Annotated[Path, typer.Option(help="Artwork: SVG, PNG, JPEG or WebP.")],
    payload: Annotated[str, typer.Option(help="What readers return, byte for byte.")],
    out: Annotated[Path, typer.Option(help="File to write: .svg, .png, .pdf or .eps.")],
    style: Annotated[
        str | None,
        typer.Option(help="dots: the modules draw the artwork (default). base: it lies under."),
    ] = None,
    version: Annotated[
        int | None, typer.Option(min=1, max=40, help="QR version; default: one that suits.")
    ] = None,
    error: Annotated[
        str | None, typer.Option(help="Error correction: L, M, Q or H; default L, base H.")
    ] = None,
    brief: Annotated[
        Path | None, typer.Option(help="Brief as JSON: all choices; other options go first.")
    ] = None,
    design: Annotated[Path | None, typer.Option(help="Design as JSON.")] = None,
    painted: Annotated[
        Path | None, typer.Option(help="Picture as large as the artwork: white counts most.")
    ] = None,
    protected: Annotated[
        Path | None, typer.Option(help="The same: white is served before everything else.")
    ] = None,
    certificate: Annotated[
        Path | None, typer.Option(help="Write the scan certificate here, as JSON.")
    ] = None,
    module_mm: Annotated[float, typer.Option(help="Side of one module in mm.")] = 0.5,
    bleed_mm: Annotated[float, typer.Option(help="Ground beyond the trim in mm.")] = 0.0,
    crop_marks: Annotated[bool, typer.Option("--crop-marks", help="Marks beside it.")] = False,
    inks: Annotated[str, typer.Option(help="cmyk (with spot inks), black or rgb.")] = "cmyk",
    condition: Annotated[
        str, typer.Option(help="Output intent of PDFs: none, FOGRA39, FOGRA51 …")
    ] = "none",
    as_json: Json = False,
) -> None:
    """Make one styled code; what fails its certificate is not handed out."""
    from ar_service.commands.art import ArtOptions, make_art
    from ar_service.commands.art_inputs import BriefOptions
    from generative_codes.brief import ArtStyle
    from generative_codes.drawing import Inks
    from generative_codes.pdf_file import OutputCondition

    if style not in {None, *ArtStyle}:
        raise typer.BadParameter("want dots or base", param_hint="--style")
    if error not in {None, "L", "M", "Q", "H"}:
        raise typer.BadParameter("want L, M, Q or H", param_hint="--error")
    if inks not in list(Inks):
        raise typer.BadParameter("want cmyk, black or rgb", param_hint="--inks")
    if condition not in list(OutputCondition):
        wanted = ", ".join(OutputCondition)
        raise typer.BadParameter(f"want one of {wanted}", param_hint="--condition")
    options = ArtOptions(
        image, payload, out, BriefOptions(brief, style, version, error, design), painted,
        protected, certificate, module_mm, bleed_mm, crop_marks, inks, condition,
    )  # fmt: skip
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


@art.command("bulk")
def art_bulk(
    image: Annotated[Path, typer.Option(help="Artwork: SVG, PNG, JPEG or WebP.")],
    out: Annotated[Path, typer.Option(help="Folder to make; the same order goes on in it.")],
    codes: Annotated[
        Path | None, typer.Option(help="CSV with the columns serial, payload, label_number.")
    ] = None,
    prefix: Annotated[str | None, typer.Option(help="Payloads are this text + serial.")] = None,
    serials: Annotated[Path | None, typer.Option(help="Serials, one per line.")] = None,
    count: Annotated[
        int | None, typer.Option(min=1, help="Random serials, for trials only.")
    ] = None,
    brief: Annotated[
        Path | None, typer.Option(help="Brief as JSON: all choices; other options go first.")
    ] = None,
    style: Annotated[str | None, typer.Option(help="dots or base; default dots.")] = None,
    version: Annotated[
        int | None, typer.Option(min=1, max=40, help="QR version; default: one that suits.")
    ] = None,
    error: Annotated[
        str | None, typer.Option(help="Error correction: L, M, Q or H; default L, base H.")
    ] = None,
    design: Annotated[Path | None, typer.Option(help="Design as JSON.")] = None,
    painted: Annotated[
        Path | None, typer.Option(help="Picture as large as the artwork: white counts most.")
    ] = None,
    protected: Annotated[
        Path | None, typer.Option(help="The same: white is served before everything else.")
    ] = None,
    format: Annotated[str, typer.Option(help="pdf, svg, zip or csv.")] = "pdf",
    layout: Annotated[
        str, typer.Option(help="a4, roll or diecut, then :key=value,… (see the guide).")
    ] = "a4",
    part_labels: Annotated[
        int, typer.Option(min=1, help="Labels per file; rounded up to whole pages.")
    ] = 5_000,
    single: Annotated[bool, typer.Option("--single", help="One file over all parts.")] = False,
    resume: Annotated[
        bool, typer.Option(help="Go on with an unfinished run; --no-resume wants a new folder.")
    ] = True,
    title: Annotated[str, typer.Option(help="In the sheets' footer and the report.")] = "",
    name: Annotated[str, typer.Option(help="Heading on every label.")] = "",
    text: Annotated[
        str | None, typer.Option(help="On labels: none, or serial,number; round ones: none.")
    ] = None,
    inks: Annotated[str, typer.Option(help="cmyk (with spot inks), black or rgb.")] = "cmyk",
    sample: Annotated[
        int, typer.Option(min=1, max=400, help="Codes on the camera grid (simulated photos).")
    ] = 40,
    seed: Annotated[int, typer.Option(min=0, help="Of trials, sample and noise.")] = 1,
    as_json: Json = False,
) -> None:
    """Make many styled codes on sheets; each is read back, what fails is listed, not printed."""
    from ar_service.commands.art_bulk import BulkOptions, make_bulk
    from ar_service.commands.art_inputs import BriefOptions
    from generative_codes.brief import ArtStyle
    from generative_codes.bulk import BulkFormat
    from generative_codes.drawing import Inks

    if style is not None and style not in list(ArtStyle):
        raise typer.BadParameter("want dots or base", param_hint="--style")
    if error not in {None, "L", "M", "Q", "H"}:
        raise typer.BadParameter("want L, M, Q or H", param_hint="--error")
    if format not in list(BulkFormat):
        raise typer.BadParameter("want pdf, svg, zip or csv", param_hint="--format")
    if inks not in list(Inks):
        raise typer.BadParameter("want cmyk, black or rgb", param_hint="--inks")
    options = BulkOptions(
        image, out, codes, prefix, serials, count,
        BriefOptions(brief, style, version, error, design), painted, protected, format,
        layout, part_labels, single, resume, title, name, text, inks, sample, seed,
    )  # fmt: skip
    raise typer.Exit(make_bulk(options, _output(as_json)))


def main() -> None:
    """Run the command line; expected failures are one line on stderr and exit status 1."""
    # Before numpy is loaded, here and in the server's processes: its small systems of equations
    # are solved faster by one thread, and requests run side by side anyway.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
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
