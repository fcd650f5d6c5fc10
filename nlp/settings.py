"""All settings, from `SAMANYAR_*` variables or `samanyar.toml`, frozen. Unknown keys of a section are refused."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Annotated, Any
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, Field, SecretStr, ValidationError, ValidationInfo, field_validator
from pydantic_settings import BaseSettings, NoDecode, PydanticBaseSettingsSource, SettingsConfigDict, TomlConfigSettingsSource

from nlp.adapters.encoders import EncoderConfig, OpenVinoConfig
from nlp.adapters.generators import GeneratorConfig, NoGenerator
from nlp.adapters.indexes import FaissConfig, IndexConfig
from nlp.adapters.models import ModelShelf, read_promoted
from nlp.adapters.readers import ReadersConfig
from nlp.errors import ConfigurationError
from nlp.shipped import DATA, MODELS
from nlp.types import Limits

SHIPPED_MODEL = "samanyar-1"
SHIPPED_READING = "reading-1"
LOOPBACK = ("127.0.0.1", "localhost", "[::1]")


class ReviewSettings(BaseModel):
    """audit_share: of the reports that the machine is sure of, how many a reviewer sees all the same; claim_minutes: how long
    one holds a report alone."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    audit_share: float = Field(default=0.05, ge=0, le=1)
    claim_minutes: float = Field(default=30, gt=0)


class OidcSettings(BaseModel):
    """Where people log in with an account that they have elsewhere (OpenID Connect).

    issuer: the provider, as it names itself; login_claim: which of its claims is the login here, `email` only where the
    provider has verified it; name: what the link on the login page says; public_url: this server as browsers see it, absent: as
    they ask for it."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    issuer: str
    client_id: str = Field(min_length=1)
    client_secret: SecretStr = Field(min_length=8)
    login_claim: str = Field(default="preferred_username", min_length=1)
    name: str = Field(default="ورود سازمانی", min_length=1, max_length=60)
    public_url: str | None = None

    @field_validator("issuer", "public_url")
    @classmethod
    def _guarded(cls, value: str | None) -> str | None:
        """What is sent there and back is secret: https, or a loopback."""
        if value is None:
            return None
        parts = urlsplit(value)
        secure = parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in (*LOOPBACK, "::1"))
        if not secure or not parts.hostname or parts.query or parts.fragment or parts.username is not None:
            raise ValueError("must be an https address, or http on a loopback, without ? and #")
        return value


class Settings(BaseSettings):
    """See `interface.md`, «Settings». Nested keys are joined by two underscores: `SAMANYAR_INDEX__KIND=exact`."""

    model_config = SettingsConfigDict(
        env_prefix="SAMANYAR_", env_nested_delimiter="__", toml_file="samanyar.toml", frozen=True, extra="forbid"
    )

    home: Path = Path("var")
    model: str | None = None
    taxonomy: Path = DATA / "taxonomy.yaml"
    corpus: Path | None = None
    database_url: str | None = None
    index: IndexConfig = FaissConfig()
    encoder: EncoderConfig = OpenVinoConfig()
    readers: ReadersConfig = ReadersConfig()
    generator: GeneratorConfig = NoGenerator()
    review: ReviewSettings = ReviewSettings()
    auth: bool = False
    oidc: OidcSettings | None = None
    allowed_hosts: Annotated[tuple[str, ...], NoDecode] = LOOPBACK
    allow_hub: bool = False
    limits: Limits = Field(default_factory=Limits)

    @field_validator("allowed_hosts", mode="before")
    @classmethod
    def _comma_separated(cls, value: object) -> object:
        return tuple(host.strip() for host in value.split(",") if host.strip()) if isinstance(value, str) else value

    @field_validator("oidc")
    @classmethod
    def _with_auth(cls, value: OidcSettings | None, info: ValidationInfo) -> OidcSettings | None:
        """`auth` is read before."""
        if value is not None and not info.data.get("auth"):
            raise ValueError("nobody logs in without SAMANYAR_AUTH=on")
        return value

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,  # noqa: ARG003 - its signature
        file_secret_settings: PydanticBaseSettingsSource,  # noqa: ARG003 - its signature
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """What is passed wins over the environment, which wins over `samanyar.toml`."""
        return init_settings, env_settings, TomlConfigSettingsSource(settings_cls)

    @property
    def store_url(self) -> str:
        """The database; by default a file in `home`."""
        return self.database_url or f"sqlite:///{self.home.resolve() / 'samanyar.db'}"

    @property
    def shelf(self) -> ModelShelf:
        """The models that are shipped and those trained here."""
        return ModelShelf(self.home, MODELS, SHIPPED_MODEL)

    @property
    def model_since(self) -> datetime | None:
        """When the model in use was promoted, UTC; None for one that nobody promoted."""
        return None if self.model else self.shelf.since

    def model_folder(self) -> Path | str:
        """`model`, else what was promoted last, else the shipped default. A folder, else a name under `home/models`, else a
        shipped one; a name on a hub only with `allow_hub`."""
        name = self.model or (read_promoted(self.home) or [SHIPPED_MODEL])[-1]
        candidates = [Path(name)] if self.model else []
        candidates += [self.home / "models" / name, MODELS / name]
        found = next((path for path in candidates if path.is_dir()), None)
        if found is None and not self.allow_hub:
            raise ConfigurationError(
                f"مدل «{name}» پیدا نشد؛ SAMANYAR_MODEL باید نام یک پوشه یا یکی از مدل‌های {MODELS.name} باشد.",
                f"no model {name}; nothing is looked up on a hub without SAMANYAR_ALLOW_HUB",
            )
        return found or name


def load_settings(**overrides: Any) -> Settings:
    """Read the settings. :raises ConfigurationError: naming the setting that is wrong."""
    try:
        return Settings(**overrides)
    except ValidationError as error:
        wrong = "; ".join(f"{'.'.join(str(part) for part in item['loc'])}: {item['msg']}" for item in error.errors())
        raise ConfigurationError(f"تنظیم‌ها درست نیستند: {wrong}", wrong) from error
