"""A forward proxy on this machine: takes CONNECT and absolute-form requests and knows where each made-up host is.

It ends TLS itself, with a certificate for all of its hosts, and passes plain HTTP on to the fakes.
https://www.rfc-editor.org/rfc/rfc9110#name-connect
"""

import asyncio
import base64
import contextlib
import ssl
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import Self
from urllib.parse import urlsplit

from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from sandbox.microsoft.certificates import KEY, Order, authority, certificate, pem, private_key

LARGEST_HEAD = 64 * 1024


class ForwardProxy:
    """Serves while the block lasts; ``origins`` says at which http address of this machine each host really is."""

    def __init__(self, folder: Path, origins: Mapping[str, str], *, login: str | None = None) -> None:
        """Write its root certificate into the folder; ``login`` is the ``user:password`` that it demands."""
        self._origins = dict(origins)
        self._login = login
        self._server: asyncio.Server | None = None
        self._tasks: set[asyncio.Task[None]] = set()
        self.root_file = folder / "proxy-root.pem"
        self._tls = _server_side(folder, tuple(self._origins), self.root_file)
        self.served: list[str] = []
        """What it was asked for: ``CONNECT host:port`` or ``GET http://…``."""
        self.refused = 0

    async def __aenter__(self) -> Self:
        """Begin to serve."""
        self._server = await asyncio.start_server(self._accept, "127.0.0.1", 0, limit=LARGEST_HEAD)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close every connection."""
        assert self._server is not None
        self._server.close()
        for task in tuple(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await asyncio.sleep(0)  # the transports close in the loop's next turn

    @property
    def url(self) -> str:
        """Its address, without a login."""
        assert self._server is not None
        return f"http://127.0.0.1:{self._server.sockets[0].getsockname()[1]}"

    @property
    def url_with_login(self) -> str:
        """Its address, with the login."""
        return self.url.replace("//", f"//{self._login}@", 1)

    async def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        try:
            with contextlib.suppress(OSError, EOFError, ssl.SSLError, asyncio.CancelledError):
                await self._serve(reader, writer)
        finally:
            self._tasks.discard(task)
            writer.transport.abort()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
        first, *lines = head.rstrip().split("\r\n")
        method, target, _ = first.split(" ")
        headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
        if self._login is not None:
            expected = "Basic " + base64.b64encode(self._login.encode()).decode()
            if headers.get("proxy-authorization") != expected:
                self.refused += 1
                writer.write(b"HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 0\r\n\r\n")
                await writer.drain()
                return
        host = target.rpartition(":")[0] if method == "CONNECT" else urlsplit(target).hostname or ""
        self.served.append(f"{method} {target}")
        if host not in self._origins:
            writer.write(b"HTTP/1.1 502 Bad Gateway\r\nContent-Length: 0\r\n\r\n")
            await writer.drain()
            return
        there = urlsplit(self._origins[host])
        begun = b""
        if method == "CONNECT":
            writer.write(b"HTTP/1.1 200 Connection established\r\n\r\n")
            await writer.drain()
            await writer.start_tls(self._tls)
        else:
            kept = [line for line in lines if not line.lower().startswith(("proxy-", "connection:"))]
            path = urlsplit(target)._replace(scheme="", netloc="").geturl() or "/"
            begun = "\r\n".join([f"{method} {path} HTTP/1.1", *kept, "Connection: close", "", ""]).encode("latin-1")
        up_reader, up_writer = await asyncio.open_connection(there.hostname, there.port)
        try:
            up_writer.write(begun)
            await asyncio.gather(_pass_on(reader, up_writer), _pass_on(up_reader, writer))
        finally:
            up_writer.transport.abort()


async def _pass_on(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    while chunk := await reader.read(LARGEST_HEAD):
        writer.write(chunk)
        await writer.drain()
    writer.close()


def _server_side(folder: Path, hosts: tuple[str, ...], root_file: Path) -> ssl.SSLContext:
    root = authority("Sandbox Proxy Root CA")
    issued = certificate(Order(names=hosts, organisation=None), root)
    key = private_key(KEY).private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    root_file.write_bytes(pem(root.certificate))
    chain = folder / "proxy-chain.pem"
    chain.write_bytes(pem(issued) + key)
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(chain)
    return context
