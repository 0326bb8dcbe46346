"""A time-stamping authority by `openssl ts`, in a folder, with the clock of this machine; and what OpenSSL thinks of a token."""

import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path

from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from tests.timestamp_authority import Holder

OPENSSL = shutil.which("openssl")
CONFIGURATION = """
[tsa]
default_tsa = this
[this]
serial = {folder}/serial
default_policy = 1.3.6.1.4.1.99999.1
signer_digest = {digest}
digests = sha256, sha384, sha512, sha1
accuracy = secs:1
ordering = yes
ess_cert_id_chain = yes
ess_cert_id_alg = {certificate_hash}
tsa_name = yes
"""


class OpensslAuthority:
    """An authority in a folder; answers requests by `openssl ts` with the clock of this machine."""

    def __init__(self, folder: Path, holder: Holder, chain: Sequence[Holder], digest: str = "sha256") -> None:
        self.folder, self._digest = folder, digest
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "serial").write_text("01")
        key = holder.key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        (folder / "key.pem").write_bytes(key)
        (folder / "tsa.pem").write_bytes(holder.certificate.public_bytes(Encoding.PEM))
        (folder / "chain.pem").write_bytes(b"".join(each.certificate.public_bytes(Encoding.PEM) for each in chain))

    def request(self, data: bytes, hash_name: str = "sha256", certificate: bool = True) -> bytes:
        (self.folder / "data").write_bytes(data)
        extra = ["-cert"] if certificate else []
        return self._run("-query", "-data", f"{self.folder}/data", f"-{hash_name}", *extra)

    def answer(self, request: bytes, certificate_hash: str = "sha256", token_only: bool = False) -> bytes:
        (self.folder / "request").write_bytes(request)
        written = CONFIGURATION.format(folder=self.folder, digest=self._digest, certificate_hash=certificate_hash)
        (self.folder / "config").write_text(written)
        files = {name: f"{self.folder}/{name}" for name in ("request", "config", "key.pem", "tsa.pem", "chain.pem")}
        return self._run(
            *("-reply", "-queryfile", files["request"], "-config", files["config"], "-inkey", files["key.pem"]),
            *("-signer", files["tsa.pem"], "-chain", files["chain.pem"], *(["-token_out"] if token_only else [])),
        )

    def token(self, data: bytes, hash_name: str = "sha256", certificate_hash: str = "sha256") -> bytes:
        return self.answer(self.request(data, hash_name), certificate_hash, token_only=True)

    def _run(self, *arguments: str) -> bytes:
        assert OPENSSL is not None
        out = self.folder / "out"
        done = subprocess.run([OPENSSL, "ts", *arguments, "-out", str(out)], capture_output=True, text=True)
        if done.returncode:
            raise RuntimeError(done.stderr[-2000:])
        return out.read_bytes()


def openssl_accepts(token: bytes, data: bytes, roots: Sequence[Holder], folder: Path, at: int) -> bool:
    """What `openssl ts -verify` says of a token at a time."""
    assert OPENSSL is not None
    for written, content in (("token", token), ("data", data)):
        (folder / written).write_bytes(content)
    (folder / "roots.pem").write_bytes(b"".join(root.certificate.public_bytes(Encoding.PEM) for root in roots))
    command = [OPENSSL, "ts", "-verify", "-in", f"{folder}/token", "-token_in", "-data", f"{folder}/data"]
    command += ["-CAfile", f"{folder}/roots.pem", "-attime", str(at)]
    return subprocess.run(command, capture_output=True).returncode == 0
