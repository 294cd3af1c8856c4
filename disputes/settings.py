"""Settings, from the environment. Every one has a default that works on one machine with nothing else installed."""

import hmac
import os
import secrets
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).parent.parent


@dataclass(frozen=True)
class Settings:
    """One installation. `base_url` is what links in mail begin with; it is never taken from a request."""

    instance: Path = ROOT / "instance"
    database_url: str = ""
    base_url: str = "http://127.0.0.1:8000"
    secret_key: str = field(default="", repr=False)
    smtp_url: str = ""  # smtp://user:password@host:port; empty: mail becomes files in instance/mail
    mail_from: str = "Disputes <no-reply@disputes.example>"
    provider_url: str = "http://127.0.0.1:8001"
    provider_ledger: Path = ROOT / "instance" / "provider.jsonl"
    provider_secret: str = field(default="", repr=False)  # its messages are signed with it; two, with a comma between
    stripe_key: str = field(default="", repr=False)
    stripe_webhook_secret: str = field(default="", repr=False)  # or several, with commas between
    stripe_url: str = "https://api.stripe.com"
    demo: bool = False  # shows the demo's mail page and logins
    secure_cookies: bool = False
    trusted_proxies: int = 0  # how many of our own proxies stand in front and say who really asks
    sign_in_limit: str = "10 per 15 minutes"
    upload_limit: str = "60 per hour"  # requests with files, of one person
    require_totp: str = ""  # staff or none; empty: none in a demo, else staff
    extra: dict[str, object] = field(default_factory=dict)

    @classmethod
    def from_environment(cls) -> "Settings":
        """Read DISPUTES_* variables."""
        env = {k.removeprefix("DISPUTES_").lower(): v for k, v in os.environ.items() if k.startswith("DISPUTES_")}
        instance = Path(env.get("instance", cls.instance)).resolve()
        base_url = env.get("base_url", cls.base_url)
        return cls(
            instance=instance,
            database_url=env.get("database_url", ""),
            base_url=base_url,
            secret_key=env.get("secret_key", "") or kept_secret(instance),
            smtp_url=env.get("smtp_url", ""),
            mail_from=env.get("mail_from", cls.mail_from),
            provider_url=env.get("provider_url", cls.provider_url),
            provider_ledger=instance / "provider.jsonl",
            provider_secret=env.get("provider_secret", ""),
            stripe_key=env.get("stripe_key", ""),
            stripe_webhook_secret=env.get("stripe_webhook_secret", ""),
            stripe_url=env.get("stripe_url", cls.stripe_url),
            demo=env.get("demo", "") == "1",
            secure_cookies=base_url.startswith("https://"),
            trusted_proxies=int(env.get("trusted_proxies", "0")),
            sign_in_limit=env.get("sign_in_limit", cls.sign_in_limit),
            upload_limit=env.get("upload_limit", cls.upload_limit),
            require_totp=env.get("require_totp", ""),
        )

    def __post_init__(self) -> None:
        if self.require_totp not in ("", "staff", "none"):
            raise ValueError(f"DISPUTES_REQUIRE_TOTP is staff or none, not {self.require_totp!r}")

    @property
    def staff_needs_codes(self) -> bool:
        """Whether staff must turn the second step on before anything else."""
        return (self.require_totp or ("none" if self.demo else "staff")) == "staff"

    @property
    def provider_signers(self) -> tuple[str, ...]:
        """What the fake provider's messages may be signed with; by default what it and the web can both make."""
        made = hmac.digest(self.secret_key.encode(), b"the fake provider's messages", "sha256").hex()
        return tuple(split(self.provider_secret)) or (made,)

    @property
    def stripe_signers(self) -> tuple[str, ...]:
        """What Stripe's messages may be signed with: each of its endpoints has a secret of its own."""
        return tuple(split(self.stripe_webhook_secret))

    @property
    def database(self) -> str:
        """The URL SQLAlchemy opens; a file in the instance folder when none is given."""
        url = self.database_url or f"sqlite:///{self.instance / 'disputes.sqlite'}"
        return url.replace("postgresql://", "postgresql+psycopg://", 1)


def split(said: str) -> list[str]:
    """What stands between commas."""
    return [part.strip() for part in said.split(",") if part.strip()]


def kept_secret(instance: Path) -> str:
    """A secret made once and kept beside the data, so that a restart ends nobody's session."""
    file = instance / "secret_key"
    if not file.exists():
        instance.mkdir(parents=True, exist_ok=True)
        file.write_text(secrets.token_urlsafe(48))
        file.chmod(0o600)
    return file.read_text().strip()
