"""The node's settings: read once from the environment, then handed down."""

from collections.abc import Mapping
from dataclasses import dataclass

AUDIENCES = ("bureau", "public")


class ConfigError(Exception):
    """A setting that cannot be used."""


@dataclass(frozen=True)
class Settings:
    """How a node serves its pages."""

    host: str = "127.0.0.1"  # this machine only, unless the operator says otherwise
    port: int = 8080
    threads: int = 8
    audience: str = "bureau"  # "public" shows upheld findings only
    hosts: tuple[str, ...] = ()  # further names this node may be called by

    @classmethod
    def from_env(cls, env: Mapping[str, str]) -> "Settings":
        """The settings in TOUCHSTONE_HOST, _PORT, _THREADS, _AUDIENCE, _HOSTS (by commas). Raises `ConfigError`."""
        audience = env.get("TOUCHSTONE_AUDIENCE", cls.audience)
        if audience not in AUDIENCES:
            raise ConfigError(f"expected TOUCHSTONE_AUDIENCE to be one of {', '.join(AUDIENCES)}, got {audience!r:.40}")
        return cls(
            host=env.get("TOUCHSTONE_HOST", cls.host),
            port=_number(env, "TOUCHSTONE_PORT", cls.port, 0, 65_535),
            threads=_number(env, "TOUCHSTONE_THREADS", cls.threads, 1, 256),
            audience=audience,
            hosts=tuple(name.strip() for name in env.get("TOUCHSTONE_HOSTS", "").split(",") if name.strip()),
        )

    def trusted_hosts(self) -> list[str] | None:
        """The names that requests may use; None (any) when the node listens to every address and names none."""
        if self.host in ("0.0.0.0", "::") and not self.hosts:  # noqa: S104  # compared, not bound
            return None
        return ["127.0.0.1", "localhost", "[::1]", self.host, *self.hosts]


def _number(env: Mapping[str, str], name: str, default: int, low: int, high: int) -> int:
    text = env.get(name, str(default))
    if not (text.isascii() and text.isdigit() and low <= int(text) <= high):
        raise ConfigError(f"expected {name} to be a number from {low} to {high}, got {text!r:.40}")
    return int(text)
