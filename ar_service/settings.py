"""Every setting of the service: read once at start, validated, and passed in from there."""

from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import AnyHttpUrl, Field, model_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

MIB = 1024 * 1024

LogLevel = Literal["DEBUG", "INFO", "WARNING", "ERROR"]
Language = Literal["zh-CN", "en"]


class Settings(BaseSettings):
    """The settings of one service; each is read from the environment variable DIANJIN_<NAME>.

    Errors:
        pydantic.ValidationError: a value is out of its range; the message names the setting.
    """

    model_config = SettingsConfigDict(env_prefix="DIANJIN_", frozen=True, extra="ignore")

    data_dir: Path = Field(
        default=Path("var"),
        description="Folder of everything the service keeps: database, blobs, secret key, "
        "certificates. It is created when it is missing.",
    )
    database_url: str | None = Field(
        default=None,
        description="SQLAlchemy URL of the database. Default: the SQLite file dianjin.sqlite3 in "
        "data_dir. PostgreSQL: postgresql+psycopg://user:password@host:5432/name.",
    )
    migrate_on_start: bool = Field(
        default=True,
        description="Bring the database to the newest schema at start. When off, a service whose "
        "database is behind refuses to start and asks for `dianjin migrate`.",
    )
    secret_key_file: Path | None = Field(
        default=None,
        description="File of the master secret (mode 0600, created when missing). Default: "
        "secret.key in data_dir. Whoever loses it can no longer check the codes issued with it.",
    )
    blob_url: str | None = Field(
        default=None,
        description="fsspec URL of the blob store. Default: the folder blobs in data_dir.",
    )
    public_url: AnyHttpUrl = Field(
        default=AnyHttpUrl("https://dianjin.example"),
        description="Origin that the GS1 Digital Links in printed codes point to.",
    )
    accepted_hosts: Annotated[tuple[str, ...], NoDecode] = Field(
        default=(),
        description="Further host names (comma separated) whose Digital Links are also ours, for "
        "codes printed before a change of public_url.",
    )
    language: Language = Field(
        default="zh-CN",
        description="Language of an answer when the caller asks for none.",
    )

    host: str = Field(default="127.0.0.1", description="Address that the server listens on.")
    port: int = Field(default=8000, ge=1, le=65_535, description="Port that it listens on.")
    workers: int = Field(default=1, ge=1, le=256, description="Number of server processes.")
    trusted_proxies: str = Field(
        default="",
        description="Comma separated addresses or networks of the reverse proxies whose "
        "X-Forwarded-For and X-Forwarded-Proto headers are believed. Empty: none.",
    )
    run_jobs: bool = Field(
        default=True,
        description="Whether the processes of this service carry out durable jobs (one at a time "
        "leads). When off, jobs wait for a service that does.",
    )
    log_level: LogLevel = Field(default="INFO", description="Least level that is logged.")

    max_upload_bytes: int = Field(
        default=20 * MIB, ge=1024, description="Largest photo that is accepted, in bytes."
    )
    max_body_bytes: int = Field(
        default=MIB, ge=1024, description="Largest body of any other request, in bytes."
    )
    max_pixels: int = Field(
        default=50_000_000, ge=1_000, description="Most pixels a photo may have."
    )
    max_side_px: int = Field(
        default=16_384, ge=100, description="Longest side that a photo may have, in pixels."
    )
    max_codes_per_photo: int = Field(
        default=16, ge=1, le=63, description="More codes than this in one photo are refused."
    )
    photo_concurrency: int = Field(
        default=2, ge=1, le=64, description="Photos that one process reads at the same time."
    )
    photo_queue: int = Field(
        default=16,
        ge=0,
        le=32,
        description="Photos that may wait for their turn in one process; more are answered 503.",
    )
    read_photos: bool = Field(
        default=True,
        description="Whether POST /v1/read reads photos without verifying them; the scan page "
        "asks it where the phone's own reader fails.",
    )
    read_budget_ms: float = Field(
        default=1_000.0,
        ge=50,
        le=10_000,
        description="Time for reading one photo of POST /v1/read, in milliseconds, after which "
        "nothing new is begun.",
    )

    query_burst: int = Field(
        default=1_200,
        ge=0,
        description="Verifies that one address may make at once, per process. 0: no limit.",
    )
    query_per_second: float = Field(
        default=60.0, gt=0, description="Verifies per second that one address is given back."
    )
    unknown_burst: int = Field(
        default=30,
        ge=0,
        description="Unknown codes that one address may ask for at once, per process, before it "
        "has to wait. 0: no limit.",
    )
    unknown_per_second: float = Field(
        default=0.1, gt=0, description="Unknown codes per second that one address is given back."
    )
    prefix_burst: int = Field(
        default=60,
        ge=0,
        description="Unknown codes with one prefix, over all addresses and per process, before "
        "addresses that asked for unknown codes are refused that prefix. 0: no limit.",
    )
    prefix_per_second: float = Field(
        default=0.2, gt=0, description="Unknown codes per second that one prefix is given back."
    )
    unknown_alarm_share: float = Field(
        default=0.3,
        gt=0,
        le=1,
        description="Share of unknown codes among a minute's verifies above which a process logs "
        "the warning `many unknown codes`.",
    )
    rate_limit_entries: int = Field(
        default=50_000,
        ge=16,
        description="Addresses and prefixes that one process remembers; the longest unseen one "
        "is forgotten first.",
    )
    studio_burst: int = Field(
        default=240,
        ge=0,
        description="Previews, files and templates that one user or key may ask of the studio at "
        "once, per process. 0: no limit.",
    )
    studio_per_second: float = Field(
        default=20.0, gt=0, description="Of those, how many are given back per second."
    )
    studio_costly_burst: int = Field(
        default=30,
        ge=0,
        description="Uploads, certificates and simulated photos that one user or key may ask of "
        "the studio at once, per process. 0: no limit.",
    )
    studio_costly_per_second: float = Field(
        default=1.0, gt=0, description="Of those, how many are given back per second."
    )
    studio_drawing_concurrency: int = Field(
        default=2, ge=1, le=16, description="Designs that one process draws at the same time."
    )
    studio_drawing_queue: int = Field(
        default=8,
        ge=0,
        le=16,
        description="Designs that may wait to be drawn in one process; more are answered 429.",
    )
    studio_certifying_queue: int = Field(
        default=6,
        ge=0,
        le=8,
        description="Certificates and simulated photos that may wait in one process, which makes "
        "one at a time; more are answered 429.",
    )
    studio_artwork_memory_bytes: int = Field(
        default=128 * MIB,
        ge=0,
        description="Memory in which one process keeps decoded artworks.",
    )
    min_free_disk_bytes: int = Field(
        default=64 * MIB,
        ge=0,
        description="Free space in data_dir below which the service reports itself not ready.",
    )

    @model_validator(mode="before")
    @classmethod
    def _split_hosts(cls, values: object) -> object:
        """Accept the comma separated form of accepted_hosts that the environment gives."""
        if isinstance(values, dict) and isinstance(values.get("accepted_hosts"), str):
            hosts = tuple(h.strip() for h in values["accepted_hosts"].split(",") if h.strip())
            return {**values, "accepted_hosts": hosts}
        return values

    @model_validator(mode="after")
    def _check_public_url(self) -> Self:
        """Refuse a public_url that is more than an origin: the Digital Link path follows it."""
        if self.public_url.path not in (None, "", "/") or self.public_url.query:
            raise ValueError("public_url must be an origin such as https://id.example.com")
        return self

    @property
    def public_host(self) -> str:
        """Host (with its port when it isn't the usual one) written into Digital Links."""
        host = self.public_url.host or ""
        usual = 443 if self.public_url.scheme == "https" else 80
        return host if self.public_url.port in (None, usual) else f"{host}:{self.public_url.port}"

    @property
    def code_hosts(self) -> tuple[str, ...]:
        """Every host whose Digital Links are ours, lower case; labels get the first one."""
        return tuple(host.lower() for host in (self.public_host, *self.accepted_hosts))

    @property
    def our_hosts(self) -> frozenset[str]:
        """The same as a set, to look a host up in."""
        return frozenset(self.code_hosts)

    @property
    def resolved_database_url(self) -> str:
        """database_url, or the SQLite file of data_dir."""
        return self.database_url or f"sqlite:///{(self.data_dir / 'dianjin.sqlite3').resolve()}"

    @property
    def resolved_secret_key_file(self) -> Path:
        """secret_key_file, or the one of data_dir."""
        return self.secret_key_file or self.data_dir / "secret.key"

    @property
    def resolved_blob_url(self) -> str:
        """blob_url, or the folder of data_dir."""
        return self.blob_url or (self.data_dir / "blobs").resolve().as_uri()
