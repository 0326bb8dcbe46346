"""Settings and the server: this machine only by default, and plain words when the port is taken."""

import socket
import threading
from urllib.request import urlopen

import pytest

from node.app import AppError, create_app, serve
from node.config import ConfigError, Settings
from tests.services.house import NOW, House


def test_settings_default_to_this_machine() -> None:
    settings = Settings.from_env({})
    assert (settings.host, settings.port, settings.audience) == ("127.0.0.1", 8080, "bureau")


def test_settings_are_read_from_the_environment() -> None:
    settings = Settings.from_env({"TOUCHSTONE_PORT": "81", "TOUCHSTONE_AUDIENCE": "public", "TOUCHSTONE_HOSTS": "a, b"})
    assert settings.port == 81 and settings.hosts == ("a", "b") and "b" in (settings.trusted_hosts() or [])
    assert Settings(host="0.0.0.0").trusted_hosts() is None


@pytest.mark.parametrize(
    "env",
    [
        {"TOUCHSTONE_PORT": "http"},
        {"TOUCHSTONE_PORT": "65536"},
        {"TOUCHSTONE_THREADS": "0"},
        {"TOUCHSTONE_AUDIENCE": "x"},
    ],
)
def test_a_setting_that_cannot_be_used_is_named(env: dict[str, str]) -> None:
    with pytest.raises(ConfigError, match=next(iter(env))):
        Settings.from_env(env)


def test_a_port_in_use_is_said_plainly(house: House) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        settings = Settings(port=taken.getsockname()[1])
        app = create_app(settings, house.stores[1], lambda name: b"", lambda: pytest.fail("not asked for"))
        with pytest.raises(AppError, match=f"port {settings.port} to be free, got a port in use"):
            serve(app, settings)


def test_the_served_pages_answer(house: House) -> None:
    settings = Settings(port=0)
    app = create_app(settings, house.stores[1], lambda name: b"", lambda: pytest.fail("not asked for"), lambda: NOW)
    opened = threading.Event()
    address: list[str] = []

    def ready(where: str) -> None:
        address.append(where)
        opened.set()

    threading.Thread(target=serve, args=(app, settings, ready), daemon=True).start()
    assert opened.wait(10)
    with urlopen(address[0] + "/?format=json") as response:
        assert response.status == 200 and b'"findings"' in response.read()
